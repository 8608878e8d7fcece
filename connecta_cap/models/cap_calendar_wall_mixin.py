from datetime import UTC, datetime, time, timedelta

import pytz

from odoo import api, models

from ..tools.calendar_check import Case, ClosedTime, OpenHours, Wall, find_plain_opening

WEEK = 7


class CapCalendarWallMixin(models.AbstractModel):
    """A calendar as somebody would read it off the wall, apart from the engine.

    It takes the lines of the week and the calendar's own closed days, and nothing of
    the code that counts deadlines.
    """

    _name = "cap.calendar.wall.mixin"
    _description = "Calendar read by hand"

    # === BUSINESS METHODS === #

    @api.model
    def _read_wall(self, calendar):
        """Return what hangs on the wall: zone, hours of the week, closed days.

        :param calendar: `resource.calendar`.
        """
        known = calendar.sudo()
        lines = known.attendance_ids.filtered(
            lambda line: not line.display_type and line.day_period != "lunch"
        )
        hours = [
            OpenHours(
                int(line.dayofweek),
                round(line.hour_from * 60),
                round(line.hour_to * 60),
                int(line.week_type)
                if known.two_weeks_calendar and line.week_type
                else None,
            )
            for line in lines
        ]
        return Wall(pytz.timezone(known.tz), hours, self._read_closed(known))

    def _read_closed(self, calendar):
        nobodys = [("calendar_id", "=", calendar.id), ("resource_id", "=", False)]
        leaves = calendar.env["resource.calendar.leaves"].search(nobodys)
        return [
            ClosedTime(
                leave.date_from.replace(tzinfo=UTC),
                leave.date_to.replace(tzinfo=UTC),
                leave.name or "",
            )
            for leave in leaves
            if leave.time_type == "leave"
            and (not calendar.company_id or leave.company_id <= calendar.company_id)
        ]

    @api.model
    def _place_strangers(self, calendar, year, wall):
        """Put days off where they must not count; the caller takes them back.

        :param wall: as it was read before.
        :return: list of `Case`, receipts on the day before.
        """
        start = self._find_evening(year, wall)
        if not start:
            return []
        local = start.astimezone(wall.zone).date() + timedelta(days=1)
        first, last = (
            wall.zone.localize(datetime.combine(local, at))
            .astimezone(UTC)
            .replace(tzinfo=None)
            for at in (time.min, time(23, 59, 59))
        )
        others = (
            self.env["res.company"]
            .sudo()
            .search([("id", "!=", calendar.company_id.id)])
        )
        other = (others - self.env.company)[:1] or others[:1] or self.env.company
        leaves = self.env["resource.calendar.leaves"].sudo().with_company(other)
        days = {"name": "Check", "date_from": first, "date_to": last}
        leaves.create({**days, "calendar_id": False})
        colleague = (
            self.env["resource.resource"]
            .sudo()
            .create({"name": "Check", "calendar_id": calendar.id})
        )
        leaves.create({**days, "calendar_id": calendar.id, "resource_id": colleague.id})
        return [Case("elsewhere", start), Case("personal", start)]

    def _find_evening(self, year, wall):
        """Return an hour before a closing after which the next day is open."""
        opening = find_plain_opening(year, wall)
        for _day in range(WEEK if opening else 0):
            tomorrow = opening + timedelta(days=1)
            if wall.is_open(tomorrow):
                closing = wall.find_closing(tomorrow)
                return closing and closing - timedelta(hours=1)
            opening = wall.find_opening(tomorrow)
        return None
