from collections import defaultdict
from datetime import date, timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..const import CONSULTANT, DELIVERY_STATES, LIVE_STATES
from ..tools.months import add_months


class CapSubscriptionDeliveryMixin(models.AbstractModel):
    """What a client was promised, what was delivered, and what is still owed.

    One sum of the ledger serves the form, the client's page and every report.
    """

    _name = "cap.subscription.delivery.mixin"
    _inherit = ["cap.subscription.state.mixin"]
    _description = "Promised, delivered and still owed"

    delivery_ids = fields.One2many("cap.delivery", "subscription_id", "Deliveries")
    started_delivery_ids = fields.One2many(
        "cap.delivery",
        "subscription_id",
        "Deliveries until now",
        domain=[("is_upcoming", "=", False)],
        help="Deliveries whose period has started.",
    )
    late_count = fields.Integer(
        "Late with us",
        compute="_compute_delivery_counts",
        search="_search_late_count",
        help="Deliveries that we owe and whose day has passed.",
    )
    owed_count = fields.Integer(
        "Owed",
        compute="_compute_delivery_counts",
        help="Deliveries of the running periods that are not made yet.",
    )
    delivery_count = fields.Integer(compute="_compute_delivery_counts")

    # === COMPUTE METHODS === #

    @api.depends("delivery_ids.state")
    def _compute_delivery_counts(self):
        counts = defaultdict(int)
        upcoming = self.env["cap.delivery"]._search_is_upcoming("in", [True])
        started = Domain("subscription_id", "in", self.ids) & ~upcoming
        for subscription, state, count in self.env["cap.delivery"]._read_group(
            started, ["subscription_id", "state"], ["__count"]
        ):
            counts[subscription.id, state] = count
        for subscription in self:
            late, due, planned = (
                counts[subscription.id, state] for state in ("late", "due", "planned")
            )
            subscription.late_count = late
            subscription.owed_count = late + due + planned
            subscription.delivery_count = sum(
                counts[subscription.id, state] for state, _label in DELIVERY_STATES
            )

    def _search_late_count(self, operator, value):
        late = Domain("delivery_ids", "any", [("state", "=", "late")])
        if operator == ">" and value == 0:
            return late
        if operator == "in" and list(value) == [0]:
            return ~late
        return NotImplemented

    # === ACTION METHODS === #

    def action_view_deliveries(self):
        """Open what this client was promised.

        :return: action dictionary.
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "connecta_cap.cap_delivery_action"
        )
        return action | {
            "domain": [("subscription_id", "=", self.id)],
            "context": {"search_default_started": 1, "search_default_entitlement": 1},
        }

    # === BUSINESS METHODS === #

    def _after_succession_change(self):
        result = super()._after_succession_change()
        self._plan_deliveries()
        self._ask_for_consultant()
        return result

    def _plan_deliveries(self):
        """Bring the ledger in line with the periods at once, in this transaction."""
        self.env["cap.delivery"].sudo()._plan(self)

    def _ask_for_consultant(self):
        """Remind the account manager to name a consultant where the tier gives one."""
        kind = "connecta_cap.mail_activity_type_consultant"
        for subscription in self:
            entitled = (
                subscription.state in LIVE_STATES
                and not subscription.consultant_id
                and subscription._entitled(CONSULTANT)
            )
            known = subscription.sudo()
            if entitled and not known.activity_search([kind]):
                manager = known.account_manager_id or self.env.user
                known.activity_schedule(kind, user_id=manager.id)

    def _sum_deliveries(self, date_from, date_to):
        """Return what was promised for some days and what became of it.

        :param date_from: first day.
        :param date_to: first day after.
        :return: list of dicts, see `_sum_deliveries_batch`.
        """
        self.ensure_one()
        return self._sum_deliveries_batch(date_from, date_to)[self.id]

    def _sum_deliveries_batch(self, date_from, date_to):
        """Return what was promised for some days and what became of it, by client.

        A delivery belongs to the day by which it is due, or on which it starts when it
        has no such day.

        :param date_from: first day.
        :param date_to: first day after.
        :return: dict by subscription id of lists of dicts in the order of the matrix:
            `entitlement`, `unit`, and amounts in it: `promised`, `delivered`, `late`,
            `lapsed`, `open`.
        """
        rows = self.env["cap.delivery"]._read_group(
            Domain("subscription_id", "in", self.ids)
            & self._get_due_domain(date_from, date_to),
            ["subscription_id", "entitlement_id", "unit", "state"],
            ["quantity:sum", "quantity_done:sum"],
        )
        sums = {subscription_id: {} for subscription_id in self.ids}
        for subscription, entitlement, unit, state, promised, done in rows:
            line = sums[subscription.id].setdefault(
                (entitlement, unit),
                dict.fromkeys(("promised", "delivered", "late", "lapsed", "open"), 0.0),
            )
            line["promised"] += promised
            line["delivered"] += done
            key = state if state in ("late", "lapsed") else "open"
            line[key] += promised - done
        return {
            subscription_id: [
                {"entitlement": key[0], "unit": key[1], **lines[key]}
                for key in sorted(lines, key=lambda key: (key[0].sequence, key[0].id))
            ]
            for subscription_id, lines in sums.items()
        }

    @api.model
    def _get_due_domain(self, date_from, date_to):
        """Return the domain of the deliveries that belong to some days.

        :param date_from: first day.
        :param date_to: first day after.
        """
        due = Domain("due_date", ">=", date_from) & Domain("due_date", "<", date_to)
        begun = Domain("date_start", ">=", date_from)
        begun &= Domain("date_start", "<", date_to)
        return due | Domain("due_date", "=", False) & begun

    def _get_service_year(self, day=None):
        """Return (first day, first day after) of the client's year that holds `day`.

        Years are counted from the first day of the cover.

        :param day: date in the program's zone, today by default.
        """
        self.ensure_one()
        day = day or self._cap_today()
        first = self.date_start or day
        number = max((day.year - first.year) - 1, 0)
        while add_months(first, 12 * (number + 1)) <= day:
            number += 1
        return add_months(first, 12 * number), add_months(first, 12 * (number + 1))

    def _get_lossless_day(self, tier):
        """Return the first day on which a change to `tier` cuts nothing short.

        That is when the running periods of all that would be lost are over; tomorrow
        when nothing is running.

        :param tier: `cap.tier` of the change.
        """
        self.ensure_one()
        today = self._cap_today()
        kept = tier.tier_entitlement_ids.entitlement_id
        running = self.delivery_ids.filtered(
            lambda delivery: (
                delivery.date_end
                and delivery.date_start <= today < delivery.date_end
                and delivery.entitlement_id not in kept
            )
        )
        tomorrow = today + timedelta(days=1)
        return max(running.mapped("date_end"), default=tomorrow)

    def _list_cut_short(self, tier, day):
        """Return the open deliveries that a change to `tier` on `day` touches.

        :return: list of (delivery, words): those that would lapse on that day, and
            those that stay usable until their own expiry.
        """
        self.ensure_one()
        kept = tier.tier_entitlement_ids.entitlement_id
        touched = []
        for delivery in self.delivery_ids:
            lost = delivery.entitlement_id not in kept
            if not lost or delivery.state not in ("due", "planned", "late"):
                continue
            if delivery.fulfilment == "client" and delivery.date_start < day:
                words = self.env._("stays usable until its own expiry")
            elif delivery.state == "late":
                words = self.env._("stays owed: it is late")
            elif delivery.due_date and delivery.due_date < day:
                words = self.env._("stays owed: it is due before")
            elif delivery.date_start < day < (delivery.date_end or date.max):
                words = self.env._("lapses on that day")
            else:
                continue
            touched.append((delivery, words))
        return touched
