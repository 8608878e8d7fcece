from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..const import CHECKLIST_KINDS, CHECKLIST_STATES


class CapHealthChecklist(models.Model):
    """The set-up of a client's Test Center or Notification Center, point by point.

    It is done once for each client, over as many meetings as it takes. Completing it
    settles what the client was promised.
    """

    _name = "cap.health.checklist"
    _inherit = ["cap.clock.mixin", "cap.guarded.mixin", "mail.thread"]
    _description = "CAP Set-up Checklist"
    _order = "subscription_id, kind desc, id"
    _rec_names_search = ["partner_id.name"]

    subscription_id = fields.Many2one(
        "cap.subscription", required=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        related="subscription_id.partner_id", string="Client", store=True, index=True
    )
    company_id = fields.Many2one(
        related="subscription_id.company_id", store=True, index=True
    )
    kind = fields.Selection(CHECKLIST_KINDS, "What", required=True)
    user_id = fields.Many2one(
        "res.users", "Consultant", tracking=True, domain="[('share', '=', False)]"
    )
    template_id = fields.Many2one("cap.health.checklist.template", readonly=True)
    item_ids = fields.One2many("cap.health.checklist.item", "checklist_id", "Points")

    state = fields.Selection(
        CHECKLIST_STATES,
        default="open",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    completed_on = fields.Date("Set up on", readonly=True, copy=False)
    completed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    settled_count = fields.Integer("Settled", compute="_compute_counts")
    item_count = fields.Integer("Points in all", compute="_compute_counts")
    progress = fields.Float(compute="_compute_counts", help="In percent.")

    _once = models.UniqueIndex(
        "(subscription_id, kind)", "This client has such a checklist already."
    )

    # === COMPUTE METHODS === #

    @api.depends("item_ids.state")
    def _compute_counts(self):
        for checklist in self:
            items = checklist.item_ids
            settled = items.filtered(lambda item: item.state != "open")
            checklist.settled_count = len(settled)
            checklist.item_count = len(items)
            checklist.progress = 100 * len(settled) / len(items) if items else 0

    @api.depends("kind", "partner_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for checklist in self:
            parts = [checklist._word_kind(), checklist.sudo().partner_id.name]
            checklist.display_name = " – ".join(filter(None, parts))

    # === CRUD METHODS === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "state",
            "completed_on",
            "completed_by_id",
        }

    @api.model_create_multi
    def create(self, vals_list):
        checklists = super().create(vals_list)
        for checklist in checklists:
            checklist._copy_template()
        return checklists

    def write(self, vals):
        if {"subscription_id", "kind", "item_ids"} & vals.keys():
            self._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_complete(self):
        self._check_open()

    # === ACTION METHODS === #

    def action_complete(self):
        """Say that everything is set up, which is what the client was promised."""
        for checklist in self:
            checklist._set_complete()
        return True

    # === BUSINESS METHODS === #

    def _set_complete(self):
        """Close the checklist, and settle the delivery that it stands for."""
        self.ensure_one()
        self.check_access("write")
        self._check_open()
        self._check_settled()
        today = self._cap_today()
        self._guarded_write(
            {
                "state": "complete",
                "completed_on": today,
                "completed_by_id": self.env.uid,
            }
        )
        delivery = self._find_delivery()
        if delivery:
            note = self.env._("%(count)s points settled", count=self.item_count)
            delivery._set_delivered(today, note=note, record=self)
            delivery._answer_planning()

    def _find_delivery(self):
        """Return what completing settles; none when it was recorded by hand."""
        self.ensure_one()
        return self.env["cap.delivery"].search(
            [
                ("subscription_id", "=", self.subscription_id.id),
                ("entitlement_id.code", "=", self.kind),
                ("state", "in", ("late", "due", "planned")),
            ],
            order="date_start, id",
            limit=1,
        )

    def _check_open(self):
        """Refuse to change what is set up."""
        for checklist in self:
            if checklist.state == "complete":
                raise UserError(
                    self.env._(
                        "%(checklist)s was set up on %(day)s: it stays as it is.",
                        checklist=checklist.display_name,
                        day=format_date(self.env, checklist.completed_on),
                    )
                )

    def _check_settled(self):
        """Refuse to complete while a point is open or has nothing to show."""
        missing = []
        if not self.item_ids:
            missing.append(self.env._("It has no points: add what there is to do."))
        for item in self.item_ids:
            if item.state == "open":
                missing.append(self.env._("“%(point)s” is to do.", point=item.name))
            elif item.state == "done" and not (item.evidence or "").strip():
                missing.append(
                    self.env._("“%(point)s” has no evidence yet.", point=item.name)
                )
        if missing:
            raise UserError(
                self.env._(
                    "%(checklist)s is not complete yet:\n%(missing)s",
                    checklist=self.display_name,
                    missing="\n".join(f"– {line}" for line in missing),
                )
            )

    def _copy_template(self):
        """Copy the points of the template of the client's tier, once.

        The client reads them in its portal and on paper: they are in its language.
        """
        self.ensure_one()
        if self.item_ids:
            return
        known = self.subscription_id._in_client_language()
        tier = known._tier_on(self._cap_today())
        templates = self.env["cap.health.checklist.template"]
        self.template_id = templates._get_for_tier(self.kind, tier)
        self.env["cap.health.checklist.item"].create(
            [
                {
                    "checklist_id": self.id,
                    "sequence": number,
                    "name": line.name,
                    "hint": line.hint,
                }
                for number, line in enumerate(
                    self.template_id.line_ids.with_context(lang=known.env.lang)
                )
            ]
        )

    def _word_kind(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        return labels.get(self.kind, "")

    def _word_progress(self):
        """Return the checklist in a line."""
        self.ensure_one()
        return self.env._(
            "%(kind)s: %(settled)s of %(all)s points settled",
            kind=self._word_kind(),
            settled=self.settled_count,
            all=self.item_count,
        )

    def _prepare_rows(self):
        """Return what a client reads of each checklist, ready for JSON."""
        known = self.sudo()
        labels = dict(self._fields["state"]._description_selection(self.env))
        return [
            {
                "kind": checklist._word_kind(),
                "state": checklist.state,
                "label": labels[checklist.state],
                "settled": checklist.settled_count,
                "all": checklist.item_count,
                "percent": round(checklist.progress),
                "completed_on": format_date(self.env, checklist.completed_on),
                "items": checklist.item_ids._prepare_rows(),
            }
            for checklist in known
        ]
