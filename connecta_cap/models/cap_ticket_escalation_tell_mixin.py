from odoo import models

from ..const import ESCALATION_STEPS, LEAD_STEP

ACTIVITY = "connecta_cap.mail_activity_type_escalation"


class CapTicketEscalationTellMixin(models.AbstractModel):
    """How people are told about a promise at risk: an activity, and on their screen."""

    _name = "cap.ticket.escalation.tell.mixin"
    _inherit = ["cap.assessment.mixin"]
    _description = "Notices of an escalation"

    # === BUSINESS METHODS === #

    def _tell_escalations(self, steps):
        """Give each ticket an activity, and show a notice to who it concerns.

        :param steps: dict of (kind, level) by ticket.
        """
        activities = []
        for ticket, (kind, level) in steps.items():
            users = ticket._list_escalation_readers(kind, level)
            if not users:
                continue
            told = ticket.with_context(lang=users[0].lang or self.env.lang)
            activities.append(told._prepare_escalation(users[0], kind, level))
            for user in users:
                told = ticket.with_context(lang=user.lang or self.env.lang)
                user._bus_send(
                    "cap.ticket/escalated", told._prepare_escalated(kind, level)
                )
        quiet = self.env["mail.activity"].with_context(mail_activity_quick_update=True)
        quiet.sudo().create(activities)

    def _list_escalation_readers(self, kind, level):
        """Return who is told, first who gets the activity; they all see the ticket."""
        team = self.team_id.sudo()
        lead, manager = team.lead_id, team.manager_id
        chains = {
            "warned": [self.user_id, team.member_ids, lead, manager],
            "escalated": [lead, manager] if level == LEAD_STEP else [manager, lead],
        }
        for users in chains[kind]:
            readers = [user for user in users if self._find_reader([user])]
            if readers:
                return readers
        return team._list_program_leads() if team else []

    def _prepare_escalation(self, user, kind, level):
        """Return the values of the activity for one person."""
        return {
            "activity_type_id": self.env.ref(ACTIVITY).id,
            "res_model_id": self.env["ir.model"]._get_id(self._name),
            "res_id": self.id,
            "user_id": user.id,
            "summary": self._word_escalation(kind, level),
            "date_deadline": self._cap_today(),
            "automated": True,
        }

    def _prepare_escalated(self, kind, level):
        """Return what a screen shows, as plain JSON."""
        return {
            "ticket_id": self.id,
            "title": self._word_escalation(kind, level),
            "text": self.env._(
                "%(ticket)s, due %(deadline)s",
                ticket=self.display_name,
                deadline=self._word_moment(self.sla_deadline),
            ),
            "urgent": kind == "escalated",
        }

    def _word_escalation(self, kind, level):
        if kind == "warned":
            return self.env._(
                "%(share)s %% of the time is used: give it a priority", share=level
            )
        if level == LEAD_STEP:
            return self.env._("The promise is broken: nobody has looked at it")
        return self.env._("Still nobody has looked at it since the promise was broken")

    def _set_assessed(self, priority, ticket_type, reason):
        # a plan with all of its steps: nobody has been told anything yet
        is_told = len(self.escalation_plan or ()) < ESCALATION_STEPS
        result = super()._set_assessed(priority, ticket_type, reason)
        if is_told:
            self._finish_escalations()
        return result

    def _finish_escalations(self):
        """Mark what asked for an assessment as done."""
        kind = self.env.ref(ACTIVITY)
        pending = self.sudo().activity_ids.filtered(
            lambda activity: activity.activity_type_id == kind
        )
        if pending:
            pending.action_feedback(feedback=self.env._("Assessed."))
