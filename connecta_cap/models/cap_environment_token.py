import hashlib
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..const import LIVE_STATES, TOKEN_STATES
from ..tools.health_report import ReportError

PREFIX = "cap_"
SHOWN = 10


class CapEnvironmentToken(models.Model):
    """What a reporter proves with that it speaks for an environment.

    Only a digest is kept: the token itself is shown once, when it is made. It is long
    and random, so that a plain digest is as good as a slow one.
    """

    _name = "cap.environment.token"
    _inherit = ["cap.guarded.mixin", "cap.clock.mixin"]
    _description = "CAP Token"
    _order = "revoked_at nulls first, id desc"

    name = fields.Char("Used by", required=True)
    environment_id = fields.Many2one(
        "cap.environment", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="environment_id.company_id")
    prefix = fields.Char("Begins with", readonly=True, copy=False)
    token_hash = fields.Char(
        readonly=True, copy=False, groups="base.group_system", required=True
    )
    expires_at = fields.Datetime("Valid until", readonly=True, copy=False)
    revoked_at = fields.Datetime("Revoked", readonly=True, copy=False)
    last_used_at = fields.Datetime(
        "Last used", readonly=True, copy=False, help="To the minute or so."
    )
    state = fields.Selection(TOKEN_STATES, compute="_compute_state")

    _hash_unique = models.UniqueIndex("(token_hash)", "This token exists already.")

    # === COMPUTE METHODS === #

    @api.depends("expires_at", "revoked_at")
    def _compute_state(self):
        now = self._cap_now()
        for token in self:
            if token.revoked_at:
                token.state = "revoked"
            elif not token.expires_at:
                token.state = "active"
            else:
                token.state = "expired" if token.expires_at <= now else "expiring"

    # === CRUD METHODS === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "expires_at",
            "revoked_at",
            "last_used_at",
        }

    # === ACTION METHODS === #

    def action_revoke(self):
        """End tokens at once: whoever still uses them is refused."""
        self.environment_id.check_access("write")
        for token in self.filtered(lambda one: not one.revoked_at):
            token._guarded_write({"revoked_at": self._cap_now()})
            token.sudo().environment_id.message_post(
                body=self.env._("Token “%(name)s” revoked.", name=token.name)
            )
        return True

    # === BUSINESS METHODS === #

    @api.model
    def _issue(self, environment, name, overlap=None):
        """Make a token.

        :param environment: `cap.environment`.
        :param name: who uses it.
        :param overlap: hours until the environment's other tokens expire; None leaves
            them alone.
        :return: (the new record, the token's text, which is kept nowhere).
        """
        environment.ensure_one()
        environment.check_access("write")
        name = (name or "").strip()
        if not name:
            raise UserError(self.env._("Say who uses the token."))
        others = environment.sudo().token_ids
        secret = PREFIX + secrets.token_urlsafe(32)
        token = self.sudo().create(
            {
                "name": name,
                "environment_id": environment.id,
                "prefix": secret[:SHOWN],
                "token_hash": self._digest(secret),
            }
        )
        if overlap is not None:
            others._expire(self._cap_now() + timedelta(hours=overlap))
        environment.sudo().message_post(
            body=self.env._("Token “%(name)s” made.", name=name)
        )
        return token.sudo(False), secret

    def _expire(self, until):
        """Let tokens end at a moment, unless they end sooner.

        :param until: naive UTC.
        """
        for token in self:
            ends = token.expires_at and token.expires_at <= until
            if not token.revoked_at and not ends:
                token._guarded_write({"expires_at": until})

    @api.model
    def _digest(self, secret):
        return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()

    @api.model
    def _authenticate(self, secret, now):
        """Return whom a token speaks for, in one query.

        :param secret: what the reporter sent, may be anything.
        :param now: naive UTC.
        :return: dict of `token_id`, `environment_id`, `code` and `company_id`.
        :raises ReportError: 401 for a token that is not, or no longer, good; 403 when
            the client's cover has ended.
        """
        rows = self.env.execute_query_dict(
            SQL(
                """SELECT t.id AS token_id, e.id AS environment_id, e.code,
                    s.company_id, s.state
                FROM cap_environment_token t
                JOIN cap_environment e ON e.id = t.environment_id
                JOIN cap_subscription s ON s.id = e.subscription_id
                WHERE t.token_hash = %(digest)s AND t.revoked_at IS NULL AND e.active
                    AND (t.expires_at IS NULL OR t.expires_at > %(now)s)""",
                digest=self._digest(secret or ""),
                now=now,
            )
        )
        if not rows:
            raise ReportError(
                401,
                "bad_token",
                "The token is missing, unknown, expired or revoked. Send it as "
                "“Authorization: Bearer ...”.",
            )
        if rows[0]["state"] not in LIVE_STATES:
            raise ReportError(
                403, "not_covered", "The client has no running cover: nothing is kept."
            )
        return rows[0]
