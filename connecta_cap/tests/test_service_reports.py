import io
import re
from datetime import date
from unittest.mock import patch

from freezegun import freeze_time
from psycopg2.errors import UniqueViolation
from pypdf import PdfReader

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, HttpCase, tagged
from odoo.tools import html2plaintext, mute_logger

from .common import CapCommon

JUNE = (date(2026, 6, 1), date(2026, 7, 1))
PRINT = "connecta_cap.cap_service_report_action_print"


class ReportCommon(CapCommon):
    """Tickets and deliveries of a June, looked at in July."""

    def setUp(self):
        super().setUp()
        freezer = freeze_time("2026-07-02 10:00:00")
        freezer.start()
        self.addCleanup(freezer.stop)
        self.subscription.contact_ids = self.acme_user.partner_id
        for hour in (10, 12, 15):
            ticket = self.submit("2026-06-01 09:00:00")
            self.assess(ticket, f"2026-06-01 {hour}:00:00")

    def make(self, subscription=None, user=None, **values):
        reports = self.env["cap.service.report"].with_user(user or self.manager)
        return reports.create(
            {
                "subscription_id": (subscription or self.subscription).id,
                "kind": "month",
                "date_from": JUNE[0],
                "date_to": JUNE[1],
            }
            | values
        )


@tagged("post_install", "-at_install")
class TestServiceReports(ReportCommon):
    """A report freezes its figures, goes out once, and belongs to one client."""

    def test_figures_are_those_of_the_client_and_stay(self):
        report = self.make()
        figures = self.subscription._get_figures_batch(*JUNE)[self.subscription.id]
        self.assertEqual(
            report.figures, report._pack_figures(figures, self.subscription, JUNE)
        )
        self.assertEqual(report.figures["attainment"]["share"], 2 / 3)
        self.assertEqual(report.made_on, date(2026, 7, 2))
        before = report.figures
        self.submit("2026-06-03 09:00:00")
        self.assertEqual(report.figures, before)
        report.action_refresh()
        self.assertEqual(report.figures["tickets"]["total"], 4)

    def test_the_form_offers_the_last_period_that_is_over(self):
        action = self.subscription.with_user(self.manager).action_make_report()
        reports = self.env["cap.service.report"].with_user(self.manager)
        with Form(reports.with_context(**action["context"])) as form:
            self.assertEqual(
                (form.date_from, form.date_last), (JUNE[0], date(2026, 6, 30))
            )
            form.kind = "quarter"
            self.assertEqual(form.date_from, date(2026, 4, 1))
            form.kind = "month"
            form.date_from = date(2026, 5, 20)
            self.assertEqual(form.date_from, date(2026, 5, 1))
            self.assertEqual(form.date_last, date(2026, 5, 31))
            form.kind = "free"
            form.date_from = date(2026, 5, 20)
            form.date_last = date(2026, 6, 10)
        report = self.subscription.report_ids
        self.assertEqual(report.date_from, date(2026, 5, 20))
        self.assertEqual(report.date_to, date(2026, 6, 11))
        self.assertEqual(report.user_id, self.manager)
        self.assertEqual(self.subscription.report_count, 1)
        self.assertEqual(
            self.subscription.action_view_reports()["context"],
            {"default_subscription_id": self.subscription.id},
        )

    def test_periods_that_make_no_sense_are_refused(self):
        cases = (
            ({"date_from": date(2026, 7, 1), "date_to": date(2026, 8, 1)}, "not over"),
            ({"date_to": date(2026, 6, 20)}, "not a whole one"),
            (
                {"date_from": date(2024, 6, 1), "date_to": date(2024, 7, 1)},
                "before the cover",
            ),
        )
        for values, words in cases:
            with self.subTest(words), self.assertRaisesRegex(ValidationError, words):
                self.make(**values)
        draft = self.env["cap.subscription"].create({"partner_id": self.lone.id})
        with self.assertRaisesRegex(ValidationError, "before the cover"):
            self.make(draft)

    def test_a_period_is_reported_once(self):
        self.make()
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            self.make()

    def test_what_it_is_about_is_settled(self):
        report = self.make()
        for values in (
            {"date_to": date(2026, 6, 2)},
            {"subscription_id": self.zeta_subscription.id},
            {"kind": "free"},
        ):
            with self.assertRaisesRegex(UserError, "keeps its client"):
                report.write(values)
        for values in ({"figures": {}}, {"state": "sent"}, {"sent_at": False}):
            with self.assertRaisesRegex(UserError, "cannot be set by hand"):
                report.write(values)
            with self.assertRaisesRegex(UserError, "cannot be set by hand"):
                self.make(date_from=date(2026, 5, 1), date_to=JUNE[0], **values)
        report.note = "A good month."

    def test_sending_mails_the_pdf_to_the_contacts(self):
        report = self.make(note="A good month.")
        report.action_send()
        self.assertEqual(report.state, "sent")
        self.assertEqual(report.recipient_ids, self.acme_user.partner_id)
        message = self.subscription.message_ids[0]
        self.assertEqual(message.subject, "Your service report: June 2026")
        self.assertIn("A good month.", message.body)
        self.assertEqual(message.attachment_ids, report.sudo().attachment_id)
        self.assertEqual(
            message.attachment_ids.name, "Service report Acme June 2026.pdf"
        )
        readers = message.partner_ids
        self.assertEqual(readers, self.acme_user.partner_id | self.manager.partner_id)
        for act in (report.action_send, report.action_refresh):
            with self.assertRaisesRegex(UserError, "was sent on"):
                act()
        with self.assertRaisesRegex(UserError, "it was sent"):
            report.note = "Another word"
        with self.assertRaisesRegex(UserError, "is kept"):
            report.unlink()

    def test_a_report_that_nobody_can_receive_stays_a_draft(self):
        self.subscription.contact_ids = False
        self.acme_user.partner_id.email = False
        report = self.make()
        with self.assertRaisesRegex(UserError, "no contact with an e-mail"):
            report.action_send()
        self.assertEqual(report.state, "draft")
        report.unlink()

    def test_it_speaks_the_clients_language(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        self.acme_user.partner_id.lang = "nl_NL"
        report = self.make()
        report.action_send()
        self.assertIn("juni 2026", report.sudo().attachment_id.name)
        self.assertIn("juni 2026", self.subscription.message_ids[0].subject)

    # === WHO === #

    def test_others_of_the_staff_read_and_do_not_send(self):
        report = self.make()
        for role in ("agent", "lead", "consultant", "user"):
            mine = report.with_user(self.users[role])
            self.assertTrue(mine.figures_html)
            for act in (mine.action_send, mine.action_refresh, mine.unlink):
                with self.assertRaises(AccessError):
                    act()
            with self.assertRaises(AccessError):
                self.make(user=self.users[role], kind="free")

    def test_a_client_reads_its_own_once_it_was_sent(self):
        report = self.make()
        reports = self.env["cap.service.report"]
        self.assertFalse(reports.with_user(self.acme_user).search([]))
        report.action_send()
        self.assertEqual(reports.with_user(self.acme_user).search([]), report)
        for stranger in (self.zeta_user, self.lone_user):
            self.assertFalse(reports.with_user(stranger).search([]))
            theirs = report.with_user(stranger)
            with self.assertRaises(AccessError):
                theirs._portal_get_pdf()
            attachment = report.sudo().attachment_id.with_user(stranger)
            self.assertFalse(attachment._filtered_access("read"))
        mine = report.with_user(self.acme_user)
        self.assertTrue(mine.read(["figures", "note", "period_name"]))
        for name in ("attachment_id", "recipient_ids", "user_id"):
            with self.assertRaises(AccessError):
                mine.read([name])
        with self.assertRaises(AccessError):
            mine.action_send()

    def test_another_company_sees_none(self):
        report = self.make()
        company = self.env["res.company"].create({"name": "Other"})
        stranger = self.users["admin"].copy(
            {
                "company_id": company.id,
                "company_ids": [company.id],
                "login": "other_adm",
            }
        )
        self.assertFalse(report.with_user(stranger)._filtered_access("read"))

    # === BY SCHEDULE === #

    def run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref(
                "connecta_cap.ir_cron_cap_service_report"
            ).method_direct_trigger()
        self.env.invalidate_all()

    def due(self):
        """Return the scheduled reports of our clients (a demo has none on schedule)."""
        known = self.subscription | self.zeta_subscription
        return known.report_ids.sorted("date_from")

    def test_it_goes_out_on_the_first_working_day_and_once(self):
        self.subscription.report_interval = "month"
        self.zeta_subscription.report_interval = "quarter"
        with freeze_time("2026-07-01 03:00:00"):
            self.run_cron()
            sent = self.due()
            self.assertEqual(sent.mapped("kind"), ["quarter", "month"])
            self.assertEqual(set(sent.mapped("state")), {"sent"})
            self.assertEqual(sent.user_id, self.manager)
            mails = len(self.subscription.message_ids)
            for _run in range(3):
                self.run_cron()
        self.assertEqual(self.due(), sent)
        self.assertEqual(len(self.subscription.message_ids), mails)

    def test_it_waits_for_a_working_day(self):
        self.subscription.report_interval = "month"
        # 1 August 2026 is a Saturday; Monday the 3rd is the first working day
        for day, count in (("2026-08-01", 0), ("2026-08-02", 0), ("2026-08-03", 1)):
            with freeze_time(f"{day} 10:00:00"):
                self.run_cron()
                self.assertEqual(len(self.due()), count, day)
        self.assertEqual(self.due().date_from, date(2026, 7, 1))

    def test_an_order_in_the_middle_of_a_month_starts_with_the_next(self):
        self.subscription.report_interval = "month"
        with freeze_time("2026-07-15 10:00:00"):
            self.run_cron()
            self.assertFalse(self.due())

    def test_a_quarter_is_not_sent_within_it(self):
        self.subscription.report_interval = "quarter"
        with freeze_time("2026-08-03 10:00:00"):
            self.run_cron()
            self.assertFalse(self.due())

    def test_a_draft_of_a_person_is_left_to_them(self):
        self.subscription.report_interval = "month"
        draft = self.make()
        self.run_cron()
        self.assertEqual(draft.state, "draft")
        self.assertEqual(self.due(), draft)

    def test_who_was_not_covered_then_gets_none(self):
        lone = self.subscribe(self.lone, "essential", "2026-07-01")
        lone.report_interval = "month"
        self.run_cron()
        self.assertFalse(lone.report_ids)

    def test_a_client_without_address_stops_nobody_else(self):
        known = self.subscription | self.zeta_subscription
        known.report_interval = "month"
        self.subscription.contact_ids = False
        self.acme_user.partner_id.email = False
        for _run in range(2):
            self.run_cron()
        self.assertFalse(self.subscription.report_ids)
        self.assertEqual(self.zeta_subscription.report_ids.state, "sent")
        activity = self.subscription.activity_ids
        self.assertEqual(activity.user_id, self.manager)
        self.assertIn("no contact with an e-mail", html2plaintext(activity.note))
        self.acme_user.partner_id.email = "back@test.example"
        self.run_cron()
        self.assertEqual(self.subscription.report_ids.state, "sent")

    def test_a_failure_leaves_nothing_half_done(self):
        known = self.subscription | self.zeta_subscription
        known.report_interval = "month"
        reports = type(self.env["ir.actions.report"])
        render = reports._render_qweb_pdf

        def fail_for_acme(record, ref, res_ids=None, data=None):
            report = self.env["cap.service.report"].sudo().browse(res_ids)
            if report.subscription_id == self.subscription:
                raise OSError("the PDF tool crashed")
            return render(record, ref, res_ids, data)

        logger = "odoo.addons.connecta_cap.models.cap_service_report_schedule_mixin"
        with (
            patch.object(reports, "_render_qweb_pdf", fail_for_acme),
            mute_logger(logger),
        ):
            self.run_cron()
        self.assertFalse(self.subscription.report_ids)
        self.assertEqual(self.zeta_subscription.report_ids.state, "sent")
        self.run_cron()
        self.assertEqual(self.subscription.report_ids.state, "sent")


@tagged("post_install", "-at_install")
class TestServiceReportPages(ReportCommon, HttpCase):
    """The PDF, the client's page and the backend say the same."""

    def login(self, user):
        self.authenticate(user.login, user.login)

    def pdf_text(self, content):
        self.assertTrue(content.startswith(b"%PDF"))
        pages = PdfReader(io.BytesIO(content)).pages
        return " ".join(" ".join(page.extract_text() for page in pages).split())

    def test_the_pdf_the_page_and_the_backend_agree(self):
        figures = self.subscription._get_figures_batch(*JUNE)[self.subscription.id]
        report = self.make(note="A good month.").with_context(
            force_report_rendering=True
        )
        report.action_send()
        self.login(self.acme_user)
        pdf = self.url_open(f"/my/cap/reports/{report.id}")
        self.assertEqual(pdf.headers["Content-Type"], "application/pdf")
        self.assertIn("attachment", pdf.headers["Content-Disposition"])
        self.assertEqual(pdf.content, report.sudo().attachment_id.raw)
        page = self.url_open("/my/cap/reports")
        self.assertEqual(page.status_code, 200)
        readings = {
            "pdf": self.pdf_text(pdf.content),
            "page": " ".join(html2plaintext(page.text).split()),
            "form": " ".join(html2plaintext(report.figures_html).split()),
        }
        attainment, tickets = figures["attainment"], figures["tickets"]
        self.assertEqual((attainment["met"], attainment["breached"]), (2, 1))
        expected = [r"66 % ?\W* assessed in time", "2 of 3", "3 h", "6 h"]
        expected.append(rf"{tickets['total']} ?\W* received")
        for line in figures["deliveries"]:
            numbers = [
                f"{line[key]:g}{' h' if line['unit'] == 'hour' else ''}"
                for key in ("promised", "delivered", "open", "late", "lapsed")
            ]
            name = re.escape(line["entitlement"].name)
            expected.append(rf"{name}\W+" + r"\W+".join(numbers))
        for line in figures["credits"]["lines"]:
            name = re.escape(line["entitlement"].name)
            expected.append(rf"{name}\W+{line['left']:g} h")
        expected.append("Health data: not connected yet")
        for reading, text in readings.items():
            text = text.replace("*", "").replace("|", " ")
            for pattern in expected:
                with self.subTest(reading=reading, pattern=pattern):
                    self.assertRegex(text, pattern)
        for words in (
            "Acme",
            "June 2026",
            "A good month.",
            "Advisor",
            self.manager.name,
        ):
            self.assertIn(words, readings["pdf"])

    @mute_logger("odoo.http")
    def test_for_others_a_report_does_not_exist(self):
        sent, draft = (
            self.make(),
            self.make(date_from=date(2026, 5, 1), date_to=JUNE[0]),
        )
        sent.action_send()
        cases = [
            (self.acme_user, draft.id),
            (self.acme_user, 999999999),
            (self.zeta_user, sent.id),
            (self.lone_user, sent.id),
        ]
        for user, report_id in cases:
            self.login(user)
            answer = self.url_open(f"/my/cap/reports/{report_id}")
            self.assertEqual(answer.status_code, 404, user.login)
        self.assertIn("There is no report yet", self.url_open("/my/cap/reports").text)
        self.assertEqual(self.url_open("/my/cap/reports/garbage").status_code, 404)
        self.authenticate(None, None)
        answer = self.url_open(f"/my/cap/reports/{sent.id}", allow_redirects=False)
        self.assertEqual(answer.status_code, 303)

    def test_a_colleague_sees_the_same_list(self):
        self.make().action_send()
        colleague = self.make_contact(self.acme, "acme_colleague2")
        pages = []
        for user in (self.acme_user, colleague):
            self.login(user)
            text = self.url_open("/my/cap/reports").text
            self.assertIn("June 2026", text)
            pages.append(text.count("o_cap_portal_report"))
        self.assertEqual(pages[0], pages[1])

    def test_the_list_costs_the_same_with_one_and_six(self):
        def count(records):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            records.with_user(self.acme_user)._prepare_portal_rows()
            return self.env.cr.sql_log_count - before

        reports = self.env["cap.service.report"]
        for month in range(1, 7):
            first, after = date(2026, month, 1), date(2026, month + 1, 1)
            reports |= self.make(date_from=first, date_to=after)
        reports.action_send()
        count(reports)
        self.assertEqual(count(reports[:1]), count(reports))
