from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import FULFILMENTS


class CapDelivery(models.Model):
    """One thing that the program owes a client: promised, and then delivered or not.

    The planner writes a row per entitlement and period ahead of time; the record that
    delivers it (an audit, a session) is linked to it. What is promised, delivered and
    still owed is read from here, by clients and staff alike.
    """

    _name = "cap.delivery"
    _inherit = [
        "cap.delivery.state.mixin",
        "cap.delivery.portal.mixin",
        "cap.delivery.planner",
        "cap.delivery.health.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _description = "CAP Delivery"
    _order = "due_date, date_start, id"
    _rec_names_search = ["subscription_id.partner_id.name", "entitlement_id.name"]

    subscription_id = fields.Many2one(
        "cap.subscription",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    partner_id = fields.Many2one(related="subscription_id.partner_id", string="Client")
    company_id = fields.Many2one(related="subscription_id.company_id")
    account_manager_id = fields.Many2one(related="subscription_id.account_manager_id")
    consultant_id = fields.Many2one(related="subscription_id.consultant_id")

    # promised
    entitlement_id = fields.Many2one(
        "cap.entitlement", required=True, readonly=True, ondelete="restrict"
    )
    code = fields.Char(related="entitlement_id.code")
    fulfilment = fields.Selection(FULFILMENTS, "Delivery", readonly=True)
    extended_to = fields.Date(
        readonly=True, help="A later expiry that was agreed with a reason."
    )
    quantity = fields.Float("Promised", readonly=True)
    unit = fields.Selection(
        [("hour", "Hours"), ("time", "Times")], required=True, readonly=True
    )
    date_end = fields.Date(
        "Until", readonly=True, help="The first day after the period."
    )
    # its place in the rhythm of the entitlement: what makes planning idempotent
    cycle_start = fields.Date(required=True, readonly=True)
    number = fields.Integer(required=True, readonly=True)

    # delivered
    quantity_done = fields.Float("Used", readonly=True)
    res_model = fields.Char("Delivered through", readonly=True)
    res_id = fields.Many2oneReference("Record", model_field="res_model", readonly=True)
    user_id = fields.Many2one(
        "res.users", "Responsible", domain="[('share', '=', False)]", tracking=True
    )
    note = fields.Char("What was delivered", readonly=True, help="The client reads it.")

    _planned_once = models.UniqueIndex(
        "(subscription_id, entitlement_id, cycle_start, number)",
        "This delivery is in the ledger already.",
    )
    _open_idx = models.Index("(due_date) WHERE delivered_on IS NULL")
    _done_positive = models.Constraint(
        "CHECK(quantity_done >= 0)", "What was used cannot be negative."
    )

    # === COMPUTE METHODS === #

    @api.depends("entitlement_id", "date_start", "due_date", "partner_id")
    def _compute_display_name(self):
        for delivery in self:
            parts = [delivery.entitlement_id.name, delivery.sudo().partner_id.name]
            day = delivery.due_date or delivery.date_start
            delivery.display_name = f"{' – '.join(filter(None, parts))} ({day})"

    # === CRUD METHODS === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "subscription_id",
            "entitlement_id",
            "fulfilment",
            "quantity",
            "unit",
            "date_end",
            "cycle_start",
            "number",
            "extended_to",
            "quantity_done",
            "res_model",
            "res_id",
            "note",
        }

    @api.ondelete(at_uninstall=False)
    def _unlink_except_planner(self):
        if not self.env.su:
            raise UserError(
                self.env._(
                    "What was promised is never deleted. Change the tier: the planner "
                    "then takes back what is no longer owed."
                )
            )

    # === ACTION METHODS === #

    def action_undo(self):
        """Take back a plan or a delivery that was recorded by mistake."""
        self._set_open()
        return True

    def action_settle(self):
        """Ask when the deliveries are planned or were made.

        :return: action dictionary.
        """
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "connecta_cap.cap_delivery_settle_action"
        )
        return action | {"context": {"default_delivery_ids": self.ids}}

    # === BUSINESS METHODS === #

    def _set_planned(self, day, record=None):
        """Say for which day the delivery is planned.

        :param day: date in the program's zone.
        :param record: what will deliver it, such as an audit.
        """
        self._check_open(day)
        self._guarded_write({"planned_on": day, **self._prepare_link_vals(record)})

    def _set_delivered(self, day, note="", record=None, quantity=None, agreed_on=None):
        """Record what was delivered; all of it unless a smaller quantity is given.

        :param day: date in the program's zone.
        :param note: what the client reads about it.
        :param record: what delivered it.
        :param quantity: how much was delivered this time, in the delivery's unit.
        :param agreed_on: the day that decides whether it was in time, when another.
        """
        self._check_open(agreed_on or day)
        for delivery in self:
            added = delivery.quantity if quantity is None else quantity
            done = min(delivery.quantity_done + added, delivery.quantity)
            vals = delivery._prepare_link_vals(record) | {"quantity_done": done}
            if done >= delivery.quantity:
                vals["delivered_on"] = day
            if note:
                vals["note"] = note
            delivery._guarded_write(vals)

    def _set_extended(self, day):
        """Let the deliveries lapse later than their terms say.

        :param day: the first day on which they cannot be used.
        """
        self._guarded_write(
            {
                "extended_to": day,
                "lapse_date": day,
                "due_date": day - timedelta(days=1),
            }
        )

    def _detach_record(self):
        """Let what a record was to deliver be planned anew, by another or by hand."""
        self._guarded_write({"planned_on": False, "res_model": False, "res_id": False})

    def _set_open(self):
        """Take a plan or a delivery that was recorded by hand back."""
        self.check_access("write")
        self._check_by_hand()
        self._guarded_write(
            {"planned_on": False, "delivered_on": False, "quantity_done": 0}
        )

    def _check_by_hand(self):
        """Refuse deliveries that a record of their own makes, such as a session.

        :raises UserError: naming the first one and its record.
        """
        linked = self.filtered("res_id")[:1]
        if linked:
            raise UserError(
                self.env._(
                    "%(delivery)s is made through %(record)s. Change that record "
                    "instead: the delivery follows it.",
                    delivery=linked.display_name,
                    record=self.env[linked.res_model]
                    .browse(linked.res_id)
                    .display_name,
                )
            )

    def _check_open(self, day):
        """Refuse what is delivered already, or had lapsed by `day`.

        :raises UserError: naming the delivery and what can be done.
        """
        self.check_access("write")
        for delivery in self:
            state = delivery._get_state_on(day)
            if state == "delivered":
                raise UserError(
                    self.env._(
                        "%(delivery)s was delivered on %(day)s. Undo that first if it "
                        "is a mistake.",
                        delivery=delivery.display_name,
                        day=delivery.delivered_on,
                    )
                )
            if state == "lapsed":
                raise UserError(
                    self.env._(
                        "%(delivery)s lapsed on %(day)s: only what happened before "
                        "that day counts. Enter the day on which it happened.",
                        delivery=delivery.display_name,
                        day=delivery.lapse_date,
                    )
                )

    @api.model
    def _prepare_link_vals(self, record):
        if not record:
            return {}
        return {"res_model": record._name, "res_id": record.id}
