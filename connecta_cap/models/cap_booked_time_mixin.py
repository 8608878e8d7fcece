from odoo import api, models


class CapBookedTimeMixin(models.AbstractModel):
    """A record that takes up a consultant's time, so that nothing else can.

    Whatever changes its time, by whichever way, changes the booking along.
    """

    _name = "cap.booked.time.mixin"
    _inherit = ["cap.meeting.mixin"]
    _description = "A record that books a consultant"

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._keep_time()
        return records

    def write(self, vals):
        result = super().write(vals)
        if self._get_booking_fields() & vals.keys():
            self._keep_time()
        return result

    def unlink(self):
        bookings = self.env["cap.consultant.booking"]._find_of(self)
        result = super().unlink()
        bookings.unlink()
        return result

    # === BUSINESS METHODS === #

    @api.model
    def _get_booking_fields(self):
        """Return the names of the fields that the booking depends on; a hook.

        :return: set of field names.
        """
        return {"user_id", "start", "stop", "state"}

    def _get_booked_time(self):
        """Return whose time the record takes up, and which; a hook.

        :return: (`res.users`, start, stop), naive UTC; None when it takes up none.
        """
        return None

    def _keep_time(self):
        """Book what the records take up, and let go of what they no longer do."""
        bookings = self.env["cap.consultant.booking"]
        for record in self.sudo():
            time = record._get_booked_time()
            if time:
                bookings._keep(record, *time)
            else:
                bookings._forget(record)
