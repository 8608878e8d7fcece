from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date

from ..const import ACTION_OWNERS, ACTION_STATES


class CapHealthAction(models.Model):
    """Something that a Health Check agreed on: what, who and by when.

    Unfinished ones come back in the next check, as a line of their own there.
    """

    _name = "cap.health.action"
    _inherit = ["cap.health.action.portal.mixin"]
    _description = "CAP Health Check Action"
    _order = "date_due, id"

    check_id = fields.Many2one(
        "cap.health.check",
        "Health Check",
        required=True,
        index=True,
        ondelete="cascade",
    )
    subscription_id = fields.Many2one(
        related="check_id.subscription_id", store=True, index=True
    )
    partner_id = fields.Many2one(
        related="check_id.partner_id", string="Client", store=True
    )
    company_id = fields.Many2one(related="check_id.company_id", store=True, index=True)

    name = fields.Char("What", required=True)
    owner = fields.Selection(
        ACTION_OWNERS,
        "Whose",
        required=True,
        default="ours",
        help="Who does it. The client ticks off its own in the portal.",
    )
    user_id = fields.Many2one(
        "res.users", "Our person", domain="[('share', '=', False)]", index=True
    )
    contact_id = fields.Many2one(
        "res.partner",
        "Client's person",
        domain="[('id', 'child_of', partner_id), ('is_company', '=', False)]",
    )
    date_due = fields.Date("By", required=True)

    # what became of it
    done_on = fields.Date(readonly=True, copy=False)
    done_by_id = fields.Many2one("res.users", "Done by", readonly=True, copy=False)
    origin_id = fields.Many2one(
        "cap.health.action",
        "Carried over from",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    next_ids = fields.One2many("cap.health.action", "origin_id", "Carried over to")
    state = fields.Selection(
        ACTION_STATES, compute="_compute_state", store=True, index=True
    )
    is_overdue = fields.Boolean(
        "Overdue", compute="_compute_is_overdue", search="_search_is_overdue"
    )

    _carried_once = models.UniqueIndex(
        "(origin_id) WHERE origin_id IS NOT NULL",
        "This action is carried over already.",
    )

    # === COMPUTE METHODS === #

    @api.depends("done_on", "next_ids")
    def _compute_state(self):
        for action in self:
            if action.done_on:
                action.state = "done"
            else:
                action.state = "carried" if action.next_ids else "open"

    @api.depends("state", "date_due")
    def _compute_is_overdue(self):
        today = self._cap_today()
        for action in self:
            day = action.date_due
            action.is_overdue = action.state == "open" and bool(day) and day < today

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("state", "=", "open") & Domain("date_due", "<", self._cap_today())

    # === CONSTRAINT METHODS === #

    @api.constrains("contact_id", "check_id")
    def _check_same_client(self):
        for action in self.sudo().filtered("contact_id"):
            if action.contact_id.commercial_partner_id != action.partner_id:
                raise ValidationError(
                    self.env._(
                        "%(person)s is not a contact of %(client)s: choose one of its "
                        "people for “%(action)s”.",
                        person=action.contact_id.display_name,
                        client=action.partner_id.display_name,
                        action=action.name,
                    )
                )

    # === CRUD METHODS === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"done_on", "done_by_id", "origin_id"}

    @api.model_create_multi
    def create(self, vals_list):
        actions = super().create(vals_list)
        actions.check_id._check_unpublished()
        return actions

    def write(self, vals):
        if vals.keys() - self._get_guarded_fields():
            self.check_id._check_unpublished()
        result = super().write(vals)
        if "check_id" in vals:
            self.check_id._check_unpublished()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        self.check_id._check_unpublished()

    # === ACTION METHODS === #

    def action_done(self):
        """Record that the actions are done, today."""
        self.check_access("write")
        for action in self:
            if action.state != "open":
                raise UserError(action._word_not_open())
        self._guarded_write({"done_on": self._cap_today(), "done_by_id": self.env.uid})
        return True

    def action_undo(self):
        """Take back that the actions are done: that was a mistake."""
        self.check_access("write")
        self._guarded_write({"done_on": False, "done_by_id": False})
        return True

    # === BUSINESS METHODS === #

    def _word_not_open(self):
        self.ensure_one()
        if self.state == "carried":
            return self.env._(
                "“%(action)s” is carried over to %(check)s: finish it there.",
                action=self.name,
                check=self.next_ids[:1].check_id.display_name,
            )
        return self.env._("“%(action)s” is done already.", action=self.name)

    def _get_person(self):
        """Return who sees to it: a user of ours, or a contact of the client."""
        self.ensure_one()
        return self.user_id if self.owner == "ours" else self.contact_id

    def _word(self):
        """Return the action in a line."""
        self.ensure_one()
        return self.env._(
            "%(action)s (%(person)s, by %(day)s)",
            action=self.name,
            person=self._get_person().name or self.env._("nobody yet"),
            day=format_date(self.env, self.date_due),
        )

    def _carry_to(self, check):
        """Write the actions into another check, each once.

        :param check: `cap.health.check` that is not published.
        """
        for action in self:
            copy = self.create(
                {
                    "check_id": check.id,
                    "name": action.name,
                    "owner": action.owner,
                    "user_id": action.user_id.id,
                    "contact_id": action.contact_id.id,
                    "date_due": action.date_due,
                }
            )
            copy._guarded_write({"origin_id": action.id})

    def _prepare_rows(self):
        """Return what a client reads of each action, in order."""
        labels = dict(self._fields["state"]._description_selection(self.env))
        owners = dict(self._fields["owner"]._description_selection(self.env))
        return [
            {
                "id": action.id,
                "name": action.name,
                "owner": action.owner,
                "owner_word": owners[action.owner],
                "person": action._get_person().name or "",
                "date_due": action.date_due,
                "state": action.state,
                "label": labels[action.state],
                "is_overdue": action.is_overdue,
                "done_on": action.done_on,
                "from": action.origin_id.check_id.name or "",
                **action._prepare_client_part(),
            }
            for action in self.sudo()
        ]
