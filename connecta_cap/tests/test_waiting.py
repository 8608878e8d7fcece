from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, freeze_time, tagged
from odoo.tools import mute_logger

from .common import utc
from .common_mail import CapMailCommon

MONDAY = "2026-06-01 09:00:00"
TEN = "2026-06-01 10:00:00"


class WaitingCommon(CapMailCommon):
    """An assessed ticket that waits for its client since Monday 1 June."""

    def setUp(self):
        super().setUp()
        self.ticket = self.submit(MONDAY)
        self.assess(self.ticket, TEN)
        self.wait(self.ticket, TEN)

    def wait(self, ticket, local):
        self.at(ticket, local)._set_stage("waiting", None)

    def run_job(self, local):
        """Run the job as Odoo does, at a Brussels clock time."""
        self.env.flush_all()
        job = self.env.ref("connecta_cap.ir_cron_cap_waiting")
        moment = utc(local)
        with (
            freeze_time(moment),
            patch.object(self.env.cr, "now", lambda: moment),
            self.enter_registry_test_mode(),
        ):
            job.method_direct_trigger()
        self.env.invalidate_all()

    def plan(self, ticket=None):
        steps = (ticket or self.ticket).waiting_step_ids
        return {step.kind: str(step.day) for step in steps if not step.done_at}

    def done(self):
        steps = self.ticket.waiting_step_ids.filtered("done_at")
        return steps.sorted("done_at").mapped("kind")

    def answer(self, **values):
        return self.ticket.message_post(
            body="Here it is",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            author_id=self.acme_user.partner_id.id,
            **values,
        )


@tagged("post_install", "-at_install")
class TestWaitingPlan(WaitingCommon):
    """Days are the team's working days, from our last message."""

    def test_three_seven_and_ten_working_days(self):
        self.assertEqual(self.ticket.waiting_since, utc(TEN))
        self.assertEqual(
            self.plan(),
            {"reminder": "2026-06-04", "warning": "2026-06-10", "close": "2026-06-15"},
        )
        self.assertEqual(self.ticket.waiting_next, "Reminder on Thu 4 Jun")

    def test_weekends_and_closed_days_do_not_count(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Company day",
                "calendar_id": self.calendar.id,
                "date_from": utc("2026-06-09 00:00:00"),
                "date_to": utc("2026-06-09 23:59:59"),
            }
        )
        ticket = self.submit(MONDAY)
        self.assess(ticket, TEN)
        self.wait(ticket, "2026-06-05 16:59:00")  # a Friday
        self.assertEqual(
            self.plan(ticket),
            {"reminder": "2026-06-11", "warning": "2026-06-17", "close": "2026-06-22"},
        )

    def test_the_teams_own_days(self):
        self.team.write(
            {"waiting_reminder": 0, "waiting_warning": 1, "waiting_close": 2}
        )
        ticket = self.submit(MONDAY)
        self.assess(ticket, TEN)
        self.wait(ticket, TEN)
        self.assertEqual(
            self.plan(ticket), {"warning": "2026-06-02", "close": "2026-06-03"}
        )

    def test_never_closed_without_a_warning(self):
        for values in (
            {"waiting_warning": 0},
            {"waiting_close": 7},
            {"waiting_reminder": 7},
            {"waiting_reminder": -1},
        ):
            with (
                self.subTest(values),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self.team.write(values)
        self.team.write(
            {"waiting_reminder": 0, "waiting_warning": 0, "waiting_close": 0}
        )
        ticket = self.submit(MONDAY)
        self.assess(ticket, TEN)
        self.wait(ticket, TEN)
        self.assertFalse(ticket.waiting_step_ids)

    def test_an_unassessed_ticket_is_not_counted(self):
        ticket = self.submit(MONDAY)
        self.wait(ticket, TEN)
        self.assertFalse(ticket.waiting_since or ticket.waiting_step_ids)
        self.assess(ticket, "2026-06-02 09:00:00")
        self.assertEqual(ticket.stage_kind, "waiting")
        self.assertEqual(self.plan(ticket)["reminder"], "2026-06-05")

    def test_an_emergency_is_not_counted(self):
        self.at(self.ticket, TEN).is_emergency = True
        self.assertFalse(self.ticket.waiting_since or self.plan())
        self.at(self.ticket, "2026-06-02 09:00:00").action_reclassify("It is none.")
        self.assertEqual(self.plan()["reminder"], "2026-06-05")

    def test_our_next_question_starts_anew(self):
        later = self.at(self.ticket, "2026-06-03 11:00:00")
        later.message_post(
            body="And which version?",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.assertEqual(self.plan()["reminder"], "2026-06-08")
        later.message_post(body="A note", subtype_xmlid="mail.mt_note")
        self.assertEqual(self.plan()["reminder"], "2026-06-08")

    def test_work_or_closing_ends_it(self):
        self.at(self.ticket, TEN)._set_stage("open", None)
        self.assertFalse(self.ticket.waiting_since or self.ticket.waiting_step_ids)
        self.wait(self.ticket, TEN)
        self.at(self.ticket, TEN).action_close()
        self.assertFalse(self.ticket.waiting_since or self.ticket.waiting_step_ids)

    def test_a_step_exists_once(self):
        step = self.ticket.waiting_step_ids[0]
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            step.copy(
                {"ticket_id": self.ticket.id, "since": step.since, "day": "2026-06-30"}
            )

    def test_nobody_sets_it_by_hand(self):
        with self.assertRaises(UserError):
            self.ticket.with_user(self.agent).waiting_since = False
        with self.assertRaises(AccessError):
            self.ticket.waiting_step_ids.with_user(self.agent).unlink()


@tagged("post_install", "-at_install")
class TestWaitingJob(WaitingCommon):
    """Each step once, in working hours, and never a closing without its warning."""

    def mails(self):
        return self.mails_to(self.acme_user.email)

    def test_reminder_warning_and_closing(self):
        self.mails().unlink()
        self.run_job("2026-06-03 16:00:00")
        self.assertFalse(self.done())
        self.run_job("2026-06-04 09:00:00")
        self.run_job("2026-06-04 10:00:00")
        self.assertEqual(self.done(), ["reminder"])
        self.assertEqual(len(self.mails()), 1)
        self.assertIn("We wait for your answer", self.mails().body_html)
        self.assertIn("auto-generated", self.mails().headers)
        self.run_job("2026-06-10 09:00:00")
        self.assertEqual(self.done(), ["reminder", "warning"])
        self.assertIn("we close it on Mon 15 Jun", self.mails()[-1].body_html)
        self.assertFalse(self.ticket.is_closed)
        self.run_job("2026-06-15 09:00:00")
        self.assertTrue(self.ticket.is_closed)
        self.assertEqual(self.ticket.closed_at, utc("2026-06-15 09:00:00"))
        closing = self.mails()[-1]
        self.assertIn("did not hear from you for 10 working days", closing.body_html)
        self.assertEqual(len(self.mails()), 3)
        self.run_job("2026-06-16 09:00:00")
        self.assertEqual(self.done(), ["reminder", "warning", "close"])

    def test_nothing_leaves_at_night_or_on_a_weekend(self):
        self.run_job("2026-06-04 20:00:00")
        self.run_job("2026-06-06 12:00:00")
        self.assertFalse(self.done())
        self.run_job("2026-06-08 09:00:00")
        self.assertEqual(self.done(), ["reminder"])

    def test_a_job_that_was_down_closes_nothing_without_a_warning(self):
        self.run_job("2026-07-01 09:00:00")
        self.assertEqual(self.done(), ["reminder"])
        self.run_job("2026-07-01 10:00:00")
        self.assertEqual(self.done(), ["reminder"])
        self.assertEqual(self.plan(), {"warning": "2026-07-07", "close": "2026-07-10"})
        self.run_job("2026-07-08 09:00:00")
        self.assertEqual(self.plan(), {"close": "2026-07-13"})

    def test_the_client_reads_its_own_language(self):
        self.env["res.lang"]._activate_lang("nl_BE")
        self.acme_user.partner_id.lang = "nl_BE"
        self.run_job("2026-06-04 09:00:00")
        self.mails().unlink()
        self.run_job("2026-06-10 09:00:00")
        self.assertIn("ma 15 jun", self.mails()[-1].body_html)

    def test_an_answer_by_mail_brings_it_back(self):
        self.run_job("2026-06-04 09:00:00")
        mail = self.compose(Subject=f"Re: [{self.ticket.number}]")
        self.assertEqual(self.receive(mail, "2026-06-11 09:00:00"), self.ticket)
        self.assertEqual(self.ticket.stage_kind, "open")
        self.assertFalse(self.ticket.waiting_since or self.plan())
        self.run_job("2026-06-15 09:00:00")
        self.assertFalse(self.ticket.is_closed)
        # the next waiting counts from its own start
        self.wait(self.ticket, "2026-06-15 10:00:00")
        self.assertEqual(self.plan()["close"], "2026-06-29")

    def test_an_answer_in_the_portal_brings_it_back(self):
        self.answer()
        self.assertEqual(self.ticket.stage_kind, "open")
        self.assertFalse(self.plan())

    def test_an_absence_notice_is_no_answer(self):
        mail = self.compose(
            Subject=f"Away [{self.ticket.number}]", Auto_Submitted="auto-replied"
        )
        self.receive(mail, "2026-06-02 09:00:00")
        self.assertEqual(self.ticket.stage_kind, "waiting")
        self.assertEqual(len(self.plan()), 3)

    def test_a_merged_answer_brings_it_back(self):
        other = self.submit("2026-06-02 09:00:00")
        self.at(self.ticket, "2026-06-02 10:00:00").action_merge(other.ids)
        self.assertEqual(self.ticket.stage_kind, "open")
        self.assertFalse(self.plan())

    def test_outside_cap_waits_too(self):
        ticket = self.submit(MONDAY)
        self.assess(ticket, TEN)
        reason = self.env.ref("connecta_cap.cap_outside_reason_development")
        self.at(ticket, TEN).action_set_outside(reason.id, "Our way onward.")
        self.assertEqual(self.plan(ticket)["reminder"], "2026-06-04")

    def test_an_answer_by_mail_to_outside_cap_brings_it_back(self):
        reason = self.env.ref("connecta_cap.cap_outside_reason_development")
        self.mails().unlink()
        self.at(self.ticket, TEN).action_set_outside(reason.id, "Our way onward.")
        self.assertIn("Our way onward.", self.mails().body_html)
        mail = self.compose(Subject=f"Re: [{self.ticket.number}]")
        self.assertEqual(self.receive(mail, "2026-06-02 09:00:00"), self.ticket)
        self.assertEqual(self.ticket.stage_kind, "open")
        self.assertEqual(self.ticket.outside_reason_id, reason)
        self.assertFalse(self.plan())

    def test_the_job_costs_the_same_however_many_wait(self):
        def cost():
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            steps = self.env["cap.ticket.waiting.step"]
            steps.search([("done_at", "=", False), ("day", "<=", "2026-06-02")])
            return self.env.cr.sql_log_count - before

        few = cost()
        for _number in range(5):
            ticket = self.submit(MONDAY)
            self.assess(ticket, TEN)
            self.wait(ticket, TEN)
        self.assertEqual(cost(), few)


@tagged("post_install", "-at_install")
class TestWaitingPage(HttpCase, WaitingCommon):
    """The client reads on the page until when its answer is waited for."""

    def test_the_page_names_the_day(self):
        self.authenticate("acme_user", "acme_user")
        page = self.url_open(f"/my/cap/tickets/{self.ticket.id}").text
        self.assertIn("We wait for your answer", page)
        self.assertIn("Mon 15 Jun", page)
        self.answer()
        page = self.url_open(f"/my/cap/tickets/{self.ticket.id}").text
        self.assertNotIn("We wait for your answer", page)
