from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import utc
from .test_rebase import LeadCase


@tagged("post_install", "-at_install")
class TestCalendarCheck(LeadCase):
    """The year's critical receipts, counted by the engine and by hand."""

    def check(self, year=2026, calendar=None, user=None):
        checks = self.env["cap.calendar.check"].with_user(user or self.lead)
        return checks._check(calendar or self.calendar, year)

    def find(self, check, kind, text=""):
        return [
            row for row in check.rows if row["kind"] == kind and text in row["case"]
        ]

    def test_all_of_a_year_is_as_counted_by_hand(self):
        self.close("2026-04-06", "Easter Monday")
        self.close("2026-05-01", "Labour Day")
        self.close("2027-05-01", "Labour Day")
        check = self.check()
        self.assertEqual(check.failed_count, 0)
        # two switches, two closed days, five edges, two days off that do not count
        self.assertEqual(check.case_count, 2 * 2 + 2 * 2 + 5 + 2)
        spring = self.find(check, "before_switch")[0]
        self.assertEqual(spring["filed"], "Fri 2026-03-27 16:00:00 CET")
        self.assertEqual(spring["deadline"], "Mon 2026-03-30 12:00:00 CEST")
        easter = self.find(check, "before_closed", "Easter Monday")[0]
        self.assertEqual(easter["deadline"], "Tue 2026-04-07 12:00:00 CEST")
        self.assertIn("Easter Monday closed", easter["explanation"])
        for kind in ("elsewhere", "personal"):
            row = self.find(check, kind)[0]
            self.assertEqual(row["filed"], "Mon 2026-06-01 16:00:00 CEST")
            self.assertEqual(row["deadline"], "Tue 2026-06-02 12:00:00 CEST")
        exact = self.find(check, "ends_at_closing")[0]
        self.assertTrue(exact["deadline"].endswith("17:00:00 CEST"))
        over = self.find(check, "one_second_later")[0]
        self.assertTrue(over["deadline"].endswith("09:00:01 CEST"))
        self.assertIn("OK", str(check.rows_html))

    def test_nothing_of_the_check_stays_but_its_result(self):
        leaves = self.env["resource.calendar.leaves"].search_count([])
        resources = self.env["resource.resource"].search_count([])
        check = self.check()
        self.assertEqual(self.env["resource.calendar.leaves"].search_count([]), leaves)
        self.assertEqual(self.env["resource.resource"].search_count([]), resources)
        self.assertTrue(check.exists())

    def test_other_hours_zones_and_weeks(self):
        for zone in ("America/New_York", "Asia/Tokyo", "Australia/Lord_Howe"):
            self.calendar.tz = zone
            self.close("2026-05-01", "Closed here")
            self.assertEqual(self.check().failed_count, 0, zone)
        self.calendar.tz = "Europe/Brussels"
        for line in self.calendar.attendance_ids:
            line.hour_to = 12.5
            line.copy({"hour_from": 13.25, "hour_to": 18, "day_period": "afternoon"})
        self.assertEqual(self.check(2027).failed_count, 0)
        self.calendar.switch_calendar_type()
        second = self.calendar.attendance_ids.filtered(
            lambda line: line.week_type == "1" and not line.display_type
        )
        second[:3].unlink()
        self.assertEqual(self.check(2028).failed_count, 0)

    def test_hours_around_the_clock(self):
        self.team.calendar_id = self.env.ref("connecta_cap.resource_calendar_on_call")
        check = self.check(calendar=self.team.calendar_id)
        self.assertEqual(check.failed_count, 0)
        self.assertTrue(self.find(check, "on_switch"))

    def test_a_wrong_engine_is_found(self):
        # the engine sees a closed day that is not on the wall
        checks = self.env["cap.calendar.check"].with_user(self.lead)
        wall = checks._read_wall(self.calendar)
        self.close("2026-06-02")
        case = next(case for case in checks._place_strangers(self.calendar, 2026, wall))
        row = checks._count_row(self.calendar, wall, case, 4)
        self.assertFalse(row["ok"])
        self.assertNotEqual(row["deadline"], row["by_hand"])

    def test_who_may_check_what(self):
        for user in (self.agent, self.manager):
            with self.assertRaises(AccessError):
                self.check(user=user)
        other = self.env["resource.calendar"].create({"name": "Elsewhere"})
        with self.assertRaisesRegex(UserError, "no response hours"):
            self.check(calendar=other)
        check = self.check()
        with self.assertRaises(AccessError):
            check.write({"failed_count": 0})
        company = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "cap_far_lead",
            groups="connecta_cap.group_cap_lead",
            company_id=company.id,
            company_ids=[company.id],
        )
        self.assertFalse(check.with_user(stranger)._filtered_access("read"))

    def test_buttons(self):
        with freeze_time(utc("2026-06-01 10:00:00")):
            action = self.team.with_user(self.lead).action_check_calendar()
        check = self.env["cap.calendar.check"].browse(action["res_id"])
        self.assertEqual((check.year, check.checked_by_id), (2026, self.lead))
        later = check.with_user(self.lead).action_check_next()
        self.assertEqual(check.browse(later["res_id"]).year, 2027)
        again = check.with_user(self.lead).action_check_again()
        self.assertEqual(check.browse(again["res_id"]).year, 2026)
        self.assertNotEqual(again["res_id"], check.id)

    # === ONCE A YEAR === #

    def remind(self, local):
        cron = self.env.ref("connecta_cap.ir_cron_cap_calendar_check")
        with freeze_time(utc(local)), self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()
        kind = self.env.ref("connecta_cap.mail_activity_type_calendar_check")
        return self.team.activity_ids.filtered(lambda a: a.activity_type_id == kind)

    def test_the_lead_is_asked_once_for_each_year(self):
        self.assertIn("2036", self.remind("2036-03-01 10:00:00").summary)
        self.assertEqual(len(self.remind("2036-03-02 10:00:00")), 1)
        found = self.remind("2036-12-01 10:00:00")
        self.assertEqual(len(found), 2)
        self.assertEqual(found.user_id, self.lead)
        self.assertIn("2037", " ".join(found.mapped("summary")))
        self.assertEqual(len(self.remind("2037-03-02 10:00:00")), 2)

    def test_who_has_checked_is_not_asked(self):
        self.check(2036)
        self.assertFalse(self.remind("2036-03-01 10:00:00"))

    def test_a_check_answers_the_question(self):
        self.assertTrue(self.remind("2036-03-01 10:00:00"))
        self.check(2036)
        self.assertFalse(self.remind("2036-03-01 12:00:00"))
