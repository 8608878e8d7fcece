from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..const import REVIEW_MOVES, REVIEW_STATES
from .cap_fair_use_draft_mixin import ACTIVITY


class CapFairUseReview(models.Model):
    """A draft for the account manager: evidence, a tier that fits, and a message.

    The program only drafts it. A person sends it, snoozes it or dismisses it.
    """

    _name = "cap.fair.use.review"
    _inherit = [
        "cap.state.moves.mixin",
        "cap.fair.use.draft.mixin",
        "cap.person.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _description = "CAP Fair Use Review"
    _order = "id desc"
    _rec_name = "subscription_id"

    subscription_id = fields.Many2one(
        "cap.subscription", required=True, readonly=True, ondelete="cascade", index=True
    )
    partner_id = fields.Many2one(related="subscription_id.partner_id", store=True)
    company_id = fields.Many2one(
        related="subscription_id.company_id", store=True, index=True
    )
    account_manager_id = fields.Many2one(
        related="subscription_id.account_manager_id", store=True
    )
    tier_id = fields.Many2one(
        "cap.tier", "Tier then", readonly=True, ondelete="restrict"
    )
    suggested_tier_id = fields.Many2one(
        "cap.tier",
        ondelete="restrict",
        help="The next tier that bears the figures and gives what was asked for.",
    )
    state = fields.Selection(
        REVIEW_STATES, default="draft", required=True, readonly=True, tracking=True
    )
    recipient_ids = fields.Many2many(
        "res.partner",
        string="To",
        domain="[('id', 'child_of', partner_id)]",
        help="People of the client who get the message.",
    )
    message = fields.Html(help="What the client gets; change it as you see fit.")
    snooze_until = fields.Date("Snoozed until", readonly=True)
    reason = fields.Char("Why", readonly=True, tracking=True)
    decided_by_id = fields.Many2one("res.users", "Decided by", readonly=True)
    decided_on = fields.Date(readonly=True)

    _open_unique = models.UniqueIndex(
        "(subscription_id) WHERE state IN ('draft', 'snoozed')",
        "This subscription has an open review already.",
    )

    # === CRUD METHODS === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "snooze_until",
            "reason",
            "decided_by_id",
            "decided_on",
        }

    # === ACTION METHODS === #

    def action_send(self):
        """Send the message to the client, and keep it with the subscription.

        :raises AccessError: unless an account manager does it in person.
        :raises UserError: without message or recipients, or when it was decided.
        """
        self.ensure_one()
        self._check_is_manager()
        self._check_message()
        self._update_state("sent", {"snooze_until": False})
        self.subscription_id.message_post(
            body=self.message,
            subject=self.env._("Your use of the Connecta Assurance Program"),
            partner_ids=self.recipient_ids.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        return True

    def action_wake(self):
        """Take a snoozed review up again."""
        self._check_is_manager()
        self._update_state("draft", {"snooze_until": False})
        return True

    # === BUSINESS METHODS === #

    def _set_snoozed(self, until, reason):
        """Come back to it on a later day.

        :param until: date in the program's zone.
        :param reason: a sentence for colleagues.
        """
        self._check_is_manager()
        if not until or until <= self._cap_today():
            raise UserError(self.env._("Choose a day after today to come back to it."))
        vals = {"snooze_until": until, "reason": self._check_reason(reason)}
        self._update_state("snoozed", vals)

    def _set_dismissed(self, reason):
        """Decide that nothing is suggested to the client.

        :param reason: a sentence for colleagues.
        """
        self._check_is_manager()
        vals = {"reason": self._check_reason(reason), "snooze_until": False}
        self._update_state("dismissed", vals)

    def _check_is_manager(self):
        """Refuse whoever is not an account manager acting in person."""
        group = "connecta_cap.group_cap_account_manager"
        if not self.env.user.has_group(group) or not self._is_person():
            raise AccessError(
                self.env._("Only an account manager decides on a review, in person.")
            )
        self.check_access("write")

    def _check_reason(self, reason):
        reason = " ".join((reason or "").split())
        if not reason:
            raise UserError(self.env._("Say why: it is kept with the review."))
        return reason

    def _check_message(self):
        client = self.partner_id.commercial_partner_id
        strangers = self.recipient_ids.filtered(
            lambda partner: partner.commercial_partner_id != client
        )
        if strangers:
            raise UserError(
                self.env._(
                    "%(who)s does not belong to %(client)s: take them off the list.",
                    who=strangers[0].name,
                    client=client.name,
                )
            )
        unknown = self.recipient_ids.filtered(lambda partner: not partner.email)
        if not self.recipient_ids or unknown:
            raise UserError(
                self.env._(
                    "Choose people of %(client)s who have an e-mail address.",
                    client=client.name,
                )
            )
        if not (self.message or "").strip():
            raise UserError(self.env._("Write the message that the client gets."))

    @api.model
    def _get_moves(self):
        return REVIEW_MOVES

    def _update_state(self, target, vals=None, allowed=None):
        decided = {"decided_by_id": self.env.uid, "decided_on": self._cap_today()}
        result = super()._update_state(target, decided | (vals or {}), allowed)
        if target != "draft":
            self.sudo().activity_unlink([ACTIVITY])
        return result
