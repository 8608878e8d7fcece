from datetime import timedelta

from odoo import api, fields, models

from ..const import UNCOVERED_BATCH


class CapTicketUncoveredMixin(models.AbstractModel):
    """Who is told of a request without cover, once, by a job a moment after it came in.

    The request itself waits for nobody: it may be one of many mails at the gate.
    """

    _name = "cap.ticket.uncovered.mixin"
    _inherit = ["cap.sla.mixin", "cap.ticket.client.mixin", "cap.batch.mixin"]
    _description = "Notice of a request without cover"

    is_untold = fields.Boolean(
        "Notice due",
        readonly=True,
        copy=False,
        help="It has no cover, and nobody was asked to look at it yet.",
    )

    _untold_idx = models.Index("(id) WHERE is_untold")

    # === CRUD METHODS === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"is_untold"}

    # === BUSINESS METHODS === #

    def _tell_uncovered(self):
        """Have somebody asked soon to look at these requests: they have no cover."""
        if self:
            self._guarded_write({"is_untold": True})
            soon = self._cap_now() + timedelta(seconds=1)
            self._call_jobs({("connecta_cap.ir_cron_cap_uncovered", soon)})

    @api.model
    def _cron_tell_uncovered(self):
        """Ask for a look at requests without cover; safe to run twice, side by side."""
        self._work_through(
            self.sudo().with_context(active_test=False),
            [("is_untold", "=", True)],
            UNCOVERED_BATCH,
            lambda tickets: self._each_alone(
                tickets, lambda ticket: ticket._ask_for_look()
            ),
        )

    def _ask_for_look(self):
        """Give a task to whoever answers for this request, unless it is settled."""
        self.ensure_one()
        self._guarded_write({"is_untold": False})
        if self.sla_state != "none" or self.is_closed:
            return
        kind, people = self._get_uncovered_task()
        person = self._find_reader(people)
        if person:
            asked = self.with_context(lang=person.lang or self.env.lang)
            asked.activity_schedule(kind, user_id=person.id)

    def _get_uncovered_task(self):
        """Return what is to be done about this request, and by whom.

        :return: (name of the type of activity, list of `res.users`): the first of them
            who works here and sees the ticket is asked.
        """
        team, manager = self.team_id, self.subscription_id.account_manager_id
        people = [manager, team.lead_id, *team.member_ids]
        return "connecta_cap.mail_activity_type_uncovered", people

    def _find_reader(self, users):
        """Return the first of some users who works here and sees this ticket.

        :param users: list of `res.users`, each at most one record.
        """
        self.ensure_one()
        for user in users:
            # the companies that the asking person has chosen are not the user's
            ticket = self.with_user(user).with_context(allowed_company_ids=[])
            if user.active and ticket.has_access("read"):
                return user
        return self.env["res.users"]
