from datetime import date, datetime, timedelta

from freezegun import freeze_time
from psycopg2 import IntegrityError
from psycopg2.errors import ExclusionViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CapCommon

DAY = timedelta(days=1)


@tagged("post_install", "-at_install")
class TestSubscription(CapCommon):
    """One tier on every day of an active life, and a wizard that changes it."""

    def wizard(self, tier, user=None, **values):
        values = {"reason": "More flows"} | values
        return (
            self.env["cap.subscription.change.tier"]
            .with_user(user or self.manager)
            .create(
                {
                    "subscription_id": self.subscription.id,
                    "tier_id": self.tiers[tier].id,
                    **values,
                }
            )
        )

    def test_an_upgrade_holds_at_once(self):
        ticket = self.submit("2026-06-01 09:00:00")
        self.assertFalse(ticket.priority_line)
        self.wizard("alliance").action_confirm()
        today = self.subscription._cap_today()
        self.assertEqual(self.subscription.tier_id, self.tiers["alliance"])
        self.assertEqual(self.subscription._tier_on(today - DAY), self.tiers["advisor"])
        self.assertTrue(self.subscription._entitled("workshop"))
        self.assertTrue(ticket.priority_line)
        newest = self.subscription.period_ids.sorted("date_start")[-1]
        self.assertEqual((newest.reason, newest.user_id), ("More flows", self.manager))
        self.assertIn("More flows", self.subscription.message_ids[0].body)

    def test_the_wizard_shows_gains_and_losses(self):
        up, down = self.wizard("alliance"), self.wizard("essential")
        self.assertEqual((up.direction, down.direction), ("up", "down"))
        gained = self.tiers["advisor"]._compare(self.tiers["alliance"])["gained"]
        self.assertEqual(
            set(gained.mapped("code")), {"priority_line", "consultant", "workshop"}
        )
        self.assertIn("Custom workshop", up.comparison_html)
        self.assertIn("Quarterly audit", down.comparison_html)

    def test_the_wizard_refuses_what_makes_no_sense(self):
        today = self.subscription._cap_today()
        for values, words in (
            ({"reason": " "}, "Say why"),
            ({"date_start": today - DAY}, "in the past"),
        ):
            with self.assertRaisesRegex(UserError, words):
                self.wizard("alliance", **values).action_confirm()
        with self.assertRaisesRegex(UserError, "already"):
            self.wizard("advisor").action_confirm()
        self.subscription._set_closed()
        with self.assertRaisesRegex(UserError, "closed"):
            self.wizard("alliance").action_confirm()

    def test_only_account_managers_change_tiers_and_states(self):
        for name in ("agent", "consultant", "user"):
            user = self.users[name]
            with self.assertRaises(AccessError):
                self.wizard("alliance", user)
            with self.assertRaises(AccessError):
                self.subscription.with_user(user)._set_suspended()

    def test_two_changes_on_one_day_leave_the_last(self):
        self.wizard("alliance").action_confirm()
        self.wizard("essential", timing="now").action_confirm()
        self.assertEqual(self.subscription.tier_id, self.tiers["essential"])
        self.assertEqual(len(self.subscription.period_ids), 2)

    def test_a_later_change_waits_for_its_day(self):
        today = self.subscription._cap_today()
        self.wizard("alliance", date_start=today + 10 * DAY).action_confirm()
        self.assertEqual(self.subscription.tier_id, self.tiers["advisor"])
        then = self.subscription._tier_on(today + 10 * DAY)
        self.assertEqual(then, self.tiers["alliance"])

    def test_the_day_turns_at_midnight_of_the_program(self):
        day = date(2031, 6, 2)
        self.wizard("alliance", date_start=day).action_confirm()
        for moment, tier in (
            (datetime(2031, 6, 1, 21, 59, 59), "advisor"),
            (datetime(2031, 6, 1, 22, 0, 0), "alliance"),
        ):
            with freeze_time(moment):
                for zone in ("UTC", "Asia/Tokyo", "America/New_York"):
                    record = self.subscription.with_context(tz=zone)
                    record.invalidate_recordset()
                    self.assertEqual(record.tier_id, self.tiers[tier])

    def test_periods_never_overlap(self):
        period = {
            "subscription_id": self.subscription.id,
            "tier_id": self.tiers["alliance"].id,
            "date_start": date(2026, 1, 1),
            "reason": "Twice",
        }
        with mute_logger("odoo.sql_db"), self.assertRaises(ExclusionViolation):
            self.env["cap.subscription.period"].create(period)

    def test_periods_leave_no_gap(self):
        start = self.subscription.period_ids.date_start
        with self.assertRaisesRegex(ValidationError, "would have no tier"):
            self.subscription.period_ids = [
                Command.update(
                    self.subscription.period_ids.id, {"date_end": start + 10 * DAY}
                ),
                Command.create(
                    {
                        "tier_id": self.tiers["alliance"].id,
                        "date_start": start + 11 * DAY,
                        "reason": "Gap",
                    }
                ),
            ]

    def test_a_period_ends_after_it_starts(self):
        period = self.subscription.period_ids
        for end in (period.date_start, period.date_start - DAY):
            with self.assertRaisesRegex(ValidationError, "at least a day later"):
                period.date_end = end

    def test_history_is_not_rewritten(self):
        with self.assertRaisesRegex(UserError, "history is not rewritten"):
            self.subscription.period_ids.tier_id = self.tiers["alliance"]
        with self.assertRaisesRegex(UserError, "history is not rewritten"):
            self.subscription.period_ids.unlink()

    def test_a_client_has_one_live_subscription(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.subscribe(self.acme, "essential", "2026-01-01")

    def test_states_go_one_way_by_verbs(self):
        subscription = self.subscription
        with self.assertRaisesRegex(UserError, "cannot be set by hand"):
            subscription.state = "closed"
        with self.assertRaisesRegex(UserError, "cannot become “Active”"):
            subscription.action_activate()
        subscription._set_suspended()
        self.assertFalse(subscription._entitled("helpdesk"))
        subscription._set_resumed()
        self.assertTrue(subscription._entitled("helpdesk"))
        subscription._set_closed()
        self.assertFalse(subscription.tier_id)
        self.assertEqual(subscription.date_end, subscription._cap_today())
        with self.assertRaisesRegex(UserError, "cannot become"):
            subscription._set_resumed()

    def test_a_draft_needs_a_tier_to_start(self):
        draft = self.env["cap.subscription"].create({"partner_id": self.lone.id})
        with self.assertRaisesRegex(ValidationError, "has no tier yet"):
            draft.action_activate()

    def test_only_a_draft_can_be_deleted(self):
        with self.assertRaisesRegex(UserError, "Close it instead"):
            self.subscription.unlink()
        self.env["cap.subscription"].create({"partner_id": self.lone.id}).unlink()

    def test_a_contact_stands_for_its_organisation(self):
        contact = self.lone_user.partner_id
        draft = self.env["cap.subscription"].create({"partner_id": contact.id})
        self.assertEqual(draft.partner_id, self.lone)

    def test_lists_search_group_and_sort_by_todays_tier(self):
        subscriptions = self.env["cap.subscription"]
        ours = [("id", "in", (self.subscription | self.zeta_subscription).ids)]
        advisor = self.tiers["advisor"]
        found = subscriptions.search([*ours, ("tier_id", "=", advisor.id)])
        self.assertEqual(found, self.subscription)
        found = subscriptions.search([*ours, ("tier_id.code", "=", "essential")])
        self.assertEqual(found, self.zeta_subscription)
        groups = dict(subscriptions._read_group(ours, ["tier_id"], ["__count"]))
        self.assertEqual(groups, {advisor: 1, self.tiers["essential"]: 1})
        ordered = subscriptions.search(ours, order="tier_id desc")
        self.assertEqual(ordered[0], self.subscription)
        self.subscription._set_closed()
        found = subscriptions.search([*ours, ("tier_id", "=", False)])
        self.assertEqual(found, self.subscription)
