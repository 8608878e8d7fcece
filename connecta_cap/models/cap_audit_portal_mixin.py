from odoo import api, models
from odoo.tools import is_html_empty

from ..const import AUDIT, SCREENSHOT_TYPES

# Twenty years of quarterly audits.
LIST_SIZE = 80


class CapAuditPortalMixin(models.AbstractModel):
    """What a client reads of an audit, on its pages and on paper.

    Both show the same values. Names and parts are read as superuser here, one by one,
    so that a template never gets a record that knows more than the client may.
    """

    _name = "cap.audit.portal.mixin"
    _inherit = ["cap.portal.whitelist.mixin", "cap.clock.mixin"]
    _description = "A client's side of an audit"

    def _portal_readable_fields(self):
        return super()._portal_readable_fields() | {
            "name",
            "subscription_id",
            "partner_id",
            "company_id",
            "state",
            "date_planned",
            "scope",
            "summary",
            "no_findings",
            "no_findings_reason",
            "published_on",
            "acknowledged_on",
        }

    # === BUSINESS METHODS - THE CLIENT'S VERBS === #

    def _portal_acknowledge(self):
        """Record that the client has read its audit; asking twice changes nothing.

        :raises AccessError: when the audit is not the client's.
        """
        self._check_is_own()
        if self.state != "acknowledged":
            self.sudo()._set_acknowledged(self.env.user.partner_id)

    def _portal_screenshot(self, attachment_id):
        """Return a picture of one of the audit's findings, to be shown.

        :param attachment_id: id of an `ir.attachment`.
        :return: the attachment as superuser; empty when it is not in this audit.
        :raises AccessError: when the audit is not the client's.
        """
        self.ensure_one()
        self.check_access("read")
        pictures = self.sudo().finding_ids.attachment_ids
        return pictures.filtered(
            lambda picture: (
                picture.id == attachment_id and picture.mimetype in SCREENSHOT_TYPES
            )
        )

    # === BUSINESS METHODS - PAGES === #

    @api.model
    def _portal_list(self):
        """Return what the client's list of audits shows.

        :return: dict of `rows`, and whether the client is `entitled` to audits.
        """
        audits = self.search([], order="published_on desc, id desc", limit=LIST_SIZE)
        subscription = self.env["cap.subscription"].search(
            [], order="state, id desc", limit=1
        )
        return {
            "rows": audits._prepare_portal_rows(),
            "entitled": bool(subscription) and subscription._entitled(AUDIT),
        }

    def _prepare_portal_rows(self):
        """Return what the list shows of each audit, in order."""
        known = self.sudo()
        known.mapped("auditor_id.name")
        known.mapped("recommendation_ids.state")
        return [
            {
                "url": f"/my/cap/audits/{audit.id}",
                "number": audit.name,
                "published_on": audit.published_on,
                "auditor": audit.auditor_id.name,
                "findings": audit.finding_count,
                "to_answer": len(
                    audit.recommendation_ids.filtered(lambda r: r.state == "proposed")
                ),
                "acknowledged_on": audit.acknowledged_on,
            }
            for audit in known
        ]

    def _prepare_document(self, with_pictures=False):
        """Return everything that the client reads of one audit.

        :param with_pictures: whether the screenshots themselves come along.
        :return: dict for the portal page and the PDF.
        """
        self.ensure_one()
        known = self.sudo()
        return {
            "number": known.name,
            "client": known.partner_id.name,
            "auditor": known.auditor_id.name,
            "date_planned": known.date_planned,
            "published_on": known.published_on,
            "acknowledged_on": known.acknowledged_on,
            "acknowledged_by": known.acknowledged_by_id.name,
            "is_published": known._is_published(),
            "may_acknowledge": known.state == "published",
            "version": len(known.correction_ids) + 1,
            "scope": known.scope,
            "scope_lines": known.scope_ids._prepare_rows(),
            "summary": "" if is_html_empty(known.summary) else known.summary,
            "no_findings": known.no_findings and known.no_findings_reason,
            "findings": known.finding_ids.sorted()._prepare_rows(with_pictures),
            "checks": known.check_ids._prepare_rows(),
            "recommendations": known._list_own_advice()._prepare_portal_rows(),
            "carried": known.carryover_ids._prepare_rows(),
            "corrections": [
                {"version": line.version, "date": line.date, "text": line.text}
                for line in known.correction_ids
            ],
        }

    def _list_own_advice(self):
        """Return the audit's recommendations, the most worthwhile first."""
        self.ensure_one()
        # read anew: within the call that wrote them they have no order yet
        return self.env["cap.recommendation"].search([("audit_id", "=", self.id)])

    def _get_report_base_filename(self):
        self.ensure_one()
        return f"{self.env._('Audit')} {self.sudo().display_name}"

    # === BUSINESS METHODS - MAIL === #

    def _tell_published(self):
        """Tell the client's contacts that the audit can be read."""
        self.ensure_one()
        known = self.subscription_id._in_client_language()
        audit = self.with_context(lang=self._get_client_lang())
        known._tell(
            "connecta_cap.mail_audit_published",
            known.env._("Your audit %(number)s is ready", number=self.name),
            audit=audit._prepare_document(),
            url=f"{self.get_base_url()}/my/cap/audits/{self.id}",
        )

    def _tell_corrected(self, correction):
        """Tell the client's contacts what is put right in an audit.

        :param correction: `cap.audit.correction` record.
        """
        self.ensure_one()
        known = self.subscription_id._in_client_language()
        known._tell(
            "connecta_cap.mail_audit_corrected",
            known.env._("Correction of your audit %(number)s", number=self.name),
            number=self.name,
            text=correction.text,
            url=f"{self.get_base_url()}/my/cap/audits/{self.id}",
        )
