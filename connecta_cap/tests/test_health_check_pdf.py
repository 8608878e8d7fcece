import io
from datetime import timedelta

from pypdf import PdfReader

from odoo.tests import HttpCase, tagged

from ..const import TEST_CENTER
from .test_health_checks import HealthCheckCommon
from .test_translations import load


@tagged("post_install", "-at_install")
class TestHealthCheckPdf(HealthCheckCommon, HttpCase):
    """What is on paper, read back from the real PDF that the tool for it makes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        load(cls.env)

    def setUp(self):
        super().setUp()
        # monitoring plays its story up to the present
        self.start = self.now.replace(second=0) - timedelta(hours=1)
        errors = [{"class": "Timeout", "message": "No answer", "count": 8}]
        rows = [self.window(n, ok=2, failed=8, errors=errors) for n in range(0, 60, 5)]
        self.send(60, rows)
        self.flow().criticality = "4"
        self.watch(60)
        self.roll_up()
        self.place._score()

    def read_pdf(self, check):
        reports = self.env["ir.actions.report"].sudo()
        reports = reports.with_context(force_report_rendering=True)
        content, kind = reports._render_qweb_pdf(
            "connecta_cap.cap_health_check_report_action", check.ids
        )
        self.assertEqual(kind, "pdf")
        self.assertTrue(content.startswith(b"%PDF-"))
        pages = PdfReader(io.BytesIO(content)).pages
        return " ".join(" ".join(p.extract_text() for p in pages).split()), pages

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
        draft, _pages = self.read_pdf(check)
        self.assertIn("(draft, not published)", draft)
        check.action_call_off()
        check.unlink()
        check = self.tell()
        check.action_ids[0].with_user(self.acme_user).sudo()._portal_act(
            "done", "New one is in"
        )
        text, pages = self.read_pdf(check)
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
        width, height = pages[0].mediabox.width, pages[0].mediabox.height
        self.assertAlmostEqual(float(width), 595, delta=3)  # A4 in points
        self.assertAlmostEqual(float(height), 842, delta=3)

    def test_a_dutch_client_reads_it_in_dutch_whoever_prints_it(self):
        self.acme.lang = self.acme_user.lang = "nl_BE"
        self.consultant.lang = "en_US"
        check = self.tell()
        text, _pages = self.read_pdf(check.with_user(self.consultant))
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
