import json

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, HttpCase, tagged

from .common_mail import CapMailCommon

MONDAY = "2026-06-01 09:00:00"
TEN = "2026-06-01 10:00:00"
SECRET = "Their password is in the vault"


@tagged("post_install", "-at_install")
class TestReplies(CapMailCommon):
    """A prepared text is filled in for the ticket, and moves it on in one go."""

    def setUp(self):
        super().setUp()
        self.ticket = self.submit(MONDAY)
        self.reply = self.env.ref("connecta_cap.cap_reply_details")

    def dialog(self, user=None):
        wizards = self.at(self.env["cap.ticket.reply"], TEN, user)
        return Form(wizards.with_context(default_ticket_id=self.ticket.id))

    def test_gaps_are_filled_and_the_client_gets_it(self):
        self.assess(self.ticket, TEN)
        self.mails_to(self.acme_user.email).unlink()
        self.reply.body = "{client} {contact} {number} {subject} {deadline} {agent}."
        form = self.dialog()
        form.reply_id = self.reply
        words = f"Acme Acme_User {self.ticket.number} Orders stop Mon 1 Jun 13:00 CEST"
        self.assertIn(words, form.body)
        self.assertEqual(form.after, "waiting")
        form.save().action_send()
        mail = self.mails_to(self.acme_user.email)
        self.assertIn(words, mail.body_html)
        self.assertIn(self.agent.partner_id, mail.mail_message_id.author_id)
        self.assertEqual(self.ticket.stage_kind, "waiting")
        self.assertTrue(self.ticket.waiting_since)

    def test_the_agent_has_the_last_word(self):
        form = self.dialog()
        form.body = "Dear <b>client</b>,\nour own words."
        form.save().action_send()
        body = self.ticket.message_ids[0].body
        self.assertIn("Dear &lt;b&gt;client&lt;/b&gt;,<br>our own words.", body)
        self.assertEqual(self.ticket.stage_kind, "new")

    def test_the_client_reads_its_own_language(self):
        self.env["res.lang"]._activate_lang("nl_BE")
        self.acme_user.partner_id.lang = "nl_BE"
        self.reply.with_context(lang="nl_BE").body = "Geachte {contact}, {deadline}"
        form = self.dialog()
        form.reply_id = self.reply
        self.assertIn("Geachte Acme_User, ma 1 jun 13:00", form.body)

    def test_a_gap_that_nobody_can_fill_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "{pirority}"):
            self.reply.body = "{client} {pirority}"

    def test_what_is_refused_sends_nothing(self):
        before = len(self.ticket.message_ids)
        form = self.dialog()
        form.body = "We close it."
        form.after = "closed"
        with self.assertRaisesRegex(UserError, "no priority yet"):
            form.save().action_send()
        form = self.dialog()
        form.body = " \n "
        with self.assertRaisesRegex(UserError, "Write what the client reads"):
            form.save().action_send()
        self.assertEqual(len(self.ticket.message_ids), before)

    def test_only_agents_reply_like_this(self):
        for name in ("user", "consultant", "account_manager"):
            with self.subTest(name), self.assertRaises(AccessError):
                self.dialog(self.users[name])

    def test_leads_word_the_shortcuts_of_the_support(self):
        shortcut = self.env.ref("connecta_cap.mail_canned_response_retry")
        shortcuts = self.env["mail.canned.response"].with_user(self.agent)
        self.assertIn(shortcut, shortcuts.search([]))
        with self.assertRaises(AccessError):
            shortcut.with_user(self.agent).substitution = "No"
        shortcut.with_user(self.users["lead"]).substitution = "Started again."
        other = self.env["mail.canned.response"].create(
            {"source": "hr", "substitution": "Hello"}
        )
        self.assertNotIn(other, shortcuts.search([]))
        with self.assertRaises(AccessError):
            other.with_user(self.users["lead"]).substitution = "No"


@tagged("post_install", "-at_install")
class TestInternalNotes(HttpCase, CapMailCommon):
    """A note for colleagues never leaves: not by mail, portal, or the remote calls."""

    def setUp(self):
        super().setUp()
        self.ticket = self.submit(MONDAY)
        self.note = self.ticket.with_user(self.agent).message_post(
            body=SECRET,
            message_type="comment",
            subtype_xmlid="mail.mt_note",
            attachments=[("secret.txt", SECRET.encode())],
        )

    def test_no_mail_carries_it(self):
        self.assertIn(self.acme_user.partner_id, self.ticket.message_partner_ids)
        self.mails_to(self.acme_user.email)
        mails = self.env["mail.mail"].sudo().search([])
        outside = mails.filtered(lambda mail: SECRET in (mail.body_html or ""))
        self.assertFalse(outside.recipient_ids.filtered("partner_share"))

    def test_an_answer_quotes_it_to_nobody(self):
        self.ticket.with_user(self.agent).message_post(
            body="The answer",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            parent_id=self.note.id,
        )
        mails = self.mails_to(self.acme_user.email)
        self.assertTrue(any("The answer" in mail.body_html for mail in mails))
        for mail in mails:
            self.assertNotIn(SECRET, mail.body_html)

    def test_the_portal_does_not_show_it(self):
        self.authenticate("acme_user", "acme_user")
        page = self.url_open(f"/my/cap/tickets/{self.ticket.id}").text
        self.assertNotIn(SECRET, page)
        found = self.make_jsonrpc_request(
            "/mail/thread/messages",
            {
                "thread_model": "cap.ticket",
                "thread_id": self.ticket.id,
                "fetch_params": {"limit": 30},
            },
        )
        self.assertNotIn(SECRET, json.dumps(found))
        self.assertNotIn("secret.txt", json.dumps(found))

    def test_no_remote_call_reads_it(self):
        note = self.note.with_user(self.acme_user)
        with self.assertRaises(AccessError):
            note.read(["body"])
        domain = [("model", "=", "cap.ticket"), ("res_id", "=", self.ticket.id)]
        messages = self.env["mail.message"].with_user(self.acme_user).search(domain)
        self.assertNotIn(self.note, messages)
        files = self.note.attachment_ids.with_user(self.acme_user)
        with self.assertRaises(AccessError):
            files.read(["datas"])
        self.authenticate("acme_user", "acme_user")
        response = self.url_open(f"/web/content/{files.id}")
        self.assertNotIn(SECRET, response.text)

    def test_it_stays_a_note_after_a_merge(self):
        other = self.submit(MONDAY)
        self.at(other, TEN).action_merge(self.ticket.ids)
        self.assertEqual(self.note.res_id, other.id)
        with self.assertRaises(AccessError):
            self.note.with_user(self.acme_user).read(["body"])
