import logging
from datetime import timedelta

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..const import LIVE_STATES, REPORT_CATCH_UP_DAYS
from ..tools.report_periods import period_around, period_before
from ..tools.worktime import from_epoch

_logger = logging.getLogger(__name__)

ACTIVITY = "connecta_cap.mail_activity_type_service_report"


class CapServiceReportScheduleMixin(models.AbstractModel):
    """Sends what is due on the first working day of a month, each report once.

    A draft that somebody has made is left to them; a failure of one client's report
    stops nobody else's, and is tried again the next day.
    """

    _name = "cap.service.report.schedule.mixin"
    _inherit = ["cap.service.report.sending.mixin"]
    _description = "Schedule of service reports"

    # === BUSINESS METHODS === #

    @api.model
    def _cron_send_due(self):
        """Make and send the reports that are due; safe to run at any time."""
        today = self._cap_today()
        cron = self.env["ir.cron"]
        for kind in self._list_due_kinds(today):
            days = period_before(kind, today)
            domain = self._get_waiting_domain(kind, *days)
            subscriptions = self.env["cap.subscription"].sudo()
            due = subscriptions.search(domain, order="id")
            cron._commit_progress(remaining=len(due))
            for subscription in due:
                # whoever makes this one at this moment sends it as well
                if subscription.try_lock_for_update(allow_referencing=True):
                    self._send_scheduled(subscription, kind, *days)
                if not cron._commit_progress(1):
                    return

    @api.model
    def _list_due_kinds(self, today):
        """Return the kinds of periods whose report is due today.

        From the first working day of the month on, for a few days: a report that
        somebody orders later in the month starts with the next one.
        """
        month, _after = period_around("month", today)
        first = self._get_working_day(month)
        if not first or not first <= today <= first + timedelta(REPORT_CATCH_UP_DAYS):
            return []
        is_quarter = period_around("quarter", today)[0] == month
        return ["month", "quarter"] if is_quarter else ["month"]

    @api.model
    def _get_working_day(self, day):
        """Return the first day from `day` on with response hours, None without any."""
        calendar = self.env.ref("connecta_cap.resource_calendar_response")
        start = self._cap_start_of(day)
        timeline, _closed = calendar._cap_timeline(start, start + timedelta(days=28))
        if not timeline.spans:
            return None
        opening = from_epoch(timeline.spans[0].start).replace(tzinfo=None)
        return self._cap_date_of(opening)

    @api.model
    def _get_waiting_domain(self, kind, first, after):
        """Return the subscriptions that were covered then and have no report yet."""
        covered = Domain("date_start", "<", after) & (
            Domain("date_end", "=", False) | Domain("date_end", ">", first)
        )
        same = Domain("date_from", "=", first) & Domain("date_to", "=", after)
        return (
            Domain("report_interval", "=", kind)
            & Domain("state", "in", LIVE_STATES)
            & Domain("period_ids", "any", covered)
            & Domain("report_ids", "not any", same)
        )

    @api.model
    def _send_scheduled(self, subscription, kind, first, after):
        """Make and send one report: all of it or nothing."""
        try:
            with self.env.cr.savepoint():
                report = self.sudo().create(
                    {
                        "subscription_id": subscription.id,
                        "kind": kind,
                        "date_from": first,
                        "date_to": after,
                        "user_id": subscription.account_manager_id.id or self.env.uid,
                    }
                )
                report._set_sent()
        except UserError as error:
            self._ask_to_mend(subscription, str(error))
        except Exception:
            _logger.exception("The report of %s was not sent", subscription.name)

    @api.model
    def _ask_to_mend(self, subscription, problem):
        """Ask the account manager, once, to put right what held a report back."""
        if not subscription.activity_search([ACTIVITY]):
            subscription.activity_schedule(
                ACTIVITY,
                user_id=subscription.account_manager_id.id or self.env.uid,
                note=problem,
            )
