import random
from datetime import datetime, timedelta

import pytz

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import CapCommon, utc

GOLDEN = [
    ("2026-03-27 16:00:00", "2026-03-30 12:00:00"),
    ("2026-10-23 15:30:00", "2026-10-26 11:30:00"),
    ("2026-03-28 11:00:00", "2026-03-30 13:00:00"),
    ("2026-03-30 08:59:59", "2026-03-30 13:00:00"),
    ("2026-03-30 13:00:00", "2026-03-30 17:00:00"),
    ("2026-03-30 13:00:01", "2026-03-31 09:00:01"),
    ("2026-03-30 17:00:00", "2026-03-31 13:00:00"),
    ("2026-04-03 15:00:00", "2026-04-07 11:00:00"),
    ("2026-06-01 15:00:00", "2026-06-02 11:00:00"),
    ("2026-06-08 15:00:00", "2026-06-09 11:00:00"),
]
ZONES = ("UTC", "America/New_York", "Asia/Tokyo")


@tagged("post_install", "-at_install")
class TestDeadlines(CapCommon):
    """The same deadline for whoever computes it, to the second."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        leaves = cls.env["resource.calendar.leaves"]
        leaves.create(
            {
                "name": "Easter Monday",
                "calendar_id": cls.calendar.id,
                "date_from": utc("2026-04-06 00:00:00"),
                "date_to": utc("2026-04-06 23:59:59"),
            }
        )
        other = cls.env["res.company"].create({"name": "Another company"})
        leaves.with_company(other).create(
            {
                "name": "Closed elsewhere",
                "company_id": other.id,
                "date_from": utc("2026-06-02 00:00:00"),
                "date_to": utc("2026-06-02 23:59:59"),
            }
        )
        worker = cls.env["resource.resource"].create(
            {"name": "Employee", "calendar_id": cls.calendar.id}
        )
        leaves.create(
            {
                "name": "Day off",
                "resource_id": worker.id,
                "calendar_id": cls.calendar.id,
                "date_from": utc("2026-06-09 00:00:00"),
                "date_to": utc("2026-06-09 23:59:59"),
            }
        )

    def test_golden_vectors_for_everybody_everywhere(self):
        people = [self.env.user, self.agent, self.acme_user]
        for user in people:
            for zone in ZONES:
                calendar = self.calendar.with_user(user).with_context(tz=zone)
                terms = calendar._cap_terms_batch([utc(r) for r, _due in GOLDEN], 4)
                for (received, due), term in zip(GOLDEN, terms, strict=True):
                    with self.subTest(user=user.login, zone=zone, received=received):
                        self.assertEqual(term.deadline, utc(due))
                        seconds = sum(span.seconds for span in term.spans)
                        self.assertEqual(seconds, 4 * 3600)

    def test_a_ticket_carries_its_deadline_and_words(self):
        ticket = self.submit("2026-04-03 16:00:00")
        self.assertEqual(ticket.sla_deadline, utc("2026-04-07 12:00:00"))
        self.assertEqual(
            ticket.with_user(self.acme_user).sla_explanation,
            "received Fri 3 Apr 16:00: 1 h on Friday, Easter Monday closed, "
            "3 h on Tuesday, due Tue 7 Apr 12:00 CEST",
        )
        self.assertEqual(ticket.sla_warn_at, utc("2026-04-07 10:00:00"))

    def test_a_batch_equals_core_to_the_second(self):
        chance = random.Random(19)
        first = datetime(2026, 1, 1)
        starts = [
            first + timedelta(seconds=chance.randrange(365 * 86400)) for _n in range(60)
        ]
        terms = self.calendar._cap_terms_batch(starts, 4)
        domain = list(self.calendar._get_cap_closed_domain())
        for start, term in zip(starts, terms, strict=True):
            planned = self.calendar.sudo().plan_hours(
                4, pytz.utc.localize(start), compute_leaves=True, domain=domain
            )
            planned = planned.astimezone(pytz.utc).replace(tzinfo=None)
            self.assertEqual(term.deadline, planned, start)

    def test_a_batch_costs_the_same_for_ten_and_a_thousand(self):
        starts = [datetime(2026, 6, 1) + timedelta(minutes=n) for n in range(1000)]

        def cost(some):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.calendar._cap_terms_batch(some, 4)
            return self.env.cr.sql_log_count - before

        self.assertEqual(cost(starts[:10]), cost(starts))

    def test_hours_that_cannot_be_counted_in_are_refused(self):
        flexible = self.env["resource.calendar"].create(
            {"name": "Flexible", "schedule_type": "flexible", "flexible_hours": True}
        )
        with self.assertRaisesRegex(ValidationError, "Flexible are flexible"):
            self.team.calendar_id = flexible
        empty = self.env["resource.calendar"].create(
            {"name": "Empty", "attendance_ids": [(5,)]}
        )
        empty.attendance_ids.unlink()
        with self.assertRaisesRegex(ValidationError, "no working time"):
            self.team.calendar_id = empty

    def test_used_hours_cannot_be_archived_or_made_flexible(self):
        with self.assertRaisesRegex(ValidationError, "archived"):
            self.calendar.active = False
        with self.assertRaisesRegex(ValidationError, "flexible"):
            self.calendar.flexible_hours = True

    def test_two_closed_years_are_an_error_with_a_way_out(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Closed for years",
                "calendar_id": self.calendar.id,
                "date_from": datetime(2030, 1, 1),
                "date_to": datetime(2045, 1, 1),
            }
        )
        with self.assertRaisesRegex(ValidationError, "closed days"):
            self.calendar._cap_terms_batch([datetime(2030, 2, 1)], 4)
