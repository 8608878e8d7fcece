from odoo import models, tools


class CapCalendarZoneMixin(models.AbstractModel):
    """The time zone of a calendar, for those who ask for it at every turn."""

    _name = "cap.calendar.zone.mixin"
    _description = "Time zone of a calendar"

    # === CRUD METHODS === #

    def write(self, vals):
        result = super().write(vals)
        if "tz" in vals:
            self.env.registry.clear_cache()
        return result

    # === BUSINESS METHODS === #

    @tools.ormcache("self.id")
    def _read_tz(self):
        """Return the name of the calendar's zone; from memory once asked."""
        return self.sudo().tz
