from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from ..const import RECOMMENDATION_STEPS
from .test_audits import AuditCommon


@tagged("post_install", "-at_install")
class TestRecommendations(AuditCommon):
    """What became of an advice, step by step."""

    def setUp(self):
        super().setUp()
        self.audit = self.prepare()
        self.advice = self.advise(
            self.audit, finding_id=self.audit.finding_ids.id, flow="Orders"
        )

    def published(self):
        self.publish(self.audit)
        return self.advice

    def test_order_and_worth_follow_impact_and_effort(self):
        low = self.advise(self.audit, impact="1", effort="3")
        quick = self.advise(self.audit, impact="3", effort="1")
        found = self.audit.recommendation_ids.sorted()
        self.assertEqual(found.ids, [quick.id, self.advice.id, low.id])
        self.assertEqual(found.mapped("worth"), ["quick", "worth", "later"])
        low.effort = "1"
        self.assertEqual(low.worth, "worth")

    def test_nothing_happens_before_the_client_can_read_it(self):
        with self.assertRaisesRegex(UserError, "Publish the audit first"):
            self.advice._set_accepted()

    def test_the_whole_way_is_on_record(self):
        advice = self.published()
        later = self.today + timedelta(days=5)
        advice._set_accepted("Yes")
        advice._set_planned(later)
        advice._set_planned(later + timedelta(days=1))
        advice._set_done()
        advice._set_verified("Looked at ten runs")
        self.assertEqual(
            advice.event_ids.mapped("state"),
            ["accepted", "planned", "planned", "done", "verified"],
        )
        self.assertEqual(
            advice.event_ids.mapped("state_before"),
            ["proposed", "accepted", "planned", "planned", "done"],
        )
        self.assertEqual(advice.event_ids[0].note, "Yes")
        self.assertEqual(advice.event_ids.user_id, self.consultant)
        self.assertEqual(advice.planned_on, later + timedelta(days=1))
        self.assertEqual(advice.done_on, self.today)
        self.assertEqual(advice.verified_by_id, self.consultant)

    def test_only_the_steps_of_the_table_are_taken(self):
        advice = self.published()
        steps = {
            "accept": lambda: advice._set_accepted(),
            "decline": lambda: advice._set_declined("No"),
            "plan": lambda: advice._set_planned(self.today),
            "finish": lambda: advice._set_done(),
            "verify": lambda: advice._set_verified("Seen"),
            "reopen": lambda: advice._set_reopened("Back"),
            "reconsider": lambda: advice._set_proposed("Again"),
        }
        self.assertEqual(set(steps), set(RECOMMENDATION_STEPS))
        states = {state for state, _label in advice._fields["state"].selection}
        for state in states:
            for step, act in steps.items():
                allowed, target = RECOMMENDATION_STEPS[step]
                with self.subTest(state=state, step=step):
                    advice._guarded_write({"state": state})
                    if state in allowed:
                        act()
                        self.assertEqual(advice.state, target)
                    else:
                        with self.assertRaisesRegex(UserError, "cannot become"):
                            act()
                        self.assertEqual(advice.state, state)

    def test_states_cannot_be_dragged(self):
        advice = self.published()
        for record in (advice, advice.sudo()):
            with self.assertRaisesRegex(UserError, "cannot be set by hand"):
                record.write({"state": "verified"})
        self.assertFalse(advice.event_ids)

    def test_words_are_required_where_they_matter(self):
        advice = self.published()
        with self.assertRaisesRegex(UserError, "Say why it is declined"):
            advice._set_declined(" \n ")
        advice._set_declined(" Too \n dear ")
        self.assertEqual(advice.decline_reason, "Too dear")
        with self.assertRaisesRegex(UserError, "proposed again"):
            advice._set_proposed("")
        advice._set_proposed("It got cheaper")
        self.assertFalse(advice.decline_reason)
        advice._set_accepted()
        advice._set_done()
        with self.assertRaisesRegex(UserError, "what you saw"):
            advice._set_verified("")
        with self.assertRaisesRegex(UserError, "re-opened"):
            advice._set_reopened("")
        advice._set_reopened("The errors are back")
        self.assertEqual(advice.state, "accepted")
        self.assertFalse(advice.done_on)

    def test_days_must_make_sense(self):
        advice = self.published()
        advice._set_accepted()
        day = timedelta(days=1)
        for wrong in (self.today - day, False):
            with self.assertRaisesRegex(UserError, "a day to come"):
                advice._set_planned(wrong)
        with self.assertRaisesRegex(UserError, "plan it instead"):
            advice._set_done(self.today + day)
        self.assertEqual(advice.state, "accepted")

    def test_the_history_is_never_changed(self):
        advice = self.published()
        advice._set_accepted()
        with self.assertRaisesRegex(UserError, "never changed"):
            advice.event_ids.sudo().note = "Other"
        with self.assertRaisesRegex(UserError, "never deleted"):
            advice.event_ids.sudo().unlink()

    def test_the_dialog_takes_the_same_steps(self):
        advice = self.published()
        advice.action_accept()
        wizards = self.env["cap.recommendation.step"].with_user(self.consultant)
        for step, note, target in (
            ("plan", "", "planned"),
            ("finish", "", "done"),
            ("verify", "Seen", "verified"),
            ("reopen", "Back", "accepted"),
            ("decline", "No", "declined"),
            ("reconsider", "Again", "proposed"),
        ):
            action = advice.with_context(cap_step=step).action_step()
            wizard = wizards.with_context(**action["context"]).create({"note": note})
            self.assertEqual(wizard.needs_day, step in ("plan", "finish"))
            wizard.action_apply()
            self.assertEqual(advice.state, target)
        wizard = wizards.create(
            {"recommendation_id": advice.id, "step": "decline", "note": False}
        )
        with self.assertRaisesRegex(UserError, "Say why"):
            wizard.action_apply()

    def test_a_finding_of_another_audit_is_refused(self):
        other = self.prepare()
        with self.assertRaisesRegex(ValidationError, "another audit"):
            self.advise(
                self.audit, audit_id=self.audit.id, finding_id=other.finding_ids.id
            )

    def test_stale_is_what_nobody_touched_for_a_month(self):
        advice = self.published()
        self.assertFalse(advice.is_stale)
        later = self.today + timedelta(days=32)
        with freeze_time(f"{later} 10:00:00"):
            advice.invalidate_recordset()
            self.assertTrue(advice.is_stale)
            stale = advice.search([("is_stale", "=", True)])
            self.assertIn(advice, stale)
            advice._set_accepted()
            self.assertFalse(advice.is_stale)
            self.assertNotIn(advice, advice.search([("is_stale", "=", True)]))
            self.assertIn(advice, advice.search([("is_stale", "=", False)]))
            advice._set_planned(later + timedelta(days=60))
        for days, stale in ((92, False), (93, True)):
            with freeze_time(f"{self.today + timedelta(days=days)} 10:00:00"):
                advice.invalidate_recordset()
                self.assertEqual(advice.is_stale, stale)

    def test_counts_on_the_subscription(self):
        advice = self.published()
        self.advise(self.prepare())
        subscription = self.subscription
        subscription.invalidate_recordset()
        self.assertEqual(subscription.audit_count, 2)
        self.assertEqual(subscription.recommendation_count, 2)
        advice._set_declined("No")
        subscription.invalidate_recordset()
        self.assertEqual(subscription.open_recommendation_count, 1)
        self.assertFalse(self.zeta_subscription.audit_count)


@tagged("post_install", "-at_install")
class TestOutcome(AuditCommon):
    """Done is checked against the flow's figures, and never guessed."""

    def done(self, flow, day=None):
        audit = self.prepare()
        advice = self.advise(audit, flow=flow)
        self.publish(audit)
        advice._set_accepted()
        advice._set_done(day)
        return advice

    def play_figures(self, before, after, day):
        """Let monitoring know a flow's figures of the days around `day`."""
        asked = []

        def figures(_provider, subscription, flow, date_from, date_to):
            asked.append((subscription, flow, date_from, date_to))
            return before if date_to == day else after

        provider = type(self.env["cap.monitoring.provider"])
        self.patch(provider, "_get_flow_figures", figures)
        return asked

    def test_without_figures_it_says_so(self):
        advice = self.done("Orders")
        self.assertEqual(advice.outcome, "no_figures")
        self.assertIn("No figures of “Orders” are known", advice.outcome_text)
        self.assertEqual(advice.measured_on, self.today)

    def test_without_a_flow_there_is_nothing_to_compare(self):
        advice = self.done(False)
        self.assertEqual(advice.outcome, "none")
        self.assertIn("names no flow", advice.outcome_text)

    def test_the_figures_of_before_and_after_decide(self):
        day = self.today - timedelta(days=10)
        asked = self.play_figures(
            {"runs": 200, "error_share": 0.125, "duration_ms": 900},
            {"runs": 90, "error_share": 0.01, "duration_ms": 800},
            day,
        )
        advice = self.done("Orders", day)
        month = timedelta(days=30)
        self.assertEqual(
            asked,
            [
                (self.subscription, "Orders", day - month, day),
                (self.subscription, "Orders", day, self.today + timedelta(days=1)),
            ],
        )
        self.assertEqual(advice.outcome, "better")
        self.assertIn("200 runs, 12.5 % failed", advice.outcome_text)
        self.assertIn("95 % within 800 ms", advice.outcome_text)

    def test_figures_are_kept_as_measured(self):
        figures = {"runs": 100, "error_share": 0.1}
        self.play_figures(figures, {"runs": 9, "error_share": 0.5}, self.today)
        advice = self.done("Orders")
        self.assertEqual(advice.outcome, "worse")
        self.play_figures(figures, {"runs": 90, "error_share": 0.1}, self.today)
        self.assertEqual(advice.outcome, "worse")
        advice.action_measure()
        self.assertEqual(advice.outcome, "same")
        with self.assertRaisesRegex(UserError, "cannot be set by hand"):
            advice.figures_after = {"runs": 1, "error_share": 0}
