from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import CHANGE_REQUEST_MOVES, CHANGE_REQUEST_STATES

# What a client wrote stays as it is.
WISH = {
    "subscription_id",
    "contact_id",
    "asked_at",
    "tier_id",
    "previous_tier_id",
    "date_wished",
    "message",
}


class CapChangeRequest(models.Model):
    """A client's wish for another tier, and what the account manager answered.

    It changes nothing by itself: the account manager accepts it by changing the tier,
    or declines it with a reason that the client reads. What the client wrote and what
    was answered stays as it is.
    """

    _name = "cap.change.request"
    _inherit = [
        "cap.change.request.portal.mixin",
        "cap.state.moves.mixin",
        "mail.activity.mixin",
    ]
    _description = "CAP Change Request"
    _order = "asked_at desc, id desc"
    _rec_names_search = ["subscription_id.name", "subscription_id.partner_id.name"]
    _mail_post_access = "read"  # a client may answer the mails about its own request

    # wish
    subscription_id = fields.Many2one(
        "cap.subscription", required=True, index=True, ondelete="restrict"
    )
    partner_id = fields.Many2one(related="subscription_id.partner_id", string="Client")
    company_id = fields.Many2one(
        related="subscription_id.company_id", store=True, index=True
    )
    account_manager_id = fields.Many2one(related="subscription_id.account_manager_id")
    contact_id = fields.Many2one(
        "res.partner", "Asked by", required=True, index=True, ondelete="restrict"
    )
    asked_at = fields.Datetime("Asked on", required=True)
    tier_id = fields.Many2one(
        "cap.tier", "Asks for", required=True, index=True, ondelete="restrict"
    )
    previous_tier_id = fields.Many2one(
        "cap.tier", "Tier when asked", ondelete="restrict"
    )
    current_tier_id = fields.Many2one(
        related="subscription_id.tier_id", string="Tier today"
    )
    direction = fields.Selection(
        [("up", "Upgrade"), ("down", "Downgrade"), ("same", "No change")],
        compute="_compute_direction",
        compute_sudo=True,
        help="Against the tier of today; for an answered request against the tier that "
        "the client had when it asked.",
    )
    date_wished = fields.Date("Wished from", help="Empty: as soon as possible.")
    message = fields.Text()
    comparison_html = fields.Html(
        "What would change", compute="_compute_comparison_html", sanitize=False
    )

    # answer
    state = fields.Selection(
        CHANGE_REQUEST_STATES, default="open", required=True, tracking=True, copy=False
    )
    answer = fields.Text(help="What the client reads.", copy=False)
    answered_by_id = fields.Many2one("res.users", "Answered by", copy=False)
    answered_at = fields.Datetime("Answered on", copy=False)

    _open_unique = models.UniqueIndex(
        "(subscription_id) WHERE state = 'open'",
        "This subscription has an open change request already: answer it or let the "
        "client withdraw it first.",
    )

    # === COMPUTE METHODS === #

    @api.depends("tier_id", "subscription_id.partner_id")
    def _compute_display_name(self):
        for request in self:
            asked = request.sudo()
            request.display_name = self.env._(
                "%(tier)s for %(client)s",
                tier=asked.tier_id.name or "",
                client=asked.partner_id.name or "",
            )

    @api.depends("state", "tier_id", "previous_tier_id", "subscription_id.tier_id")
    def _compute_direction(self):
        for request in self:
            before, after = request._get_tier_before(), request.tier_id
            if before == after:
                request.direction = "same"
            else:
                rank = (before.sequence, before.id) < (after.sequence, after.id)
                request.direction = "up" if rank else "down"

    @api.depends_context("lang")
    @api.depends("tier_id", "previous_tier_id", "subscription_id.tier_id")
    def _compute_comparison_html(self):
        for request in self:
            before, after = request._get_tier_before(), request.tier_id
            request.comparison_html = self.env["ir.qweb"]._render(
                "connecta_cap.tier_change",
                {"before": before, "after": after, **before._compare(after)},
            )

    def _get_tier_before(self):
        self.ensure_one()
        is_open = self.state == "open"
        return self.current_tier_id if is_open else self.previous_tier_id

    # === CRUD METHODS === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "answer",
            "answered_by_id",
            "answered_at",
        }

    def write(self, vals):
        if WISH & vals.keys():
            raise UserError(
                self.env._(
                    "What the client asked for in “%(request)s” cannot be changed. "
                    "Answer it; the client may ask again.",
                    request=self[:1].display_name,
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._(
                "A change request is never deleted: the client reads its answer. "
                "Decline it instead."
            )
        )

    # === ACTION METHODS === #

    def action_accept(self):
        """Open the change of the tier as the client asked for it.

        :return: action dictionary; confirming the change accepts the request.
        """
        self.ensure_one()
        self._check_move("accepted")
        action = self.subscription_id.action_change_tier()
        context = {
            "default_subscription_id": self.subscription_id.id,
            "default_tier_id": self.tier_id.id,
            "default_change_request_id": self.id,
            "default_reason": self.env._(
                "Asked for by %(contact)s", contact=self.contact_id.name
            ),
        }
        if self.date_wished:
            wished = max(self.date_wished, self._cap_today())
            context |= {"default_timing": "day", "default_date_start": wished}
        return action | {"context": context}

    def action_decline(self):
        """Ask for the reason that the client reads.

        :return: action dictionary.
        """
        self.ensure_one()
        self._check_move("declined")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "connecta_cap.cap_change_request_decline_action"
        )
        return action | {"context": {"default_request_id": self.id}}

    # === BUSINESS METHODS === #

    @api.model
    def _get_moves(self):
        return CHANGE_REQUEST_MOVES

    def _update_state(self, target, vals=None, allowed=None):
        answered = {"answered_by_id": self.env.uid, "answered_at": self._cap_now()}
        return super()._update_state(target, answered | (vals or {}), allowed)

    def _set_accepted(self, period):
        """Accept the request by the tier that the client gets.

        :param period: the new `cap.subscription.period`.
        """
        self.ensure_one()
        self._update_state("accepted", {"answer": self._word_accepted(period)})
        self._tell_answered()

    def _set_declined(self, reason):
        """Decline the request with a reason that the client reads.

        :param reason: a sentence.
        :raises UserError: without a reason.
        """
        self.ensure_one()
        self.check_access("write")
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why: the client reads the reason."))
        self._update_state("declined", {"answer": reason})
        self._tell_answered()

    def _set_withdrawn(self):
        """Take the request back, as the client who asked."""
        self.ensure_one()
        self._update_state("withdrawn", {"answer": False})
        self._drop_activity()
