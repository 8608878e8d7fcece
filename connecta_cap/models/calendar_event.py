from odoo import api, models
from odoo.exceptions import UserError, ValidationError


class CalendarEvent(models.Model):
    """A meeting that belongs to a training session, a workshop or an audit.

    Its time is the record's: dragged in the calendar it would leave the booking of the
    consultant, the hours and the delivery behind.
    """

    _inherit = "calendar.event"

    # === CONSTRAINT METHODS === #

    @api.constrains("start", "stop")
    def _check_cap_time(self):
        for event in self.sudo():
            record = event._find_cap_record()
            vals = record and record._prepare_meeting_vals()
            if vals and (vals["start"], vals["stop"]) != (event.start, event.stop):
                raise ValidationError(
                    self.env._(
                        "“%(meeting)s” takes place when %(record)s says. Move that "
                        "record: the meeting follows, and everybody is told.",
                        meeting=event.name,
                        record=record.display_name,
                    )
                )

    # === CRUD METHODS === #

    @api.ondelete(at_uninstall=False)
    def _unlink_except_of_cap_record(self):
        for event in self.sudo():
            record = event._find_cap_record()
            if record:
                raise UserError(
                    self.env._(
                        "“%(meeting)s” belongs to %(record)s. Cancel that record, or "
                        "call it off: the meeting goes along, and everybody is told.",
                        meeting=event.name,
                        record=record.display_name,
                    )
                )

    # === BUSINESS METHODS === #

    def _find_cap_record(self):
        """Return the record of the program whose meeting this is, if any."""
        self.ensure_one()
        known = self.env.get(self.res_model or "")
        if known is None or not hasattr(known, "_prepare_meeting_vals"):
            return None
        record = known.browse(self.res_id).exists()
        return record if record.event_id == self else None
