from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .renewal_common import DAY, END, RENEWAL, RenewalCommon


@tagged("post_install", "-at_install")
class TestTerms(RenewalCommon):
    """A term says to the day until when there is cover, and only verbs move it."""

    def test_the_cover_ends_with_the_days_of_grace(self):
        self.assertEqual(self.subscription.date_end, END)
        self.assertEqual(self.subscription._tier_on(END - DAY), self.tiers["advisor"])
        self.assertFalse(self.subscription._tier_on(END))

    def test_the_states_of_a_term_follow_the_days(self):
        cases = (
            (RENEWAL - 61 * DAY, "open", 61),
            (RENEWAL - 60 * DAY, "upcoming", 60),
            (RENEWAL - DAY, "upcoming", 1),
            (RENEWAL, "grace", 0),
            (END - DAY, "grace", -13),
            (END, "expired", -14),
        )
        ours = self.subscription | self.zeta_subscription
        keys = ("open", "upcoming", "grace", "expired", False)
        for day, state, left in cases:
            with self.subTest(day=day), self.on(day):
                self.assertEqual(self.subscription.renewal_state, state)
                self.assertEqual(self.subscription.days_to_renewal, left)
                self.assertEqual(self.zeta_subscription.renewal_state, "open")
                for key in keys:
                    domain = [("id", "in", ours.ids), ("renewal_state", "=", key)]
                    found = ours.search(domain)
                    read = ours.filtered(lambda s, k=key: s.renewal_state == k)
                    self.assertEqual(found, read, key)
                exact = [("id", "in", ours.ids), ("days_to_renewal", "=", left)]
                self.assertEqual(ours.search(exact), self.subscription)
                within = [("id", "in", ours.ids), ("days_to_renewal", "<", left)]
                self.assertFalse(ours.search(within))

    def test_the_horizon_is_the_companys_furthest_reminder(self):
        self.subscription.company_id.cap_reminder_days = "10"
        with self.on(RENEWAL - 11 * DAY):
            self.assertEqual(self.subscription.renewal_state, "open")
        with self.on(RENEWAL - 10 * DAY):
            self.assertEqual(self.subscription.renewal_state, "upcoming")

    def test_midnight_is_the_programs(self):
        for moment, tier, state in (
            ("2031-01-14 22:59:59", "advisor", "grace"),
            ("2031-01-14 23:00:00", None, "expired"),
        ):
            with freeze_time(moment):
                for zone in ("UTC", "Asia/Tokyo", "America/New_York"):
                    record = self.subscription.with_context(tz=zone)
                    record.invalidate_recordset()
                    self.assertEqual(record.tier_id.code or None, tier)
                    self.assertEqual(record.renewal_state, state)

    def test_the_clients_page_says_where_the_term_stands(self):
        own = self.subscription.with_user(self.acme_user)
        cases = (
            (RENEWAL - 61 * DAY, "active", ""),
            (RENEWAL - 60 * DAY, "renewing", "15 January 2031"),
            (END - DAY, "renewing", "15 January 2031"),
            (END, "ended", "15 January 2031"),
        )
        for day, kind, words in cases:
            with self.subTest(day=day), self.on(day):
                status = own._prepare_portal_status()
                self.assertEqual((status["kind"], status["day"]), (kind, words))
                kinds = [event["kind"] for event in self.subscription._list_events()]
                self.assertEqual("end" in kinds, kind != "active")
        with self.on("2030-12-01"):
            self.subscription._plan_close(date(2030, 12, 24), "Moves away")
            status = own._prepare_portal_status()
            self.assertEqual(status["kind"], "ending")
            self.assertEqual(status["day"], "24 December 2030")

    def test_nobody_moves_the_end_by_hand(self):
        manager = self.subscription.with_user(self.manager)
        with self.assertRaisesRegex(UserError, "cannot be set by hand"):
            manager.renewal_date = date(2040, 1, 1)
        with self.assertRaisesRegex(UserError, "as agreed"):
            manager.period_ids.date_end = date(2040, 1, 1)
        with self.assertRaisesRegex(UserError, "as agreed"):
            manager.period_ids.date_end = False
        with self.assertRaisesRegex(UserError, "cannot be set by hand"):
            self.env["cap.subscription"].create(
                {"partner_id": self.lone.id, "renewal_date": RENEWAL}
            )

    def test_a_change_of_the_tier_keeps_the_end(self):
        with self.on("2030-06-01"):
            today = self.subscription._cap_today()
            self.subscription._start_tier(self.tiers["alliance"], today, "Up")
            later = today + 30 * DAY
            self.subscription._start_tier(self.tiers["essential"], later, "Down")
            self.assertEqual(self.subscription.date_end, END)
            planned = self.subscription.period_ids.filtered("is_planned")
            planned.action_cancel_plan()
            self.assertEqual(self.subscription.date_end, END)

    def test_a_downgrade_is_proposed_within_the_cover(self):
        cases = (
            ("2030-11-15", RENEWAL),  # training hours run until after the end
            (RENEWAL + 3 * DAY, RENEWAL + 4 * DAY),
            (END - DAY, END - DAY),
        )
        for today, expected in cases:
            with self.subTest(today=today), self.on(today):
                if today == "2030-11-15":
                    line = self.tiers["advisor"]._get_entitlement("training")
                    line.interval_months = 12
                self.env["cap.delivery"]._plan(self.subscription)
                day = self.subscription._get_lossless_day(self.tiers["essential"])
                self.assertLess(day, END)
                self.assertEqual(day, expected)

    def test_a_tier_cannot_begin_when_the_cover_has_ended(self):
        wizard = (
            self.env["cap.subscription.change.tier"]
            .with_user(self.manager)
            .create(
                {
                    "subscription_id": self.subscription.id,
                    "tier_id": self.tiers["alliance"].id,
                    "timing": "day",
                    "date_start": END,
                    "reason": "Agreed",
                }
            )
        )
        with (
            self.on("2030-11-15"),
            self.assertRaisesRegex(UserError, "ends on 15 January 2031: renew it"),
        ):
            wizard.action_confirm()

    def test_other_days_of_grace_move_the_end(self):
        with self.on("2030-06-01"):
            self.subscription.grace_days = 30
            self.assertEqual(self.subscription.date_end, RENEWAL + 30 * DAY)
        with self.on(RENEWAL + 5 * DAY):
            with self.assertRaisesRegex(UserError, "would have ended"):
                self.subscription.grace_days = 5
            self.subscription.grace_days = 6

    def test_grace_comes_from_the_setting(self):
        self.subscription.company_id.cap_grace_days = 21
        draft = self.env["cap.subscription"].create({"partner_id": self.lone.id})
        self.assertEqual(draft.grace_days, 21)
        self.assertEqual(self.subscription.grace_days, 14)

    def test_the_first_tier_proposes_the_first_term(self):
        draft = self.env["cap.subscription"].create({"partner_id": self.lone.id})
        wizards = self.env["cap.subscription.change.tier"].with_user(self.manager)
        with self.on("2028-02-29"):
            form = Form(wizards.with_context(default_subscription_id=draft.id))
            form.tier_id = self.tiers["essential"]
            form.reason = "Contract"
            self.assertEqual(form.renewal_date, date(2029, 2, 28))
            form.save().action_confirm()
            self.assertEqual(draft.state, "active")
            self.assertEqual(draft.renewal_date, date(2029, 2, 28))
            self.assertEqual(draft.date_end, date(2029, 3, 14))
            (term,) = draft.renewal_ids
            self.assertEqual(term.date_from, date(2028, 2, 29))
            self.assertEqual(term.user_id, self.manager)

    def test_a_first_term_can_be_left_open(self):
        draft = self.env["cap.subscription"].create({"partner_id": self.lone.id})
        wizards = self.env["cap.subscription.change.tier"].with_user(self.manager)
        form = Form(wizards.with_context(default_subscription_id=draft.id))
        form.tier_id = self.tiers["essential"]
        form.reason = "Contract"
        form.renewal_date = False
        form.save().action_confirm()
        self.assertEqual((draft.renewal_date, draft.date_end), (False, False))
        self.assertEqual(draft.renewal_state, "open")

    def test_a_first_term_in_the_past_is_refused(self):
        draft = self.env["cap.subscription"].create({"partner_id": self.lone.id})
        today = draft._cap_today()
        wizard = (
            self.env["cap.subscription.change.tier"]
            .with_user(self.manager)
            .create(
                {
                    "subscription_id": draft.id,
                    "tier_id": self.tiers["essential"].id,
                    "reason": "Contract",
                    "renewal_date": today,
                }
            )
        )
        with self.assertRaisesRegex(UserError, "has to lie ahead"):
            wizard.action_confirm()

    def test_terms_are_on_record(self):
        with self.assertRaisesRegex(UserError, "on record"):
            self.subscription.renewal_ids.note = "Something else"
        with self.assertRaisesRegex(UserError, "on record"):
            self.subscription.renewal_ids.unlink()


@tagged("post_install", "-at_install")
class TestRenew(RenewalCommon):
    """Renewing early adds, in grace leaves no gap, after the end starts anew."""

    def test_renewing_early_adds_to_the_end(self):
        with self.on("2030-11-15"):
            before = self.mails()
            wizard = self.renew(term_months=24, note="Two years, same price")
            self.assertEqual(wizard.date_start, RENEWAL)
            self.assertEqual(wizard.date_last, date(2032, 12, 31))
            self.assertEqual(wizard.date_grace, date(2033, 1, 14))
            self.assertFalse(wizard.comparison_html)
            wizard.action_confirm()
            self.assertEqual(self.subscription.renewal_date, date(2033, 1, 1))
            self.assertEqual(self.subscription.date_end, date(2033, 1, 15))
            (mail,) = self.mails() - before
            self.assertIn("Two years, same price", mail.body)
            self.assertIn("31 December 2032", mail.subject)
            readers = self.acme_user.partner_id | self.manager.partner_id
            self.assertEqual(mail.partner_ids, readers)
            term = self.subscription.renewal_ids.sorted("date_from")[-1]
            self.assertEqual(
                (term.date, term.date_from, term.date_until, term.user_id),
                (date(2030, 11, 15), RENEWAL, date(2033, 1, 1), self.manager),
            )

    def test_renewing_in_grace_leaves_no_gap(self):
        with self.on(END - DAY):
            self.renew().action_confirm()
            self.assertEqual(self.subscription.renewal_date, date(2032, 1, 1))
            self.assertEqual(self.subscription.renewal_state, "open")
        with self.on(END):
            self.assertEqual(self.subscription.tier_id, self.tiers["advisor"])
            self.run_cron("close")
            self.assertEqual(self.subscription.state, "active")

    def test_the_dialog_names_the_price_of_the_term(self):
        alliance, advisor = self.tiers["alliance"], self.tiers["advisor"]
        alliance.price, advisor.price = 1200, 0
        with self.on("2030-11-15"):
            wizard = self.renew()
            self.assertFalse(wizard.price_words)
            wizard.tier_id = alliance
            self.assertIn("1,200.00", wizard.price_words)

    def test_another_tier_comes_with_the_term(self):
        with self.on("2030-11-15"):
            wizard = self.renew(tier_id=self.tiers["alliance"].id, note="More")
            self.assertIn("Custom workshop", wizard.comparison_html)
            wizard.action_confirm()
            self.assertEqual(
                self.subscription._tier_on(RENEWAL - DAY), self.tiers["advisor"]
            )
            self.assertEqual(
                self.subscription._tier_on(RENEWAL), self.tiers["alliance"]
            )
            self.assertEqual(self.subscription.date_end, date(2032, 1, 15))
            term = self.subscription.renewal_ids.sorted("date_from")[-1]
            self.assertEqual(term.tier_id, self.tiers["alliance"])
            self.assertIn("Custom workshop", self.mails()[0].body)

    def test_another_tier_in_grace_holds_at_once(self):
        with self.on(RENEWAL + 3 * DAY):
            self.renew(tier_id=self.tiers["essential"].id).action_confirm()
            self.assertEqual(self.subscription.tier_id, self.tiers["essential"])
            day = RENEWAL + 2 * DAY
            self.assertEqual(self.subscription._tier_on(day), self.tiers["advisor"])

    def test_leap_days_and_month_ends_stay(self):
        with self.on("2028-02-29"):
            subscription = self.zeta_subscription
            wizard = self.renew(subscription, term_months=12)
            self.assertTrue(wizard.can_choose_start)
            wizard.action_confirm()
            ends = []
            for _year in range(4):
                ends.append(subscription.renewal_date.isoformat())
                self.renew(subscription, term_months=12).action_confirm()
        expected = ["2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"]
        self.assertEqual(ends, expected)

    def test_an_open_ended_cover_gets_its_first_term(self):
        subscription = self.zeta_subscription
        with self.on("2030-05-01"):
            self.renew(subscription, date_start=date(2030, 4, 1)).action_confirm()
            self.assertEqual(subscription.renewal_date, date(2031, 4, 1))
        with self.on("2030-05-02"):
            early = self.renew(subscription)
            self.assertFalse(early.can_choose_start)

    def test_what_had_ended_is_continued_by_a_new_subscription(self):
        for closed_by_job in (True, False):
            with self.subTest(closed_by_job), self.on(END + 2 * DAY):
                old = self.subscription
                old.contact_ids = self.acme_user.partner_id
                if closed_by_job:
                    self.run_cron("close")
                action = self.renew(note="Back again").action_confirm()
                fresh = old.browse(action["res_id"])
                self.assertEqual(fresh.origin_id, old)
                self.assertEqual((old.state, old.close_reason), ("closed", "expired"))
                self.assertEqual(old.date_end, END)
                self.assertEqual(fresh.state, "active")
                self.assertEqual(fresh.date_start, END + 2 * DAY)
                self.assertEqual(fresh.renewal_date, date(2032, 1, 17))
                self.assertEqual(fresh.tier_id, self.tiers["advisor"])
                self.assertEqual(fresh.contact_ids, old.contact_ids)
                self.assertEqual(fresh.account_manager_id, self.manager)
                self.assertEqual(len(self.mails(fresh)), 1)
                with self.assertRaisesRegex(UserError, "covers this client already"):
                    self.renew(old).action_confirm()
                ticket = self.submit("2031-01-17 13:00:00")
                self.assertEqual(ticket.subscription_id, fresh)
                self.assertEqual(ticket.sla_state, "running")
                fresh._set_closed("End of the first round")
                with self.assertRaisesRegex(UserError, "covers this client already"):
                    self.renew(old).action_confirm()
            if closed_by_job:
                self.subscription = self.subscribe(self.acme, "advisor", "2030-01-01")
                self.subscription._set_term(date(2030, 1, 1), RENEWAL, "Again")

    def test_no_term_ends_in_a_year_that_is_a_slip_of_a_key(self):
        with self.assertRaisesRegex(UserError, "9999-12-31 is too far ahead"):
            self.subscription._set_term(date(2030, 1, 1), date(9999, 12, 31), "Slip")

    def test_what_makes_no_sense_is_refused(self):
        with self.on(END + 2 * DAY):
            wizard = self.renew(date_start=END)
            with self.assertRaisesRegex(UserError, "in the past"):
                wizard.action_confirm()
        with self.on("2030-11-15"):
            with self.assertRaisesRegex(UserError, "at least a month"):
                self.renew(term_months=0).action_confirm()
            wizard = self.renew(term_months=10**9)
            self.assertFalse(wizard.date_until)
            with self.assertRaisesRegex(UserError, "ends before 15 November 2060"):
                wizard.action_confirm()
            with self.assertRaisesRegex(UserError, "was renewed meanwhile"):
                self.renew(date_start=RENEWAL + DAY).action_confirm()
            wizard = self.renew(self.zeta_subscription, date_start=date(2020, 1, 1))
            with self.assertRaisesRegex(UserError, "cannot start before"):
                wizard.action_confirm()
            draft = self.env["cap.subscription"].create({"partner_id": self.lone.id})
            with self.assertRaisesRegex(UserError, "has not started"):
                draft.action_renew()
            self.subscription._plan_close(date(2030, 12, 1), "Moves away")
            with self.assertRaisesRegex(UserError, "Keep the cover"):
                self.subscription.action_renew()
            self.subscription._set_closed("Moves away")
            with self.assertRaisesRegex(UserError, "closed by decision"):
                self.subscription.action_renew()

    def test_two_people_who_renew_add_one_term(self):
        with self.on("2030-11-15"):
            first, second = self.renew(), self.renew()
            first.action_confirm()
            with self.assertRaisesRegex(UserError, "was renewed meanwhile"):
                second.action_confirm()
            self.assertEqual(self.subscription.renewal_date, date(2032, 1, 1))

    def test_only_account_managers_renew(self):
        for name in ("agent", "lead", "consultant", "user"):
            with self.assertRaises(AccessError):
                self.renew(user=self.users[name])
            subscription = self.subscription.with_user(self.users[name])
            with self.assertRaises(AccessError):
                subscription._renew(RENEWAL, 12, self.tiers["advisor"])

    def test_deliveries_follow_the_new_end(self):
        def audits():
            return self.subscription.delivery_ids.filtered(
                lambda row: row.code == "audit" and row.date_start == RENEWAL
            )

        with self.on("2030-11-15"):
            self.env["cap.delivery"]._plan(self.subscription)
            self.assertEqual(audits().lapse_date, END)
            self.renew().action_confirm()
            self.assertFalse(audits().lapse_date)


@tagged("post_install", "-at_install")
class TestReminders(RenewalCommon):
    """Each mark goes out once, the nearest only, and there is proof of it."""

    def run_on(self, *days_before):
        for days in days_before:
            with self.on(RENEWAL - days * DAY):
                self.run_cron("remind")

    def marks(self):
        rows = self.subscription.reminder_ids.sorted("days", reverse=True)
        return [(row.days, row.state) for row in rows]

    def test_three_reminders_go_out_once_each(self):
        before = self.mails()
        self.run_on(61, 60, 60, 59, 31, 30, 29, 8, 7, 6, 0, -1)
        self.assertEqual(self.marks(), [(60, "sent"), (30, "sent"), (7, "sent")])
        sent = self.mails() - before
        self.assertEqual(len(sent), 3)
        readers = self.acme_user.partner_id | self.manager.partner_id
        for mail in sent:
            self.assertEqual(mail.partner_ids, readers)
            self.assertIn("1 January 2031", mail.subject)
            self.assertIn("14 January 2031", mail.body)
        self.assertEqual(self.subscription.reminder_ids.message_id, sent)

    def test_after_a_break_the_nearest_goes_out(self):
        before = self.mails()
        self.run_on(65, 5)
        self.assertEqual(self.marks(), [(60, "skipped"), (30, "skipped"), (7, "sent")])
        self.assertEqual(len(self.mails() - before), 1)

    def test_a_term_that_is_short_is_not_reminded_of_at_once(self):
        with self.on("2030-11-30"):
            subscription = self.zeta_subscription
            self.renew(subscription, term_months=1).action_confirm()
            self.run_cron("remind")
            self.assertEqual(
                subscription.reminder_ids.mapped(lambda r: (r.days, r.state)),
                [(30, "skipped"), (60, "skipped")],
            )
        with self.on("2030-12-23"):
            self.run_cron("remind")
            sent = subscription.reminder_ids.filtered("sent_at")
            self.assertEqual(sent.days, 7)

    def test_the_account_manager_gets_one_task(self):
        kind = self.env.ref("connecta_cap.mail_activity_type_renewal")

        def tasks():
            return self.subscription.activity_ids.filtered(
                lambda activity: activity.activity_type_id == kind
            )

        self.run_on(60)
        self.assertFalse(tasks())
        self.run_on(30, 7)
        (task,) = tasks()
        self.assertEqual((task.user_id, task.date_deadline), (self.manager, RENEWAL))
        with self.on(RENEWAL - 5 * DAY):
            self.renew().action_confirm()
        self.assertFalse(tasks())

    def test_who_renewed_is_left_alone_until_the_next_time(self):
        self.run_on(60)
        with self.on(RENEWAL - 50 * DAY):
            self.renew().action_confirm()
        self.run_on(30, 7)
        self.assertEqual(self.marks(), [(60, "sent")])
        self.run_on(-305)  # 60 days before the end of the next term
        self.assertEqual(self.marks(), [(60, "sent"), (60, "sent")])

    def test_who_leaves_is_not_reminded(self):
        with self.on(RENEWAL - 90 * DAY):
            day = RENEWAL - 20 * DAY
            self.subscription._plan_close(day, "Moves away")
        self.run_on(60, 30)
        self.assertFalse(self.marks())

    def test_the_days_are_a_setting(self):
        self.subscription.company_id.cap_reminder_days = "90, 1"
        self.run_on(90, 60, 30, 1)
        self.assertEqual(self.marks(), [(90, "sent"), (1, "sent")])
        self.subscription.company_id.cap_reminder_days = ""
        self.run_on(1, 0)
        self.assertEqual(len(self.marks()), 2)
        for text in ("soon", "30, -1", "0"):
            with self.assertRaisesRegex(UserError, "no list of days"):
                self.subscription.company_id.cap_reminder_days = text

    @mute_logger("odoo.addons.mail.models.mail_render_mixin")
    def test_a_fault_of_one_does_not_stop_the_others(self):
        with self.on("2030-01-01"):
            self.zeta_subscription._set_term(date(2030, 1, 1), RENEWAL, "First term")
        self.acme.name = "Faulty"
        view = self.env.ref("connecta_cap.mail_renewal_reminder")
        view.arch_db = view.arch_db.replace(
            't-out="day"',
            "t-out=\"1 / 0 if subscription.partner_id.name == 'Faulty' else day\"",
        )
        logger = "odoo.addons.connecta_cap.models.cap_reminder"
        with self.assertLogs(logger, "ERROR") as logs:
            self.run_on(60)
        self.assertIn("No reminder of cap.subscription", logs.output[0])
        self.assertFalse(self.marks())
        self.assertEqual(self.zeta_subscription.reminder_ids.days, 60)

    def test_reminders_are_on_record(self):
        self.run_on(60)
        row = self.subscription.reminder_ids
        self.assertEqual(row.reader_ids, row.message_id.partner_ids)
        with self.assertRaisesRegex(UserError, "on record"):
            row.sent_at = False
        with self.assertRaisesRegex(UserError, "on record"):
            row.unlink()
        action = row.action_open_record()
        self.assertEqual(action["res_id"], self.subscription.id)

    def test_what_has_no_mark_costs_nothing(self):
        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            with self.on(RENEWAL - 40 * DAY):
                records = self.env["cap.subscription"].search(
                    [("renewal_date", "=", RENEWAL)]
                )
                self.env["cap.reminder"]._remind_batch(
                    records, "renewal", "renewal_date", (60, 30), "none", "term_since"
                )
            return self.env.cr.sql_log_count - before

        self.run_on(60)
        count()
        few = count()
        for number in range(8):
            client, _user = self.make_client(f"Many{number}")
            subscription = self.subscribe(client, "essential", "2025-01-01")
            with self.on("2030-01-01"):
                subscription._set_term(date(2030, 1, 1), RENEWAL, "Term")
        self.run_on(60)
        self.assertEqual(count(), few)
