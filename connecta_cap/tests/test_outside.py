from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import CapCommon

MONDAY = "2026-06-01 09:00:00"
TEN = "2026-06-01 10:00:00"


@tagged("post_install", "-at_install")
class TestOutside(CapCommon):
    """A polite no with a way onward; the assessment counts, and it can be undone."""

    def setUp(self):
        super().setUp()
        self.reason = self.env.ref("connecta_cap.cap_outside_reason_development")
        self.ticket = self.submit(MONDAY)

    def mark(self, answer=None):
        scope = {"default_ticket_id": self.ticket.id}
        wizards = self.env["cap.ticket.outside"].with_user(self.agent)
        form = Form(wizards.with_context(**scope))
        form.reason_id = self.reason
        if answer:
            form.answer = answer
        return form.save().action_confirm()

    def last_notice(self):
        return self.ticket.message_ids.sorted("id")[-1].body

    def test_the_assessment_comes_first_and_counts(self):
        with self.assertRaisesRegex(UserError, "Assess it first"):
            self.mark()
        self.assess(self.ticket, TEN)
        self.mark()
        self.assertEqual(self.ticket.sla_state, "met")
        self.assertEqual(self.ticket.outside_reason_id, self.reason)
        self.assertEqual(self.ticket.outside_by_id, self.agent)
        self.assertEqual(self.ticket.stage_kind, "waiting")
        self.assertFalse(self.ticket.is_closed)

    def test_the_answer_is_prefilled_and_the_agents_words_are_sent(self):
        self.assess(self.ticket, TEN)
        self.mark()
        self.assertIn("quotation", self.ticket.outside_answer)
        self.assertIn("quotation", self.last_notice())
        self.undo("A mistake.")
        self.mark("Dear client, our own words.")
        self.assertIn("our own words", self.last_notice())
        page = self.ticket.with_user(self.acme_user)._prepare_portal_values()
        self.assertEqual(page["outside"], "Dear client, our own words.")

    def undo(self, reason):
        return (
            self.env["cap.ticket.correction"]
            .with_user(self.agent)
            .create({"ticket_id": self.ticket.id, "kind": "inside", "reason": reason})
            .action_confirm()
        )

    def test_an_answer_of_the_client_brings_it_back_to_work(self):
        self.assess(self.ticket, TEN)
        self.mark()
        self.ticket.message_post(
            body="But it is a connector!",
            author_id=self.acme_user.partner_id.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.assertEqual(self.ticket.stage_kind, "open")
        self.assertEqual(self.ticket.outside_reason_id, self.reason)

    def test_it_is_undone_with_a_reason_only(self):
        self.assess(self.ticket, TEN)
        with self.assertRaisesRegex(UserError, "not marked"):
            self.undo("Why.")
        self.mark()
        with self.assertRaisesRegex(UserError, "Say why"):
            self.undo(" ")
        with self.assertRaisesRegex(UserError, "already"):
            self.mark()
        self.undo("It is a connector after all.")
        self.assertFalse(self.ticket.outside_reason_id or self.ticket.outside_at)
        self.assertEqual(self.ticket.stage_kind, "open")
        self.assertIn("a connector after all", self.last_notice())

    def test_only_agents_decide_and_nobody_by_hand(self):
        self.assess(self.ticket, TEN)
        for role in ("user", "consultant", "account_manager"):
            with self.assertRaises(AccessError):
                self.ticket.with_user(self.users[role]).action_set_outside(
                    self.reason.id, "No."
                )
        with self.assertRaises(AccessError):
            self.ticket.with_user(self.acme_user).action_set_outside(
                self.reason.id, "No."
            )
        with self.assertRaisesRegex(UserError, "cannot be set by hand"):
            self.ticket.outside_reason_id = self.reason
        for reason_id, answer in ((0, "No."), (self.reason.id, " ")):
            with self.assertRaisesRegex(UserError, "Choose a reason"):
                self.ticket.with_user(self.agent).action_set_outside(reason_id, answer)

    def test_a_closed_ticket_is_not_answered_behind_the_clients_back(self):
        self.assess(self.ticket, TEN)
        self.ticket.with_user(self.agent).action_close()
        with self.assertRaisesRegex(UserError, "Reopen it first"):
            self.mark()
        self.assertTrue(self.ticket.is_closed)

    def test_automation_decides_nothing(self):
        self.assess(self.ticket, TEN)
        self.ticket.is_emergency = True
        code = f"""
agent = env["res.users"].browse({self.agent.id})
record.with_user(agent).action_set_outside({self.reason.id}, "No.")
"""
        other = code.replace(
            f'action_set_outside({self.reason.id}, "No.")', 'action_reclassify("No.")'
        )
        for source in (code, other):
            action = self.env["ir.actions.server"].create(
                {
                    "name": "Say no",
                    "model_id": self.env["ir.model"]._get_id("cap.ticket"),
                    "state": "code",
                    "code": source,
                }
            )
            scope = {"active_model": "cap.ticket", "active_id": self.ticket.id}
            with self.assertRaises(AccessError):
                action.with_user(self.agent).sudo().with_context(**scope).run()
        self.assertTrue(self.ticket.is_emergency)
        self.assertFalse(self.ticket.outside_reason_id)

    def test_reasons_are_counted_and_one_in_use_stays(self):
        self.assess(self.ticket, TEN)
        before = self.reason.ticket_count
        self.mark()
        self.reason.invalidate_recordset(["ticket_count"])
        self.assertEqual(self.reason.ticket_count, before + 1)
        action = self.reason.action_view_tickets()
        self.assertIn(self.ticket, self.env["cap.ticket"].search(action["domain"]))
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.reason.unlink()


@tagged("post_install", "-at_install")
class TestReclassify(CapCommon):
    """An emergency is never cleared quietly."""

    def setUp(self):
        super().setUp()
        self.ticket = self.submit(MONDAY)
        self.ticket.with_user(self.agent).is_emergency = True

    def reclassify(self, reason, user=None):
        return (
            self.env["cap.ticket.correction"]
            .with_user(user or self.agent)
            .create(
                {"ticket_id": self.ticket.id, "kind": "reclassify", "reason": reason}
            )
            .action_confirm()
        )

    def test_it_takes_a_reason_and_is_in_the_ledger(self):
        with self.assertRaisesRegex(UserError, "Say why"):
            self.reclassify("  ")
        self.reclassify("One label printer is not a core process.")
        self.assertFalse(self.ticket.is_emergency)
        event = self.ticket.sla_event_ids.filtered(lambda e: e.kind == "reclassified")
        self.assertEqual(event.user_id, self.agent)
        self.assertEqual(event.note, "One label printer is not a core process.")
        self.assertEqual(self.ticket.reclassified_by_id, self.agent)
        page = self.ticket.with_user(self.acme_user)._prepare_portal_values()
        self.assertIn("label printer", page["no_emergency"])
        self.assertFalse(self.ticket.priority)
        with self.assertRaisesRegex(UserError, "not an emergency"):
            self.reclassify("Again.")

    def test_it_cannot_be_cleared_otherwise(self):
        for record in (
            self.ticket,
            self.ticket.sudo(),
            self.ticket.with_user(self.agent),
        ):
            with self.assertRaisesRegex(UserError, "No emergency"):
                record.is_emergency = False
        with self.assertRaises(UserError):
            self.ticket.write({"is_emergency": False, "reclassified_at": TEN})
        with self.assertRaises(AccessError):
            self.ticket.with_user(self.manager).action_reclassify("Mine.")
        self.assertTrue(self.ticket.is_emergency)

    def test_an_emergency_again_is_not_counted_and_both_events_stay(self):
        self.reclassify("First view.")
        self.ticket.with_user(self.agent).is_emergency = True
        self.assertFalse(self.ticket.reclassified_at)
        self.reclassify("Second view.")
        notes = self.ticket.sla_event_ids.filtered(
            lambda event: event.kind == "reclassified"
        ).mapped("note")
        self.assertEqual(notes, ["First view.", "Second view."])


@tagged("post_install", "-at_install")
class TestTicketTime(CapCommon):
    """Who spent how long; each writes their own, and no client sees it."""

    def setUp(self):
        super().setUp()
        self.ticket = self.submit(MONDAY)

    def log(self, user, **values):
        vals = {"ticket_id": self.ticket.id, "hours": 1.5, "note": "Read logs"} | values
        return self.env["cap.ticket.time"].with_user(user).create(vals)

    def test_hours_are_summed_on_the_ticket(self):
        line = self.log(self.agent)
        self.log(self.users["consultant"], hours=0.25)
        self.assertEqual(self.ticket.time_hours, 1.75)
        line.hours = 2
        self.assertEqual(self.ticket.time_hours, 2.25)
        line.unlink()
        self.assertEqual(self.ticket.time_hours, 0.25)
        self.assertEqual(self.ticket.time_ids.date, self.subscription._cap_today())

    def test_figures_are_sound(self):
        for hours in (0, -1, 24.5):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.cr.savepoint(),
            ):
                self.log(self.agent, hours=hours)
        with self.assertRaisesRegex(ValidationError, "still to come"):
            self.log(self.agent, date="2999-01-01")

    def test_each_writes_their_own_and_a_lead_all(self):
        mine = self.log(self.agent)
        lead = self.users["lead"]
        self.log(lead, user_id=self.agent.id)
        mine.with_user(lead).hours = 3
        consultant = self.users["consultant"]
        for act in (
            lambda: mine.with_user(consultant).write({"hours": 1}),
            lambda: mine.with_user(consultant).unlink(),
            lambda: self.log(self.agent, user_id=lead.id),
            lambda: mine.write({"user_id": lead.id}),
            lambda: self.log(self.manager),
        ):
            with self.assertRaises(AccessError), self.cr.savepoint():
                act()
        self.assertEqual(mine.with_user(consultant).hours, 3)

    def test_another_company_sees_nothing(self):
        line = self.log(self.agent)
        company = self.env["res.company"].create({"name": "Other"})
        stranger = self.users["lead"].copy(
            {
                "login": "cap_elsewhere",
                "company_id": company.id,
                "company_ids": [Command.set(company.ids)],
            }
        )
        self.assertFalse(line.with_user(stranger)._filtered_access("read"))
        self.assertFalse(line.with_user(stranger)._filtered_access("write"))

    def test_no_client_sees_it(self):
        line = self.log(self.agent)
        with self.assertRaises(AccessError):
            line.with_user(self.acme_user).read(["hours"])
        for name in ("time_ids", "time_hours"):
            with self.assertRaises(AccessError):
                self.ticket.with_user(self.acme_user).read([name])
