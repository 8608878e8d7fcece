from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import REPORT_STATES

PRINT = "connecta_cap.cap_service_report_action_print"


class CapServiceReportSendingMixin(models.AbstractModel):
    """What a service report says, frozen, and how it reaches the client."""

    _name = "cap.service.report.sending.mixin"
    _inherit = ["cap.figures.page.mixin", "cap.guarded.mixin"]
    _description = "Figures and dispatch of a service report"

    figures = fields.Json(readonly=True, copy=False)
    figures_html = fields.Html(
        "What it says", compute="_compute_figures_html", sanitize=False
    )
    made_on = fields.Date("Figures as of", readonly=True, copy=False)
    user_id = fields.Many2one(
        "res.users", "Made by", readonly=True, default=lambda self: self.env.user
    )
    state = fields.Selection(
        REPORT_STATES, default="draft", required=True, readonly=True, copy=False
    )
    sent_at = fields.Datetime("Sent on", readonly=True, copy=False)
    recipient_ids = fields.Many2many(
        "res.partner", string="Sent to", readonly=True, copy=False
    )
    attachment_id = fields.Many2one(
        "ir.attachment", "PDF", readonly=True, copy=False, ondelete="restrict"
    )

    # === COMPUTE METHODS === #

    @api.depends("figures")
    @api.depends_context("lang")
    def _compute_figures_html(self):
        for report in self:
            report.figures_html = report.figures and self.env["ir.qweb"]._render(
                "connecta_cap.figures", {"figures": self._word_figures(report.figures)}
            )

    # === CRUD METHODS === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "figures",
            "made_on",
            "state",
            "sent_at",
            "recipient_ids",
            "attachment_id",
        }

    # === ACTION METHODS === #

    def action_refresh(self):
        """Count the figures of drafts anew."""
        self.check_access("write")
        self._check_draft()
        self._freeze()
        return True

    def action_send(self):
        """Send the reports to their clients' contacts, with the PDF."""
        for report in self:
            report._set_sent()
        return True

    def action_open_pdf(self):
        """Download the PDF: the one that was sent, else what would be sent now.

        :return: action dictionary.
        """
        self.ensure_one()
        if not self.attachment_id:
            return self.env.ref(PRINT).report_action(self)
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.attachment_id.id}?download=true",
            "target": "download",
        }

    # === BUSINESS METHODS === #

    def _freeze(self):
        """Count the figures and keep them: one count for all reports of a period."""
        for (first, after), reports in self.grouped(
            lambda report: (report.date_from, report.date_to)
        ).items():
            figures = reports.subscription_id._get_figures_batch(first, after)
            for report in reports:
                subscription = report.subscription_id
                packed = self._pack_figures(
                    figures[subscription.id], subscription, (first, after)
                )
                report._guarded_write({"figures": packed, "made_on": self._cap_today()})

    def _check_draft(self):
        """Refuse what only a draft allows.

        :raises UserError: naming the first report that was sent.
        """
        for report in self:
            if report.state != "draft":
                raise UserError(
                    self.env._(
                        "The report %(report)s was sent on %(day)s: what the client "
                        "has is not changed or sent again.",
                        report=report.display_name,
                        day=self._cap_date_of(report.sent_at),
                    )
                )

    def _set_sent(self):
        """Make the PDF, keep it, and mail it to the client's contacts.

        :raises UserError: when it was sent before, or nobody can receive it.
        """
        self.ensure_one()
        self.check_access("write")
        self._check_draft()
        readers = self.subscription_id._get_notice_partners()
        if not readers:
            raise UserError(
                self.env._(
                    "%(client)s has no contact with an e-mail address. Choose who gets "
                    "mails on the subscription, then send the report.",
                    client=self.subscription_id.display_name,
                )
            )
        attachment = self._keep_pdf()
        self._guarded_write(
            {
                "state": "sent",
                "sent_at": self._cap_now(),
                "recipient_ids": [fields.Command.set(readers.ids)],
                "attachment_id": attachment.id,
            }
        )
        self._tell_sent(attachment)

    def _keep_pdf(self):
        attachments = self.env["ir.attachment"].sudo()
        return attachments.create(
            {
                "name": f"{self._get_file_name()}.pdf",
                "raw": self._render_pdf(),
                "mimetype": "application/pdf",
                "res_model": self._name,
                "res_id": self.id,
            }
        )

    def _render_pdf(self):
        """Return the report as PDF, in the language of who reads it."""
        reports = self.env["ir.actions.report"].sudo()
        return reports._render_qweb_pdf(PRINT, self.ids)[0]

    def _tell_sent(self, attachment):
        known = self.subscription_id._in_client_language()
        about = self.with_env(known.env).period_name
        known._tell(
            "connecta_cap.mail_service_report",
            known.env._("Your service report: %(period)s", period=about),
            attachment=attachment,
            report=self.with_env(known.env),
        )

    def _get_client_lang(self):
        """Return the language of who reads the report."""
        return self.subscription_id._in_client_language().env.lang

    def _get_file_name(self):
        """Return the name of the PDF without its ending."""
        self.ensure_one()
        known = self.sudo().with_context(lang=self._get_client_lang())
        return known.env._(
            "Service report %(client)s %(period)s",
            client=known.subscription_id.partner_id.name,
            period=known.period_name,
        )

    def _portal_get_pdf(self):
        """Return (file name, PDF) of a report that was sent to the asking client.

        It is the very file that went out with the mail.
        """
        self.ensure_one()
        self.check_access("read")
        kept = self.sudo().attachment_id
        return kept.name, kept.raw
