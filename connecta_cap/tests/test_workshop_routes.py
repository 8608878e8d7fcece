import re
from datetime import timedelta

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .material_common import PDF, MaterialCommon
from .test_workshop import WISH, WorkshopCommon

URL = "/my/cap/workshop"


@tagged("post_install", "-at_install")
class TestWorkshopRoutes(WorkshopCommon, HttpCase):
    """The client's page about workshops: own, others', garbage, the public."""

    def login(self, user):
        self.authenticate(user.login, user.login)

    def token(self):
        page = self.url_open(URL).text
        return re.search(r'csrf_token: "([^"]+)"', page)[1]

    def send(self, url=URL, **values):
        data = {"csrf_token": self.token()} | values
        return self.url_open(url, data=data, allow_redirects=False)

    def report(self):
        workshop = self.plan(self.wish())
        self.later(workshop, self.start + timedelta(hours=5)).action_hold()
        workshop.report = "<p>We agreed on labels.</p>"
        file = self.env["cap.workshop.file"].create(
            {
                "workshop_id": workshop.id,
                "name": "slides.pdf",
                "file": MaterialCommon.pack(PDF),
            }
        )
        return workshop, f"{URL}/{workshop.id}/file/{file.id}"

    def test_a_client_wishes_and_takes_it_back(self):
        self.login(self.lone_user)
        page = self.url_open(URL).text
        for part in ("Send the wish", "cap_workshop_goals", "cap_workshop_people"):
            self.assertIn(part, page)
        self.assertEqual(self.send(**WISH).status_code, 303)
        page = self.url_open(URL).text
        self.assertIn("Returns without paper", page)
        self.assertNotIn("Send the wish", page)
        again = self.send(**WISH)
        self.assertEqual(again.status_code, 422)
        self.assertIn("one workshop a year", again.text)
        workshop = self.env["cap.workshop"].search([("partner_id", "=", self.lone.id)])
        self.send(f"{URL}/{workshop.id}/withdraw")
        self.assertFalse(workshop.exists())
        self.assertIn("Send the wish", self.url_open(URL).text)

    def test_what_is_wrong_is_said_and_nothing_is_lost(self):
        self.login(self.lone_user)
        contact = str(self.lone_user.partner_id.id)
        answer = self.send(**WISH | {"wish_end": "2020-01-01", "attendees": contact})
        self.assertEqual(answer.status_code, 422)
        self.assertIn("is over", answer.text)
        self.assertIn("Handle returns ourselves.", answer.text)
        self.assertRegex(answer.text, rf'value="{contact}"[^>]*checked')

    def test_a_planned_one_is_shown_in_the_readers_zone(self):
        self.lone_user.tz = "Asia/Tokyo"
        workshop = self.plan(self.wish())
        self.login(self.lone_user)
        page = self.url_open(URL).text
        self.assertIn("(Asia/Tokyo)", page)
        tokyo = self.start + timedelta(hours=9)
        self.assertIn(tokyo.strftime("%H:%M"), page)
        self.assertIn(self.consultant.name, page)
        answer = self.send(f"{URL}/{workshop.id}/withdraw")
        self.assertEqual(answer.status_code, 422)
        self.assertTrue(workshop.exists())

    @mute_logger("odoo.http")
    def test_the_report_is_for_its_own_client_once_published(self):
        workshop, url = self.report()
        self.login(self.lone_user)
        self.assertNotIn("agreed on labels", self.url_open(URL).text)
        self.assertEqual(self.url_open(url).status_code, 404)
        self.later(workshop, self.start + timedelta(hours=6)).action_report()
        self.assertIn("agreed on labels", self.url_open(URL).text)
        self.assertEqual(self.url_open(url).content, PDF)
        attachment = (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("res_model", "=", "cap.workshop.file"),
                    ("res_field", "=", "file"),
                    ("res_id", "in", workshop.file_ids.ids),
                ]
            )
        )
        self.assertTrue(attachment)
        doors = (
            f"/web/content/{attachment.id}",
            f"/web/content/cap.workshop.file/{workshop.file_ids.id}/file",
        )
        for user in (self.lone_user, self.acme_user):
            self.login(user)
            for door in doors:
                self.assertEqual(self.url_open(door).status_code, 404)
        self.assertEqual(self.url_open(url).status_code, 404)
        self.assertNotIn("agreed on labels", self.url_open(URL).text)
        self.assertEqual(self.send(f"{URL}/{workshop.id}/withdraw").status_code, 404)

    @mute_logger("odoo.http")
    def test_without_cover_public_and_garbage(self):
        self.login(self.zeta_user)
        self.assertIn("includes no workshop", self.url_open(URL).text)
        answer = self.send(**WISH)
        self.assertEqual(answer.status_code, 422)
        for tail in ("x/withdraw", "0/withdraw", "999999999/withdraw"):
            self.assertEqual(self.send(f"{URL}/{tail}").status_code, 404)
        self.assertEqual(
            self.url_open(URL, data=WISH | {"csrf_token": "x"}).status_code, 400
        )
        self.authenticate(None, None)
        self.assertIn("/web/login", self.url_open(URL).url)
