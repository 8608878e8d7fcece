import base64

from odoo import http
from odoo.tests import HttpCase, tagged

from ..const import MAX_ATTACHMENT_BYTES
from .test_desk_files import DeskFilesCommon
from .test_workshop import WorkshopCommon

PROGRAM = b"MZ\x90\x00"


class RefusalCase(HttpCase):
    """Calls of the web client that are refused, with a look at the server's log."""

    def post(self, model, method, *args):
        """Call a method as the web client does; return the whole answer."""
        params = {"model": model, "method": method, "args": args, "kwargs": {}}
        with self.assertNoLogs("odoo.http", "WARNING"):
            answer = self.url_open(
                "/web/dataset/call_kw", json={"params": params, "id": 1}
            )
        return answer.json()

    def assertRefused(self, answer, words):
        error = answer["error"]["data"]
        # the name by which the web client finds its dialog
        self.assertEqual(
            error["name"], "odoo.addons.connecta_cap.exceptions.RefusedFile"
        )
        self.assertIn(words, error["message"])

    def login(self, user):
        user.password = f"{user.login}_password"
        self.authenticate(user.login, f"{user.login}_password")


@tagged("post_install", "-at_install")
class TestRefusedFiles(DeskFilesCommon, RefusalCase):
    """Who chose a file that is refused reads why; the server's log has no warning."""

    def test_at_the_desk(self):
        self.login(self.agent)
        file = self.upload("tool.exe", PROGRAM)
        ticket = [self.ticket.id]
        found = self.post("cap.ticket", "check_files", ticket, file.ids)
        self.assertRefused(found, "tool.exe")
        before = self.ticket.message_ids
        found = self.post(
            "cap.ticket", "action_say", ticket, "Here.", False, False, file.ids
        )
        self.assertRefused(found, "tool.exe")
        self.assertEqual(self.ticket.message_ids, before)

    def test_in_the_portal(self):
        self.login(self.acme_user)
        form = {
            "csrf_token": http.Request.csrf_token(self),
            "name": "Labels fail",
            "description": "No label since noon.",
            "area": "flow",
            "requested_urgency": "2",
        }
        large = b"x" * (MAX_ATTACHMENT_BYTES + 1)
        for content, words in ((b"", "is empty"), (large, "is larger than")):
            files = [("attachments", ("log.txt", content, "text/plain"))]
            with self.subTest(words), self.assertNoLogs("odoo.http", "WARNING"):
                page = self.url_open("/my/cap/tickets/new", data=form, files=files)
                self.assertEqual(page.status_code, 422)
                self.assertIn(words, page.text)
                self.assertIn("No label since noon.", page.text)
        self.assertFalse(self.env["cap.ticket"].search([("name", "=", "Labels fail")]))


@tagged("post_install", "-at_install")
class TestRefusedFileOfForm(WorkshopCommon, RefusalCase):
    """The same where a form holds the file."""

    def test_in_a_form_of_the_backend(self):
        self.login(self.consultant)
        workshop = self.plan(self.wish())
        file = base64.b64encode(PROGRAM).decode()
        values = {"workshop_id": workshop.id, "name": "notes.pdf", "file": file}
        found = self.post("cap.workshop.file", "web_save", [], values, {"name": {}})
        self.assertRefused(found, "not what its name says")
        self.assertFalse(
            self.env["cap.workshop.file"].search([("name", "=", "notes.pdf")])
        )
