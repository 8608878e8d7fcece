from odoo import api, models


class CapJobMixin(models.AbstractModel):
    """Calls for jobs at moments that are still to come."""

    _name = "cap.job.mixin"
    _inherit = ["cap.clock.mixin"]
    _description = "Calls for jobs"

    # === BUSINESS METHODS === #

    @api.model
    def _call_jobs(self, calls):
        """Have jobs called at some moments, in one insert.

        What Odoo does for one job at a time costs three queries; a request that comes
        in calls for two jobs. A moment that has passed is left to Odoo, which wakes a
        worker up for it.

        :param calls: set of (name of the job, naive UTC datetime).
        """
        now = self._cap_now()
        data = self.env["ir.model.data"]
        rows = [
            {"cron_id": data._xmlid_to_res_id(job, True), "call_at": moment}
            for job, moment in sorted(calls)
            if moment > now
        ]
        if rows:
            self.env["ir.cron.trigger"].sudo().create(rows)
        for job, moment in sorted(calls):
            if moment <= now:
                self.env.ref(job).sudo()._trigger(at=moment)
