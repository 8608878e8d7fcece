from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import CONSULTANT_ROLES


class CapConsultantHandOver(models.TransientModel):
    """Hands clients over to another consultant or deputy, and introduces the person."""

    _name = "cap.consultant.hand.over"
    _description = "Hand-over of clients"

    subscription_ids = fields.Many2many(
        "cap.subscription",
        "cap_consultant_hand_over_rel",
        string="Clients",
        required=True,
        default=lambda self: self._get_default_subscriptions(),
    )
    role = fields.Selection(CONSULTANT_ROLES, required=True, default="consultant")
    user_id = fields.Many2one(
        "res.users",
        "To",
        domain="[('share', '=', False)]",
        help="Empty: nobody has the role from that day on.",
    )
    date = fields.Date(
        "From",
        required=True,
        default=lambda self: self.env["cap.subscription"]._cap_today(),
        help="The first day, in the program's time zone: today or later.",
    )
    is_told = fields.Boolean(
        "Introduce by mail",
        default=True,
        help="The client's contacts get a mail that introduces the person.",
    )
    introduction = fields.Text(
        help="A personal text: it is in the mail and in the portal."
    )

    # === BUSINESS METHODS === #

    @api.model
    def _get_default_subscriptions(self):
        context = self.env.context
        chosen = context.get("default_subscription_id")
        ids = [chosen] if chosen else context.get("active_ids", [])
        return [fields.Command.set(ids)]

    # === ACTION METHODS === #

    def action_confirm(self):
        """Write the hand-over, and mail the introduction if it is wanted.

        :return: action that closes the dialog.
        :raises UserError: when something is missing, in the past or without effect;
            then no client is handed over.
        """
        self.ensure_one()
        introduction = (self.introduction or "").strip()
        tells = self.is_told and self.user_id
        if tells and not introduction:
            raise UserError(
                self.env._(
                    "Write a few words that introduce %(user)s: the client reads them.",
                    user=self.user_id.name,
                )
            )
        for subscription in self.subscription_ids:
            before = subscription._consultant_on(self.date, self.role)
            line = subscription._assign(
                self.role, self.user_id, self.date, introduction
            )
            if not line:
                raise UserError(
                    self.env._(
                        "%(user)s has this role for %(subscription)s on that day "
                        "already.",
                        user=self.user_id.name or self.env._("Nobody"),
                        subscription=subscription.display_name,
                    )
                )
            if tells:
                self._introduce(subscription, before, introduction)
        return {"type": "ir.actions.act_window_close"}

    def _introduce(self, subscription, before, introduction):
        known = subscription._in_client_language()
        known._tell(
            "connecta_cap.mail_hand_over",
            known.env._("Your Connecta consultant: %(user)s", user=self.user_id.name)
            if self.role == "consultant"
            else known.env._(
                "Who stands in for your Connecta consultant: %(user)s",
                user=self.user_id.name,
            ),
            role=self.role,
            person=known._prepare_person(self.user_id),
            before=before.name,
            day=known._word_day(self.date),
            introduction=introduction,
        )
