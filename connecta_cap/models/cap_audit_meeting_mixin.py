from datetime import datetime, time

from odoo import api, models


class CapAuditMeetingMixin(models.AbstractModel):
    """The day of an audit in its auditor's calendar."""

    _name = "cap.audit.meeting.mixin"
    _inherit = ["cap.meeting.mixin"]
    _description = "Calendar of an audit"

    # === BUSINESS METHODS === #

    @api.model
    def _get_meeting_fields(self):
        return super()._get_meeting_fields() | {"date_planned", "auditor_id"}

    def _prepare_meeting_vals(self):
        """Return the auditor's day of work: in the calendar, yet nobody is invited."""
        start = datetime.combine(self.date_planned, time(8))
        return {
            "name": self.env._("Audit: %(audit)s", audit=self.display_name),
            "allday": True,
            "start": start,
            "stop": start.replace(hour=18),
            "show_as": "free",
            "user_id": self.auditor_id.id,
            "partner_ids": self.auditor_id.partner_id.ids,
        }
