from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import HEALTH_CHECK


class CapHealthCheck(models.Model):
    """The periodic Health Check: a meeting that discusses Connecta as a whole.

    It delivers one row of the delivery ledger. Monitoring goes on by itself; this is
    where people look at it together, and agree on what to do.
    """

    _name = "cap.health.check"
    _inherit = [
        "cap.health.check.agenda.mixin",
        "cap.health.check.portal.mixin",
        "mail.activity.mixin",
    ]
    _description = "CAP Health Check"
    _order = "start desc nulls first, id desc"
    _rec_names_search = ["name", "partner_id.name"]

    # whose
    delivery_id = fields.Many2one(
        domain="[('code', '=', 'health_check'), ('res_id', '=', False),"
        " ('state', 'in', ('late', 'due', 'planned'))]",
        help="The Health Check that the client is owed.",
    )
    partner_id = fields.Many2one(
        related="subscription_id.partner_id", string="Client", store=True, index=True
    )
    company_id = fields.Many2one(
        related="subscription_id.company_id", store=True, index=True
    )

    # who
    user_id = fields.Many2one(
        "res.users", "Consultant", readonly=True, index=True, tracking=True, copy=False
    )
    attendee_ids = fields.Many2many(
        "res.partner",
        "cap_health_check_attendee_rel",
        string="Attendees",
        readonly=True,
        copy=False,
        help="The client's people who are invited.",
    )

    # what came out
    action_ids = fields.One2many("cap.health.action", "check_id", "Actions")
    checklist_ids = fields.One2many(
        related="subscription_id.checklist_ids", string="Checklists"
    )
    open_action_count = fields.Integer("Open actions", compute="_compute_counts")

    _delivery_unique = models.UniqueIndex(
        "(delivery_id)", "Another Health Check delivers this already: open that one."
    )

    # === COMPUTE METHODS === #

    @api.depends("action_ids.state")
    def _compute_counts(self):
        counts = dict(
            self.env["cap.health.action"]._read_group(
                [("check_id", "in", self.ids), ("state", "=", "open")],
                ["check_id"],
                ["__count"],
            )
        )
        for check in self:
            check.open_action_count = counts.get(check._origin, 0)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        checks = super().create(vals_list)
        for check in checks:
            check._check_delivery()
        return checks

    def write(self, vals):
        if {"delivery_id", "name"} & vals.keys():
            raise UserError(
                self.env._(
                    "A Health Check stays with the delivery that it was planned for. "
                    "Delete it, and plan a new one."
                )
            )
        if {"agenda", "minutes", "action_ids"} & vals.keys():
            self._check_unpublished()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_held(self):
        for check in self:
            if check.state in ("held", "published"):
                raise UserError(
                    self.env._(
                        "%(check)s took place: it stays on record.",
                        check=check.display_name,
                    )
                )
            check.action_ids.unlink()  # so that what they carry over is open again
            check._open_delivery()
            check._tell_called_off(check._get_event())

    def _check_delivery(self):
        delivery = self.delivery_id
        if delivery.code != HEALTH_CHECK:
            raise UserError(
                self.env._(
                    "%(delivery)s is no Health Check: choose one that is owed.",
                    delivery=delivery.display_name,
                )
            )
        if delivery.res_id or delivery.state in ("delivered", "lapsed"):
            raise UserError(
                self.env._(
                    "%(delivery)s is delivered, lapsed or planned already: choose one "
                    "that is still owed.",
                    delivery=delivery.display_name,
                )
            )

    def _check_unpublished(self):
        """Refuse to change what the client has read."""
        for check in self:
            if check.state == "published":
                raise UserError(
                    self.env._(
                        "%(check)s is published: it stays as the client read it. What "
                        "comes up later belongs into the next one.",
                        check=check.display_name,
                    )
                )

    # === ACTION METHODS === #

    def action_open_environments(self):
        """Open the client's environments as they are now.

        :return: action dictionary.
        """
        self.ensure_one()
        return self.subscription_id.action_view_environments()

    # === BUSINESS METHODS === #

    def _get_meeting_title(self):
        client = self.sudo().partner_id.name
        return self.env._("Health Check: %(client)s", client=client)
