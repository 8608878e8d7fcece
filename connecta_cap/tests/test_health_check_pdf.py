from odoo.tests import HttpCase, tagged

from ..const import TEST_CENTER
from .pdf_common import PdfReading
from .test_health_checks import HealthCheckCommon
from .test_translations import load


@tagged("post_install", "-at_install")
class TestHealthCheckPdf(PdfReading, HealthCheckCommon, HttpCase):
    """What is on paper, read back from the real PDF that the tool for it makes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        load(cls.env)

    def setUp(self):
        super().setUp()
        self.play_bad_hour()

    def read_check(self, check):
        """Return (all its words in one line, pages) of a check on paper."""
        words, pages = self.read_pdf("cap_health_check_report_action", check)
        return " ".join(words), pages

    def tell(self):
        """Hold and publish a check: a set-up half done, actions done and left."""
        check = self.plan()
        check.action_prepare()
        setup = self.subscription.checklist_ids.filtered(
            lambda one: one.kind == TEST_CENTER
        ).with_user(self.consultant)
        first, second = setup.item_ids[:2]
        first.write({"state": "done", "evidence": "Run 4711"})
        second.write({"state": "not_applicable", "note": "Tested by Acme"})
        check = self.after(check)
        check.action_hold()
        self.act(check, name="Renew the certificate")
        self.act(check, name="Watch it", owner="ours", user_id=self.consultant.id)
        return self.publish(check)

    def test_everything_that_was_talked_about_is_on_paper(self):
        check = self.plan()
        check.action_prepare()
        draft, _pages = self.read_check(check)
        self.assertIn("(draft, not published)", draft)
        check.action_call_off()
        check.unlink()
        check = self.tell()
        check.action_ids[0].with_user(self.acme_user).sudo()._portal_act(
            "done", "New one is in"
        )
        text, pages = self.read_check(check)
        for words in (
            check.name,
            self.acme.name,
            self.consultant.name,
            self.env.company.name,
            "Minutes All in good order",
            "What we agreed on",
            "Renew the certificate New one is in",
            "Client",
            "Done",
            "Watch it",
            "Connecta",
            "To do",
            "Production",
            "Down",
            "Timeout",
            "Shop: Orders",
            "What costs points",
            "Test Center (2 of 9 points settled)",
            "Flows to test",
            "Run 4711",
            "Not applicable",
            "Tested by Acme",
            "Notification Center (0 of",
            "Agenda",
        ):
            with self.subTest(words):
                self.assertIn(words, text)
        self.assertNotIn("draft, not published", text)
        self.assertNotIn("Zeta", text)
        self.assert_a4(pages[0])

    def test_a_dutch_client_reads_it_in_dutch_whoever_prints_it(self):
        self.acme.lang = self.acme_user.lang = "nl_BE"
        self.consultant.lang = "en_US"
        check = self.tell()
        text, _pages = self.read_check(check.with_user(self.consultant))
        for words in (
            "Minuten All in good order",
            "Wat we afspraken",
            "Van wie",
            "Klant",
            "Te doen",
            "Wat punten kost",
            "Te testen flows",
            "Niet van toepassing",
            "Agenda",
            "Uw plannen",
            "(2 van 9 punten afgehandeld)",
        ):
            with self.subTest(words):
                self.assertIn(words, text)
        for words in (
            "Minutes",
            "What we agreed on",
            "By when",
            "To do",
            "points settled",
            "Flows to test",
            "Your plans",
            "Not applicable",
            "Last 90 days",
            "since",
            "times",
            " days",
        ):
            with self.subTest(words):
                self.assertNotIn(words, text)
