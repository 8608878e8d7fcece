import json

from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from ..const import MAX_ATTACHMENTS
from ..exceptions import RefusedFile
from .common_mail import CapMailCommon

MONDAY = "2026-06-01 09:00:00"
TEN = "2026-06-01 10:00:00"
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"


class DeskFilesCommon(CapMailCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contact = cls.acme_user.partner_id

    def setUp(self):
        super().setUp()
        self.ticket = self.submit(MONDAY)

    def upload(self, name="guide.pdf", content=PDF, user=None):
        """Return a file that waits for its message, as Odoo's route leaves it."""
        files = self.env["ir.attachment"].with_user(user or self.agent).sudo()
        return files.create(
            {
                "name": name,
                "raw": content,
                "res_model": "mail.compose.message",
                "res_id": 0,
            }
        )

    def say(self, text, files, **kwargs):
        ticket = self.at(self.ticket, TEN)
        return ticket.action_say(text, file_ids=files.ids, **kwargs)


@tagged("post_install", "-at_install")
class TestDeskFiles(DeskFilesCommon):
    """An answer from the desk takes files along, of the types that are handed out."""

    def test_the_client_gets_the_file_by_mail_and_in_the_portal(self):
        guide = self.upload()
        self.say("Here is how.", guide)
        message = self.ticket.message_ids[0]
        self.assertEqual(message.attachment_ids, guide)
        self.assertEqual(
            (guide.res_model, guide.res_id), ("cap.ticket", self.ticket.id)
        )
        mail = self.mails_to(self.contact.email).filtered(
            lambda one: one.mail_message_id == message
        )
        self.assertIn(guide, mail.attachment_ids)
        self.assertIn(guide.id, self.list_files(self.acme_user))
        self.assertNotIn(guide.id, self.list_files(self.zeta_user))
        detail = self.at(self.ticket, TEN).get_desk_ticket()
        self.assertEqual(
            detail["messages"][-1]["files"], [{"id": guide.id, "name": "guide.pdf"}]
        )

    def list_files(self, user):
        """Return the ids of the files in the conversation that a client sees."""
        messages = self.env["mail.message"].with_user(user)
        seen = messages.search(
            [("model", "=", "cap.ticket"), ("res_id", "=", self.ticket.id)]
        )
        return seen.sudo().attachment_ids.ids

    def test_a_file_needs_no_words(self):
        self.say("", self.upload())
        self.assertEqual(len(self.ticket.message_ids[0].attachment_ids), 1)

    def test_the_file_of_a_note_stays_inside(self):
        log = self.upload("trace.log", b"Error in line 3")
        self.say("From the server.", log, is_note=True)
        self.assertEqual(self.ticket.message_ids[0].attachment_ids, log)
        self.assertFalse(self.ticket.message_ids[0].notified_partner_ids)
        self.assertNotIn(log.id, self.list_files(self.acme_user))

    def test_what_is_refused_sends_nothing(self):
        cases = [
            (self.upload("tool.exe", b"MZ"), "not handed out"),
            (self.upload("guide.pdf", b"MZ\x90\x00"), "not what its name says"),
            (self.upload("empty.pdf", b""), "is empty"),
        ]
        many = self.env["ir.attachment"]
        for _number in range(MAX_ATTACHMENTS + 1):
            many += self.upload()
        cases.append((many, "at most"))
        before = self.ticket.message_ids
        for files, words in cases:
            with self.subTest(words):
                with self.assertRaisesRegex(UserError, words):
                    self.at(self.ticket, TEN).check_files(files.ids)
                with self.assertRaisesRegex(UserError, words):
                    self.say("Here.", files, wait=True)
        self.assertEqual(self.ticket.message_ids, before)
        self.assertEqual(self.ticket.stage_kind, "new")

    def test_nobody_elses_files_and_none_that_were_sent(self):
        own = self.upload()
        self.say("First.", own)
        strange = self.upload(user=self.users["lead"])
        secret = self.env["ir.attachment"].create(
            {"name": "secret.pdf", "raw": PDF, "res_model": "res.partner"}
        )
        for files in (own, strange, secret):
            with self.assertRaisesRegex(AccessError, "not yours"):
                self.say("Once more.", files)

    def reply(self, files):
        wizards = self.at(self.env["cap.ticket.reply"], TEN)
        values = {
            "ticket_id": self.ticket.id,
            "body": "As prepared.",
            "after": "nothing",
        }
        wizard = wizards.create(values | {"attachment_ids": files.ids})
        return wizard.action_send()

    def test_a_prepared_reply_takes_files_along(self):
        guide = self.upload()
        self.reply(guide)
        message = self.ticket.message_ids[0]
        self.assertIn("As prepared.", message.body)
        self.assertEqual(message.attachment_ids, guide)
        mail = self.mails_to(self.contact.email).filtered(
            lambda one: one.mail_message_id == message
        )
        self.assertIn(guide, mail.attachment_ids)
        self.assertIn(guide.id, self.list_files(self.acme_user))

    def test_a_prepared_reply_refuses_what_the_desk_refuses(self):
        before = self.ticket.message_ids
        with self.assertRaisesRegex(RefusedFile, "not handed out"):
            self.reply(self.upload("tool.exe", b"MZ"))
        with self.assertRaises(AccessError):
            self.reply(self.upload(user=self.users["lead"]))
        self.assertEqual(self.ticket.message_ids, before)

    def test_only_who_may_work_on_it_asks(self):
        guide = self.upload(user=self.acme_user)
        for user in (self.acme_user, self.users["user"]):
            with self.assertRaises(AccessError):
                self.at(self.ticket, TEN, user).action_say("Hi", file_ids=guide.ids)
            with self.assertRaises(AccessError):
                self.at(self.ticket, TEN, user).check_files(guide.ids)


@tagged("post_install", "-at_install")
class TestDeskUpload(DeskFilesCommon, HttpCase):
    """Odoo's own route takes the file, and the answer takes it along."""

    def test_uploaded_by_the_route_and_sent(self):
        self.agent.password = "cap_agent_password"
        self.authenticate(self.agent.login, "cap_agent_password")
        answer = self.url_open(
            "/mail/attachment/upload",
            {
                "thread_id": self.ticket.id,
                "thread_model": "cap.ticket",
                "is_pending": "true",
                "csrf_token": http.Request.csrf_token(self),
            },
            files={"ufile": ("guide.pdf", PDF, "application/pdf")},
        )
        file_id = json.loads(answer.text)["data"]["attachment_id"]
        self.make_jsonrpc_request(
            "/web/dataset/call_kw",
            {
                "model": "cap.ticket",
                "method": "action_say",
                "args": [[self.ticket.id], "Here is how.", False, False, [file_id]],
                "kwargs": {},
            },
        )
        self.assertEqual(self.ticket.message_ids[0].attachment_ids.id, file_id)
