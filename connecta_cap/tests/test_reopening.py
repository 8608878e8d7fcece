from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import utc
from .common_mail import CapMailCommon

MONDAY = "2026-06-01 09:00:00"
TEN = "2026-06-01 10:00:00"
CLOSED = "2026-06-01 12:00:00"
IN_TIME = "2026-06-15 12:00:00"
LATE = "2026-06-15 12:00:01"


class ReopenCommon(CapMailCommon):
    """A ticket that was closed on Monday 1 June at noon."""

    def setUp(self):
        super().setUp()
        self.ticket = self.submit(MONDAY)
        self.assess(self.ticket, TEN)
        self.at(self.ticket, CLOSED).action_close()

    def answer(self, local, ticket=None, **values):
        """Write in the portal, as the client."""
        ticket = self.at(ticket or self.ticket, local, self.acme_user)
        return ticket.sudo().message_post(
            body="It stops again.",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            author_id=self.acme_user.partner_id.id,
            **values,
        )

    def follow_ups(self):
        return self.env["cap.ticket"].search(
            [("origin_ticket_id", "=", self.ticket.id)]
        )


@tagged("post_install", "-at_install")
class TestReopening(ReopenCommon):
    """In time the ticket is open again; later its answer is a new, linked ticket."""

    def test_in_time_it_is_open_again_and_its_assessment_stays(self):
        for way in ("portal", "mail"):
            with self.subTest(way):
                if way == "portal":
                    self.answer(IN_TIME)
                else:
                    subject = f"Re: [{self.ticket.number}]"
                    self.receive(self.compose(Subject=subject), IN_TIME)
                self.assertFalse(self.ticket.is_closed)
                self.assertEqual(self.ticket.stage_kind, "open")
                self.assertFalse(self.ticket.closed_at)
                self.assertEqual(self.ticket.priority_assigned_at, utc(TEN))
                self.assertEqual(self.ticket.sla_state, "met")
                self.assertFalse(self.follow_ups())
                self.at(self.ticket, CLOSED).action_close()

    def test_late_in_the_portal_it_is_a_new_ticket_with_its_own_promise(self):
        message = self.answer(LATE, attachments=[("log.txt", b"error 42")])
        ticket = self.follow_ups()
        self.assertTrue(self.ticket.is_closed)
        self.assertEqual(ticket.name, self.ticket.name)
        self.assertEqual(ticket.description, "It stops again.")
        self.assertEqual(ticket.partner_id, self.acme_user.partner_id)
        self.assertEqual(ticket.subscription_id, self.subscription)
        self.assertEqual((ticket.channel, ticket.sla_start), ("portal", utc(LATE)))
        self.assertEqual(ticket.sla_state, "running")
        self.assertFalse(ticket.priority)
        # the words and files are where the work is
        self.assertEqual(message.sudo().res_id, ticket.id)
        self.assertEqual(message.sudo().attachment_ids.res_id, ticket.id)
        self.assertIn(ticket.number, self.ticket.message_ids[0].body)
        subjects = self.mails_to(self.acme_user.email).mapped("subject")
        self.assertIn(f"[{ticket.number}] {ticket.name}", subjects)

    def test_late_by_mail_it_is_a_new_ticket_with_its_own_promise(self):
        subject = f"Re: [{self.ticket.number}] Orders"
        ticket = self.receive(self.compose(Subject=subject), LATE)
        self.assertEqual(ticket, self.follow_ups())
        self.assertEqual(ticket.sla_start, utc(LATE))
        self.assertEqual(ticket.sla_state, "running")
        self.assertTrue(self.ticket.is_closed)

    def test_the_next_late_answer_joins_the_follow_up(self):
        self.answer(LATE)
        ticket = self.follow_ups()
        self.answer("2026-06-16 09:00:00")
        subject = f"Re: [{self.ticket.number}] Orders"
        mail = self.compose(Subject=subject)
        self.assertEqual(self.receive(mail, "2026-06-16 10:00:00"), ticket)
        self.assertEqual(self.follow_ups(), ticket)
        words = ticket.message_ids.filtered(lambda one: "stops again" in one.body)
        self.assertEqual(len(words), 2)

    def test_it_wakes_a_follow_up_that_waits_or_was_closed_lately(self):
        self.answer(LATE)
        ticket = self.follow_ups()
        self.assess(ticket, "2026-06-15 14:00:00")
        for kind in ("waiting", "closed"):
            with self.subTest(kind):
                self.at(ticket, "2026-06-16 09:00:00")._set_stage(kind, None)
                self.answer("2026-06-16 10:00:00")
                self.assertEqual(ticket.stage_kind, "open")
        self.assertEqual(self.follow_ups(), ticket)

    def test_the_days_are_a_setting_of_the_company(self):
        self.env.company.cap_reopen_days = 1
        self.answer("2026-06-03 09:00:00")
        self.assertTrue(self.follow_ups())
        with self.assertRaisesRegex(UserError, "more than 1 days ago"):
            self.at(self.ticket, "2026-06-03 09:00:00", self.acme_user)._portal_reopen()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.env.company.cap_reopen_days = -1
            self.env.flush_all()

    def test_an_agent_reopens_at_any_time(self):
        self.at(self.ticket, "2026-09-01 09:00:00").action_reopen()
        self.assertEqual(self.ticket.stage_kind, "open")
        self.assertEqual(self.ticket.priority_assigned_at, utc(TEN))
        self.assertEqual(self.ticket.sla_state, "met")

    def test_a_colleagues_word_on_a_closed_ticket_changes_nothing(self):
        ticket = self.at(self.ticket, LATE)
        ticket.message_post(
            body="Solved for good.",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.assertTrue(self.ticket.is_closed)
        self.assertFalse(self.follow_ups())


@tagged("post_install", "-at_install")
class TestReopeningPage(HttpCase, ReopenCommon):
    """The page offers what is possible, and a page left open loses nothing."""

    def test_a_page_of_long_ago_offers_a_follow_up_in_place_of_an_answer(self):
        self.authenticate("acme_user", "acme_user")
        page = self.url_open(f"/my/cap/tickets/{self.ticket.id}").text
        self.assertIn("open a follow-up ticket", page)
        self.assertIn('data-allow_composer="0"', page)
        self.at(self.ticket, CLOSED).action_reopen()
        page = self.url_open(f"/my/cap/tickets/{self.ticket.id}").text
        self.assertNotIn("open a follow-up ticket", page)
        self.assertIn('data-allow_composer="1"', page)
        self.assertIn("You can reopen it for 14 days.", page)
