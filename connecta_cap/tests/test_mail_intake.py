import ast

from psycopg2.errors import UniqueViolation

from odoo.addons.mail.tests.common import MockEmail
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..const import MAX_DESCRIPTION
from .common import utc
from .common_mail import SUPPORT, CapMailCommon

MONDAY = "2026-06-01 09:00:00"
NOON = "2026-06-01 12:00:00"
ACME = "acme_user@test.example"


@tagged("post_install", "-at_install")
class TestKnownSender(CapMailCommon):
    """A client's mail is a ticket of that client, with its promise from the arrival."""

    def test_a_mail_becomes_a_ticket_of_the_right_client_and_tier(self):
        ticket = self.receive(self.compose(), MONDAY)
        self.assertEqual(ticket.partner_id, self.acme_user.partner_id)
        self.assertEqual(ticket.commercial_partner_id, self.acme)
        self.assertEqual(ticket.subscription_id, self.subscription)
        self.assertEqual(ticket.tier_id, self.tiers["advisor"])
        self.assertEqual(ticket.team_id, self.team)
        self.assertEqual(ticket.channel, "email")
        self.assertEqual(ticket.name, "Orders stop")
        self.assertEqual(ticket.description, "The orders stop.\nSince nine o'clock.")
        self.assertFalse(ticket.is_unidentified)
        self.assertFalse(ticket.priority)

    def test_the_clock_starts_when_the_mail_arrives_not_when_it_says(self):
        ticket = self.receive(
            self.compose(Date="Mon, 01 Jun 2020 06:00:00 +0000"), NOON
        )
        self.assertEqual(ticket.sla_start, utc(NOON))
        self.assertEqual(ticket.sla_deadline, utc("2026-06-01 16:00:00"))
        self.assertEqual(ticket.sla_state, "running")

    def test_the_receipt_names_number_deadline_and_why(self):
        ticket = self.receive(self.compose(), MONDAY)
        receipt = self.mails_to(ACME)
        self.assertEqual(len(receipt), 1)
        self.assertEqual(receipt.subject, f"[{ticket.number}] Orders stop")
        self.assertIn("before Mon 1 Jun 13:00 CEST", receipt.body_html)
        self.assertIn("under 4 working hours", receipt.body_html)
        self.assertIn("received Mon 1 Jun 09:00", receipt.body_html)
        headers = ast.literal_eval(receipt.headers)
        self.assertEqual(headers["Auto-Submitted"], "auto-replied")
        self.assertNotIn("X-Msg-To-Add", headers)
        self.assertIn(ticket.message_ref, receipt.references)

    def test_the_client_reads_the_receipt_in_its_language(self):
        self.env["res.lang"]._activate_lang("nl_BE")
        self.acme_user.partner_id.lang = "nl_BE"
        self.receive(self.compose(), MONDAY)
        self.assertIn("ma 1 jun", self.mails_to(ACME).body_html)

    def test_the_contact_with_a_login_is_meant_before_its_organisation(self):
        self.acme.email = ACME
        ticket = self.receive(self.compose(), MONDAY)
        self.assertEqual(ticket.partner_id, self.acme_user.partner_id)

    def test_a_contact_without_login_is_known_all_the_same(self):
        contact = self.env["res.partner"].create(
            {"name": "Ida", "parent_id": self.acme.id, "email": "ida@acme.example"}
        )
        ticket = self.receive(self.compose(From="ida@acme.example"), MONDAY)
        self.assertEqual(ticket.partner_id, contact)
        receipt = self.mails_to("ida@acme.example")
        self.assertIn(ticket.number, receipt.subject)

    def test_a_client_without_cover_is_told_so(self):
        ticket = self.receive(self.compose(From=self.lone_user.email), MONDAY)
        self.assertEqual(ticket.sla_state, "none")
        self.assertFalse(ticket.is_unidentified)
        self.assertIn("no active cover", self.mails_to(self.lone_user.email).body_html)

    def test_an_address_at_a_client_and_at_a_stranger_is_the_clients(self):
        stranger = self.env["res.partner"].create({"name": "Lead", "email": ACME})
        ticket = self.receive(self.compose(), MONDAY)
        self.assertEqual(ticket.commercial_partner_id, self.acme)
        self.assertNotEqual(ticket.partner_id, stranger)

    def test_one_mail_to_two_teams_is_one_ticket(self):
        self.env["cap.team"].create(
            {
                "name": "Second",
                "alias_name": "second",
                "alias_domain_id": self.domain.id,
            }
        )
        before = self.env["cap.ticket"].search_count([])
        self.receive(self.compose(To=f"{SUPPORT}, second@cap.example"), MONDAY)
        self.assertEqual(self.env["cap.ticket"].search_count([]), before + 1)

    def test_a_mail_delivered_twice_is_one_ticket(self):
        mail = self.compose()
        first = self.receive(mail, MONDAY)
        self.assertTrue(first)
        self.assertFalse(self.receive(mail, NOON))
        self.assertEqual(len(first.message_ids.filtered("message_id")), 2)
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            values = {"name": "Twin", "message_ref": first.message_ref}
            self.env["cap.ticket"].create(values)

    def test_a_mail_stops_no_clock_whatever_the_alias_says(self):
        self.team.alias_id.alias_defaults = repr(
            {"team_id": self.team.id, "priority": "4", "sla_state": "met"}
        )
        ticket = self.receive(self.compose(), MONDAY)
        self.assertFalse(ticket.priority)
        self.assertEqual(ticket.sla_state, "running")


@tagged("post_install", "-at_install")
class TestStrangeMails(CapMailCommon):
    """Whatever arrives is kept and readable; nothing raises."""

    def test_stored_mails_become_readable_tickets(self):
        expected = {
            "multipart.eml": ("Rapport en pièce jointe", "De orders stoppen.", 1),
            "html_only.eml": ("HTML only", "The *orders* stop.", 0),
            "broken_charset.eml": ("Broken charset", "caf", 0),
            "nested_forward.eml": ("Fwd: Fwd: it stops", "See below", 2),
            "winmail.eml": ("Outlook", "See the attachment.", 1),
            "huge_headers.eml": ("Huge headers", "Still readable.", 0),
            "zero_body.eml": ("Nothing inside", "", 0),
        }
        for name, (subject, words, files) in expected.items():
            with self.subTest(name):
                ticket = self.receive(self.read_file(name), MONDAY)
                self.assertEqual(ticket.name, subject)
                self.assertIn(words, ticket.description or "")
                self.assertEqual(ticket.commercial_partner_id, self.acme)
                self.assertEqual(len(ticket.message_ids.attachment_ids), files)

    def test_an_unknown_charset_is_read_as_well_as_can_be(self):
        raw = self.read_file("broken_charset.eml")
        bare = raw.replace(b"quoted-printable", b"8bit").replace(b"=E9", b"\xe9")
        for mail in (raw, bare.replace(b"broken@", b"bare@")):
            ticket = self.receive(mail, MONDAY)
            self.assertIn("The orders stop", ticket.description)

    def test_an_empty_subject_gets_a_name(self):
        for subject in ("", "  ", None):
            with self.subTest(subject):
                ticket = self.receive(self.compose(Subject=subject), MONDAY)
                self.assertEqual(ticket.name, "Message of Acme_User")

    def test_a_large_file_is_kept_to_the_byte(self):
        mail = self.compose()
        content = bytes(range(256)) * (20 * 4096)
        mail.add_attachment(
            content, maintype="application", subtype="zip", filename="log.zip"
        )
        ticket = self.receive(mail, MONDAY)
        kept = ticket.message_ids.attachment_ids
        self.assertEqual((kept.name, len(kept.raw)), ("log.zip", 20 * 1024 * 1024))
        self.assertEqual(kept.raw, content)
        self.assertEqual((kept.res_model, kept.res_id), ("cap.ticket", ticket.id))

    def test_an_empty_file_is_kept(self):
        mail = self.compose()
        mail.add_attachment(b"", maintype="text", subtype="csv", filename="orders.csv")
        ticket = self.receive(mail, MONDAY)
        self.assertEqual(ticket.message_ids.attachment_ids.name, "orders.csv")

    def test_a_very_long_text_is_cut_in_the_description_only(self):
        ticket = self.receive(self.compose(body="0123456789\n" * 20000), MONDAY)
        self.assertLessEqual(len(ticket.description), MAX_DESCRIPTION + 2)
        self.assertTrue(ticket.description.endswith("…"))
        incoming = ticket.message_ids.filtered(lambda m: m.message_type == "email")
        self.assertGreater(len(incoming.body), 200000)

    def test_scripts_do_not_get_through(self):
        mail = self.compose()
        mail.set_content("<p>Hi</p><script>alert(1)</script>", subtype="html")
        ticket = self.receive(mail, MONDAY)
        self.assertNotIn("alert", ticket.description)
        self.assertNotIn("script", "".join(ticket.message_ids.mapped("body")))

    def test_zero_bytes_are_refused_and_leave_nothing(self):
        before = self.env["cap.ticket"].search_count([])
        with self.assertRaises(ValueError):
            self.receive(b"", MONDAY)
        self.assertEqual(self.env["cap.ticket"].search_count([]), before)

    def test_a_mail_of_nobody_is_kept_without_an_answer(self):
        ticket = self.receive(self.compose(From=None), MONDAY)
        self.assertTrue(ticket.is_unidentified)
        self.assertFalse(self.mails_to("@"))


@tagged("post_install", "-at_install")
class TestThreads(CapMailCommon):
    """An answer joins its ticket: by its headers, else by number and client."""

    def setUp(self):
        super().setUp()
        self.ticket = self.receive(self.compose(), MONDAY)
        self.receipt = self.ticket.message_ids[0]

    def answer(self, **headers):
        subject = f"Re: [{self.ticket.number}] Orders stop"
        return self.receive(self.compose(**({"Subject": subject} | headers)), NOON)

    def test_headers_find_the_ticket_whatever_the_subject(self):
        found = self.answer(Subject="Hm", In_Reply_To=self.receipt.message_id)
        self.assertEqual(found, self.ticket)

    def test_number_and_client_find_the_ticket_without_headers(self):
        for sender in (ACME, "Another <colleague@acme.example>"):
            with self.subTest(sender):
                self.env["res.partner"].create(
                    {
                        "name": "C",
                        "parent_id": self.acme.id,
                        "email": "colleague@acme.example",
                    }
                )
                self.assertEqual(self.answer(From=sender), self.ticket)

    def test_a_number_of_another_client_opens_a_ticket_of_ones_own(self):
        other = self.answer(From=self.zeta_user.email)
        self.assertNotEqual(other, self.ticket)
        self.assertEqual(other.commercial_partner_id, self.zeta)
        self.assertEqual(other.name, "Re: Orders stop")
        self.assertFalse(other.origin_ticket_id)
        answer = self.mails_to(self.zeta_user.email)
        self.assertNotIn(self.ticket.number, answer.subject + answer.body_html)
        self.assertNotIn("Acme", answer.body_html)

    def test_a_number_opens_nothing_to_a_stranger(self):
        stranger = self.answer(From="eve@evil.example")
        self.assertNotEqual(stranger, self.ticket)
        self.assertTrue(stranger.is_unidentified)

    def test_a_stranger_answers_in_the_own_ticket(self):
        mine = self.receive(self.compose(From="new@corp.example"), MONDAY)
        subject = f"Re: [{mine.number}]"
        same = self.compose(From="New <new@corp.example>", Subject=subject)
        self.assertEqual(self.receive(same, NOON), mine)

    def test_a_number_that_does_not_exist_is_ignored(self):
        self.assertNotEqual(self.answer(Subject="Re: [CAP-99999] x"), self.ticket)

    def test_an_answer_gets_no_second_receipt(self):
        self.mails_to(ACME).unlink()
        self.answer()
        self.assertFalse(self.mails_to(ACME))

    def test_an_answer_brings_a_waiting_ticket_back(self):
        self.assess(self.ticket, NOON)
        self.ticket.stage_id = self.env["cap.ticket.stage"]._get_first("waiting")
        self.answer()
        self.assertEqual(self.ticket.stage_kind, "open")

    def test_a_late_answer_follows_up_in_a_new_ticket(self):
        self.assess(self.ticket, NOON)
        self.at(self.ticket, "2026-06-02 12:00:00").action_close()
        subject = f"Re: [{self.ticket.number}]"
        for reference in (None, self.receipt.message_id):
            with self.subTest(reference):
                mail = self.compose(Subject=subject, In_Reply_To=reference)
                late = self.receive(mail, "2026-06-17 12:00:00")
                self.assertNotEqual(late, self.ticket)
                self.assertEqual(late.origin_ticket_id, self.ticket)
        self.assertTrue(self.ticket.is_closed)
        in_time = self.receive(self.compose(Subject=subject), "2026-06-16 11:00:00")
        self.assertEqual(in_time, self.ticket)
        self.assertFalse(self.ticket.is_closed)

    def test_an_address_at_two_clients_answers_where_the_number_says(self):
        self.env["res.partner"].create(
            {"name": "Both", "parent_id": self.zeta.id, "email": ACME}
        )
        self.assertEqual(self.answer(), self.ticket)
        author = self.ticket.message_ids[0].author_id
        self.assertEqual(author, self.acme_user.partner_id)


@tagged("post_install", "-at_install")
class TestOutsiders(CapMailCommon):
    """Who is copied in learns nothing more than the mail itself."""

    def test_an_outsider_in_copy_is_neither_follower_nor_recipient(self):
        mail = self.compose(Cc=f"{self.zeta_user.email}, eve@evil.example")
        ticket = self.receive(mail, MONDAY)
        self.assertNotIn(self.zeta_user.partner_id, ticket.message_partner_ids)
        self.assertNotIn(self.zeta_user.partner_id, ticket.message_ids.partner_ids)
        self.assertFalse(self.mails_to(self.zeta_user.email))
        self.assertTrue(ticket.message_ids)
        for message in ticket.message_ids:
            with self.assertRaises(AccessError):
                message.with_user(self.zeta_user).read(["body"])

    def test_an_answer_is_not_suggested_to_outsiders(self):
        mail = self.compose(Cc=f"{self.zeta_user.email}, eve@evil.example")
        ticket = self.receive(mail, MONDAY).with_user(self.agent)
        lines = ticket._message_get_suggested_recipients(reply_discussion=True)
        addresses = {line["email"] for line in lines}
        self.assertIn(ACME, addresses)
        self.assertFalse(addresses & {self.zeta_user.email, "eve@evil.example"})

    def test_no_mail_carries_a_key(self):
        ticket = self.receive(self.compose(), MONDAY)
        self.assess(ticket, NOON)
        ticket.with_user(self.agent).message_post(
            body="Look", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        bodies = "".join(self.mails_to(ACME).mapped("body_html"))
        self.assertIn("/mail/view", bodies)
        for key in ("access_token", "hash=", "pid=", "auth_signup_token"):
            self.assertNotIn(key, bodies)

    def test_every_mail_names_the_ticket_and_automatic_ones_say_so(self):
        ticket = self.receive(self.compose(), MONDAY)
        self.assess(ticket, NOON)
        ticket.with_user(self.agent).message_post(
            body="Look",
            subject="Something else",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        mails = self.mails_to(ACME)
        self.assertEqual(len(mails), 3)
        receipt = mails.filtered(lambda mail: "We received" in mail.body_html)
        answer = mails.filtered(lambda mail: "Look" in mail.body_html)
        assessment = mails - receipt - answer
        for mail in (receipt, assessment, answer):
            self.assertIn(f"[{ticket.number}]", mail.subject)
        self.assertIn("High", assessment.body_html)
        self.assertIn("Why.", assessment.body_html)
        self.assertIn("'Auto-Submitted': 'auto-generated'", assessment.headers)
        self.assertNotIn("Auto-Submitted", answer.headers or "")


@tagged("post_install", "-at_install")
class TestQueue(MockEmail, CapMailCommon):
    """A notice that Odoo's job has written is sent at once, not within the hour."""

    def test_the_job_sends_what_it_wrote_and_nothing_else(self):
        self.receive(self.compose())
        on_its_way = self.env["mail.mail"].create(
            {"subject": "Somebody else sends this", "email_to": ACME}
        )
        schedules = self.env["mail.message.schedule"].search([])
        schedules.scheduled_datetime = "2026-01-01 00:00:00"
        job = schedules.with_context(mail_notify_force_send=False)
        with self.mock_mail_gateway():
            job._send_notifications_cron()
        subjects = [mail["subject"] for mail in self._mails]
        self.assertEqual(len(subjects), 1)
        self.assertIn("[CAP-", subjects[0])
        self.assertEqual(on_its_way.state, "outgoing")


@tagged("post_install", "-at_install")
class TestOtherMail(CapMailCommon):
    """Mail that is not the support's goes its way."""

    def test_a_mail_to_another_mailbox_is_left_alone(self):
        partner = self.env["res.partner"].create({"name": "Thread"})
        alias = self.env["mail.alias"].create(
            {
                "alias_name": "other",
                "alias_domain_id": self.domain.id,
                "alias_model_id": self.env["ir.model"]._get_id("res.partner"),
                "alias_force_thread_id": partner.id,
            }
        )
        mail = self.compose(To=alias.alias_full_name, Auto_Submitted="auto-replied")
        self.receive(mail)
        self.assertEqual(partner.message_ids[0].message_type, "email")
        self.assertFalse(self.env["cap.mail.parked"].search([]))
