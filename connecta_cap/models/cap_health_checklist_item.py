from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

from ..const import CHECK_STATES


class CapHealthChecklistItem(models.Model):
    """One point of a set-up: to do, done with evidence, or not applicable and why."""

    _name = "cap.health.checklist.item"
    _inherit = ["cap.clock.mixin", "cap.guarded.mixin"]
    _description = "CAP Set-up Point"
    _order = "checklist_id, sequence, id"

    checklist_id = fields.Many2one(
        "cap.health.checklist", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="checklist_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    name = fields.Char("Point", required=True)
    hint = fields.Text("How")
    state = fields.Selection(CHECK_STATES, default="open", required=True)
    evidence = fields.Char(
        help="What shows that it is done, such as a link or the number of a test run. "
        "The client reads it."
    )
    note = fields.Char(
        "Why not", help="Why it does not apply to this client. The client reads it."
    )
    user_id = fields.Many2one("res.users", "By", readonly=True, copy=False)
    settled_on = fields.Date("On", readonly=True, copy=False)

    # === CONSTRAINT METHODS === #

    @api.constrains("state", "note")
    def _check_reason(self):
        for item in self:
            if item.state == "not_applicable" and not (item.note or "").strip():
                raise ValidationError(
                    self.env._(
                        "Say why “%(point)s” does not apply: the client reads it.",
                        point=item.name,
                    )
                )

    # === CRUD METHODS === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"user_id", "settled_on"}

    @api.model_create_multi
    def create(self, vals_list):
        items = super().create(vals_list)
        items.checklist_id._check_open()
        items._stamp()
        return items

    def write(self, vals):
        by_hand = vals.keys() - self._get_guarded_fields()
        if by_hand:
            self.checklist_id._check_open()
        changed = self.browse()
        if "state" in vals:
            changed = self.filtered(lambda item: item.state != vals["state"])
        result = super().write(vals)
        if "checklist_id" in vals:
            self.checklist_id._check_open()
        changed._stamp()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_complete(self):
        self.checklist_id._check_open()

    # === ACTION METHODS === #

    def action_done(self):
        """Tick the point off."""
        self.write({"state": "done"})
        return True

    # === BUSINESS METHODS === #

    def _stamp(self):
        """Note who settled the points and when; nobody for those that are open."""
        settled = self.filtered(lambda item: item.state != "open")
        if settled:
            settled._guarded_write(
                {"user_id": self.env.uid, "settled_on": self._cap_today()}
            )
        reopened = (self - settled).filtered("settled_on")
        if reopened:
            reopened._guarded_write({"user_id": False, "settled_on": False})

    def _prepare_rows(self):
        """Return what a client reads of each point, ready for JSON."""
        labels = dict(self._fields["state"]._description_selection(self.env))
        return [
            {
                "name": item.name,
                "state": item.state,
                "label": labels[item.state],
                "text": (item.note if item.state == "not_applicable" else item.evidence)
                or "",
                "by": item.user_id.name or "",
                "on": format_date(self.env, item.settled_on, date_format="d MMM y"),
            }
            for item in self
        ]
