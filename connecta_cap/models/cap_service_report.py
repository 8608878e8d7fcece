from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from ..const import REPORT_KINDS
from ..tools.report_periods import (
    PERIOD_MONTHS,
    is_whole_period,
    period_around,
    period_before,
)

# what a report is about is settled when it is made
FIXED = {"subscription_id", "kind", "date_from", "date_to"}
DAY_PATTERNS = {"month": "LLLL y", "quarter": "QQQ y", "year": "y"}


class CapServiceReport(models.Model):
    """What a client is told about a month or quarter: promised, kept, delivered.

    The figures are frozen when the report is made, so that what was sent can be shown
    again years later, whatever has changed since.
    """

    _name = "cap.service.report"
    _inherit = ["cap.service.report.schedule.mixin", "cap.portal.whitelist.mixin"]
    _description = "CAP Service Report"
    _order = "date_to desc, date_from desc, id desc"
    _rec_names_search = ["subscription_id.name", "subscription_id.partner_id.name"]

    # what it is about
    subscription_id = fields.Many2one(
        "cap.subscription",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('state', '!=', 'draft')]",
    )
    partner_id = fields.Many2one(related="subscription_id.partner_id", string="Client")
    company_id = fields.Many2one(related="subscription_id.company_id")
    account_manager_id = fields.Many2one(related="subscription_id.account_manager_id")
    kind = fields.Selection(REPORT_KINDS, "Period", required=True, default="month")
    date_from = fields.Date(
        "From",
        required=True,
        default=lambda self: period_before("month", self._cap_today())[0],
    )
    date_to = fields.Date(
        "Up to",
        required=True,
        default=lambda self: period_before("month", self._cap_today())[1],
        help="The first day after the period.",
    )
    date_last = fields.Date("Until", compute="_compute_date_last", readonly=False)
    period_name = fields.Char("About", compute="_compute_period_name")
    note = fields.Text(
        "A word to the client", help="It is printed at the top of the report."
    )

    _period_unique = models.UniqueIndex(
        "(subscription_id, date_from, date_to)",
        "There is a report about these days for this client already: open that one.",
    )
    _days_in_order = models.Constraint(
        "CHECK(date_from < date_to)", "A report ends on or after the day it starts."
    )

    # === COMPUTE METHODS === #

    @api.depends("date_to")
    def _compute_date_last(self):
        for report in self:
            day = report.date_to
            report.date_last = day and day - timedelta(days=1)

    @api.depends("kind", "date_from", "date_last")
    @api.depends_context("lang")
    def _compute_period_name(self):
        for report in self:
            days, pattern = [report.date_from], DAY_PATTERNS.get(report.kind)
            if not pattern:
                days.append(report.date_last)
            report.period_name = " – ".join(
                format_date(self.env, day, date_format=pattern) for day in days if day
            )

    @api.depends("period_name", "subscription_id")
    def _compute_display_name(self):
        for report in self:
            client = report.sudo().partner_id.name or ""
            report.display_name = f"{client} {report.period_name or ''}".strip()

    # === CONSTRAINTS AND ONCHANGES === #

    @api.constrains("subscription_id", "kind", "date_from", "date_to")
    def _check_period(self):
        for report in self:
            first, after = report.date_from, report.date_to
            if after > self._cap_today():
                problem = self.env._("is not over yet: its last day must have passed")
            elif not is_whole_period(report.kind, first, after):
                problem = self.env._("is not a whole one: choose days of your own")
            elif after <= (report.subscription_id.date_start or after):
                problem = self.env._("lies before the cover: nothing was promised yet")
            else:
                continue
            raise ValidationError(
                self.env._(
                    "The period of the report %(report)s %(problem)s.",
                    report=report.display_name,
                    problem=problem,
                )
            )

    @api.onchange("kind")
    def _onchange_kind(self):
        if self.kind in PERIOD_MONTHS:
            days = period_before(self.kind, self._cap_today())
            self.date_from, self.date_to = days

    @api.onchange("date_from")
    def _onchange_date_from(self):
        if self.kind in PERIOD_MONTHS and self.date_from:
            self.date_from, self.date_to = period_around(self.kind, self.date_from)

    # === CRUD METHODS === #

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        kind = values.get("kind")
        if kind in PERIOD_MONTHS and "date_from" in values:
            days = period_before(kind, self._cap_today())
            values |= dict(zip(("date_from", "date_to"), days, strict=True))
        return values

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            last = fields.Date.to_date(vals.pop("date_last", None))
            if last:
                vals["date_to"] = last + timedelta(days=1)
        reports = super().create(vals_list)
        reports._freeze()
        return reports

    def write(self, vals):
        sent = self.filtered(lambda report: report.state == "sent")
        if FIXED & vals.keys() or (sent and "note" in vals):
            raise UserError(
                self.env._(
                    "The report %(report)s keeps its client, days and figures%(sent)s. "
                    "Make a new one for other days.",
                    report=self[:1].display_name,
                    sent=self.env._(", and it was sent") if sent else "",
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        for report in self:
            if report.state == "sent":
                raise UserError(
                    self.env._(
                        "The report %(report)s was sent to the client: it is kept.",
                        report=report.display_name,
                    )
                )

    # === BUSINESS METHODS === #

    def _portal_readable_fields(self):
        return super()._portal_readable_fields() | {
            "subscription_id",
            "kind",
            "date_from",
            "date_to",
            "date_last",
            "period_name",
            "note",
            "figures",
            "figures_html",
            "made_on",
            "state",
            "sent_at",
        }

    def _prepare_portal_rows(self):
        """Return what the client's page shows of these reports.

        :return: list of dicts: `period`, `sent`, `note`, `url` and `figures` in words.
        """
        names = self._read_names(self.mapped("figures"))
        return [
            {
                "period": report.period_name,
                "sent": format_date(
                    self.env, self._cap_date_of(report.sent_at), date_format="d MMM y"
                ),
                "note": report.note,
                "url": f"/my/cap/reports/{report.id}",
                "figures": self._word_figures(report.figures, names),
            }
            for report in self
        ]
