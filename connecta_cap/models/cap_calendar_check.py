from contextlib import closing
from datetime import UTC, timedelta

import pytz

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..const import PRIORITY_RESPONSE
from ..tools.calendar_check import list_cases
from ..tools.frozen_terms import pack_terms

ACTIVITY = "connecta_cap.mail_activity_type_calendar_check"
DECEMBER = 12


class CapCalendarCheck(models.Model):
    """The year's critical receipts, counted twice: by the engine and minute by minute.

    Both weekends on which the clock changes, every closed day, the edges of a working
    day, another company's closed day and a colleague's leave. The result is kept as it
    was found.
    """

    _name = "cap.calendar.check"
    _inherit = ["cap.calendar.wall.mixin", "cap.sla.words.mixin", "cap.clock.mixin"]
    _description = "CAP Calendar Check"
    _order = "checked_at desc, id desc"

    calendar_id = fields.Many2one(
        "resource.calendar", "Response hours", required=True, readonly=True, index=True
    )
    year = fields.Integer(required=True, readonly=True, aggregator=None)
    hours = fields.Float("Promised hours", required=True, readonly=True)
    checked_at = fields.Datetime("Checked on", required=True, readonly=True)
    checked_by_id = fields.Many2one("res.users", "By", required=True, readonly=True)
    rows = fields.Json(readonly=True)
    case_count = fields.Integer("Receipts", readonly=True)
    failed_count = fields.Integer("Not as counted by hand", readonly=True)
    rows_html = fields.Html(compute="_compute_rows_html", sanitize=False)

    # === COMPUTE METHODS === #

    @api.depends("calendar_id", "year")
    def _compute_display_name(self):
        for check in self:
            check.display_name = f"{check.calendar_id.name} {check.year}"

    @api.depends("rows")
    def _compute_rows_html(self):
        for check in self:
            check.rows_html = self.env["ir.qweb"]._render(
                "connecta_cap.calendar_check", {"rows": check.rows or []}
            )

    # === ACTION METHODS === #

    def action_check_again(self):
        """Check the same year once more.

        :return: action that opens the new result.
        """
        self.ensure_one()
        return self._check(self.calendar_id, self.year)._get_opening()

    def action_check_next(self):
        """Check the year after this one.

        :return: action that opens the new result.
        """
        self.ensure_one()
        return self._check(self.calendar_id, self.year + 1)._get_opening()

    # === BUSINESS METHODS - CHECKING === #

    @api.model
    def _check(self, calendar, year):
        """Count the critical receipts of a year, and keep what was found.

        :param calendar: `resource.calendar`, response hours of a team.
        :raises AccessError: unless a lead asks.
        :raises UserError: for hours that are no team's.
        """
        if not self.env.user.has_group("connecta_cap.group_cap_lead"):
            raise AccessError(self.env._("Only a support lead checks the calendar."))
        if not calendar.cap_team_ids:
            raise UserError(
                self.env._(
                    "%(calendar)s are no response hours of a team of yours.",
                    calendar=calendar.name,
                )
            )
        hours = self._get_promised_hours()
        rows = self._count_rows(calendar, year, hours)
        check = self.sudo().create(
            {
                "calendar_id": calendar.id,
                "year": year,
                "hours": hours,
                "checked_at": self._cap_now(),
                "checked_by_id": self.env.uid,
                "rows": rows,
                "case_count": len(rows),
                "failed_count": sum(not row["ok"] for row in rows),
            }
        )
        check._finish_reminders()
        return check.with_env(self.env)

    @api.model
    def _get_promised_hours(self):
        """Return the longest promise of a tier: it reaches over most closed days."""
        lines = self.env["cap.tier.entitlement"].sudo()
        found = lines.search([("entitlement_id.code", "=", PRIORITY_RESPONSE)])
        return max(found.mapped("quantity"), default=0) or 4.0

    @api.model
    def _count_rows(self, calendar, year, hours):
        """Return the results as plain JSON, one row a receipt, in order of time."""
        wall = self._read_wall(calendar)
        seconds = round(hours * 3600)
        rows = [
            self._count_row(calendar, wall, case, hours)
            for case in list_cases(year, wall, seconds)
        ]
        # what must not count is put there, looked at, and taken back
        with closing(self.env.cr.savepoint()):
            for case in self._place_strangers(calendar, year, wall):
                rows.append(self._count_row(calendar, wall, case, hours))
        return rows

    @api.model
    def _count_row(self, calendar, wall, case, hours):
        start = case.start.replace(tzinfo=None)
        terms = calendar._cap_terms_batch([start], hours)[0]
        by_hand = wall.find_deadline(case.start, round(hours * 3600))
        packed = pack_terms(terms, calendar.sudo().tz)
        return {
            "kind": case.kind,
            "case": self._word_case(case),
            "filed": self._word_second(start, wall.zone),
            "deadline": self._word_second(terms.deadline, wall.zone),
            "by_hand": self._word_second(by_hand.replace(tzinfo=None), wall.zone),
            "explanation": self._explain_deadline(start, terms.deadline, packed),
            "ok": terms.deadline.replace(tzinfo=UTC) == by_hand,
        }

    # === BUSINESS METHODS - WORDS === #

    @api.model
    def _word_second(self, moment, zone):
        local = pytz.utc.localize(moment).astimezone(zone)
        return local.strftime("%a %Y-%m-%d %H:%M:%S %Z")

    @api.model
    def _word_case(self, case):
        """Return what is critical about a receipt, in words."""
        words = {
            "before_switch": self.env._(
                "An hour before closing, then the clock changes"
            ),
            "on_switch": self.env._("On the day on which the clock changes"),
            "before_closed": self.env._(
                "An hour before closing, then %(name)s is closed", name=case.name
            ),
            "on_closed": self.env._("On %(name)s, a closed day", name=case.name),
            "before_opening": self.env._("A second before opening"),
            "at_opening": self.env._("At opening"),
            "ends_at_closing": self.env._("The time is up exactly at closing"),
            "one_second_later": self.env._("A second later it goes over the night"),
            "at_closing": self.env._("At closing"),
            "elsewhere": self.env._(
                "The next day is closed, but on no list of this team"
            ),
            "personal": self.env._("The next day a colleague is on leave"),
        }
        return words[case.kind]

    def _get_opening(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Check of the calendar"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [[False, "form"]],
        }

    # === BUSINESS METHODS - ONCE A YEAR === #

    @api.model
    def _cron_remind(self):
        """Ask each team's lead for the check of the year, from December on the next.

        Once a team and year, and only when nobody has checked it yet.
        """
        today = self._cap_today()
        year = today.year + (today.month == DECEMBER)
        notices = self.env["cap.team.notice"].sudo()
        for team in self.env["cap.team"].sudo().search([("lead_id", "!=", False)]):
            place = [("calendar_id", "=", team.calendar_id.id), ("year", "=", year)]
            if self.sudo().search_count(place, limit=1):
                continue
            if notices._take(team, "calendar", today.replace(year, 1, 1)):
                team.activity_schedule(
                    ACTIVITY,
                    user_id=team.lead_id.id,
                    date_deadline=today + timedelta(days=14),
                    summary=self.env._("Check the deadlines of %(year)s", year=year),
                )

    def _finish_reminders(self):
        """Mark what asked for this check as done."""
        teams = self.calendar_id.sudo().cap_team_ids
        teams.activity_feedback([ACTIVITY], feedback=self.env._("Checked."))
