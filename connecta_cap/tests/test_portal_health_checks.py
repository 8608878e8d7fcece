from datetime import timedelta

from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .test_health_checks import HealthCheckCommon


@tagged("post_install", "-at_install")
class TestPortalHealthChecks(HealthCheckCommon, HttpCase):
    """Every page as owner, other client, outsider, and with garbage."""

    def setUp(self):
        super().setUp()
        self.check = self.hold()
        self.act(self.check, name="Renew <b>it</b>")
        self.publish(self.check)
        self.url = f"/my/cap/health-checks/{self.check.id}"

    def login(self, user):
        self.authenticate(user.login, user.login)

    def test_the_owner_reads_it(self):
        self.login(self.acme_user)
        page = self.url_open("/my/cap/health-checks")
        for text in (self.check.name, "1 to do", "Test Center", "0 of 9", self.url):
            self.assertIn(text, page.text)
        page = self.url_open(self.url)
        self.assertEqual(page.status_code, 200)
        for text in (
            "All in good order",
            "Renew &lt;b&gt;it&lt;/b&gt;",
            "Acme_User",
            "Production",
            "Flows to test",
        ):
            self.assertIn(text, page.text)
        self.assertIn("/my/cap/health-checks", self.url_open("/my").text)
        self.assertIn("/my/cap/health-checks", self.url_open("/my/cap").text)

    def test_the_next_meeting_is_announced(self):
        self.login(self.acme_user)
        self.assertNotIn("Next meeting", self.url_open("/my/cap/health-checks").text)
        planned = self.plan(start=self.begin + timedelta(days=1))
        page = self.url_open("/my/cap/health-checks").text
        self.assertIn("Next meeting", page)
        self.assertIn("By video", page)
        self.assertNotIn(planned.name, page)

    def test_the_pdf_is_the_same_check(self):
        self.login(self.acme_user)
        answer = self.url_open(f"{self.url}/pdf")
        self.assertEqual(answer.status_code, 200)
        number = self.check.name.replace("-", "_")
        self.assertIn(number, answer.headers["Content-Disposition"])
        # Odoo's test mode gives the page that the PDF is made of
        self.assertIn("All in good order", answer.text)

    @mute_logger("odoo.http")
    def test_for_others_it_does_not_exist(self):
        outsider = new_test_user(self.env, "cap_outsider", groups="base.group_user")
        for user in (self.zeta_user, self.lone_user, outsider):
            self.login(user)
            for url in (self.url, f"{self.url}/pdf"):
                self.assertEqual(self.url_open(url).status_code, 404, url)
        self.login(self.zeta_user)
        self.assertNotIn(self.check.name, self.url_open("/my/cap/health-checks").text)
        draft = self.plan(start=self.begin + timedelta(days=1))
        self.login(self.acme_user)
        for url in (
            f"/my/cap/health-checks/{draft.id}",
            f"/my/cap/health-checks/{draft.id}/pdf",
            "/my/cap/health-checks/999999999",
            "/my/cap/health-checks/abc",
        ):
            self.assertEqual(self.url_open(url).status_code, 404, url)

    def test_the_public_is_asked_to_log_in(self):
        self.authenticate(None, None)
        for url in ("/my/cap/health-checks", self.url, f"{self.url}/pdf"):
            self.assertIn("/web/login", self.url_open(url).url)

    def test_who_has_none_reads_why(self):
        self.login(self.zeta_user)
        page = self.url_open("/my/cap/health-checks").text
        self.assertIn("Your tier includes Health Checks", page)
        self.login(self.lone_user)
        page = self.url_open("/my/cap/health-checks").text
        self.assertIn("does not include Health Checks", page)
