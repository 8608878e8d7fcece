from datetime import date, timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import CapCommon

DAY = timedelta(days=1)


@tagged("post_install", "-at_install")
class TestTierChanges(CapCommon):
    """Up at once, down when nothing is cut short, plans in order, one clear mail."""

    def setUp(self):
        super().setUp()
        self.today = self.subscription._cap_today()

    def change(self, tier, **values):
        wizard = (
            self.env["cap.subscription.change.tier"]
            .with_user(self.manager)
            .create(
                {
                    "subscription_id": self.subscription.id,
                    "tier_id": self.tiers[tier].id,
                    "reason": "Agreed by phone",
                    **values,
                }
            )
        )
        wizard.action_confirm()
        return wizard

    def tiers_by_day(self):
        periods = self.subscription.period_ids.sorted("date_start")
        return [(period.date_start, period.tier_id.code) for period in periods]

    def mails(self):
        return self.subscription.message_ids.filtered("subject")

    def test_the_form_proposes_today_for_up_and_the_end_of_periods_for_down(self):
        wizards = self.env["cap.subscription.change.tier"].with_user(self.manager)
        form = Form(wizards.with_context(default_subscription_id=self.subscription.id))
        form.tier_id = self.tiers["alliance"]
        self.assertEqual((form.timing, form.date_start), ("now", self.today))
        form.tier_id = self.tiers["essential"]
        running = self.subscription.delivery_ids.filtered(
            lambda row: (
                row.code in ("audit", "training")
                and row.date_start <= self.today < row.date_end
            )
        )
        day = max(running.mapped("date_end"))
        self.assertEqual((form.timing, form.date_start), ("lossless", day))
        form.timing = "day"
        form.date_start = self.today + 3 * DAY
        self.assertIn("lapses on that day", form.comparison_html)
        self.assertIn("stays usable", form.comparison_html)

    def test_a_downgrade_waits_and_can_be_cancelled(self):
        wizard = self.change("essential")
        self.assertGreater(wizard.date_start, self.today)
        self.assertEqual(self.subscription.tier_id, self.tiers["advisor"])
        planned = self.subscription.period_ids.filtered("is_planned")
        self.assertEqual(planned.tier_id, self.tiers["essential"])
        with self.assertRaises(AccessError):
            planned.with_user(self.agent).action_cancel_plan()
        planned.with_user(self.manager).action_cancel_plan()
        (period,) = self.subscription.period_ids
        self.assertEqual(
            (period.tier_id, period.date_end), (self.tiers["advisor"], False)
        )
        self.assertIn("does not take place", self.mails()[0].body)

    def test_a_year_that_is_a_slip_of_a_key_is_refused_in_words(self):
        client = self.env["res.partner"].create({"name": "New", "is_company": True})
        draft = self.env["cap.subscription"].create({"partner_id": client.id})
        wizards = self.env["cap.subscription.change.tier"].with_user(self.manager)
        for subscription in (self.subscription, draft):
            subject = {"default_subscription_id": subscription.id}
            form = Form(wizards.with_context(**subject))
            form.tier_id = self.tiers["alliance"]
            if subscription == self.subscription:
                form.timing = "day"
            form.date_start = date(9999, 12, 31)
            form.reason = "Agreed"
            with self.assertRaisesRegex(UserError, "9999-12-31 is too far ahead"):
                form.save().action_confirm()

    def test_what_is_due_before_a_downgrade_is_told_to_stay_owed(self):
        audit = self.tiers["advisor"]._get_entitlement("audit")
        audit.due_days = 30
        start = self.subscription._cap_today()
        self.env["cap.delivery"]._plan(self.subscription)
        row = self.subscription.delivery_ids.filtered(
            lambda row: row.code == "audit" and row.state == "due"
        )[:1]
        self.assertGreaterEqual(row.due_date, start)
        day = row.due_date + 10 * DAY
        self.assertLess(day, row.date_end)
        wizard = self.change("essential", timing="day", date_start=day)
        self.assertIn("stays owed: it is due before", wizard.comparison_html)
        self.assertFalse(row.lapse_date)

    def test_what_has_started_cannot_be_cancelled(self):
        with self.assertRaisesRegex(UserError, "has started already"):
            self.subscription.period_ids.action_cancel_plan()

    def test_several_plans_stay_in_order(self):
        for tier, days in (("essential", 40), ("alliance", 20), ("alliance", 60)):
            self.change(tier, timing="day", date_start=self.today + days * DAY)
        expected = [
            (self.today + 20 * DAY, "alliance"),
            (self.today + 40 * DAY, "essential"),
            (self.today + 60 * DAY, "alliance"),
        ]
        self.assertEqual(self.tiers_by_day()[1:], expected)
        middle = self.subscription.period_ids.filtered(
            lambda period: period.date_start == expected[1][0]
        )
        middle.action_cancel_plan()
        self.assertEqual(self.tiers_by_day()[1:], [expected[0], expected[2]])
        self.change("essential", timing="now", keep_plans=False)
        self.assertEqual(self.tiers_by_day()[1:], [(self.today, "essential")])

    def test_an_upgrade_today_keeps_what_is_planned(self):
        self.change("essential", timing="day", date_start=self.today + 40 * DAY)
        self.change("alliance")
        later = self.subscription._tier_on(self.today + 40 * DAY)
        self.assertEqual(self.subscription.tier_id, self.tiers["alliance"])
        self.assertEqual(later, self.tiers["essential"])

    def test_client_and_account_manager_get_one_mail(self):
        contact = self.acme_user.partner_id
        contact.lang = self.env["res.lang"]._activate_lang("nl_NL").code
        before = self.mails()
        self.change("alliance")
        (mail,) = self.mails() - before
        self.assertEqual(mail.partner_ids, contact | self.manager.partner_id)
        self.assertIn("Alliance", mail.subject)
        for words in ("Custom workshop", "Agreed by phone", "/my/cap"):
            self.assertIn(words, mail.body)

    def test_the_chosen_contacts_get_the_mail(self):
        chosen = self.make_contact(self.acme, "acme_boss").partner_id
        self.subscription.contact_ids = chosen
        self.assertEqual(self.subscription._get_notice_partners(), chosen)

    def test_an_upgrade_asks_for_a_consultant_once(self):
        self.change("alliance")
        self.change("essential", timing="now")
        self.change("alliance")
        kind = self.env.ref("connecta_cap.mail_activity_type_consultant")
        asked = self.subscription.activity_ids.filtered(
            lambda activity: activity.activity_type_id == kind
        )
        self.assertEqual(asked.user_id, self.manager)
        self.assertEqual(len(asked), 1)

    def test_a_planned_upgrade_takes_effect_on_its_day(self):
        ticket = self.submit("2026-06-01 09:00:00")
        day = self.today + 10 * DAY
        self.change("alliance", timing="day", date_start=day)
        workshop = self.subscription.delivery_ids.filtered(
            lambda row: row.code == "workshop"
        )
        self.assertEqual(workshop.date_start, day)
        cron = self.env.ref("connecta_cap.ir_cron_cap_enter")
        for moment, line in ((day - DAY, False), (day, True), (day, True)):
            with freeze_time(f"{moment} 12:00:00"), self.enter_registry_test_mode():
                cron.method_direct_trigger()
            ticket.invalidate_recordset()
            self.assertEqual(ticket.priority_line, line)
        self.assertTrue(
            self.subscription.activity_search(
                ["connecta_cap.mail_activity_type_consultant"]
            )
        )

    def test_an_end_of_cover_survives_a_change(self):
        end = self.today + 90 * DAY
        self.subscription.period_ids.date_end = end
        self.change("alliance")
        self.assertEqual(self.subscription.date_end, end)

    def test_a_change_after_the_end_is_refused(self):
        self.subscription.period_ids.date_end = self.today + 10 * DAY
        with self.assertRaisesRegex(UserError, "renew it first"):
            self.change("alliance", timing="day", date_start=self.today + 20 * DAY)
