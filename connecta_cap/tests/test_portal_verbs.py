from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..const import MAX_ATTACHMENT_BYTES, MAX_ATTACHMENTS
from .common import CapCommon

MONDAY = "2026-06-01 09:00:00"


@tagged("post_install", "-at_install")
class TestPortalVerbs(CapCommon):
    """What a client may do with tickets, and what is refused in clear words."""

    def setUp(self):
        super().setUp()
        self.tickets = self.env["cap.ticket"].with_user(self.acme_user)
        self.values = {
            "name": "Orders stop",
            "description": "Nothing arrives.",
            "area": "flow",
            "requested_urgency": "3",
        }

    def test_unknown_values_are_ignored_or_refused(self):
        ticket = self.tickets._portal_submit(
            self.values | {"partner_id": self.zeta.id, "priority": "4", "user_id": 1}
        )
        self.assertEqual(ticket.sudo().partner_id, self.acme_user.partner_id)
        self.assertFalse(ticket.priority)
        for values, words in (
            ({"name": " "}, "subject"),
            ({"description": ""}, "describe"),
            ({"name": "x" * 201}, "200"),
            ({"area": "moon"}, "Concerns"),
            ({"requested_urgency": "9"}, "Urgency"),
            ({"origin_ticket_id": "abc"}, "was not found"),
            ({"origin_ticket_id": "999999999"}, "was not found"),
        ):
            with self.subTest(values), self.assertRaisesRegex(UserError, words):
                self.tickets._portal_submit(self.values | values)

    def test_another_clients_ticket_cannot_be_followed_up(self):
        theirs = self.submit(MONDAY, self.zeta_user)
        with self.assertRaisesRegex(UserError, "was not found"):
            self.tickets._portal_submit(self.values | {"origin_ticket_id": theirs.id})

    def test_files_are_kept_or_refused_by_name(self):
        ticket = self.tickets._portal_submit(self.values, [("log.txt", b"hello")])
        message = ticket.sudo().message_ids.filtered("attachment_ids")
        self.assertEqual(message.attachment_ids.raw, b"hello")
        large = b"x" * (MAX_ATTACHMENT_BYTES + 1)
        for files, words in (
            ([("log.txt", b"")], "log.txt” is empty"),
            ([("film.mov", large)], "film.mov” is larger"),
            ([("a", b"a")] * (MAX_ATTACHMENTS + 1), "at most 10 files"),
        ):
            count = self.tickets.search_count([])
            with self.assertRaisesRegex(UserError, words):
                self.tickets._portal_submit(self.values, files)
            self.assertEqual(self.tickets.search_count([]), count)

    def test_close_and_reopen_within_two_weeks(self):
        ticket = self.submit(MONDAY)
        self.at(ticket, MONDAY, self.acme_user)._portal_close()
        self.assertTrue(ticket.is_closed)
        # closed by the client, and still looked at
        self.assertEqual((ticket.priority, ticket.sla_state), (False, "running"))
        in_time = self.at(ticket, "2026-06-15 09:00:00", self.acme_user)
        self.assertTrue(in_time._may_reopen())
        late = self.at(ticket, "2026-06-15 09:00:01", self.acme_user)
        with self.assertRaisesRegex(UserError, "follow-up"):
            late._portal_reopen()
        in_time._portal_reopen()
        self.assertEqual(ticket.stage_kind, "new")

    def test_another_client_can_do_nothing(self):
        ticket = self.submit(MONDAY).with_user(self.zeta_user)
        for verb in (ticket._portal_close, ticket._portal_reopen):
            with self.assertRaises(AccessError):
                verb()

    def test_staff_reads_a_ticket_and_acts_in_no_clients_name(self):
        ticket = self.submit(MONDAY)
        for role in ("user", "admin"):
            ours = ticket.with_user(self.users[role])
            self.assertTrue(ours.has_access("read"))
            for verb in (ours._portal_close, ours._portal_reopen):
                with self.assertRaisesRegex(AccessError, "for Acme to decide"):
                    verb()
        self.assertFalse(ticket.is_closed)

    def test_an_answer_brings_a_ticket_back_to_work(self):
        ticket = self.submit(MONDAY)
        self.assess(ticket, MONDAY)
        ticket.stage_id = self.env.ref("connecta_cap.cap_ticket_stage_waiting")
        ticket.with_user(self.acme_user).message_post(
            body="Here it is.", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertEqual(ticket.stage_kind, "open")
        self.assertEqual(ticket.sla_state, "met")

    def test_a_receipt_names_the_deadline_and_explains_it(self):
        message = self.submit("2026-04-03 16:00:00").message_ids[0]
        self.assertEqual(message.author_id, self.env.company.partner_id)
        for text in ("before Mon 6 Apr 12:00 CEST", "1 h on Friday, 3 h on Monday"):
            self.assertIn(text, message.body)
        lone = self.submit("2026-04-03 16:00:00", self.lone_user).message_ids[0]
        self.assertIn("without a promise", lone.body)

    def test_a_notice_is_mailed_by_the_queue(self):
        ticket = self.submit(MONDAY)
        waiting = self.env["mail.message.schedule"].search(
            [("mail_message_id", "in", ticket.message_ids.ids)]
        )
        self.assertTrue(waiting)
        waiting.force_send()
        mails = self.env["mail.mail"].search(
            [("mail_message_id", "in", ticket.message_ids.ids)]
        )
        self.assertEqual(mails.recipient_ids, self.acme_user.partner_id)

    def test_the_preview_says_what_would_be_promised(self):
        self.assertTrue(self.tickets._portal_preview()["text"])
        lone = self.env["cap.ticket"].with_user(self.lone_user)
        self.assertEqual(lone._portal_preview(), {})
