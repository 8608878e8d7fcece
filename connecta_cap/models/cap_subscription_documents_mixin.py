from urllib.parse import quote

from odoo import fields, models
from odoo.tools import format_date


class CapSubscriptionDocumentsMixin(models.AbstractModel):
    """What was agreed with a client, and what it got in writing.

    Agreements are uploaded and stay with the staff. The rest is what the program gave
    to the client: each area adds its own to `_list_documents`.
    """

    _name = "cap.subscription.documents.mixin"
    _inherit = ["cap.clock.mixin"]
    _description = "Documents of a subscription"

    agreement_ids = fields.Many2many(
        "ir.attachment",
        "cap_subscription_agreement_rel",
        string="Agreements",
        copy=False,
        help="Signed contracts and the like. Clients do not see them.",
    )
    documents_html = fields.Html(
        "Given to the client", compute="_compute_documents_html", sanitize=False
    )

    # === COMPUTE METHODS === #

    def _compute_documents_html(self):
        for subscription in self:
            rows = sorted(
                subscription._list_documents(), key=lambda row: row["day"], reverse=True
            )
            for row in rows:
                row["day_words"] = format_date(
                    self.env, row["day"], date_format="d MMM y"
                )
            subscription.documents_html = self.env["ir.qweb"]._render(
                "connecta_cap.subscription_documents", {"documents": rows}
            )

    # === BUSINESS METHODS === #

    def _list_documents(self):
        """Return what the client got in writing and the user may read.

        :return: list of dicts of `day` (date), `kind` (what it is, in words), `name`
            and `url`.
        """
        self.ensure_one()
        documents = []
        if self.env["cap.service.report"].has_access("read"):
            documents += self._list_report_documents()
        if self.env["cap.audit"].has_access("read"):
            documents += self._list_audit_documents()
        if self.env["cap.workshop"].has_access("read"):
            documents += self._list_workshop_documents()
        return documents

    def _list_report_documents(self):
        return [
            {
                "day": self._cap_date_of(report.sent_at),
                "kind": self.env._("Service report"),
                "name": report.attachment_id.sudo().name,
                "url": f"/web/content/{report.attachment_id.id}?download=true",
            }
            for report in self.report_ids
            if report.attachment_id
        ]

    def _list_audit_documents(self):
        return [
            {
                "day": audit.published_on,
                "kind": self.env._("Audit"),
                "name": f"{audit._get_report_base_filename()}.pdf",
                "url": f"/report/pdf/connecta_cap.report_audit/{audit.id}",
            }
            for audit in self.audit_ids
            if audit._is_published()
        ]

    def _list_workshop_documents(self):
        workshops = self.env["cap.workshop"].search(
            [("subscription_id", "=", self.id), ("state", "=", "reported")]
        )
        return [
            {
                "day": self._cap_date_of(file.workshop_id.reported_at),
                "kind": self.env._("Workshop"),
                "name": file.name,
                "url": f"/web/content/cap.workshop.file/{file.id}/file?download=true"
                f"&filename={quote(file.name)}",
            }
            for file in workshops.file_ids
        ]
