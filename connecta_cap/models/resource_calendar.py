from collections import namedtuple
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import timedelta

import pytz

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools.intervals import Intervals

from ..tools.explain import Closure
from ..tools.frozen_terms import SlaTerms
from ..tools.localtime import format_hour
from ..tools.worktime import (
    HorizonExceeded,
    Timeline,
    from_epoch,
    merge_spans,
    to_epoch,
)

# Closed days before they are saved: (start, end, name), naive UTC, and ids of leaves.
ClosedPlan = namedtuple("ClosedPlan", ["added", "removed"])

FIRST_HORIZON = timedelta(days=21)
LAST_HORIZON = timedelta(days=800)

# What `one_look` has seen: (from when on, timeline, closures) by id of a calendar.
LOOKS = ContextVar("cap_calendar_looks", default=None)


@contextmanager
def one_look():
    """Let a calendar be read once for several questions; nobody changes it within."""
    token = LOOKS.set({})
    try:
        yield
    finally:
        LOOKS.reset(token)


class ResourceCalendar(models.Model):
    """Working hours, here also the hours in which a response promise counts."""

    _name = "resource.calendar"
    _inherit = ["resource.calendar", "cap.calendar.zone.mixin"]

    cap_team_ids = fields.One2many(
        "cap.team", "calendar_id", string="CAP teams", groups="base.group_user"
    )
    cap_on_call_team_ids = fields.One2many(
        "cap.team", "on_call_calendar_id", groups="base.group_user"
    )

    # === CONSTRAINT METHODS === #

    @api.constrains("attendance_ids", "schedule_type", "flexible_hours", "active")
    def _check_cap_usable(self):
        calendars = self.sudo()
        used = calendars.filtered("cap_team_ids")
        used |= calendars.filtered("cap_on_call_team_ids")
        used._ensure_countable()

    def _ensure_countable(self):
        """Refuse hours that no deadline can be counted in.

        :raises ValidationError: for flexible hours, an empty week or archived hours.
        """
        for calendar in self:
            if calendar.flexible_hours or calendar.schedule_type == "flexible":
                problem = self.env._("are flexible")
            elif not calendar._has_working_time():
                problem = self.env._("have no working time")
            elif not calendar.active:
                problem = self.env._("are archived")
            else:
                continue
            raise ValidationError(
                self.env._(
                    "The working hours %(calendar)s %(problem)s, so no deadline can be "
                    "counted in them. Choose fixed hours with at least one period a "
                    "week.",
                    calendar=calendar.name,
                    problem=problem,
                )
            )

    def _has_working_time(self):
        self.ensure_one()
        return any(
            line.hour_to > line.hour_from and not line.display_type
            for line in self.attendance_ids
        )

    # === BUSINESS METHODS === #

    def _cap_terms_batch(self, starts, hours, plan=None):
        """Return deadlines for many receipts at once, from one look at the calendar.

        The answer is the same for whoever asks: it is computed as superuser, in the
        calendar's zone, and counts only closed days of this very calendar. Personal
        leaves and other companies' closed days do not touch it.

        :param starts: list of naive UTC datetimes, whole seconds.
        :param hours: working hours of the promise, more than zero.
        :param plan: `ClosedPlan` of what would be closed, None for what is.
        :return: list of `SlaTerms`, one per start, in the same order.
        :raises ValidationError: when the calendar holds too little working time.
        """
        self.ensure_one()
        if not starts:
            return []
        calendar = self.sudo()
        if calendar.flexible_hours or calendar.schedule_type == "flexible":
            calendar._ensure_countable()
        seconds = round(hours * 3600)
        for look in calendar._cap_looks(starts, hours, plan):
            with suppress(HorizonExceeded):
                return [self._cap_terms(*look, start, seconds) for start in starts]
        raise calendar._get_scarcity_error(hours)

    def _cap_looks(self, starts, hours, plan):
        """Yield (timeline, closures) as `_cap_timeline` does, each farther ahead."""
        first, seen = min(starts), {} if plan else LOOKS.get()
        if seen and self.id in seen and seen[self.id][0] <= first:
            yield seen[self.id][1:]
        horizon = FIRST_HORIZON + timedelta(hours=hours)
        while True:
            look = self._cap_timeline(first, max(starts) + horizon, plan)
            if seen is not None:
                seen[self.id] = (first, *look)
            yield look
            # looked at only now: it costs two queries
            self._ensure_countable()
            if horizon > LAST_HORIZON:
                return
            horizon *= 4

    def _get_scarcity_error(self, hours):
        return ValidationError(
            self.env._(
                "The working hours %(calendar)s hold no %(hours)g hours of working "
                "time within two years: check their closed days.",
                calendar=self.name,
                hours=hours,
            )
        )

    def _cap_timeline(self, start, end, plan=None):
        """Return the working time and the closures between two moments.

        :param start: naive UTC datetime.
        :param end: naive UTC datetime.
        :param plan: `ClosedPlan` of what would be closed, None for what is.
        :return: (Timeline, tuple of Closure); a closure took working time away.
        """
        calendar = self.sudo().with_context(tz=self.sudo().tz)
        bounds = pytz.utc.localize(start), pytz.utc.localize(end)
        attendance = calendar._attendance_intervals_batch(*bounds)[False]
        leaves = calendar._leave_intervals_batch(
            *bounds, domain=list(self._get_cap_closed_domain(plan))
        )[False]
        leaves |= calendar._cap_planned_intervals(bounds, plan)
        spans = merge_spans((a, b) for a, b, _meta in attendance - leaves)
        planned = Timeline(merge_spans((a, b) for a, b, _meta in attendance))
        closures = []
        for left, right, leave in leaves:
            closure = Closure(to_epoch(left), to_epoch(right), leave[:1].name or "")
            if planned.worked_between(closure.start, closure.end):
                closures.append(closure)
        return Timeline(spans), tuple(closures)

    def _cap_next_work(self, now):
        """Return `now` within the working hours, else when they begin again.

        :param now: naive UTC datetime.
        """
        start = self._cap_terms_batch([now], 1 / 60)[0].spans[0].start
        return from_epoch(start).replace(tzinfo=None)

    def _word_weekly_hours(self):
        """Return the week as (day, hours) pairs in words, such as 'Monday', '9–17'."""
        days = {}
        labels = dict(
            self.env["resource.calendar.attendance"]
            ._fields["dayofweek"]
            ._description_selection(self.env)
        )
        lines = self.attendance_ids.filtered(lambda line: not line.display_type)
        for line in lines.sorted(lambda line: (line.dayofweek, line.hour_from)):
            hours = f"{format_hour(line.hour_from)}–{format_hour(line.hour_to)}"
            days.setdefault(labels[line.dayofweek], []).append(hours)
        return [(day, ", ".join(hours)) for day, hours in days.items()]

    def _list_closed_days(self, now, limit=20):
        """Return the closed days from `now` on as (first local day, name) pairs.

        :param now: naive UTC datetime.
        """
        if not self:
            return []
        domain = self._get_cap_closed_domain() & Domain("date_to", ">=", now)
        domain &= Domain("resource_id", "=", False)
        leaves = self.env["resource.calendar.leaves"].sudo().search(domain, limit=limit)
        zone = pytz.timezone(self.tz)
        return [
            (pytz.utc.localize(leave.date_from).astimezone(zone).date(), leave.name)
            for leave in leaves
        ]

    def _cap_planned_intervals(self, bounds, plan):
        """Return the closed days of a plan between two moments, as Odoo's intervals."""
        leaves, zone = self.env["resource.calendar.leaves"], pytz.timezone(self.tz)
        found = []
        for first, last, name in plan.added if plan else ():
            start = max(bounds[0], pytz.utc.localize(first)).astimezone(zone)
            end = min(bounds[1], pytz.utc.localize(last)).astimezone(zone)
            if start <= end:
                found.append((start, end, leaves.new({"name": name})))
        return Intervals(found)

    def _get_cap_closed_domain(self, plan=None):
        """Return which leaves close this calendar: its own list, nobody else's."""
        calendar = self.sudo()
        domain = Domain("time_type", "=", "leave") & Domain(
            "calendar_id", "=", calendar.id
        )
        if calendar.company_id:
            domain &= Domain("company_id", "in", [calendar.company_id.id, False])
        if plan:
            domain &= Domain("id", "not in", plan.removed)
        return domain

    def _cap_terms(self, timeline, closures, start, seconds):
        """Return the `SlaTerms` of one receipt over a given timeline."""
        first = to_epoch(pytz.utc.localize(start))
        last = timeline.deadline(first, seconds)
        return SlaTerms(
            from_epoch(last).replace(tzinfo=None),
            timeline.between(first, last),
            tuple(
                Closure(max(item.start, first), min(item.end, last), item.name)
                for item in closures
                if item.start < last and item.end > first
            ),
        )
