from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..const import AUDIT, UNFINISHED_STATES


class CapAudit(models.Model):
    """A deep review of a client's flows by a person, with advice on what to improve.

    It delivers one row of the delivery ledger: planning it plans that row, publishing
    it is what delivers.
    """

    _name = "cap.audit"
    _inherit = [
        "cap.audit.draft.mixin",
        "cap.audit.portal.mixin",
        "mail.activity.mixin",
    ]
    _description = "CAP Audit"
    _order = "date_planned desc, id desc"
    _rec_names_search = ["name", "partner_id.name"]

    # whose and when
    delivery_id = fields.Many2one(
        domain="[('code', '=', 'audit'), ('res_id', '=', False),"
        " ('state', 'in', ('late', 'due', 'planned'))]",
        help="The audit that the client is owed.",
    )
    partner_id = fields.Many2one(related="subscription_id.partner_id", string="Client")
    company_id = fields.Many2one(related="subscription_id.company_id")
    consultant_id = fields.Many2one(related="subscription_id.consultant_id")
    date_planned = fields.Date(
        "Planned day",
        required=True,
        tracking=True,
        default=lambda self: self._cap_today(),
    )
    auditor_id = fields.Many2one(
        "res.users",
        required=True,
        tracking=True,
        index=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
    )

    # what and how
    scope = fields.Text(help="What the audit looks at, in words. The client reads it.")
    scope_ids = fields.One2many("cap.audit.scope", "audit_id", "Environments and flows")
    template_id = fields.Many2one(
        "cap.audit.template",
        "Checklist",
        compute="_compute_template_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    check_ids = fields.One2many("cap.audit.check", "audit_id", "Method")

    # what came out
    summary = fields.Html(help="The outcome in a few sentences. The client reads it.")
    finding_ids = fields.One2many("cap.audit.finding", "audit_id", "Findings")
    no_findings = fields.Boolean(help="The audit found nothing to improve.")
    no_findings_reason = fields.Char(
        "Why none", help="A sentence that the client reads instead of findings."
    )
    recommendation_ids = fields.One2many(
        "cap.recommendation", "audit_id", "Recommendations"
    )
    carryover_ids = fields.One2many(
        "cap.audit.carryover", "audit_id", "Still open from before"
    )
    correction_ids = fields.One2many("cap.audit.correction", "audit_id", "Corrections")
    finding_count = fields.Integer(compute="_compute_counts")
    open_check_count = fields.Integer("Checks to do", compute="_compute_counts")
    open_recommendation_count = fields.Integer(
        "Open recommendations", compute="_compute_counts"
    )

    _delivery_unique = models.UniqueIndex(
        "(delivery_id)", "Another audit delivers this already: open that one."
    )

    # === COMPUTE METHODS === #

    @api.depends("delivery_id", "date_planned")
    def _compute_template_id(self):
        templates = self.env["cap.audit.template"]
        for audit in self:
            day = audit.date_planned or audit._cap_today()
            tier = audit.subscription_id.sudo()._tier_on(day)
            audit.template_id = audit.template_id or templates._get_for_tier(tier)

    @api.depends("finding_ids", "check_ids.state", "recommendation_ids.state")
    def _compute_counts(self):
        counts = {
            name: {
                audit.id: count
                for audit, count in self.env[model]._read_group(
                    [("audit_id", "in", self.ids), *domain], ["audit_id"], ["__count"]
                )
            }
            for name, model, domain in (
                ("finding_count", "cap.audit.finding", []),
                ("open_check_count", "cap.audit.check", [("state", "=", "open")]),
                (
                    "open_recommendation_count",
                    "cap.recommendation",
                    [("state", "in", UNFINISHED_STATES)],
                ),
            )
        }
        for audit in self:
            for name, by_audit in counts.items():
                audit[name] = by_audit.get(audit._origin.id, 0)

    # === CONSTRAINT METHODS === #

    @api.constrains("date_planned", "delivery_id")
    def _check_entitled(self):
        for audit in self:
            if audit.delivery_id.code != AUDIT:
                raise ValidationError(
                    self.env._(
                        "%(delivery)s is no audit: choose the audit that is owed.",
                        delivery=audit.delivery_id.display_name,
                    )
                )
            if not audit.subscription_id._entitled(AUDIT, audit.date_planned):
                raise ValidationError(
                    self.env._(
                        "%(client)s has no audits in its cover on %(day)s. Choose "
                        "another day, or have the tier changed first.",
                        client=audit.sudo().partner_id.name,
                        day=audit.subscription_id._word_day(audit.date_planned),
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        audits = super().create(vals_list)
        for audit in audits:
            if audit.delivery_id.res_id:
                raise UserError(self._word_taken(audit.delivery_id))
            audit.delivery_id._set_planned(audit.date_planned, record=audit)
        return audits

    def write(self, vals):
        if self._get_content_fields() & vals.keys():
            self._check_open(vals)
        result = super().write(vals)
        if "date_planned" in vals:
            for audit in self:
                audit.delivery_id._set_planned(audit.date_planned, record=audit)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        for audit in self:
            if audit._is_published():
                raise UserError(
                    self.env._(
                        "%(audit)s is published: it stays. Add a correction to it.",
                        audit=audit.display_name,
                    )
                )
            audit.finding_ids.unlink()  # with their screenshots
            audit.delivery_id._detach_record()

    # === BUSINESS METHODS === #

    @api.model
    def _get_content_fields(self):
        """Return the names of the fields that stay as published.

        :return: set of field names.
        """
        return {
            "name",
            "delivery_id",
            "date_planned",
            "auditor_id",
            "scope",
            "scope_ids",
            "template_id",
            "check_ids",
            "summary",
            "finding_ids",
            "no_findings",
            "no_findings_reason",
            "recommendation_ids",
            "carryover_ids",
            "draft_html",
        }

    def _check_open(self, vals):
        self._check_unpublished()
        for audit in self:
            if vals.get("delivery_id", audit.delivery_id.id) != audit.delivery_id.id:
                raise UserError(
                    self.env._(
                        "%(audit)s was planned for another delivery. Delete it, and "
                        "plan a new one.",
                        audit=audit.display_name,
                    )
                )

    def _word_taken(self, delivery):
        record = self.env[delivery.res_model].browse(delivery.res_id)
        return self.env._(
            "%(delivery)s is fulfilled by %(record)s already: open that one.",
            delivery=delivery.display_name,
            record=record.display_name,
        )
