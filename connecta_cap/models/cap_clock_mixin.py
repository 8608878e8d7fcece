from datetime import datetime, time

import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import FURTHEST_YEARS
from ..tools.clock import FixedClock
from ..tools.months import add_months

DEFAULT_ZONE = "Europe/Brussels"


class CapClockMixin(models.AbstractModel):
    """The present moment and day of the program, the same for whoever asks."""

    _name = "cap.clock.mixin"
    _description = "Clock of the program"

    @api.model
    def _cap_now(self):
        """Return the present moment, naive UTC in whole seconds.

        Server code may replay the past with a `FixedClock` under `cap_clock`.
        """
        clock = self.env.context.get("cap_clock")
        return clock.now if isinstance(clock, FixedClock) else fields.Datetime.now()

    @api.model
    def _cap_today(self):
        """Return today's date in the program's time zone."""
        return self._cap_date_of(self._cap_now())

    @api.model
    def _cap_last_day(self):
        """Return the last day that anything is agreed for; later is a slip of a key."""
        return add_months(self._cap_today(), 12 * FURTHEST_YEARS)

    @api.model
    def _cap_check_near(self, day):
        """Refuse a day that nothing can be agreed for yet.

        :raises UserError: naming the last possible one.
        """
        last = self._cap_last_day()
        if day > last:
            raise UserError(
                self.env._(
                    "%(day)s is too far ahead: choose a day until %(last)s.",
                    day=day,
                    last=last,
                )
            )

    @api.model
    def _cap_date_of(self, moment, zone=None):
        """Return the program's calendar date at a moment.

        :param moment: naive UTC datetime.
        :param zone: what `_cap_zone` said, for many moments at once.
        """
        zone = zone or self._cap_zone()
        return pytz.utc.localize(moment).astimezone(zone).date()

    @api.model
    def _cap_start_of(self, day):
        """Return the moment at which a day of the program begins, naive UTC.

        :param day: date in the program's zone.
        """
        start = self._cap_zone().localize(datetime.combine(day, time.min))
        return start.astimezone(pytz.utc).replace(tzinfo=None)

    @api.model
    def _cap_zone(self):
        """Return the time zone that the program's days are counted in.

        Asked for at every turn, so it comes from memory.
        """
        known = self.env["ir.model.data"]._xmlid_to_res_id(
            "connecta_cap.resource_calendar_response"
        )
        calendar = self.env["resource.calendar"].browse(known or [])
        return pytz.timezone((known and calendar._read_tz()) or DEFAULT_ZONE)
