from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..const import PUBLISHED_STATES, SCALE, STALE_DAYS, UNFINISHED_STATES
from ..tools.advice import rank, word_worth


class CapRecommendation(models.Model):
    """What an audit advises, for one flow where it applies, and what became of it."""

    _name = "cap.recommendation"
    _inherit = [
        "cap.recommendation.outcome.mixin",
        "cap.recommendation.portal.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _description = "CAP Recommendation"
    _order = "rank desc, id"
    _rec_names_search = ["name", "flow", "partner_id.name"]

    # what
    name = fields.Char("Advice", required=True)
    description = fields.Html(help="What to do, and why. The client reads it.")
    flow = fields.Char(help="The flow it is about; empty for the whole environment.")
    impact = fields.Selection(
        SCALE, required=True, default="2", help="How much it would improve."
    )
    effort = fields.Selection(
        SCALE, required=True, default="2", help="How much work it takes."
    )
    rank = fields.Integer(
        "Order",
        compute="_compute_rank",
        store=True,
        precompute=True,
        aggregator=None,
        help="Much effect for little work comes first.",
    )
    worth = fields.Selection(
        [
            ("quick", "Quick win"),
            ("worth", "Worth the work"),
            ("later", "When it suits"),
        ],
        compute="_compute_rank",
        store=True,
        precompute=True,
    )

    # whose and where from
    finding_id = fields.Many2one(
        "cap.audit.finding",
        index=True,
        ondelete="set null",
        domain="[('audit_id', '=', audit_id)]",
    )
    audit_id = fields.Many2one(
        "cap.audit",
        compute="_compute_audit_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
        ondelete="cascade",
    )
    subscription_id = fields.Many2one(
        related="audit_id.subscription_id", store=True, index=True, precompute=True
    )
    partner_id = fields.Many2one(related="subscription_id.partner_id", string="Client")
    company_id = fields.Many2one(related="subscription_id.company_id")
    consultant_id = fields.Many2one(related="subscription_id.consultant_id")
    audit_state = fields.Selection(
        related="audit_id.state", string="State of the audit"
    )
    responsible_id = fields.Many2one(
        "res.users",
        index=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
    )
    carryover_ids = fields.One2many(
        "cap.audit.carryover", "recommendation_id", "Came back in"
    )
    is_stale = fields.Boolean(
        compute="_compute_is_stale",
        search="_search_is_stale",
        help="Unfinished, and nothing happened for a month.",
    )

    # === COMPUTE METHODS === #

    @api.depends("impact", "effort")
    def _compute_rank(self):
        for record in self:
            figures = int(record.impact or 1), int(record.effort or 1)
            record.rank = rank(*figures)
            record.worth = word_worth(*figures)

    @api.depends("finding_id")
    def _compute_audit_id(self):
        for record in self:
            record.audit_id = record.finding_id.audit_id or record.audit_id

    @api.depends("state", "state_since", "planned_on", "audit_id.state")
    def _compute_is_stale(self):
        stale = self.filtered_domain(self._get_stale_domain())
        for record in self:
            record.is_stale = record in stale

    def _search_is_stale(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._get_stale_domain()

    def _get_stale_domain(self):
        limit = self._cap_now() - timedelta(days=STALE_DAYS)
        published = Domain("audit_id.state", "in", PUBLISHED_STATES)
        unfinished = Domain("state", "in", UNFINISHED_STATES)
        # what is planned waits for its day
        waiting = Domain("state", "=", "planned") & Domain(
            "planned_on", ">=", self._cap_today()
        )
        return published & unfinished & ~waiting & Domain("state_since", "<", limit)

    # === CONSTRAINT METHODS === #

    @api.constrains("finding_id", "audit_id")
    def _check_same_audit(self):
        for record in self:
            finding = record.finding_id
            if finding and finding.audit_id != record.audit_id:
                raise ValidationError(
                    self.env._(
                        "“%(finding)s” is a finding of another audit than "
                        "“%(recommendation)s”: choose one of the same audit.",
                        finding=finding.name,
                        recommendation=record.name,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._check_content_open()
        return records

    def write(self, vals):
        locked = {"name", "description", "flow", "impact", "effort", "finding_id"}
        if (locked | {"audit_id"}) & vals.keys():
            self._check_content_open()
        result = super().write(vals)
        if "audit_id" in vals:
            self._check_content_open()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        self._check_content_open()

    # === ACTION METHODS === #

    def action_accept(self):
        """Record that the client accepts it, as told by phone or in a meeting."""
        self._set_accepted()
        return True

    def action_step(self):
        """Ask for what the step in the context needs: a day, a reason, a note.

        :return: action dictionary.
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "connecta_cap.cap_recommendation_step_action"
        )
        context = {
            "default_recommendation_id": self.id,
            "default_step": self.env.context.get("cap_step"),
        }
        return action | {"context": context}

    # === BUSINESS METHODS === #

    def _check_content_open(self):
        """Refuse to change what the client has read, or to add to it.

        :raises UserError: naming the recommendation and its audit.
        """
        for record in self:
            audit = record.sudo().audit_id
            if audit._is_published():
                raise UserError(
                    self.env._(
                        "“%(recommendation)s”: the audit %(audit)s is published and "
                        "stays as the client read it. Use the buttons for what becomes "
                        "of the advice; propose new advice in the next audit.",
                        recommendation=record.name,
                        audit=audit.name,
                    )
                )

    def _check_belongs_to(self, audit):
        """Refuse what is not the audit's client's, or is the audit's own."""
        for record in self:
            is_same = record.subscription_id == audit.subscription_id
            if not is_same or record.audit_id == audit:
                raise ValidationError(
                    self.env._(
                        "“%(recommendation)s” cannot come back in %(audit)s: choose "
                        "one of an earlier audit of the same client.",
                        recommendation=record.name,
                        audit=audit.display_name,
                    )
                )
