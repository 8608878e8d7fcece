from datetime import date, timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import CapCommon

DAY = timedelta(days=1)


@tagged("post_install", "-at_install")
class TestTerms(CapCommon):
    """What a client was entitled to on any day, in the words of that day."""

    def setUp(self):
        super().setUp()
        self.today = self.subscription._cap_today()
        self.yesterday = self.today - DAY
        self.advisor = self.tiers["advisor"]

    def line(self, code, tier="advisor"):
        return self.tiers[tier]._get_entitlement(code)

    def test_a_changed_figure_holds_from_today_only(self):
        self.line("training").quantity = 5
        then = self.advisor._terms_on(self.yesterday)
        now = self.advisor._terms_on(self.today)
        for terms, hours in ((then, 3), (now, 5)):
            term = terms.filtered(lambda term: term.code == "training")
            self.assertEqual(term.quantity, hours)
        self.assertIn("5 h", term.summary)

    def test_two_changes_of_a_day_leave_one_set_of_terms(self):
        self.line("training").quantity = 5
        self.line("training").quantity = 6
        self.line("training").quantity = 3
        terms = self.env["cap.tier.term"].search(
            [("tier_id", "=", self.advisor.id), ("code", "=", "training")]
        )
        self.assertEqual(terms.mapped("quantity"), [3, 3])
        self.assertEqual(terms.mapped("date_end"), [False, self.today])

    def test_an_entitlement_that_is_taken_away_was_there(self):
        self.line("audit").unlink()
        self.assertTrue(self.subscription._entitled("audit", self.yesterday))
        self.assertFalse(self.subscription._entitled("audit"))

    def test_an_added_entitlement_was_not_there_before(self):
        line = self.line("workshop", "alliance").copy({"tier_id": self.advisor.id})
        self.assertFalse(self.subscription._entitled("workshop", self.yesterday))
        self.assertTrue(self.subscription._entitled("workshop"))
        line.unlink()
        self.assertFalse(self.subscription._entitled("workshop"))

    def test_the_wording_of_the_day_is_kept(self):
        audit = self.line("audit").entitlement_id
        before = audit.description
        audit.description = "We look at everything, twice."
        then, now = (
            self.subscription._terms_on(day).filtered(lambda t: t.code == "audit")
            for day in (self.yesterday, self.today)
        )
        self.assertEqual(then.description, before)
        self.assertEqual(now.description, "We look at everything, twice.")

    def test_a_translation_that_is_added_is_no_change(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        audit = self.line("audit").entitlement_id
        audit.update_field_translations("name", {"nl_NL": "Kwartaalaudit"})
        terms = self.env["cap.tier.term"].search([("code", "=", "audit")])
        self.assertEqual(len(terms), 2)
        self.assertFalse(any(terms.mapped("date_end")))
        names = set(terms.with_context(lang="nl_NL").mapped("name"))
        self.assertEqual(names, {"Kwartaalaudit"})

    def test_a_new_tier_gives_what_it_lists_from_the_start(self):
        tier = self.advisor.copy({"code": "brief"})
        self.assertEqual(
            set(tier._terms_on(date(2020, 1, 1)).mapped("code")),
            set(tier.tier_entitlement_ids.mapped("code")),
        )

    def test_terms_are_never_edited(self):
        terms = self.env["cap.tier.term"].search([], limit=1)
        with self.assertRaisesRegex(UserError, "on record"):
            terms.quantity = 9

    def test_a_suspension_is_remembered(self):
        self.subscription._set_suspended("Not paid")
        self.assertFalse(self.subscription._entitled("helpdesk"))
        self.assertTrue(self.subscription._entitled("helpdesk", self.yesterday))
        line = self.subscription.suspension_ids
        line.sudo().date_start = self.today - 10 * DAY
        self.subscription._set_resumed()
        self.assertTrue(self.subscription._entitled("helpdesk"))
        self.assertFalse(self.subscription._entitled("helpdesk", self.yesterday))
        with self.assertRaisesRegex(UserError, "on record"):
            line.with_user(self.manager).write({"reason": "Other"})

    def test_a_closed_subscription_answers_for_its_past(self):
        self.subscription._set_closed()
        self.assertTrue(self.subscription._entitled("audit", self.yesterday))
        self.assertFalse(self.subscription._entitled("audit"))

    def test_the_answer_for_a_day_is_shown_in_its_words(self):
        self.line("audit").entitlement_id.description = "We look twice."
        wizard = self.env["cap.subscription.cover.on"].with_user(self.users["user"])
        wizard = wizard.create({"subscription_id": self.subscription.id})
        self.assertIn("We look twice.", wizard.cover_html)
        wizard.date = self.yesterday
        self.assertNotIn("We look twice.", wizard.cover_html)
        wizard.date = date(2020, 1, 1)
        self.assertIn("no cover", wizard.cover_html)
