from datetime import date, timedelta

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..tools.clock import FixedClock
from .common import CapCommon, utc

TODAY = "2026-03-10 10:00:00"


@tagged("post_install", "-at_install")
class TestPortalCover(CapCommon):
    """The client reads the backend's figures, in plain words, of its own cover only."""

    def covers(self, user=None, local=TODAY):
        self.env.flush_all()
        self.env.invalidate_all()  # states of another day
        clock = FixedClock(utc(local))
        subscriptions = self.env["cap.subscription"].with_user(user or self.acme_user)
        return subscriptions.with_context(cap_clock=clock)._list_portal_subscriptions()

    def page(self, user=None, local=TODAY):
        return self.covers(user, local)._prepare_portal_cover()

    def line(self, code, **kwargs):
        lines = self.page(**kwargs)["usage"]["lines"]
        return next((line for line in lines if line["code"] == code), None)

    def row(self, code, day):
        return self.subscription.delivery_ids.filtered(
            lambda row: row.code == code and str(row.date_start) == day
        )

    def words(self, code):
        return [row["words"] for row in self.line(code)["next"]]

    def history(self, day=None, user=None, local=TODAY):
        return self.covers(user, local)._prepare_portal_history(day)

    # === PROMISED AND DELIVERED === #

    def test_the_figures_are_those_of_the_backend(self):
        self.row("audit", "2026-01-01")._set_delivered(date(2026, 2, 1), "Report")
        self.row("training", "2026-01-01")._set_delivered(
            date(2026, 2, 1), "Flows", quantity=1
        )
        for local in (TODAY, "2026-08-01 10:00:00", "2026-12-31 10:00:00"):
            backend = self.at(self.subscription, local, self.manager)
            sums = backend._sum_deliveries(*backend._get_service_year())
            self.assertTrue(sums)
            for theirs in sums:
                mine = self.line(theirs["entitlement"].code, local=local)
                shown = {part["key"]: part["amount"] for part in mine["parts"]}
                self.assertEqual(mine["promised"], theirs["promised"])
                for part in ("delivered", "open", "late", "lapsed"):
                    self.assertEqual(shown.get(part, 0), theirs[part], part)

    def test_what_comes_next_is_said_with_its_days(self):
        self.row("audit", "2026-01-01")._set_planned(date(2026, 3, 20))
        self.row("training", "2026-01-01")._set_delivered(
            date(2026, 2, 1), "Flows", quantity=1
        )
        self.assertEqual(
            self.words("audit"), ["by 31 March 2026, planned for 20 March 2026"]
        )
        self.assertEqual(self.words("training"), ["2 h left, use before 1 July 2026"])
        self.assertEqual(self.words("health_check"), ["by 30 June 2026"])
        self.row("training", "2026-01-01")._set_delivered(date(2026, 3, 1))
        self.assertEqual(self.words("training"), ["3 h from 1 July 2026"])

    def test_what_is_late_is_said_plainly(self):
        def last_late():
            rows = self.page()["usage"]["late"]
            return [row["when"] for row in rows if row["name"] == audit_name][-1]

        audit = self.row("audit", "2025-10-01")
        audit_name = audit.entitlement_id.name
        self.assertEqual(last_late(), "was due on 31 December 2025")
        audit._set_planned(date(2026, 3, 20))
        self.assertEqual(
            last_late(), "was due on 31 December 2025, now planned for 20 March 2026"
        )
        audit._set_delivered(date(2026, 3, 1))
        self.assertEqual(last_late(), "was due on 30 September 2025")

    def test_a_set_up_of_an_earlier_year_stays_in_sight(self):
        row = self.subscription.delivery_ids.filtered(
            lambda row: row.code == "test_center"
        )
        self.assertFalse(self.line("test_center"))  # late, and said so elsewhere
        row._set_delivered(date(2025, 1, 20), "Three flows are tested each night")
        (next_,) = self.line("test_center")["next"]
        self.assertEqual(
            next_, {"words": "delivered on 20 January 2025", "is_done": True}
        )

    def test_the_list_is_filtered(self):
        cover = self.covers()
        counts = {}
        for name in ("year", "open", "late", "all", "moon", "", None):
            listed = cover._prepare_portal_deliveries(name)
            rows = cover._list_portal_deliveries(listed, 1000, 0)
            self.assertEqual(len(rows), listed["total"])
            counts[name] = {row["state"] for row in rows}, len(rows)
        self.assertEqual(counts["late"][0], {"late"})
        self.assertLessEqual(counts["open"][0], {"due", "planned"})
        self.assertEqual(counts["all"][1], len(self.subscription.delivery_ids))
        self.assertLess(counts["year"][1], counts["all"][1])
        for garbage in ("moon", "", None):
            self.assertEqual(counts[garbage], counts["year"])

    # === STATE OF THE COVER === #

    def status(self, user=None, local=TODAY):
        return self.page(user, local)["status"]

    def test_each_state_is_told_apart(self):
        self.assertEqual(self.status(self.lone_user)["kind"], "none")
        self.env["cap.subscription"].create({"partner_id": self.lone.id})
        self.assertEqual(self.status(self.lone_user)["kind"], "none")
        status = self.status()
        self.assertEqual(
            (status["kind"], status["since"]), ("active", "1 January 2025")
        )
        early = self.status(local="2024-12-01 10:00:00")
        self.assertEqual((early["kind"], early["day"]), ("coming", "1 January 2025"))
        self.assertEqual(early["plan"], {"tier": "Advisor"})
        period = self.subscription.period_ids
        period.date_end = date(2026, 4, 1)
        status = self.status()
        self.assertEqual((status["kind"], status["day"]), ("ending", "1 April 2026"))
        status = self.status(local="2026-04-01 10:00:00")
        self.assertEqual((status["kind"], status["day"]), ("ended", "1 April 2026"))
        period.date_end = False
        self.at(self.subscription, TODAY, self.manager)._set_suspended("Pause")
        status = self.status()
        self.assertEqual(
            (status["kind"], status["day"]), ("suspended", "10 March 2026")
        )

    def test_a_live_cover_goes_before_a_closed_one(self):
        old = self.subscription
        old._set_closed()
        self.assertEqual(self.status(local="2030-01-01 10:00:00")["kind"], "ended")
        new = self.subscribe(self.acme, "essential", "2025-02-01")
        self.assertEqual(self.page()["subscription"], new)
        new._set_suspended("Pause")
        self.assertEqual(self.covers(), new + old)

    def test_what_is_planned_is_announced(self):
        self.subscription._start_tier(
            self.tiers["alliance"], date(2030, 5, 1), "A second shop"
        )
        plan = self.status()["plan"]
        self.assertEqual(plan, {"tier": "Alliance", "day": "1 May 2030"})
        (event,) = self.history()["planned"]
        self.assertEqual(
            (event["words"], event["reason"]), ("1 May 2030", "A second shop")
        )
        gained = [line["name"] for line in event["gained"]]
        self.assertIn("Priority Line", gained)
        self.assertFalse(event["lost"])

    def test_staff_and_other_clients_do_not_get_it(self):
        self.assertFalse(self.covers(self.agent))
        self.assertFalse(self.covers(self.lone_user))
        self.assertEqual(self.covers(self.zeta_user), self.zeta_subscription)
        outsider = new_test_user(self.env, "cap_nobody", groups="base.group_user")
        with self.assertRaises(AccessError):
            self.covers(outsider)

    def test_other_tiers_say_what_they_would_add_and_end(self):
        others = {other["tier"].code: other for other in self.page()["others"]}
        self.assertEqual(set(others), {"essential", "alliance"})
        self.assertFalse(others["essential"]["gained"])
        self.assertIn("audit", others["essential"]["lost"].mapped("code"))
        self.assertIn("workshop", others["alliance"]["gained"].mapped("code"))
        self.assertTrue(others["alliance"]["findings"])
        self.assertFalse(self.page(self.lone_user)["others"])

    # === HISTORY === #

    def test_the_history_tells_reason_actor_pause_and_end(self):
        self.at(self.subscription, "2026-01-05 10:00:00", self.manager)._set_suspended()
        self.at(self.subscription, "2026-02-05 10:00:00", self.manager)._set_resumed()
        self.at(self.subscription, "2026-03-01 10:00:00", self.manager)._set_closed()
        history = self.history()
        kinds = [(event["kind"], event["words"]) for event in history["past"]]
        self.assertEqual(
            kinds,
            [
                ("end", "1 March 2026"),
                ("pause", "5 January 2026"),
                ("start", "1 January 2025"),
            ],
        )
        self.assertEqual(history["past"][1]["until"], "5 February 2026")
        start = history["past"][2]
        self.assertEqual(
            (start["tier"], start["reason"], start["actor"]),
            ("Advisor", "First tier", self.env.user.name),
        )

    def test_a_day_is_answered_in_the_words_of_that_day(self):
        audit = self.env.ref("connecta_cap.cap_entitlement_audit")
        today = self.subscription._cap_today()
        audit.description = "A deeper look, newly worded"
        yesterday = str(today - timedelta(days=1))
        texts = {}
        for day in (yesterday, str(today)):
            now = f"{today} 10:00:00"
            answer = self.history(day, local=now)["answer"]
            self.assertEqual(answer["tier"], "Advisor")
            texts[day] = [
                term["description"]
                for term in answer["terms"]
                if term["name"] == audit.name
            ]
        self.assertEqual(texts[str(today)], ["A deeper look, newly worded"])
        self.assertNotEqual(texts[yesterday], texts[str(today)])

    def test_days_without_cover_are_told_apart(self):
        self.at(self.subscription, "2026-01-05 10:00:00", self.manager)._set_suspended()
        self.at(self.subscription, "2026-02-05 10:00:00", self.manager)._set_resumed()
        for day, tier, suspended, has_terms in (
            ("2024-12-31", "", False, False),
            ("2025-01-01", "Advisor", False, True),
            ("2026-01-05", "Advisor", True, False),
            ("2026-02-05", "Advisor", False, True),
            ("0001-01-01", "", False, False),
            ("9999-12-31", "Advisor", False, True),
        ):
            with self.subTest(day):
                answer = self.history(day)["answer"]
                self.assertFalse(answer["error"])
                self.assertEqual(
                    (answer["tier"], answer["suspended"], bool(answer["terms"])),
                    (tier, suspended, has_terms),
                )
                self.assertEqual(answer["is_future"], day == "9999-12-31")

    def test_garbage_is_no_day(self):
        for text in ("x", "2026-02-30", "12/03/2026", "0000-00-00", "2026-03-12T10:00"):
            with self.subTest(text):
                self.assertTrue(self.history(text)["answer"]["error"])
        for nothing in (None, "", "  "):
            answer = self.history(nothing)["answer"]
            self.assertFalse(answer["error"] or answer["words"])
