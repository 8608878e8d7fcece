from datetime import date
from decimal import Decimal

from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..tools.clock import FixedClock
from .common import CapCommon, utc

PRICES = {"essential": 3650, "advisor": 7300, "alliance": 14600}


@tagged("post_install", "-at_install")
class TestBilling(CapCommon):
    """What a change costs is shown to the account manager, and handed on once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for code, price in PRICES.items():
            cls.tiers[code].write({"price": price, "billing_months": "12"})
        # 2030 is no leap year: 365 days from the first day of January
        cls.client_2030, cls.user_2030 = cls.make_client("Thirty")
        cls.covered = cls.subscribe(cls.client_2030, "essential", "2030-01-01")

    def wizard(self, tier, day, subscription=None):
        clock = FixedClock(utc(f"{day} 10:00:00"))
        return (
            self.env["cap.subscription.change.tier"]
            .with_user(self.manager)
            .with_context(cap_clock=clock)
            .create(
                {
                    "subscription_id": (subscription or self.covered).id,
                    "tier_id": self.tiers[tier].id,
                    "date_start": day,
                    "reason": "Growth",
                }
            )
        )

    def test_the_wizard_shows_credit_charge_and_difference(self):
        wizard = self.wizard("advisor", "2030-04-11")
        figures = wizard._prepare_proration()
        self.assertEqual(figures.period.start, date(2030, 1, 1))
        self.assertEqual(figures.period.end, date(2031, 1, 1))
        self.assertEqual(figures.days_left, 265)
        self.assertEqual(figures.credit, Decimal(2650))
        self.assertEqual(figures.charge, Decimal(5300))
        for text in ("265", "365", "2,650.00", "5,300.00"):
            self.assertIn(text, wizard.proration_html)

    def test_two_upgrades_in_one_period_add_up(self):
        total = Decimal(3650)
        for tier, day in (("advisor", "2030-04-11"), ("alliance", "2030-10-28")):
            wizard = self.wizard(tier, day)
            total += wizard._prepare_proration().difference
            wizard.action_confirm()
        # 100 days at 10, 200 at 20 and 65 at 40 a day
        self.assertEqual(total, 100 * 10 + 200 * 20 + 65 * 40)

    def test_a_change_costs_up_to_the_next_planned_one(self):
        self.wizard("alliance", "2030-10-28").action_confirm()
        wizard = self.wizard("advisor", "2030-04-11")
        # 200 days from 10 to 20 a day; the 65 days of Alliance stay as they are
        self.assertEqual(wizard._prepare_proration().difference, Decimal(2000))
        wizard.keep_plans = False
        # without the plan, Advisor takes the place of Alliance at 40 a day as well
        expected = Decimal(200 * 10 - 65 * 20)
        self.assertEqual(wizard._prepare_proration().difference, expected)

    def test_without_comparable_prices_nothing_is_shown(self):
        self.tiers["alliance"].price = 0
        wizard = self.wizard("alliance", "2030-04-11")
        self.assertIsNone(wizard._prepare_proration())
        self.assertFalse(wizard.proration_html)
        other = self.env["res.currency"].with_context(active_test=False)
        self.tiers["alliance"].write(
            {
                "price": 10,
                "currency_id": other.search(
                    [("id", "!=", self.env.company.currency_id.id)], limit=1
                ).id,
            }
        )
        self.assertIsNone(wizard._prepare_proration())

    def test_an_unpriced_tier_of_an_earlier_period_does_not_matter(self):
        self.tiers["essential"].price = 0
        self.covered._start_tier(self.tiers["advisor"], date(2031, 1, 1), "Renewed")
        figures = self.covered._prorate_change(self.tiers["alliance"], date(2031, 3, 1))
        self.assertEqual(figures.period.start, date(2031, 1, 1))
        self.assertIsNone(
            self.covered._prorate_change(self.tiers["alliance"], date(2030, 3, 1))
        )

    def test_a_first_tier_is_charged_for_its_whole_period(self):
        draft = self.env["cap.subscription"].create({"partner_id": self.lone.id})
        figures = self.wizard("advisor", "2030-05-31", draft)._prepare_proration()
        self.assertEqual((figures.credit, figures.charge), (0, Decimal(7300)))

    def test_an_invoicing_module_hears_of_each_change_once(self):
        heard = []
        self.patch(
            type(self.covered),
            "_handle_change_billing",
            lambda subscription, values: heard.append((subscription, values)),
        )
        self.wizard("advisor", "2030-04-11").action_confirm()
        self.assertEqual(len(heard), 1)
        subscription, values = heard[0]
        self.assertEqual(subscription, self.covered)
        period = self.covered.period_ids.sorted("date_start")[-1]
        expected = {
            "subscription_id": self.covered.id,
            "partner_id": self.client_2030.id,
            "company_id": self.env.company.id,
            "period_id": period.id,
            "previous_tier_id": self.tiers["essential"].id,
            "tier_id": self.tiers["advisor"].id,
            "date": date(2030, 4, 11),
            "reason": "Growth",
            "currency_id": self.env.company.currency_id.id,
            "priced": True,
            "billing_start": date(2030, 1, 1),
            "billing_end": date(2031, 1, 1),
            "billing_days": 365,
            "days_left": 265,
            "credit": Decimal(2650),
            "charge": Decimal(5300),
            "difference": Decimal(2650),
        }
        self.assertEqual(values, expected)

    def test_a_change_without_prices_is_told_as_such(self):
        heard = []
        self.patch(
            type(self.covered),
            "_handle_change_billing",
            lambda _subscription, values: heard.append(values),
        )
        self.tiers["advisor"].price = 0
        self.wizard("advisor", "2030-04-11").action_confirm()
        self.assertFalse(heard[0]["priced"])
        self.assertNotIn("difference", heard[0])

    def test_prices_are_never_negative(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
            self.tiers["advisor"].price = -1
            self.env.flush_all()

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_a_client_cannot_read_a_price_past_the_setting(self):
        tier = self.tiers["advisor"].with_user(self.acme_user)
        for name in ("price", "billing_months", "currency_id"):
            with self.assertRaises(AccessError):
                tier.read([name])

    def test_the_tier_form_compares_prices(self):
        self.assertIn("14,600.00", self.tiers["advisor"].matrix_html)
        self.tiers["alliance"].price = 0
        words = (self.tiers["advisor"] | self.tiers["alliance"])._list_price_words()
        self.assertIn("every 12 months", words[0])
        self.assertEqual(words[1], "")
        self.assertEqual(self.tiers["alliance"]._list_price_words(), [])

    def test_the_setting_belongs_to_the_company(self):
        settings = self.env["res.config.settings"].create({"cap_show_prices": True})
        settings.execute()
        self.assertTrue(self.env.company.cap_show_prices)
