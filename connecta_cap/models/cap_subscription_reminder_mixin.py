from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..const import CLOSE_BATCH, LIVE_STATES

TASK = "connecta_cap.mail_activity_type_renewal"


class CapSubscriptionReminderMixin(models.AbstractModel):
    """Reminds client and account manager in time that a term comes to its end."""

    _name = "cap.subscription.reminder.mixin"
    _inherit = ["cap.subscription.renew.mixin"]
    _description = "Reminders of a renewal"

    reminder_ids = fields.One2many(
        "cap.reminder",
        "res_id",
        "Reminders",
        domain=lambda self: [("res_model", "=", self._name)],
    )

    # === BUSINESS METHODS === #

    @api.model
    def _cron_remind(self):
        """Send the reminders of renewals that are due; safe to run side by side."""
        today = self._cap_today()
        ahead = (
            Domain("state", "in", LIVE_STATES)
            & Domain("close_date", "=", False)
            & Domain("renewal_date", ">=", today)
        )
        for (company,) in self.sudo()._read_group(ahead, ["company_id"]):
            days = company._get_cap_reminder_days()
            last = today + timedelta(max(days, default=0))
            near = Domain("company_id", "=", company.id)
            near &= Domain("renewal_date", "<=", last)
            if days and not self._remind_company(ahead & near, days):
                return

    def _remind_company(self, domain, days):
        """Remind of all that a domain finds, batch by batch.

        :return: False when the time of the job is up.
        """
        records = self.sudo().with_context(active_test=False)

        def remind(batch):
            self.env["cap.reminder"].sudo()._remind_batch(
                batch,
                "renewal",
                "renewal_date",
                days,
                "connecta_cap.mail_renewal_reminder",
                since="term_since",
            )

        return self._work_through(records, domain, CLOSE_BATCH, remind)

    def _send_reminder(self, template, days, day):
        """Tell client and account manager that the term ends; ask to renew near it.

        :param template: XML id of the view that words it.
        :param days: the mark that was reached, in days before `day`.
        :param day: the renewal date.
        :return: the `mail.message`.
        """
        self.ensure_one()
        known = self._in_client_language()
        left = (day - self._cap_today()).days
        if days <= known.company_id.cap_renewal_task_days:
            self._ask_for_renewal(day)
        return known._tell(
            template,
            known.env._(
                "Your Connecta cover: renewal on %(day)s", day=known._word_day(day)
            ),
            left=left,
            day=known._word_day(day),
            until=known._word_last_day(),
        )

    def _ask_for_renewal(self, day):
        """Put the renewal on the account manager's list, once."""
        known = self.sudo()
        if not known.activity_search([TASK]):
            manager = known.account_manager_id or self.env.user
            known.activity_schedule(TASK, user_id=manager.id, date_deadline=day)

    def _set_term(self, start, until, note, tier=None):
        result = super()._set_term(start, until, note, tier)
        self.sudo().activity_feedback([TASK], feedback=note)
        return result

    def _set_closed(self, note="", reason="decided"):
        result = super()._set_closed(note, reason)
        self.sudo().activity_unlink([TASK])
        return result
