from datetime import timedelta

from odoo.tests import Form, tagged

from ..tools.clock import FixedClock
from .common import CapCommon, utc

# a Monday, with 90 days of cover behind it
TODAY = "2026-06-01 16:00:00"


@tagged("post_install", "-at_install")
class TestWhatIf(CapCommon):
    """What another tier would have given is read from the client's own last weeks."""

    def what_if(self, tier, subscription=None, user=None, local=TODAY):
        self.env.flush_all()
        self.env.invalidate_all()  # states of another day
        subscription = subscription or self.subscription
        record = subscription.with_user(user or self.manager).with_context(
            cap_clock=FixedClock(utc(local))
        )
        return record._prepare_what_if(self.tiers[tier])[self.tiers[tier]]

    def find(self, code, tier, **kwargs):
        findings = self.what_if(tier, **kwargs)
        return next(f for f in findings if code in (f["code"], f["key"]))

    def ask(self, kind, local, user=None, assessed=None):
        ticket = self.submit(local, user)
        later = assessed or local.replace(":00:00", ":30:00")
        self.at(ticket, later).action_assess("2", kind, "Why.")
        return ticket

    def book(self, cover, hours):
        contact = self.acme_user.partner_id
        values = {"topic": "Flows", "hours": hours, "wishes": []}
        values |= {"attendees": contact, "contact": contact}
        return self.env["cap.training.session"]._book(cover, values, None)

    def test_research_that_was_used_would_be_missed(self):
        for day in (4, 5, 6):
            self.ask("research", f"2026-05-0{day} 10:00:00")
        self.ask("research", "2026-01-05 10:00:00")  # longer ago than 90 days
        finding = self.find("research", "essential")
        self.assertEqual(finding["speaks"], "against")
        self.assertIn("Research requests in 90 days: 3.", finding["text"])
        self.assertIn("Essential does not include", finding["text"])
        self.assertNotIn("Not part of your tier", finding["text"])

    def test_declined_requests_speak_for_more(self):
        cover = self.zeta_subscription
        self.assertEqual(cover._count_declined_demand(), {})
        for day in (4, 5):
            self.ask("research", f"2026-05-0{day} 10:00:00", self.zeta_user)
        self.ask("advice", "2026-05-06 10:00:00", self.zeta_user)
        clock = FixedClock(utc(TODAY))
        counted = cover.with_context(cap_clock=clock)._count_declined_demand()
        self.assertEqual(counted, {"research": 2, "consultant": 1})
        finding = self.find("research", "advisor", subscription=cover)
        self.assertEqual(finding["speaks"], "for")
        self.assertIn("Not part of your tier at that time: 2.", finding["text"])
        self.assertIn("Advisor includes", finding["text"])

    def test_what_a_client_asks_for_counts_before_it_is_assessed(self):
        cover = self.zeta_subscription
        self.submit("2026-05-29 15:00:00", self.zeta_user, requested_type="research")
        finding = self.find("research", "advisor", subscription=cover)
        self.assertEqual(finding["speaks"], "for")
        self.assertIn("Research requests in 90 days: 1.", finding["text"])

    def test_what_was_not_needed_is_said(self):
        self.ask("incident", "2026-05-04 10:00:00")
        finding = self.find("consultant", "alliance")
        self.assertEqual(finding["speaks"], "against")
        self.assertEqual(
            finding["text"],
            "No question needed a consultant in 90 days. You would not have needed it.",
        )
        self.assertEqual(self.find("priority_line", "alliance")["speaks"], "against")

    def test_late_assessments_speak_for_the_priority_line(self):
        self.ask("incident", "2026-05-04 10:00:00", assessed="2026-05-04 15:00:00")
        self.submit("2026-05-29 10:00:00")  # nobody has looked at it yet
        finding = self.find("priority_line", "alliance")
        self.assertEqual(finding["speaks"], "for")
        self.assertIn("2 of 2", finding["text"])

    def test_the_median_is_in_working_time_and_the_promise_is_the_same(self):
        # one hour on Monday evening and twelve minutes on Tuesday morning
        self.ask("question", "2026-05-04 16:00:00", assessed="2026-05-05 09:12:00")
        self.ask("question", "2026-05-05 10:00:00", assessed="2026-05-05 10:10:00")
        self.ask("question", "2026-05-06 10:00:00", assessed="2026-05-06 12:00:00")
        text = self.find("response", "alliance")["text"]
        self.assertIn("1 h 12 min", text)
        self.assertIn("same in both tiers", text)
        line = self.tiers["alliance"]._get_entitlement("priority_response")
        line.quantity = 2
        finding = self.find("response", "alliance")
        self.assertEqual(finding["speaks"], "for")
        self.assertIn("under 2 working hours instead of 4", finding["text"])

    def test_training_counts_what_was_used_and_what_lapsed(self):
        training = self.subscription.delivery_ids.filtered(
            lambda row: row.code == "training" and str(row.date_start) == "2026-01-01"
        )
        self.assertEqual(self.find("training", "essential")["speaks"], "for")
        # recorded by hand, beside the ledger of hours
        training._guarded_write({"res_model": False, "res_id": False})
        training._set_delivered(training.date_start, "Flows", quantity=1.5)
        finding = self.find("training", "essential")
        self.assertEqual(finding["speaks"], "against")
        self.assertIn("used in 90 days: 1.5.", finding["text"])
        after = "2026-07-20 10:00:00"
        lapsed = self.find("lapsed", "alliance", local=after)
        self.assertIn("1.5", lapsed["text"])

    def test_hours_that_are_booked_were_asked_for(self):
        essential, cover = self.tiers["essential"], self.subscription
        before = cover._prepare_what_if(essential)[essential]
        self.assertIn("for", [f["speaks"] for f in before if f["code"] == "training"])
        self.book(cover, 2.0)
        (finding,) = [
            finding
            for finding in cover._prepare_what_if(essential)[essential]
            if finding["code"] == "training" and finding["key"] == "demand"
        ]
        self.assertEqual(finding["speaks"], "against")
        self.assertIn("2", finding["text"])

    def test_hours_used_longer_ago_do_not_count(self):
        cover = self.subscription
        credits = self.env["cap.training.credit"].sudo()
        today = cover._cap_today()
        for hours, day in ((2.0, today - timedelta(days=91)), (1.0, today)):
            credits._consume(self.book(cover, hours), day)
        self.assertEqual(cover._gather_past().hours_used, 1.0)

    def test_a_young_cover_is_not_judged(self):
        cover = self.subscribe(self.lone, "essential", "2026-05-25")
        (finding,) = self.what_if("advisor", subscription=cover)
        self.assertEqual(finding["key"], "early")
        self.assertIn("7 days", finding["text"])

    def test_no_tier_no_answer(self):
        draft = self.env["cap.subscription"].create({"partner_id": self.lone.id})
        self.assertEqual(self.what_if("advisor", subscription=draft), [])

    def test_client_and_account_manager_read_the_same(self):
        self.ask("research", "2026-05-04 10:00:00")
        mine = self.what_if("alliance", user=self.acme_user)
        self.assertEqual(mine, self.what_if("alliance", user=self.manager))

    def test_the_wizard_shows_it(self):
        wizards = self.env["cap.subscription.change.tier"].with_user(self.manager)
        form = Form(wizards.with_context(default_subscription_id=self.subscription.id))
        self.assertFalse(form.what_if_html)
        form.tier_id = self.tiers["alliance"]
        self.assertIn("would not have needed it", form.what_if_html)
        form.tier_id = self.tiers["essential"]
        self.assertIn("would not have missed it", form.what_if_html)

    def test_the_wizard_names_what_is_planned_already(self):
        day = self.subscription._cap_today() + timedelta(days=40)
        self.subscription._start_tier(self.tiers["alliance"], day, "A second shop")
        wizards = self.env["cap.subscription.change.tier"].with_user(self.manager)
        form = Form(wizards.with_context(default_subscription_id=self.subscription.id))
        self.assertIn("A second shop", form.planned_html)
        self.assertIn("Alliance", form.planned_html)
