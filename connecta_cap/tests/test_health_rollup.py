import random
from datetime import date, timedelta

from odoo.tests import tagged

from ..tools.clock import FixedClock
from .health_common import HealthCommon

DAY = 24 * 60


@tagged("post_install", "-at_install")
class TestHealthRollup(HealthCommon):
    """Sums that are right however samples arrive, and what is deleted when."""

    def sums(self, name):
        rows = self.env[f"cap.health.{name}"].search(
            [("environment_id", "=", self.place.id)], order=f"flow_id, {name}"
        )
        values = rows.read(
            [
                name,
                "windows",
                "seconds",
                "ok",
                "failed",
                "timed",
                "p50_ms",
                "p95_ms",
                "p95_max_ms",
                "queue_max",
                "oldest_max_s",
            ]
        )
        return [{k: v for k, v in row.items() if k != "id"} for row in values]

    def test_an_hour_and_a_day_are_the_sum_of_their_windows(self):
        self.send(
            120,
            [
                self.window(0, ok=10, p50_ms=10, p95_ms=100, queue_depth=1),
                self.window(5, ok=20, failed=10, p50_ms=40, p95_ms=400, queue_depth=7),
                self.window(10, ok=5),
                self.window(60, ok=1, p50_ms=80, p95_ms=800),
            ],
        )
        self.roll_up()
        first, second = self.sums("hour")
        self.assertEqual((first["ok"], first["failed"], first["windows"]), (35, 10, 3))
        self.assertEqual(first["seconds"], 900)
        self.assertEqual((first["timed"], first["p95_ms"]), (40, 325.0))
        self.assertEqual((first["p95_max_ms"], first["queue_max"]), (400.0, 7))
        self.assertEqual(second["ok"], 1)
        (day,) = self.sums("day")
        self.assertEqual(
            (day["day"], day["ok"], day["windows"]), (date(2026, 6, 1), 36, 4)
        )
        self.assertAlmostEqual(day["p95_ms"], (40 * 325 + 800) / 41)

    def test_days_are_those_of_the_environments_zone(self):
        self.place.tz = "Asia/Tokyo"  # the start is 15:00 there
        self.send(20 * 60, [self.window(8 * 60), self.window(9 * 60)])
        self.roll_up()
        days = [row["day"] for row in self.sums("day")]
        self.assertEqual(days, [date(2026, 6, 1), date(2026, 6, 2)])

    def test_errors_are_of_the_day_of_their_hour(self):
        self.place.tz = "Asia/Kolkata"  # its days begin at half past an hour of UTC
        error = [{"class": "E", "message": "No answer"}]
        # 18:00 UTC is 23:30 there, so that this hour belongs to the day before
        rows = [
            self.window(10 * 60 + minute, ok=0, failed=1, errors=error)
            for minute in (0, 40)
        ]
        self.send(12 * 60, rows)
        self.roll_up()
        self.assertEqual([row["failed"] for row in self.sums("day")], [2])
        days = self.env["cap.health.error.day"].search(
            [("error_id.flow_id", "=", self.flow().id)]
        )
        self.assertEqual(days.mapped("day"), [date(2026, 6, 1)])
        self.assertEqual(days.count, 2)

    def test_another_zone_counts_the_days_anew(self):
        error = [{"class": "E", "message": "No answer"}]
        self.send(
            20 * 60,
            [
                self.window(hour * 60, ok=hour, failed=1, errors=error)
                for hour in (1, 5, 9, 13, 17)
            ],
        )
        self.roll_up()
        before = [(row["day"], row["ok"]) for row in self.sums("day")]
        self.assertEqual(before, [(date(2026, 6, 1), 28), (date(2026, 6, 2), 17)])
        clock = FixedClock(self.start + timedelta(hours=20))
        # the reporter says where it is: from 15:00 UTC on it is the next day there
        self.send(20 * 60 + 1, [], environment={"time_zone": "Asia/Tokyo"})
        self.watch(20 * 60 + 2)
        self.assertEqual(self.place.tz, "Asia/Tokyo")
        self.roll_up()
        after = [(row["day"], row["ok"]) for row in self.sums("day")]
        self.assertEqual(after, [(date(2026, 6, 1), 6), (date(2026, 6, 2), 39)])
        days = self.env["cap.health.error.day"].search(
            [("error_id.flow_id", "=", self.flow().id)], order="day"
        )
        self.assertEqual(days.mapped("count"), [2, 3])
        self.place.with_context(cap_clock=clock).tz = "Europe/Brussels"
        self.roll_up()
        again = [(row["day"], row["ok"]) for row in self.sums("day")]
        self.assertEqual(again, before)

    def test_days_whose_hours_are_gone_keep_their_sums(self):
        self.send(10, [self.window(0, ok=7)])
        self.roll_up()
        self.env["cap.health.hour"].search([]).unlink()
        later = FixedClock(self.start + timedelta(days=400))
        self.place.with_context(cap_clock=later).tz = "Asia/Tokyo"
        self.roll_up()
        self.assertEqual([row["ok"] for row in self.sums("day")], [7])

    def test_order_lateness_and_repetition_change_nothing(self):
        rows = [
            self.window(n * 5, flow=f"F{n % 3}", ok=n, p95_ms=n * 10, p50_ms=n)
            for n in range(200)
        ]
        self.send(2000, rows, key="all")
        self.roll_up()
        wanted = self.sums("hour"), self.sums("day")
        flows = self.place.flow_ids
        flows.active = False
        flows.unlink()
        self.env.invalidate_all()
        random.Random(7).shuffle(rows)
        # the flows come in the order of their names, so that sums compare
        self.send(
            2000, [self.window(1900, flow=f"F{n}") for n in range(3)], key="names"
        )
        self.env["cap.health.sample"].search([]).unlink()
        self.env["cap.health.dirty"].search([]).unlink()
        for n in range(0, 200, 7):
            self.send(2000 + n, rows[n : n + 7], key=f"part {n}")
            self.roll_up()
            self.roll_up()

        def strip(rows):
            return [
                {key: value for key, value in row.items() if key != "flow_id"}
                for row in rows
            ]

        self.assertEqual(strip(self.sums("hour")), strip(wanted[0]))
        self.assertEqual(strip(self.sums("day")), strip(wanted[1]))

    def test_nothing_is_counted_without_a_note(self):
        self.send(10, [self.window(0)])
        self.assertEqual(self.env["cap.health.rollup"]._roll_up(), 1)
        self.assertEqual(self.env["cap.health.rollup"]._roll_up(), 0)

    def purge(self, days):
        clock = FixedClock(self.start + timedelta(days=days))
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.registry.cursor() as cursor:
            env = self.env(cr=cursor)
            env["cap.health.purge"].with_context(cap_clock=clock)._cron_purge()
        self.env.invalidate_all()

    def test_samples_go_hours_go_later_and_days_stay(self):
        errors = [{"class": "E", "message": "No answer"}]
        self.send(10, [self.window(0, failed=1, errors=errors)])
        self.roll_up()
        place = [("environment_id", "=", self.place.id)]

        def count(name):
            return self.env[f"cap.health.{name}"].search_count(place)

        self.purge(34)
        self.assertEqual(count("sample"), 1)
        self.purge(36)
        self.assertEqual((count("sample"), count("report")), (0, 0))
        self.assertEqual((count("hour"), count("day")), (1, 1))
        errors = self.env["cap.health.error"].search([("flow_id", "=", self.flow().id)])
        self.assertEqual(errors.total, 1)
        self.purge(13 * 31 + 5)
        self.assertEqual((count("hour"), count("day")), (0, 1))
        self.assertFalse(
            self.env["cap.health.error"].search([("flow_id", "=", self.flow().id)])
        )
