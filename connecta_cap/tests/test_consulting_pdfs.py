from datetime import timedelta

from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from ..tools.clock import FixedClock
from .pdf_common import PdfReading
from .test_audits import PNG, AuditCommon


@tagged("post_install", "-at_install")
class TestConsultingPdfs(PdfReading, AuditCommon, HttpCase):
    """What is on paper, read back from the real PDF that the tool for it makes."""

    def test_an_audit_on_paper_names_client_findings_and_advice(self):
        audit = self.prepare(scope="The night run", summary="<p>Quite sound</p>")
        finding = audit.finding_ids
        finding.attachment_ids = [Command.create({"name": "proof.png", "raw": PNG})]
        self.find(audit, name="Nobody reads the alerts", severity="low", flow="Stock")
        self.advise(
            audit,
            finding_id=finding.id,
            flow="Orders",
            description="<p>Five tries are plenty.</p>",
        )
        draft = " ".join(self.read_pdf("cap_audit_report_action", audit)[0])
        self.assertIn("draft, not published", draft)
        self.publish(audit)
        words, pages = self.read_pdf("cap_audit_report_action", audit)
        text = " ".join(words)
        for expected in (
            audit.name,
            self.acme.name,
            self.consultant.name,
            self.env.company.name,
            "Quite sound",
            "The night run",
            "1. Retries hide errors",
            "Severity: High",
            "Seen on Monday",
            "proof.png",
            "2. Nobody reads the alerts",
            "Flow: Stock",
            "Stop after five tries",
            "Five tries are plenty.",
            audit.check_ids[0].name,
        ):
            with self.subTest(expected):
                self.assertIn(expected, text)
        self.assertNotIn("draft, not published", text)
        self.assertNotIn("Zeta", text)
        self.assert_a4(pages[0])

    def test_an_explicit_none_is_on_paper(self):
        audit = self.plan()
        audit.action_prepare()
        audit.check_ids.state = "done"
        audit.write({"no_findings": True, "no_findings_reason": "All flows are sound."})
        self.publish(audit)
        text = " ".join(self.read_pdf("cap_audit_report_action", audit)[0])
        self.assertIn("No findings: All flows are sound.", text)

    def test_certificates_name_each_person_who_was_there(self):
        people = self.acme_user.partner_id
        for name in ("Ann Peeters", "Absent Bart"):
            people |= people.create(
                {
                    "name": name,
                    "parent_id": self.acme.id,
                    "email": f"{name[:3].lower()}@acme.example",
                }
            )
        session = self.env["cap.training.session"]._book(
            self.subscription,
            {"topic": "Reading an audit", "hours": 1.5, "attendees": people},
        )
        start = session._cap_now() + timedelta(days=2)
        session._set_confirmed(self.consultant, start)
        absent = session.attendance_ids.filtered(
            lambda line: line.partner_id.name == "Absent Bart"
        )
        absent.state = "absent"
        later = FixedClock(start + timedelta(hours=2))
        session.with_context(cap_clock=later)._set_held()
        words, pages = self.read_pdf("cap_training_certificate_report", session)
        self.assertEqual(len(words), 2)
        for page in words:
            for expected in (
                "Certificate of attendance",
                self.acme.name,
                "Reading an audit",
                session._word_certificate_day(),
                "1.5 hours",
                self.consultant.name,
                session.number,
            ):
                with self.subTest(expected):
                    self.assertIn(expected, page)
        text = " ".join(words)
        self.assertIn("Ann Peeters", text)
        self.assertIn(self.acme_user.name, text)
        self.assertNotIn("Absent Bart", text)
        self.assertGreater(pages[0].mediabox.width, pages[0].mediabox.height)
