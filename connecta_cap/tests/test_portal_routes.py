import re

from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common import CapCommon

MONDAY = "2026-06-01 09:00:00"


@tagged("post_install", "-at_install")
class TestPortalRoutes(CapCommon, HttpCase):
    """Every route as owner, colleague, other client, outsider, and with garbage."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.colleague = cls.make_contact(cls.acme, "acme_colleague")

    def setUp(self):
        super().setUp()
        self.ticket = self.submit(MONDAY, name="Orders of acme stop")
        self.assess(self.ticket, "2026-06-01 10:00:00")
        self.url = f"/my/cap/tickets/{self.ticket.id}"

    def login(self, user):
        self.authenticate(user.login, user.login)

    def token(self, url="/my/cap/tickets/new"):
        page = self.url_open(url).text
        return re.search(r'name="csrf_token" value="([^"]+)"', page)[1]

    def form(self, **values):
        page = self.url_open("/my/cap/tickets/new").text
        key = re.search(r'name="form_key" value="([^"]+)"', page)[1]
        return {
            "csrf_token": re.search(r'name="csrf_token" value="([^"]+)"', page)[1],
            "form_key": key,
            "name": "Labels fail",
            "description": "No label since noon.",
            "area": "connector",
            "requested_urgency": "3",
        } | values

    def test_owner_and_colleague_see_the_same(self):
        for user in (self.acme_user, self.colleague):
            self.login(user)
            self.assertIn("Orders of acme stop", self.url_open("/my/cap/tickets").text)
            page = self.url_open(self.url)
            self.assertEqual(page.status_code, 200)
            for text in ("High", "Why.", self.agent.name, "CEST", "4 h on Monday"):
                self.assertIn(text, page.text)
            cover = self.url_open("/my/cap").text
            self.assertIn("Advisor", cover)
            self.assertIn("09:00–17:00", cover)
            self.assertEqual(self.url_open("/my").status_code, 200)

    @mute_logger("odoo.http")
    def test_for_others_the_ticket_does_not_exist(self):
        missing = "/my/cap/tickets/999999999"
        outsider = new_test_user(self.env, "cap_outsider", groups="base.group_user")
        for user, password in ((self.zeta_user, None), (outsider, "cap_outsider")):
            self.authenticate(user.login, password or user.login)
            for url in (self.url, missing):
                self.assertEqual(self.url_open(url).status_code, 404)
        self.login(self.zeta_user)
        token = self.token()
        for verb in ("close", "reopen"):
            data = {"csrf_token": token}
            answer = self.url_open(f"{self.url}/{verb}", data=data)
            self.assertEqual(answer.status_code, 404)
        self.assertFalse(self.ticket.is_closed)
        self.assertNotIn("acme", self.url_open("/my/cap/tickets?filterby=all").text)

    def test_the_public_is_asked_to_log_in(self):
        self.authenticate(None, None)
        for url in ("/my/cap", "/my/cap/tickets", "/my/cap/tickets/new", self.url):
            self.assertIn("/web/login", self.url_open(url).url)

    @mute_logger("odoo.http")
    def test_garbage_is_not_found_or_ignored(self):
        self.login(self.acme_user)
        for tail in ("abc", "0", "-1", "1e9", "%27", "99999999999999999999"):
            status = self.url_open(f"/my/cap/tickets/{tail}").status_code
            self.assertEqual(status, 404, tail)
        queries = ("sortby=x;drop", "filterby=moon", "search=%25%27", "page=x")
        for query in (*queries, "search=a%00b"):
            self.assertEqual(self.url_open(f"/my/cap/tickets?{query}").status_code, 200)
        form = self.form(name="Labels\0 fail", description="No label\0.")
        answer = self.url_open("/my/cap/tickets/new", data=form)
        self.assertEqual(answer.status_code, 200)
        self.assertIn("Labels fail", answer.text)

    @mute_logger("odoo.http")
    def test_changes_need_post_and_a_token(self):
        self.login(self.acme_user)
        for verb in ("close", "reopen"):
            self.assertEqual(self.url_open(f"{self.url}/{verb}").status_code, 405)
            answer = self.url_open(f"{self.url}/{verb}", data={"csrf_token": "x"})
            self.assertEqual(answer.status_code, 400)
        data = self.form(csrf_token="x")
        answer = self.url_open("/my/cap/tickets/new", data=data)
        self.assertEqual(answer.status_code, 400)
        self.assertFalse(self.ticket.is_closed)

    def test_a_client_sends_closes_and_reopens(self):
        self.login(self.acme_user)
        files = [("attachments", ("log.txt", b"hello", "text/plain"))]
        page = self.url_open("/my/cap/tickets/new", data=self.form(), files=files)
        ticket = self.env["cap.ticket"].search([("name", "=", "Labels fail")])
        self.assertIn(f"/my/cap/tickets/{ticket.id}", page.url)
        self.assertIn(ticket.number, page.text)
        self.assertEqual(ticket.channel, "portal")
        self.assertEqual(ticket.message_ids.attachment_ids.raw, b"hello")
        for verb, closed in (("close", True), ("reopen", False)):
            data = {"csrf_token": self.token()}
            self.url_open(f"/my/cap/tickets/{ticket.id}/{verb}", data=data)
            ticket.invalidate_recordset()
            self.assertEqual(ticket.is_closed, closed)

    def test_a_form_that_is_sent_twice_makes_one_ticket(self):
        self.login(self.acme_user)
        data = self.form()
        for _n in range(2):
            page = self.url_open("/my/cap/tickets/new", data=data)
        tickets = self.env["cap.ticket"].search([("name", "=", "Labels fail")])
        self.assertEqual(len(tickets), 1)
        self.assertIn(tickets.number, page.text)

    def test_a_refused_form_loses_nothing(self):
        self.login(self.acme_user)
        files = [("attachments", ("empty.txt", b"", "text/plain"))]
        page = self.url_open("/my/cap/tickets/new", data=self.form(), files=files)
        self.assertEqual(page.status_code, 422)
        for text in ("Labels fail", "No label since noon.", "empty.txt", "choose"):
            self.assertIn(text.lower(), page.text.lower())
        self.assertFalse(self.env["cap.ticket"].search([("name", "=", "Labels fail")]))

    def test_the_form_tells_what_is_promised_before_sending(self):
        self.login(self.acme_user)
        self.assertIn("If you send this now", self.url_open("/my/cap/tickets/new").text)
        self.login(self.lone_user)
        page = self.url_open("/my/cap/tickets/new").text
        self.assertIn("cannot promise by when", page)
        self.assertIn("no subscription yet", self.url_open("/my/cap").text)

    def test_the_list_is_searched_filtered_and_paged(self):
        self.login(self.acme_user)
        for number in range(25):
            self.submit(MONDAY, name=f"Bulk {number}")
        first = self.url_open("/my/cap/tickets").text
        second = self.url_open("/my/cap/tickets/page/2").text
        self.assertIn("Bulk 24", first)
        self.assertNotIn("Orders of acme stop", first)
        self.assertIn("Orders of acme stop", second)
        found = self.url_open("/my/cap/tickets?search=acme").text
        self.assertIn("Orders of acme stop", found)
        self.assertNotIn("Bulk 24", found)
        self.assertIn(
            "There are no tickets",
            self.url_open("/my/cap/tickets?filterby=closed").text,
        )

    @mute_logger("odoo.http")
    def test_staff_does_not_close_through_a_clients_page(self):
        reader = self.users["user"]
        self.authenticate(reader.login, reader.login)
        self.assertEqual(self.url_open(self.url).status_code, 200)
        for verb in ("close", "reopen"):
            data = {"csrf_token": self.token()}
            answer = self.url_open(f"{self.url}/{verb}", data=data)
            self.assertEqual(answer.status_code, 403)
        self.ticket.invalidate_recordset()
        self.assertFalse(self.ticket.is_closed)

    def test_staff_without_a_role_has_a_home_too(self):
        new_test_user(self.env, "cap_outsider", groups="base.group_user")
        self.authenticate("cap_outsider", "cap_outsider")
        cards = {
            f"cap_{name}_count": 0
            for name in (
                "ticket",
                "audit",
                "recommendation",
                "report",
                "training",
                "environment",
            )
        }
        counts = self.make_jsonrpc_request("/my/counters", {"counters": list(cards)})
        self.assertEqual({name: counts[name] for name in cards}, cards)

    @mute_logger("odoo.http")
    def test_files_cannot_be_fetched_by_number(self):
        # the conversation gives a client the tokens of the files that it may see
        self.login(self.acme_user)
        for subtype in ("mail.mt_note", "mail.mt_comment"):
            message = self.ticket.message_post(
                body="see file",
                attachments=[("trace.txt", b"trace")],
                subtype_xmlid=subtype,
            )
            file = message.attachment_ids
            url = f"/web/content/{file.id}"
            self.assertEqual(self.url_open(url).status_code, 404, subtype)
            token = file.generate_access_token()[0]
            answer = self.url_open(f"{url}?access_token={token}")
            self.assertEqual(answer.content, b"trace")

    def test_internal_notes_stay_inside(self):
        self.ticket.message_post(body="secret note", subtype_xmlid="mail.mt_note")
        self.login(self.acme_user)
        self.assertNotIn("secret note", self.url_open(self.url).text)
        answer = self.make_jsonrpc_request(
            "/mail/thread/messages",
            {"thread_model": "cap.ticket", "thread_id": self.ticket.id},
        )
        self.assertNotIn("secret note", str(answer))
