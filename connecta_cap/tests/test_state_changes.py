from datetime import date, datetime

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import html2plaintext, mute_logger

from .common import utc
from .renewal_common import DAY, END, RENEWAL, RenewalCommon


@tagged("post_install", "-at_install")
class TestExpiry(RenewalCommon):
    """A cover that nobody renews ends at midnight, with or without the job."""

    def test_the_job_draws_the_line(self):
        with self.on(END - DAY):
            self.run_cron("close")
            self.assertEqual(self.subscription.state, "active")
        before = self.mails()
        with self.on(END):
            self.run_cron("close")
            self.run_cron("close")
        self.assertEqual(self.subscription.state, "closed")
        self.assertEqual(self.subscription.close_reason, "expired")
        self.assertEqual(self.subscription.close_date, END)
        self.assertEqual(self.subscription.renewal_state, "expired")
        self.assertEqual(self.zeta_subscription.state, "active")
        (mail,) = self.mails() - before
        self.assertIn("15 January 2031", mail.subject)
        self.assertIn("was not renewed", mail.body)

    def test_a_late_job_keeps_the_day(self):
        with self.on(END + 30 * DAY):
            self.run_cron("close")
            self.assertEqual(self.subscription.close_date, END)
            self.assertEqual(self.subscription.date_end, END)

    def test_tickets_at_the_second_of_midnight(self):
        cases = (("2031-01-14 23:59:59", "running"), ("2031-01-15 00:00:00", "none"))
        for local, state in cases:
            with self.on(utc(local).date(), utc(local).time()):
                ticket = self.submit(local)
                self.assertEqual(ticket.sla_state, state)
                self.assertEqual(ticket.subscription_id, self.subscription)
        self.assertFalse(ticket.tier_id)
        self.assertFalse(ticket.sla_deadline)
        self.ask_for_looks()
        self.assertEqual(ticket.activity_ids.user_id, self.manager)
        with self.on(END):
            self.run_cron("close")
            later = self.submit("2031-01-15 10:00:00")
            self.assertEqual(later.sla_state, "none")

    def test_a_suspended_cover_ends_as_well(self):
        with self.on("2030-12-01"):
            self.subscription._set_suspended("Not paid")
        with self.on(END):
            self.run_cron("close")
        self.assertEqual(self.subscription.state, "closed")
        self.assertTrue(self.subscription.suspension_ids.date_end)

    @mute_logger("odoo.addons.mail.models.mail_render_mixin")
    def test_a_fault_of_one_does_not_stop_the_others(self):
        with self.on("2030-01-01"):
            self.zeta_subscription._set_term(date(2030, 1, 1), RENEWAL, "First term")
        view = self.env.ref("connecta_cap.mail_cover_ended")
        self.subscription.partner_id.name = "Faulty"
        view.arch_db = view.arch_db.replace(
            't-out="day"',
            "t-out=\"1 / 0 if subscription.partner_id.name == 'Faulty' else day\"",
        )
        logger = "odoo.addons.connecta_cap.models.cap_subscription_expiry_mixin"
        with self.on(END), self.assertLogs(logger, "ERROR"):
            self.run_cron("close")
        self.assertEqual(self.subscription.state, "active")
        self.assertEqual(self.zeta_subscription.state, "closed")

    def make_many(self, number):
        subscriptions = self.env["cap.subscription"]
        for index in range(number):
            client, _user = self.make_client(f"Many{number}_{index}")
            subscriptions |= self.subscribe(client, "essential", "2025-01-01")
        return subscriptions

    def test_looking_for_ends_costs_the_same_for_one_and_many(self):
        look = self.env["cap.subscription"]._cron_close
        with self.on("2030-06-01"):
            self.run_cron("close")  # the demonstration's own clients
            self.count(look)
            few = self.count(look)
        self.make_many(8)
        with self.on("2030-06-01"):
            self.assertEqual(self.count(look), few)

    def test_each_end_costs_a_bounded_number_of_queries(self):
        few, many = self.make_many(2), self.make_many(12)
        with self.on("2030-01-01"):
            for subscription in few | many:
                subscription._set_term(date(2030, 1, 1), RENEWAL, "Term")

        def close(records):
            for record in records:
                record._try_close_ended()

        with self.on(END):
            close(few[:1])
            costs = [self.count(lambda r=r: close(r)) for r in (few[1:], many)]
        self.assertEqual(set((few | many).mapped("state")), {"closed"})
        # the mail with its recipients, the plan of deliveries, the state
        self.assertLessEqual((costs[1] - costs[0]) / 11, 40)


@tagged("post_install", "-at_install")
class TestStateChanges(RenewalCommon):
    """What it brings is shown before, said in the same words, and then happens."""

    def wizard(self, operation, user=None, **values):
        return (
            self.env["cap.subscription.change.state"]
            .with_user(user or self.manager)
            .create(
                {
                    "subscription_id": self.subscription.id,
                    "operation": operation,
                    "reason": "Agreed by phone",
                    **values,
                }
            )
        )

    def text(self, wizard):
        return " ".join(html2plaintext(wizard.preview_html).split())

    def row(self, code, day):
        return self.subscription.delivery_ids.filtered(
            lambda row: row.code == code and row.date_start <= day < row.date_end
        )

    def test_each_asks_for_a_reason(self):
        with self.on("2030-02-01"), self.assertRaisesRegex(UserError, "Say why"):
            self.wizard("suspend", reason=" ").action_confirm()

    def test_a_suspension_is_shown_and_told_in_the_same_words(self):
        with self.on("2030-02-01"):
            self.env["cap.delivery"]._plan(self.subscription)
            audit = self.row("audit", date(2030, 2, 1))
            self.submit("2030-02-01 10:00:00")
            wizard = self.wizard("suspend")
            text = self.text(wizard)
            self.assertIn("Open tickets that we go on working on: 1.", text)
            self.assertIn("without a priority yet: 1", text)
            self.assertIn("1 February 2030 on are accepted, but without", text)
            self.assertIn(
                f"{audit.entitlement_id.name}, due by 31 March 2030: waits", text
            )
            self.assertIn("The renewal date stays 1 January 2031", text)
            self.assertIn("We still owe it", text)
            self.assertRegex(text, r"3 hours left: the expiry goes on.* 30 June 2030")
            before = self.mails()
            wizard.action_confirm()
            self.assertEqual(self.subscription.state, "suspended")
            self.assertEqual(self.subscription.suspension_ids.reason, "Agreed by phone")
            self.assertTrue(audit.is_held)
            (mail,) = self.mails() - before
            told = " ".join(html2plaintext(mail.body).split())
            self.assertIn(text, told)
            self.assertIn("Agreed by phone", told)
            readers = self.acme_user.partner_id | self.manager.partner_id
            self.assertEqual(mail.partner_ids, readers)

    def test_a_resumption_shows_how_far_each_duty_moves(self):
        with self.on("2030-02-01"):
            self.env["cap.delivery"]._plan(self.subscription)
            audit = self.row("audit", date(2030, 2, 1))
            self.subscription._set_suspended("A pause")
        with self.on("2030-02-21"):
            wizard = self.wizard("resume")
            text = self.text(wizard)
            name = audit.entitlement_id.name
            self.assertIn(f"{name}: due by 20 April 2030, 20 days later", text)
            self.assertIn("planned anew when the cover is back", text)
            wizard.action_confirm()
            self.assertEqual(audit.due_date, date(2030, 4, 20))
            self.assertFalse(audit.is_held)
            pause = self.subscription.suspension_ids
            self.assertEqual(pause.end_reason, "Agreed by phone")
            self.assertEqual(self.subscription.date_end, END)

    def test_a_pause_of_no_day_moves_nothing(self):
        with self.on("2030-02-01"):
            self.env["cap.delivery"]._plan(self.subscription)
            self.subscription._set_suspended("By mistake")
            text = self.text(self.wizard("resume"))
            self.assertIn("due by 31 March 2030 as before", text)

    def test_a_closing_comes_true_as_shown(self):
        with self.on("2030-02-01"):
            self.env["cap.delivery"]._plan(self.subscription)
            day = date(2030, 2, 1)
            self.subscription._start_tier(self.tiers["alliance"], day + 30 * DAY, "Up")
            audit, credit = self.row("audit", day), self.row("training", day)
            late = self.subscription.delivery_ids.filtered(
                lambda row: row.state == "late"
            )
            wizard = self.wizard("close")
            text = self.text(wizard)
            self.assertIn("No ticket is open.", text)
            self.assertIn("lapses with the end of the cover", text)
            self.assertRegex(text, r"3 hours left: usable until .* 30 June 2030")
            self.assertIn("Alliance, planned for 3 March 2030: does not take", text)
            wizard.action_confirm()
            self.assertEqual(self.subscription.state, "closed")
            self.assertEqual(self.subscription.close_reason, "decided")
            self.assertEqual(self.subscription.close_note, "Agreed by phone")
            self.assertEqual(audit.state, "lapsed")
            self.assertEqual(credit.state, "due")
            self.assertEqual(set(late.mapped("state")), {"late"})
            self.assertFalse(self.subscription.renewal_state)

    def test_a_later_closing_waits_for_its_day(self):
        day = date(2030, 4, 1)
        with self.on("2030-02-01"):
            self.env["cap.delivery"]._plan(self.subscription)
            wizards = self.env["cap.subscription.change.state"].with_user(self.manager)
            form = Form(
                wizards.with_context(
                    default_subscription_id=self.subscription.id,
                    default_operation="close",
                )
            )
            form.timing = "day"
            self.assertEqual(form.date, date(2030, 3, 1))
            form.date = day
            form.reason = "Moves away"
            self.assertIn(
                "still due by 31 March 2030", html2plaintext(form.preview_html)
            )
            form.save().action_confirm()
            self.assertEqual(self.subscription.state, "active")
            self.assertEqual(self.subscription.date_end, day)
            self.assertFalse(self.subscription.renewal_state)
            self.assertIn("1 April 2030", self.mails()[0].subject)
            count = len(self.mails())
        with self.on(day - DAY):
            self.run_cron("close")
            self.assertEqual(self.subscription.state, "active")
            self.assertTrue(self.subscription.tier_id)
        with self.on(day):
            self.assertFalse(self.subscription.tier_id)
            with self.assertRaisesRegex(UserError, "ended on"):
                self.subscription._keep_cover()
            self.run_cron("close")
        self.assertEqual(self.subscription.state, "closed")
        self.assertEqual(self.subscription.close_reason, "decided")
        self.assertEqual(self.subscription.close_note, "Moves away")
        self.assertEqual(len(self.mails()), count)

    def test_a_planned_closing_can_be_called_off(self):
        with self.on("2030-02-01"):
            self.subscription._plan_close(date(2030, 4, 1), "Moves away")
            with self.assertRaises(AccessError):
                self.subscription.with_user(self.agent).action_keep_cover()
            self.subscription.with_user(self.manager).action_keep_cover()
            self.assertEqual(self.subscription.date_end, END)
            self.assertFalse(self.subscription.close_date)
            self.assertIn("called off", self.mails()[0].body)
            with self.assertRaisesRegex(UserError, "No end is planned"):
                self.subscription.action_keep_cover()

    def test_an_open_ended_cover_is_open_again_when_kept(self):
        subscription = self.zeta_subscription
        with self.on("2030-02-01"):
            subscription._plan_close(date(2030, 4, 1), "Moves away")
            subscription._keep_cover()
            self.assertFalse(subscription.date_end)

    def test_days_that_make_no_sense_are_refused(self):
        with self.on("2030-02-01"):
            for day, words in (
                (date(2030, 2, 1), "later day"),
                (date(2030, 1, 1), "later day"),
                (END, "by itself"),
            ):
                wizard = self.wizard("close", timing="day", date=day)
                with self.assertRaisesRegex(UserError, words):
                    wizard.action_confirm()

    def test_what_is_closed_or_changed_meanwhile_is_refused(self):
        with self.on("2030-02-01"):
            first, second = self.wizard("suspend"), self.wizard("suspend")
            close, again = self.wizard("close"), self.wizard("close")
            first.action_confirm()
            with self.assertRaisesRegex(UserError, "cannot become “Suspended”"):
                second.action_confirm()
            close.action_confirm()
            with self.assertRaisesRegex(UserError, "only a live subscription"):
                again.action_confirm()

    def test_nobody_else_decides(self):
        for name in ("agent", "lead", "consultant", "user"):
            user = self.users[name]
            with self.assertRaises(AccessError):
                self.wizard("close", user)
            subscription = self.subscription.with_user(user)
            for call in (
                subscription._set_closed,
                lambda s=subscription: s._plan_close(date(2030, 4, 1), "Why"),
                subscription._set_suspended,
            ):
                with self.assertRaises(AccessError):
                    call()
        with self.assertRaisesRegex(UserError, "cannot be set by hand"):
            self.subscription.with_user(self.manager).close_date = datetime(2030, 1, 1)

    def test_the_client_reads_it_in_its_language(self):
        contact = self.acme_user.partner_id
        contact.lang = self.env["res.lang"]._activate_lang("nl_NL").code
        with self.on("2030-02-01"):
            self.wizard("suspend").action_confirm()
        self.assertIn("1 februari 2030", self.mails()[0].body)
