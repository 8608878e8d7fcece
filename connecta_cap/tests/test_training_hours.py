from datetime import date, datetime, timedelta

from freezegun import freeze_time
from psycopg2.errors import CheckViolation, UniqueViolation

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..tools.ledger import run_balance
from .common import CapCommon

DAY = timedelta(days=1)


class TrainingCommon(CapCommon):
    """A client whose first training hours come on 31 August 2027."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.consultant = cls.users["consultant"]
        cls.consultant.tz = "Europe/Brussels"
        cls.late, cls.late_user = cls.make_client("Late")
        with freeze_time("2027-08-31 08:00:00"):
            cls.cover = cls.subscribe(cls.late, "advisor", "2027-08-31")
        cls.cover.consultant_id = cls.consultant
        cls.credits = cls.env["cap.training.credit"]
        cls.lots = cls.env["cap.training.lot"]

    def rows(self, cover=None, kind=None):
        cover = cover or self.cover
        domain = [("subscription_id", "=", cover.id)]
        return self.credits.search(domain + ([("kind", "=", kind)] if kind else []))

    def lot(self, cover=None):
        cover = cover or self.cover
        return self.lots.search([("subscription_id", "=", cover.id)])

    def run_job(self, name="grant"):
        with self.enter_registry_test_mode():
            job = self.env.ref(f"connecta_cap.ir_cron_cap_training_{name}")
            job.method_direct_trigger()
        self.env.invalidate_all()

    def book(self, hours=2.0, slot=None, wishes=(), cover=None, **values):
        cover = cover or self.cover
        person = cover.partner_id.child_ids[:1]
        values = {
            "topic": "Failed orders",
            "hours": hours,
            "wishes": wishes,
            "attendees": person,
            "contact": person,
        } | values
        sessions = self.env["cap.training.session"]
        session = sessions._book(cover, values, slot)
        return sessions.with_user(self.consultant).browse(session.id)


@tagged("post_install", "-at_install")
class TestTrainingHours(TrainingCommon):
    """What is granted, lapses, is corrected and extended, and who may do so."""

    @freeze_time("2027-08-31 09:00:00")
    def test_hours_come_with_the_tier_and_lapse_after_six_calendar_months(self):
        lot = self.lot()
        self.assertEqual((lot.available, lot.date_start), (3.0, date(2027, 8, 31)))
        self.assertEqual(lot.expires_on, date(2028, 2, 29))
        delivery = lot.delivery_id
        self.assertEqual(delivery.code, "training")
        self.assertEqual(
            (delivery.res_model, delivery.res_id), (lot.credit_ids._name, lot.id)
        )
        self.assertEqual(self.cover.training_available, 3.0)
        self.assertEqual(self.cover.training_expires_on, date(2028, 2, 29))

    def test_many_runs_grant_once(self):
        with freeze_time("2028-03-01 09:00:00"):
            for _run in range(3):
                self.env["cap.delivery"]._plan(self.cover)
                self.run_job()
            grants = self.rows(kind="grant")
            days = grants.mapped("day")
            # counted from the first day: 31 August, 29 February
            self.assertEqual(days, [date(2027, 8, 31), date(2028, 2, 29)])
            self.assertEqual(grants[1].expires_on, date(2028, 8, 29))
            self.assertEqual(len(self.rows(kind="lapse")), 1)

    def test_the_database_knows_each_grant_once(self):
        grant = self.rows(kind="grant")
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            self.env.cr.execute(
                "INSERT INTO cap_training_credit (kind, subscription_id, company_id,"
                " delivery_id, day, quantity, change) SELECT kind, subscription_id,"
                " company_id, delivery_id, day, quantity, change"
                " FROM cap_training_credit WHERE id = %s",
                [grant.id],
            )

    def test_the_database_keeps_change_and_kind_together(self):
        grant = self.rows(kind="grant")
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
            self.env.cr.execute(
                "UPDATE cap_training_credit SET change = 9 WHERE id = %s", [grant.id]
            )

    def test_hours_lapse_on_their_day_however_late_the_job_is(self):
        with freeze_time("2028-02-29 09:00:00"):
            self.env.invalidate_all()
            self.assertEqual(self.cover.training_available, 0.0)
        with freeze_time("2028-02-28 22:30:00"):  # 23:30 in Brussels: the last day
            self.env.invalidate_all()
            self.assertEqual(self.cover.training_available, 3.0)
        with freeze_time("2028-05-20 09:00:00"):
            self.run_job()
            (lapse,) = self.rows(kind="lapse")
            self.assertEqual((lapse.day, lapse.change), (date(2028, 2, 29), -3.0))
            self.run_job()
            self.assertEqual(self.rows(kind="lapse"), lapse)

    @freeze_time("2027-10-01 09:00:00")
    def test_hours_outlive_a_downgrade_and_start_on_the_day_of_an_upgrade(self):
        today = self.cover._cap_today()
        self.cover._start_tier(self.tiers["essential"], today, "Down")
        self.assertEqual(self.cover.training_available, 3.0)
        self.assertTrue(self.cover._may_book_training())
        self.assertFalse(self.cover._entitled("training"))
        self.zeta_subscription._start_tier(self.tiers["alliance"], today, "Up")
        lot = self.lot(self.zeta_subscription)
        self.assertEqual((lot.date_start, lot.available), (today, 3.0))

    @freeze_time("2027-10-01 09:00:00")
    def test_a_tier_that_does_not_stay_the_day_takes_its_hours_back(self):
        today = self.cover._cap_today()
        cover = self.zeta_subscription
        for tier, left in (("advisor", 3.0), ("essential", 0.0), ("advisor", 3.0)):
            cover._start_tier(self.tiers[tier], today, "Changed my mind")
            self.assertEqual(cover.training_available, left, tier)
        self.assertEqual(len(self.rows(cover, "grant")), 1)
        self.assertEqual(self.rows(cover, "correct").mapped("change"), [-3.0, 3.0])

    def test_hours_that_start_anew_after_a_pause_are_granted_anew(self):
        cover = self.zeta_subscription
        with freeze_time("2027-10-01 09:00:00"):
            cover._start_tier(self.tiers["advisor"], date(2027, 10, 1), "Up")
            cover._set_suspended("A pause on the first day")
            self.assertEqual(cover.training_available, 0.0)
        with freeze_time("2027-11-15 09:00:00"):
            cover._set_resumed()
            self.assertEqual(cover.training_available, 3.0)
            self.assertEqual(cover.training_expires_on, date(2028, 5, 15))

    def test_the_past_of_a_cover_is_written_as_it_was(self):
        rows = self.rows(self.subscription)
        grants = rows.filtered(lambda row: row.kind == "grant")
        self.assertEqual(grants[:2].mapped("day"), [date(2025, 1, 1), date(2025, 7, 1)])
        lapses = rows.filtered(lambda row: row.kind == "lapse")
        self.assertEqual(lapses[:1].day, date(2025, 7, 1))
        balances = [balance for _row, balance in run_balance(r._as_row() for r in rows)]
        self.assertGreaterEqual(min(balances), 0)
        self.assertEqual(balances[-1], self.subscription.training_available)

    def test_rows_are_never_changed_or_removed(self):
        row = self.rows(kind="grant")
        with self.assertRaisesRegex(UserError, "append-only"):
            row.sudo().write({"quantity": 9})
        with self.assertRaisesRegex(UserError, "append-only"):
            row.sudo().unlink()
        for user in (self.manager, self.consultant, self.late_user):
            with self.assertRaises(UserError):
                self.credits.with_user(user).create({"kind": "grant"})

    @freeze_time("2027-10-01 09:00:00")
    def test_a_correction_is_a_row_with_a_reason(self):
        def correct(hours, reason, user=self.manager):
            wizard = self.env["cap.training.correct"].with_user(user)
            wizard.create(
                {"lot_id": self.lot().id, "hours": hours, "reason": reason}
            ).action_confirm()

        correct(1.5, "A gift for the delay")
        self.assertEqual(self.cover.training_available, 4.5)
        correct(-4.5, "Moved")
        self.assertEqual(self.cover.training_available, 0.0)
        row = self.rows(kind="correct")[0]
        self.assertEqual(
            (row.reason, row.user_id), ("A gift for the delay", self.manager)
        )
        for hours, reason, words in (
            (-1, "Too much", "0 h of these are left"),
            (1, " ", "Say why"),
            (0, "Nothing", "Enter the hours"),
        ):
            with self.assertRaisesRegex(UserError, words):
                correct(hours, reason)
        with self.assertRaises(AccessError):
            correct(1, "For myself", self.consultant)
        with self.assertRaises(AccessError):
            self.credits.with_user(self.consultant)._correct(self.lot(), 1, "Mine")

    @freeze_time("2028-02-01 09:00:00")
    def test_an_extension_follows_the_written_rule(self):
        def extend(until, reason="You were ill", user=self.manager):
            wizard = self.env["cap.training.extend"].with_user(user)
            wizard.create(
                {"lot_id": self.lot().id, "until": until, "reason": reason}
            ).action_confirm()

        suggested = self.env["cap.training.extend"].new({"lot_id": self.lot().id})
        self.assertEqual(suggested.until, date(2028, 3, 29))
        for until, reason, words in (
            (date(2028, 3, 30), "Long", "at the latest"),
            (date(2028, 2, 20), "Shorter", "at the latest"),
            (date(2028, 3, 1), "", "Say why"),
        ):
            with self.assertRaisesRegex(UserError, words):
                extend(until, reason)
        extend(date(2028, 3, 29))
        lot = self.lot()
        self.assertEqual((lot.expires_on, lot.is_extended), (date(2028, 3, 30), True))
        # the delivery follows, and the planner leaves it there
        delivery = lot.delivery_id
        self.env["cap.delivery"]._plan(self.cover)
        self.assertEqual(delivery.lapse_date, date(2028, 3, 30))
        self.assertEqual(delivery.due_date, date(2028, 3, 29))
        with self.assertRaisesRegex(UserError, "extended before"):
            extend(date(2028, 3, 29))
        with self.assertRaises(AccessError):
            extend(date(2028, 3, 29), user=self.consultant)
        with (
            freeze_time("2028-03-30 09:00:00"),
            self.assertRaisesRegex(UserError, "cannot be booked any more"),
        ):
            extend(date(2028, 4, 10))

    @freeze_time("2027-10-01 09:00:00")
    def test_a_delivery_made_of_hours_is_not_settled_by_hand(self):
        settle = self.env["cap.delivery.settle"].with_user(self.manager)
        wizard = settle.create({"delivery_ids": self.lot().delivery_id.ids})
        with self.assertRaisesRegex(UserError, "is made through"):
            wizard.action_confirm()

    def test_statement_and_backend_agree_at_constant_cost(self):
        cover = self.subscription.with_user(self.acme_user)
        statement = cover._prepare_training_statement()
        rows = self.rows(self.subscription)
        self.assertEqual(len(statement["rows"]), len(rows))
        self.assertEqual(
            sorted((row["day"], row["change"]) for row in statement["rows"]),
            sorted((row.day, row.change) for row in rows),
        )
        # what lapses on the day of the next grant was never there beside it
        self.assertEqual({row["balance"] for row in statement["rows"]}, {0.0, 3.0})
        self.assertEqual(statement["available"], self.subscription.training_available)
        lots = self.lot(self.subscription)
        live = lots.filtered(lambda lot: lot.expires_on > cover._cap_today())
        self.assertEqual(statement["available"], sum(live.mapped("available")))

        def count(user, own):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            own.with_user(user)._prepare_portal_training()
            return self.env.cr.sql_log_count - before

        self.book(0.5, cover=self.subscription)
        count(self.acme_user, self.subscription)
        with_one = count(self.acme_user, self.subscription)
        for _n in range(4):
            self.book(0.5, cover=self.subscription)
        self.assertEqual(count(self.acme_user, self.subscription), with_one)

    def test_the_statement_tells_what_lapsed_before_the_job_has_run(self):
        with freeze_time("2028-03-05 09:00:00"):
            self.env.invalidate_all()
            statement = self.cover._prepare_training_statement()
            first = statement["rows"][0]
            self.assertEqual((first["day"], first["balance"]), (date(2028, 2, 29), 0.0))

    def test_granting_costs_the_same_for_one_and_many(self):
        covers = self.cover.browse()
        with freeze_time("2027-09-15 09:00:00"):
            for number in range(6):
                client, _user = self.make_client(f"Grant{number}")
                covers |= self.subscribe(client, "advisor", "2027-09-15")

        def count(records):
            with freeze_time("2028-03-20 09:00:00"):
                self.env["cap.delivery"]._plan(records)
                self.env.flush_all()
                before = self.env.cr.sql_log_count
                self.credits._settle(records)
                self.env.flush_all()
                return self.env.cr.sql_log_count - before

        count(covers[:1])
        few = count(covers[1:2])
        many = count(covers[2:])
        # the names of the rows are read in batches
        self.assertLessEqual(many, few + 3)
        self.assertEqual(len(self.rows(covers[3], "grant")), 2)


@tagged("post_install", "-at_install")
class TestTrainingReminders(TrainingCommon):
    """Nobody loses hours without having been told, and offered a session."""

    def reminders(self):
        return self.lot().reminder_ids.filtered("sent_at")

    def test_clients_are_reminded_once_at_sixty_thirty_and_seven_days(self):
        expiry = date(2028, 2, 29)
        for before, sent in ((61, []), (60, [60]), (31, [60]), (30, [60, 30])):
            with freeze_time(f"{expiry - before * DAY} 09:00:00"):
                self.run_job("remind")
                self.run_job("remind")
                self.assertEqual(
                    sorted(self.reminders().mapped("days"), reverse=True), sent
                )
        with freeze_time("2028-02-27 09:00:00"):  # nobody looked for weeks
            self.run_job("remind")
        self.assertEqual(sorted(self.reminders().mapped("days")), [7, 30, 60])
        message = self.reminders()[0].message_id
        self.assertIn("3 h of training", message.body)
        self.assertIn(self.late_user.partner_id, message.partner_ids)
        self.assertIn(self.manager.partner_id, message.partner_ids)

    def test_only_the_nearest_reminder_is_sent_after_a_silence(self):
        with freeze_time("2028-02-25 09:00:00"):
            self.run_job("remind")
            self.assertEqual(self.reminders().mapped("days"), [7])
            passed = self.lot().reminder_ids - self.reminders()
            self.assertEqual(sorted(passed.mapped("days")), [30, 60])
            self.run_job("remind")
            self.assertEqual(len(self.reminders()), 1)

    def test_hours_with_a_short_life_are_reminded_of_at_once(self):
        with freeze_time("2028-02-01 09:00:00"):
            cover = self.subscribe(self.lone, "advisor", "2028-02-01")
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE cap_training_credit SET expires_on = '2028-02-21'"
                " WHERE subscription_id = %s",
                [cover.id],
            )
            self.env.invalidate_all()
            self.run_job("remind")
            self.assertEqual(
                self.lot(cover).reminder_ids.filtered("sent_at").mapped("days"), [30]
            )

    def test_an_extension_is_reminded_of_anew(self):
        with freeze_time("2028-02-25 09:00:00"):
            self.run_job("remind")
            lot = self.lot()
            until = lot.expires_on + 20 * DAY
            self.credits.with_user(self.manager)._extend(lot, until, "Illness")
            self.run_job("remind")
        known = self.lot().reminder_ids.filtered("sent_at")
        self.assertEqual(
            [(row.target_date, row.days) for row in known.sorted("id")],
            [(date(2028, 2, 29), 7), (until + DAY, 30)],
        )

    def test_one_ledger_has_all_reminders(self):
        with freeze_time("2028-02-01 09:00:00"):
            self.run_job("remind")
        reminder = self.reminders()
        self.assertEqual(reminder.kind, "training")
        self.assertIn("3 h of training", reminder.subject)
        self.assertEqual(self.lot().reminded_at, datetime(2028, 2, 1, 9))
        self.assertEqual(reminder.action_open_record()["res_id"], self.lot().id)
        with self.assertRaisesRegex(UserError, "on record"):
            reminder.sent_at = False

    def test_booked_hours_are_not_reminded_of(self):
        with freeze_time("2028-01-10 09:00:00"):
            self.book(3.0)
            self.run_job("remind")
            self.assertFalse(self.reminders())

    def test_the_proof_comes_from_the_mail_itself(self):
        with freeze_time("2028-02-01 09:00:00"):
            self.run_job("remind")
        reminder = self.reminders()
        self.assertEqual(reminder.proof, "In the queue")
        self.env["mail.notification"].sudo().create(
            {
                "mail_message_id": reminder.message_id.id,
                "res_partner_id": self.late_user.partner_id.id,
                "notification_type": "email",
                "notification_status": "sent",
            }
        )
        reminder.invalidate_recordset()
        self.assertIn("late_user@test.example", reminder.proof)

    def test_lapsing_without_an_offer_is_listed(self):
        action = self.env.ref("connecta_cap.cap_training_lot_action_lapsing")
        domain = [
            "|",
            ("offered_on", "=", False),
            ("reminded_at", "=", False),
            ("available", ">", 0),
            ("subscription_id", "=", self.cover.id),
        ]
        self.assertIn("offered_on", action.domain)
        with freeze_time("2028-02-01 09:00:00"):
            lots = self.lots.with_user(self.manager)
            self.assertTrue(lots.search(domain))
            self.run_job("remind")
            self.assertTrue(lots.search(domain))
            slot = self.env["cap.training.slot"].with_user(self.consultant)
            slot.create({"start": "2028-02-10 09:00:00", "partner_id": self.late.id})
            self.assertFalse(lots.search(domain))
            self.assertEqual(self.lot().offered_on, date(2028, 2, 1))
