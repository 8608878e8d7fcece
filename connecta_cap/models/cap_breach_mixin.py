from odoo import api, fields, models
from odoo.fields import Domain

from ..const import BREACH_BATCH


class CapBreachMixin(models.AbstractModel):
    """What is late or about to be: seen at any moment, recorded by a job.

    A breach is dated at its deadline, even if nobody touches the record for days.
    """

    _name = "cap.breach.mixin"
    _inherit = ["cap.sla.mixin", "cap.batch.mixin"]
    _description = "Breach of a response promise"

    sla_is_at_risk = fields.Boolean(
        "At risk",
        compute="_compute_sla_is_at_risk",
        search="_search_sla_is_at_risk",
        help="Not assessed, and more than half of the working time is used.",
    )
    sla_is_overdue = fields.Boolean(
        "Overdue",
        compute="_compute_sla_is_overdue",
        search="_search_sla_is_overdue",
        help="Not assessed, and the deadline has passed.",
    )

    _sla_running_idx = models.Index("(sla_deadline) WHERE sla_state = 'running'")

    # === COMPUTE METHODS === #

    @api.depends("sla_state", "sla_warn_at", "sla_deadline")
    def _compute_sla_is_at_risk(self):
        now = self._cap_now()
        for record in self:
            record.sla_is_at_risk = (
                record.sla_state == "running"
                and record.sla_warn_at <= now < record.sla_deadline
            )

    def _search_sla_is_at_risk(self, operator, value):
        if operator != "in":
            return NotImplemented
        now = self._cap_now()
        return (
            Domain("sla_state", "=", "running")
            & Domain("sla_warn_at", "<=", now)
            & Domain("sla_deadline", ">", now)
        )

    @api.depends("sla_state", "sla_deadline")
    def _compute_sla_is_overdue(self):
        now = self._cap_now()
        for record in self:
            record.sla_is_overdue = record._is_unassessed() and bool(
                record.sla_deadline and record.sla_deadline <= now
            )

    def _search_sla_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        return (
            Domain("priority", "=", False)
            & Domain("sla_state", "in", ("running", "breached"))
            & Domain("sla_deadline", "<=", self._cap_now())
        )

    # === BUSINESS METHODS === #

    def _mark_breached(self, now=None):
        """Record that the deadline of running records has passed.

        The breach is dated at the deadline, however late it is noticed. Records that
        are not running or not due are left alone: a second call changes nothing.

        :param now: naive UTC datetime, the present moment by default.
        :return: the records that were due.
        """
        now = now or self._cap_now()
        due = self.filtered(
            lambda record: record.sla_state == "running" and record.sla_deadline <= now
        )
        due._guarded_write({"sla_state": "breached"})
        due._record_sla_events(
            "breached", {record.id: {"at": record.sla_deadline} for record in due}
        )
        return due

    @api.model
    def _cron_mark_breached(self):
        """Find tickets past their deadline; safe to run twice and side by side."""
        cron = self.env["ir.cron"]
        domain = Domain("sla_state", "=", "running") & Domain(
            "sla_deadline", "<=", self._cap_now()
        )
        # an archived ticket was promised an answer like any other
        records = self.sudo().with_context(active_test=False)
        while True:
            due = records.search(domain, order="sla_deadline", limit=BREACH_BATCH)
            locked = due.try_lock_for_update(allow_referencing=True)
            if not locked:
                return
            failed = self._together_or_alone(
                locked, lambda tickets: tickets._mark_breached()
            )
            domain &= Domain("id", "not in", failed.ids)
            left = records.search_count(domain, limit=BREACH_BATCH + 1)
            if not cron._commit_progress(len(locked), remaining=left):
                return
