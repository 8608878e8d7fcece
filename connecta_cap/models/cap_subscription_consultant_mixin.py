from odoo import models
from odoo.exceptions import UserError

from ..const import CONSULTANT_ROLES


class CapSubscriptionConsultantMixin(models.AbstractModel):
    """Handing a client over, and what follows from it.

    Nothing is taken back: each hand-over adds a row, from today or a later day.
    """

    _name = "cap.subscription.consultant.mixin"
    _inherit = ["cap.consultant.role.mixin"]
    _description = "Hand-over of a client"

    # === ACTION METHODS === #

    def action_hand_over(self):
        """Open the wizard that names another consultant or deputy.

        :return: action dictionary.
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "connecta_cap.cap_consultant_hand_over_action"
        )
        return action | {"context": {"default_subscription_id": self.id}}

    # === BUSINESS METHODS === #

    def _after_succession_change(self):
        result = super()._after_succession_change()
        self.invalidate_recordset(["acting_consultant_id"], flush=False)
        self.env["cap.training.material"]._forget_offered()
        return result

    def _assign(self, role, user, day, introduction=""):
        """Write that a person has a role from a day on; nothing is taken back.

        :param role: a key of `CONSULTANT_ROLES`.
        :param user: `res.users`, empty for nobody.
        :param day: date in the program's zone, today or later.
        :param introduction: what the client was told about the person.
        :return: the new `cap.consultant.assignment`, empty when nothing changes.
        """
        self.ensure_one()
        self.check_access("write")
        self._check_assignment(role, user, day)
        assignments = self.sudo().assignment_ids
        if assignments._user_on(role, day) == user:
            return assignments.browse()
        assignment = assignments.create(
            {
                "subscription_id": self.id,
                "role": role,
                "user_id": user.id,
                "date_start": day,
                "introduction": introduction,
                "decided_by_id": self.env.uid,
                "is_entered": day <= self._cap_today(),
            }
        )
        if assignment.is_entered:
            self._follow_assignment(role)
        if role == "consultant" and user:
            kind = "connecta_cap.mail_activity_type_consultant"
            self.sudo().activity_feedback([kind], feedback=user.name)
        return assignment

    def _check_assignment(self, role, user, day):
        labels = dict(CONSULTANT_ROLES)
        if day < self._cap_today():
            raise UserError(
                self.env._(
                    "Who was the %(role)s of %(subscription)s until now is on "
                    "record. Choose today or a later day.",
                    role=labels[role].lower(),
                    subscription=self.display_name,
                )
            )
        if user and (user.share or not user.active):
            raise UserError(
                self.env._(
                    "%(user)s does not work here: choose a colleague.", user=user.name
                )
            )
        other = "deputy" if role == "consultant" else "consultant"
        if user and self._consultant_on(day, other) == user:
            raise UserError(
                self.env._(
                    "%(user)s cannot be consultant and deputy of %(subscription)s at "
                    "the same time: nobody would stand in. Change the other role "
                    "first.",
                    user=user.name,
                    subscription=self.display_name,
                )
            )

    def _follow_assignment(self, role):
        """Let the open tickets be followed by who has the roles today; a hook."""
        self._refresh_ticket_followers()

    def _refresh_ticket_followers(self):
        """Swap the followers of open tickets: those of before go, those of now come."""
        for subscription in self.sudo():
            wanted = subscription._get_ticket_followers()
            known = subscription.assignment_ids.user_id.partner_id - wanted
            tickets = subscription.ticket_ids.filtered(
                lambda ticket: not ticket.is_closed
            )
            tickets.message_unsubscribe(known.ids)
            tickets.message_subscribe(wanted.ids)

    def _get_ticket_followers(self):
        """Return who follows the client's new tickets: consultant and acting deputy.

        :return: `res.partner` records; none when the tier gives no consultant.
        """
        self.ensure_one()
        acting = self._get_acting_consultant()
        if not acting:
            return self.env["res.partner"]
        return (self._consultant_on(self._cap_today()) | acting).partner_id
