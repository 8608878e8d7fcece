from datetime import timedelta

import pytz

from odoo import fields, models

from ..tools.waiting import list_work_days, plan_steps

# A calendar without work for so long is broken: nobody is reminded then.
MOST_DAYS = 400


class CapTeamWaitingMixin(models.AbstractModel):
    """How long a team waits for a client's answer, in its own working days."""

    _name = "cap.team.waiting.mixin"
    _inherit = ["cap.clock.mixin"]
    _description = "A team that waits for clients"

    waiting_reminder = fields.Integer(
        "Remind after",
        default=3,
        required=True,
        help="Working days without an answer after which the client is reminded; 0 for "
        "never.",
    )
    waiting_warning = fields.Integer(
        "Warn after",
        default=7,
        required=True,
        help="Working days after which the client reads when the ticket is going to be "
        "closed; 0 for never.",
    )
    waiting_close = fields.Integer(
        "Close after",
        default=10,
        required=True,
        help="Working days after which the ticket is closed; 0 for never. It takes a "
        "warning first.",
    )

    _waiting_in_order = models.Constraint(
        "CHECK(waiting_reminder >= 0 AND waiting_warning >= 0 AND waiting_close >= 0"
        " AND (waiting_warning = 0 OR waiting_reminder < waiting_warning)"
        " AND (waiting_close = 0"
        " OR (waiting_warning > 0 AND waiting_warning < waiting_close)))",
        "The reminder comes before the warning, and the warning before the closing. A "
        "ticket is never closed without a warning.",
    )

    # === BUSINESS METHODS === #

    def _get_waiting_steps(self):
        """Return after how many working days each step is taken, 0 for never."""
        self.ensure_one()
        return {
            "reminder": self.waiting_reminder,
            "warning": self.waiting_warning,
            "close": self.waiting_close,
        }

    def _plan_waiting(self, day):
        """Return the day of each step of a waiting that starts on a day."""
        steps = self._get_waiting_steps()
        days = self._list_work_days(day, max(steps.values()))
        if len(days) < max(steps.values()):
            return {}
        return plan_steps(steps, day, days)

    def _list_work_days(self, day, count):
        """Return working days after a day, enough for some steps.

        :param day: date in the zone of the team's hours.
        :param count: how many at least.
        :return: list of dates; fewer when there are none for a long time.
        """
        self.ensure_one()
        calendar = self.calendar_id.sudo()
        zone = pytz.timezone(calendar.tz)
        start = self._cap_start_of(day)
        length, days = count * 2 + 7, []
        while len(days) < count and length <= MOST_DAYS:
            timeline, _closures = calendar._cap_timeline(
                start, start + timedelta(days=length)
            )
            days = [one for one in list_work_days(timeline.spans, zone) if one > day]
            length *= 3
        return days
