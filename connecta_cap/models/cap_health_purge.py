from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from ..const import HOUR_MONTHS, PURGE_BATCH, RAW_DAYS
from ..tools.months import add_months

# table, column with its age
RAW = (
    ("cap_health_sample", "window_start"),
    ("cap_health_error_count", "window_start"),
    ("cap_health_report", "received_at"),
)
LONG = (("cap_health_hour", "hour"), ("cap_health_error_day", "day"))


class CapHealthPurge(models.AbstractModel):
    """Deletes what is older than it is kept: samples soon, hours later, days never."""

    _name = "cap.health.purge"
    _inherit = ["cap.clock.mixin"]
    _description = "Purge of health samples"

    # === BUSINESS METHODS === #

    @api.model
    def _cron_purge(self):
        """Delete what is older than it is kept, batch by batch."""
        cron = self.env["ir.cron"]
        today = self._cap_today()
        now = self._cap_now()
        raw = now - timedelta(days=RAW_DAYS)
        old = add_months(today, -HOUR_MONTHS)
        for table, column in RAW:
            if not self._purge(cron, table, column, raw):
                return
        for table, column in LONG:
            if not self._purge(cron, table, column, old):
                return
        self._purge_errors(old)

    @api.model
    def _purge(self, cron, table, column, before):
        """Delete the rows of a table from before a moment.

        :return: False when the time of the job is up.
        """
        while count := self._delete_before(table, column, before):
            if not cron._commit_progress(count, remaining=count):
                return False
            if count < PURGE_BATCH:
                break
        return True

    @api.model
    def _delete_before(self, table, column, before):
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "DELETE FROM %(table)s WHERE ctid = ANY(ARRAY(SELECT ctid FROM"
                " %(table)s WHERE %(column)s < %(before)s LIMIT %(limit)s))",
                table=SQL.identifier(table),
                column=SQL.identifier(column),
                before=before,
                limit=PURGE_BATCH,
            )
        )
        self.env.invalidate_all()
        return self.env.cr.rowcount

    @api.model
    def _purge_errors(self, before):
        """Forget kinds of error that have not come for as long as hours are kept."""
        self.env.cr.execute(
            SQL(
                "DELETE FROM cap_health_error e WHERE created_at < %s AND NOT EXISTS"
                " (SELECT FROM cap_health_error_day d WHERE d.error_id = e.id)",
                before,
            )
        )
        self.env.invalidate_all()
