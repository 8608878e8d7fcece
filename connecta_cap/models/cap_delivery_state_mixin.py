from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..const import DELIVERY_STATES

# The same rule three times: for one record, for a search, for a list in SQL.
STATE_SQL = """CASE
    WHEN %(delivered_on)s IS NOT NULL THEN 'delivered'
    WHEN %(lapse_date)s <= %(today)s THEN 'lapsed'
    WHEN %(due_date)s < %(today)s AND NOT %(is_held)s THEN 'late'
    WHEN %(planned_on)s IS NOT NULL THEN 'planned'
    ELSE 'due' END"""
STATE_FIELDS = ("delivered_on", "lapse_date", "due_date", "is_held", "planned_on")


class CapDeliveryStateMixin(models.AbstractModel):
    """Where a delivery stands today, from its stored dates.

    Nothing has to run at midnight for a delivery to be late: whoever looks, in a list,
    a search or a sum, gets the answer for today.
    """

    _name = "cap.delivery.state.mixin"
    _inherit = ["cap.clock.mixin", "cap.guarded.mixin"]
    _description = "State of a delivery"

    due_date = fields.Date("Due by", readonly=True, help="The last day in time.")
    lapse_date = fields.Date(
        "Lapses on", readonly=True, help="The first day on which it cannot be used."
    )
    is_held = fields.Boolean(
        "On hold", readonly=True, help="Not late while the cover is suspended."
    )
    planned_on = fields.Date("Planned for", readonly=True)
    delivered_on = fields.Date(readonly=True)
    state = fields.Selection(
        DELIVERY_STATES, compute="_compute_state", search="_search_state"
    )
    is_upcoming = fields.Boolean(
        compute="_compute_is_upcoming", search="_search_is_upcoming"
    )
    date_start = fields.Date("From", required=True, readonly=True)

    # === COMPUTE METHODS === #

    @api.depends(*STATE_FIELDS)
    def _compute_state(self):
        today = self._cap_today()
        for record in self:
            record.state = record._get_state_on(today)

    def _get_state_on(self, day):
        """Return where the delivery stands on `day`, a key of `DELIVERY_STATES`."""
        self.ensure_one()
        if self.delivered_on:
            return "delivered"
        if self.lapse_date and self.lapse_date <= day:
            return "lapsed"
        if self.due_date and self.due_date < day and not self.is_held:
            return "late"
        return "planned" if self.planned_on else "due"

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = self._cap_today()
        undelivered = Domain("delivered_on", "=", False)
        usable = Domain("lapse_date", "=", False) | Domain("lapse_date", ">", today)
        open_ = undelivered & usable
        in_time = Domain("due_date", "=", False) | Domain("due_date", ">=", today)
        in_time |= Domain("is_held", "=", True)
        late = Domain("due_date", "<", today) & Domain("is_held", "=", False)
        cases = {
            "delivered": Domain("delivered_on", "!=", False),
            "lapsed": undelivered & Domain("lapse_date", "<=", today),
            "late": open_ & late,
            "planned": open_ & in_time & Domain("planned_on", "!=", False),
            "due": open_ & in_time & Domain("planned_on", "=", False),
        }
        return Domain.OR([cases[state] for state in value if state in cases])

    @api.depends("date_start")
    def _compute_is_upcoming(self):
        today = self._cap_today()
        for record in self:
            record.is_upcoming = bool(record.date_start) and record.date_start > today

    def _search_is_upcoming(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("date_start", ">", self._cap_today())

    def _field_to_sql(self, alias, field_expr, query=None):
        # lists group and sums count by a state that no column holds
        if field_expr != "state":
            return super()._field_to_sql(alias, field_expr, query)
        columns = {
            name: super(CapDeliveryStateMixin, self)._field_to_sql(alias, name, query)
            for name in STATE_FIELDS
        }
        return SQL(STATE_SQL, today=self._cap_today(), **columns)

    # === CRUD METHODS === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"date_start", *STATE_FIELDS}

    # === BUSINESS METHODS === #

    @api.model
    def _get_credit_domain(self):
        """Return the domain of what clients may call on today and have not used up."""
        return (
            Domain("fulfilment", "=", "client")
            & Domain("delivered_on", "=", False)
            & Domain("date_start", "<=", self._cap_today())
            & Domain("state", "in", ["due", "planned", "late"])
        )
