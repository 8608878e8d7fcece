from odoo import api, fields, models

from ..const import REPORT_INTERVALS


class CapSubscriptionReportMixin(models.AbstractModel):
    """A client's service reports: how often it gets one, and what it would say now."""

    _name = "cap.subscription.report.mixin"
    _inherit = ["cap.subscription.figures.mixin", "cap.figures.page.mixin"]
    _description = "Service reports of a subscription"

    report_interval = fields.Selection(
        REPORT_INTERVALS,
        "Service report",
        default="none",
        required=True,
        tracking=True,
        help="A report about the month or quarter before goes to the client's contacts "
        "on the first working day.",
    )
    report_ids = fields.One2many("cap.service.report", "subscription_id", "Reports")
    report_count = fields.Integer(compute="_compute_report_count")
    figures_html = fields.Html(
        "Figures of this year", compute="_compute_figures_html", sanitize=False
    )

    # === COMPUTE METHODS === #

    @api.depends("report_ids")
    def _compute_report_count(self):
        counts = dict(
            self.env["cap.service.report"]._read_group(
                [("subscription_id", "in", self.ids)], ["subscription_id"], ["__count"]
            )
        )
        for subscription in self:
            subscription.report_count = counts.get(subscription, 0)

    @api.depends("ticket_ids.sla_state", "delivery_ids.state")
    @api.depends_context("lang")
    def _compute_figures_html(self):
        for subscription in self:
            days = subscription._get_service_year()
            figures = subscription._get_figures_batch(*days).get(subscription.id)
            packed = figures and self._pack_figures(figures, subscription, days)
            subscription.figures_html = self.env["ir.qweb"]._render(
                "connecta_cap.figures", {"figures": self._word_figures(packed)}
            )

    # === ACTION METHODS === #

    def action_view_reports(self):
        """Open this client's service reports.

        :return: action dictionary.
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "connecta_cap.cap_service_report_action"
        )
        return action | {
            "domain": [("subscription_id", "=", self.id)],
            "context": {"default_subscription_id": self.id},
        }

    def action_make_report(self):
        """Start a new service report for this client.

        :return: action dictionary.
        """
        self.ensure_one()
        kind = self.report_interval if self.report_interval != "none" else "month"
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New service report"),
            "res_model": "cap.service.report",
            "views": [(False, "form")],
            "context": {
                "default_subscription_id": self.id,
                "default_kind": kind,
            },
        }
