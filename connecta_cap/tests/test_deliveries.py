from datetime import date, timedelta

from freezegun import freeze_time
from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..const import PLAN_AHEAD_MONTHS
from ..tools.months import add_months
from .common import CapCommon

DAY = timedelta(days=1)


@tagged("post_install", "-at_install")
class TestPlanner(CapCommon):
    """What is owed is in the ledger once, ahead of time, whoever plans it."""

    def setUp(self):
        super().setUp()
        self.today = self.subscription._cap_today()

    def rows(self, code, subscription=None):
        deliveries = (subscription or self.subscription).delivery_ids
        return deliveries.filtered(lambda row: row.code == code).sorted("date_start")

    def snapshot(self):
        names = ["entitlement_id", "cycle_start", "number", "date_start", "due_date"]
        return self.subscription.delivery_ids.read(names, load=None)

    def test_activation_plans_in_the_same_transaction(self):
        codes = set(self.subscription.delivery_ids.mapped("code"))
        self.assertEqual(
            codes,
            {
                "health_check",
                "audit",
                "training",
                "test_center",
                "notification_center",
            },
        )
        audits = self.rows("audit")
        self.assertEqual(audits[0].date_start, date(2025, 1, 1))
        self.assertEqual(audits[0].due_date, date(2025, 3, 31))
        ahead = add_months(self.today, PLAN_AHEAD_MONTHS)
        self.assertGreaterEqual(add_months(audits[-1].date_start, 3), ahead)
        self.assertLess(audits[-1].date_start, ahead)
        self.assertEqual(len(self.rows("test_center")), 1)

    def test_ten_runs_give_the_same_rows(self):
        before = self.snapshot()
        for _run in range(10):
            self.env["cap.delivery"]._plan(self.subscription)
        self.assertEqual(self.snapshot(), before)
        self.subscription._guarded_write({"plan_date": False})
        with self.enter_registry_test_mode():
            self.env.ref("connecta_cap.ir_cron_cap_plan").method_direct_trigger()
        self.assertEqual(self.snapshot(), before)
        self.assertEqual(self.subscription.plan_date, self.today)

    def test_the_database_knows_each_delivery_once(self):
        row = self.rows("audit")[0]
        self.env.flush_all()
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            self.env.cr.execute(
                "INSERT INTO cap_delivery (subscription_id, entitlement_id, unit,"
                " cycle_start, number, date_start) SELECT subscription_id,"
                " entitlement_id, unit, cycle_start, number, date_start"
                " FROM cap_delivery WHERE id = %s",
                [row.id],
            )

    def test_a_later_day_brings_more(self):
        count = len(self.rows("audit"))
        later = add_months(self.today, 3)
        with freeze_time(f"{later} 10:00:00"), self.enter_registry_test_mode():
            self.env.ref("connecta_cap.ir_cron_cap_plan").method_direct_trigger()
        self.subscription.invalidate_recordset()
        self.assertEqual(len(self.rows("audit")), count + 1)

    def test_an_upgrade_adds_and_keeps_the_rhythm_of_what_was_there(self):
        before = self.rows("audit").ids
        self.subscription._start_tier(self.tiers["alliance"], self.today, "Up")
        self.assertEqual(self.rows("audit").ids, before)
        (workshop,) = self.rows("workshop")
        self.assertEqual(workshop.date_start, self.today)
        self.assertEqual(workshop.due_date, add_months(self.today, 12) - DAY)

    def test_a_downgrade_at_once_ends_what_runs(self):
        open_audit = self.rows("audit").filtered(
            lambda row: row.date_start <= self.today <= row.due_date
        )
        future = self.rows("audit").filtered(lambda row: row.date_start > self.today)
        late = self.rows("audit").filtered(lambda row: row.state == "late")
        credit = self.rows("training").filtered(
            lambda row: row.date_start <= self.today < row.lapse_date
        )
        expiry = credit.lapse_date
        self.assertTrue(open_audit and future and late and credit)
        self.subscription._start_tier(self.tiers["essential"], self.today, "Down")
        self.assertFalse(future.exists())
        self.assertEqual(open_audit.state, "lapsed")
        self.assertEqual(set(late.mapped("state")), {"late"})
        self.assertEqual((credit.state, credit.lapse_date), ("due", expiry))

    def test_a_change_of_the_tier_reaches_its_clients(self):
        self.tiers["advisor"]._get_entitlement("audit").interval_months = 1
        self.assertFalse(self.subscription.plan_date)
        self.env["cap.delivery"]._plan(self.subscription)
        fresh = self.rows("audit").filtered(lambda row: row.date_start == self.today)
        self.assertLessEqual(fresh.due_date, add_months(self.today, 1) - DAY)
        self.assertTrue(self.subscription.plan_date)

    def test_a_plan_that_somebody_worked_on_is_not_lost(self):
        ahead = self.rows("audit")[-1]
        ahead._set_planned(ahead.date_start)
        self.subscription._start_tier(self.tiers["essential"], self.today, "Down")
        self.assertEqual(ahead.state, "lapsed")

    def test_a_set_up_is_owed_once(self):
        (set_up,) = self.rows("test_center")
        set_up._set_delivered(self.today, "Set up")
        line = self.tiers["advisor"]._get_entitlement("test_center")
        line.due_days = 10
        self.env["cap.delivery"]._plan(self.subscription)
        self.assertEqual(self.rows("test_center"), set_up)

    def test_a_suspension_holds_our_duties_and_moves_them_on(self):
        audit = self.rows("audit").filtered(
            lambda row: row.date_start <= self.today <= row.due_date
        )
        due = audit.due_date
        self.subscription._set_suspended("A pause")
        self.assertTrue(audit.is_held)
        back = due + 20 * DAY
        with freeze_time(f"{back} 10:00:00"):
            audit.invalidate_recordset()
            self.assertEqual(audit.state, "due")
            self.subscription._set_resumed()
            self.assertEqual(audit.due_date, due + (back - self.today))
            self.assertFalse(audit.is_held)

    def test_closing_takes_back_what_has_not_started(self):
        self.subscription._set_closed()
        starts = self.subscription.delivery_ids.mapped("date_start")
        self.assertTrue(all(start < self.today for start in starts))
        self.assertTrue(self.subscription.late_count)

    def test_a_draft_is_owed_nothing(self):
        draft = self.env["cap.subscription"].create({"partner_id": self.lone.id})
        draft._start_tier(self.tiers["advisor"], self.today, "First")
        self.assertFalse(draft.delivery_ids)

    def test_the_queries_do_not_grow_with_the_clients(self):
        subscriptions = self.subscription | self.zeta_subscription
        for number in range(8):
            client, _user = self.make_client(f"Many{number}")
            subscriptions |= self.subscribe(client, "alliance", "2025-01-01")

        def count(records):
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.env["cap.delivery"]._plan(records)
            return self.env.cr.sql_log_count - before

        count(subscriptions)
        self.assertEqual(count(subscriptions[:2]), count(subscriptions))


@tagged("post_install", "-at_install")
class TestLedger(CapCommon):
    """Where a delivery stands, who settles it, and sums that agree."""

    def setUp(self):
        super().setUp()
        self.today = self.subscription._cap_today()
        self.audit = self.subscription.delivery_ids.filtered(
            lambda row: (
                row.code == "audit" and row.date_start <= self.today <= row.due_date
            )
        )

    def test_the_three_readings_of_a_state_agree(self):
        rows = self.subscription.delivery_ids
        rows.filtered(lambda r: r.state == "late")[:2]._set_delivered(self.today)
        self.audit._set_planned(self.today)
        counts = dict(
            self.env["cap.delivery"]._read_group(
                [("id", "in", rows.ids)], ["state"], ["__count"]
            )
        )
        for state in ("late", "due", "planned", "delivered", "lapsed"):
            read = rows.filtered(lambda row, s=state: row.state == s)
            self.assertTrue(read, state)
            found = rows.search([("id", "in", rows.ids), ("state", "=", state)])
            self.assertEqual(set(found), set(read), state)
            self.assertEqual(counts[state], len(read))

    def test_late_begins_on_the_day_after(self):
        due = self.audit.due_date
        for day, state in ((due, "due"), (due + DAY, "late")):
            with freeze_time(f"{day} 10:00:00"):
                self.audit.invalidate_recordset()
                self.assertEqual(self.audit.state, state)

    def test_part_of_a_quantity_is_kept(self):
        credit = self.subscription.delivery_ids.filtered(
            lambda row: (
                row.code == "training" and row.date_start <= self.today < row.lapse_date
            )
        )
        credit._set_delivered(self.today, quantity=2)
        self.assertEqual((credit.state, credit.quantity_done), ("due", 2))
        credit._set_delivered(self.today, quantity=1)
        self.assertEqual((credit.state, credit.delivered_on), ("delivered", self.today))

    def test_consultants_settle_and_undo(self):
        audit = self.audit.with_user(self.users["consultant"])
        settle = self.env["cap.delivery.settle"].with_user(self.users["consultant"])
        settle.create(
            {"delivery_ids": audit.ids, "step": "plan", "date": self.today + DAY}
        ).action_confirm()
        self.assertEqual(audit.state, "planned")
        settle.create(
            {"delivery_ids": audit.ids, "date": self.today, "note": "Held"}
        ).action_confirm()
        self.assertEqual((audit.state, audit.note), ("delivered", "Held"))
        with self.assertRaisesRegex(UserError, "was delivered on"):
            audit._set_delivered(self.today)
        audit.action_undo()
        self.assertEqual((audit.state, audit.delivered_on), ("due", False))

    def test_what_makes_no_sense_is_refused(self):
        settle = self.env["cap.delivery.settle"]
        cases = (
            ({"step": "plan", "date": self.today - DAY}, "a day to come"),
            ({"step": "deliver", "date": self.today + DAY}, "before its day"),
        )
        for values, words in cases:
            wizard = settle.create({"delivery_ids": self.audit.ids, **values})
            with self.assertRaisesRegex(UserError, words):
                wizard.action_confirm()
        lapsed = self.subscription.delivery_ids.filtered(
            lambda row: row.state == "lapsed"
        )[0]
        with self.assertRaisesRegex(UserError, "lapsed on"):
            lapsed._set_delivered(self.today)
        lapsed._set_delivered(lapsed.lapse_date - DAY)
        self.assertEqual(lapsed.state, "delivered")

    def test_nobody_else_settles(self):
        for user in (self.agent, self.users["user"], self.acme_user):
            with self.assertRaises(AccessError):
                self.audit.with_user(user)._set_delivered(self.today)
        with self.assertRaisesRegex(UserError, "cannot be set by hand"):
            self.audit.with_user(self.manager).write({"delivered_on": self.today})
        with self.assertRaises(AccessError):
            self.audit.with_user(self.manager).unlink()

    def test_the_sums_agree_with_a_hand_count(self):
        first, last = self.subscription._get_service_year()
        self.audit._set_delivered(self.today)
        lines = self.subscription._sum_deliveries(first, last)
        by_code = {line["entitlement"].code: line for line in lines}
        for code, line in by_code.items():
            rows = self.subscription.delivery_ids.filtered(
                lambda row, c=code: (
                    row.code == c and first <= (row.due_date or row.date_start) < last
                )
            )
            self.assertEqual(line["promised"], sum(rows.mapped("quantity")))
            for state in ("late", "lapsed"):
                mine = rows.filtered(lambda row, s=state: row.state == s)
                self.assertEqual(line[state], sum(mine.mapped("quantity")))
            parts = [line[key] for key in ("delivered", "late", "lapsed", "open")]
            self.assertEqual(line["promised"], sum(parts))
        self.assertEqual(by_code["audit"]["delivered"], 1)

    def test_years_are_counted_from_the_first_day(self):
        self.assertEqual(
            self.subscription._get_service_year(date(2026, 3, 1)),
            (date(2026, 1, 1), date(2027, 1, 1)),
        )
        self.assertEqual(
            self.subscription._get_service_year(date(2025, 12, 31)),
            (date(2025, 1, 1), date(2026, 1, 1)),
        )

    def test_counts_cost_the_same_for_one_and_many(self):
        both = self.subscription | self.zeta_subscription

        def count(records):
            self.env.flush_all()
            records.invalidate_recordset()
            before = self.env.cr.sql_log_count
            records.mapped("late_count")
            return self.env.cr.sql_log_count - before

        count(both)
        self.assertEqual(count(self.subscription), count(both))
