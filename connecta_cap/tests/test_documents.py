from odoo.exceptions import AccessError
from odoo.tests import Form, HttpCase, tagged
from odoo.tools import mute_logger

from .material_common import PDF
from .test_audits import AuditCommon


@tagged("post_install", "-at_install")
class TestDocuments(AuditCommon, HttpCase):
    """A subscription keeps what was agreed and shows what the client was given."""

    def list_kinds(self, user):
        cover = self.subscription.with_user(user)
        return [row["kind"] for row in cover._list_documents()]

    def make_report(self):
        today = self.subscription._cap_today()
        reports = self.env["cap.service.report"].with_user(self.manager)
        self.subscription.contact_ids = self.acme_user.partner_id
        return reports.create(
            {
                "subscription_id": self.subscription.id,
                "kind": "free",
                "date_from": today.replace(day=1),
                "date_to": today,
            }
        )

    def test_only_what_went_out_is_listed(self):
        report, audit = self.make_report(), self.prepare()
        self.assertEqual(self.list_kinds(self.manager), [])
        self.assertIn("Nothing yet", self.subscription.documents_html)
        report.action_send()
        self.publish(audit)
        kinds = self.list_kinds(self.manager)
        self.assertEqual(sorted(kinds), ["Audit", "Service report"])
        self.subscription.invalidate_recordset(["documents_html"])
        shown = self.subscription.with_user(self.manager).documents_html
        self.assertIn(f"/report/pdf/connecta_cap.report_audit/{audit.id}", shown)
        self.assertIn(f"/web/content/{report.attachment_id.id}?", shown)

    def test_every_address_hands_out_a_file(self):
        self.make_report().action_send()
        self.publish(self.prepare())
        self.authenticate(self.manager.login, self.manager.login)
        rows = self.subscription.with_user(self.manager)._list_documents()
        self.assertEqual(len(rows), 2)
        for row in rows:
            answer = self.url_open(row["url"])
            self.assertEqual(answer.status_code, 200, row)
            self.assertIn("Acme", answer.text)

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule")
    def test_an_agreement_stays_with_the_staff(self):
        files = self.env["ir.attachment"].with_user(self.manager)
        agreement = files.create({"name": "Contract.pdf", "raw": PDF})
        with Form(self.subscription.with_user(self.manager)) as form:
            form.agreement_ids.add(agreement)
        self.assertEqual(self.subscription.agreement_ids, agreement)
        for user in (self.acme_user, self.zeta_user):
            with self.assertRaises(AccessError):
                _read = self.subscription.with_user(user).agreement_ids
            self.authenticate(user.login, user.login)
            answer = self.url_open(f"/web/content/{agreement.id}")
            self.assertEqual(answer.status_code, 404)
