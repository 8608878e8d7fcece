from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain

from ..const import LAPSING_DAYS
from ..tools.figures import attained_share, word_share
from ..tools.report_periods import period_around, period_before


class CapSubscriptionTilesMixin(models.AbstractModel):
    """The numbers of the portfolio's dashboard, each with the records that it counts.

    A module that has a number to add extends `_list_portfolio_tiles`.
    """

    _name = "cap.subscription.tiles.mixin"
    _inherit = ["cap.subscription.portfolio.mixin"]
    _description = "Numbers of a portfolio"

    # === BUSINESS METHODS === #

    @api.model
    def _get_scope(self, clients):
        """Return the domain of records that belong to some subscriptions.

        :param clients: domain of the subscriptions; all of them ask for nothing.
        """
        if clients.is_true():
            return Domain.TRUE
        return Domain("subscription_id", "any", clients)

    @api.model
    def _list_portfolio_tiles(self, live, clients):
        """Return the numbers of the dashboard in their order; a hook.

        :param live: domain of the subscriptions that hold.
        :param clients: domain of the subscriptions that are looked at.
        """
        deliveries = self._get_scope(clients)
        return [
            self._get_attainment_tile(clients),
            self._get_late_tile(deliveries),
            self._get_owed_tile(deliveries),
            self._get_lapsing_tile(deliveries),
            self._get_lapsed_tile(deliveries),
            self._get_candidates_tile(live & clients),
        ]

    @api.model
    def _get_attainment_tile(self, clients):
        """Return how the promise was kept this quarter, beside the one before."""
        today = self._cap_today()
        running = period_around("quarter", today)
        counts, before = (
            self._sum_attainment(clients, days)
            for days in (running, period_before("quarter", today))
        )
        first, after = map(self._cap_start_of, running)
        return {
            "key": "attainment",
            "label": self.env._("Assessed in time this quarter"),
            "value": word_share(counts["share"]),
            "hint": self.env._(
                "%(met)s of %(decided)s; last quarter %(before)s",
                met=counts["met"],
                decided=counts["met"] + counts["breached"],
                before=word_share(before["share"]),
            ),
            "icon": "fa-clock-o",
            "tone": "danger" if counts["breached"] else "success",
            "model": "cap.ticket",
            "domain": list(
                self._get_scope(clients)
                & Domain("subscription_id", "!=", False)
                & Domain("active", "in", [True, False])
                & Domain("sla_start", ">=", first)
                & Domain("sla_start", "<", after)
                & Domain("sla_state", "in", ["met", "breached"])
            ),
        }

    @api.model
    def _sum_attainment(self, clients, days):
        """Return the attainment of all clients, see `_get_attainment_batch`."""
        known = self.with_context(active_test=False).search(clients)
        batch = known.sudo()._get_attainment_batch(*days)
        total = {
            key: sum(line[key] for line in batch.values())
            for key in ("met", "breached", "open")
        }
        total["share"] = attained_share(total["met"], total["breached"])
        return total

    @api.model
    def _get_candidates_tile(self, clients):
        domain = clients & Domain("is_upgrade_candidate", "=", True)
        return {
            "key": "candidates",
            "label": self.env._("Candidates to upgrade"),
            "value": str(self.search_count(domain)),
            "hint": self.env._("what they ask for belongs to a larger tier"),
            "icon": "fa-level-up",
            "tone": "info",
            "model": "cap.subscription",
            "domain": list(domain),
        }

    # === DELIVERIES === #

    @api.model
    def _get_late_tile(self, deliveries):
        domain = deliveries & Domain("state", "=", "late")
        count, clients, _hours = self._count_deliveries(domain)
        return {
            "key": "late",
            "label": self.env._("Late with us"),
            "value": str(count),
            "hint": self.env._("clients concerned: %(count)s", count=clients),
            "icon": "fa-exclamation-triangle",
            "tone": "danger" if count else "success",
            "model": "cap.delivery",
            "domain": list(domain),
        }

    @api.model
    def _get_owed_tile(self, deliveries):
        today = self._cap_today()
        after = period_around("month", today)[1]
        domain = deliveries & Domain("state", "in", ["due", "planned"])
        domain &= Domain("due_date", ">=", today) & Domain("due_date", "<", after)
        count, clients, _hours = self._count_deliveries(domain)
        return {
            "key": "owed",
            "label": self.env._("Still owed this month"),
            "value": str(count),
            "hint": self.env._("clients concerned: %(count)s", count=clients),
            "icon": "fa-calendar-check-o",
            "tone": "info",
            "model": "cap.delivery",
            "domain": list(domain),
        }

    @api.model
    def _get_lapsing_tile(self, deliveries):
        until = self._cap_today() + timedelta(days=LAPSING_DAYS)
        domain = deliveries & self.env["cap.delivery"]._get_credit_domain()
        domain &= Domain("lapse_date", "<=", until) & Domain("unit", "=", "hour")
        _count, clients, hours = self._count_deliveries(domain)
        return {
            "key": "lapsing",
            "label": self.env._("Hours lapsing in %(days)s days", days=LAPSING_DAYS),
            "value": f"{hours:g}",
            "hint": self.env._("clients concerned: %(count)s", count=clients),
            "icon": "fa-hourglass-half",
            "tone": "warning" if hours else "success",
            "model": "cap.delivery",
            "domain": list(domain),
        }

    @api.model
    def _get_lapsed_tile(self, deliveries):
        year = period_around("year", self._cap_today())[0]
        domain = deliveries & Domain("state", "=", "lapsed")
        domain &= Domain("fulfilment", "=", "client") & Domain("lapse_date", ">=", year)
        count, clients, hours = self._count_deliveries(domain)
        return {
            "key": "lapsed",
            "label": self.env._("Lapsed without use this year"),
            "value": str(count),
            "hint": self.env._(
                "training hours: %(hours)s; clients concerned: %(count)s",
                hours=f"{hours:g}",
                count=clients,
            ),
            "icon": "fa-hourglass-end",
            "tone": "warning" if count else "success",
            "model": "cap.delivery",
            "domain": list(domain),
        }

    @api.model
    def _count_deliveries(self, domain):
        """Return (deliveries, clients, hours that were not used) of a domain."""
        rows = self.env["cap.delivery"]._read_group(
            domain,
            ["unit"],
            [
                "__count",
                "subscription_id:array_agg",
                "quantity:sum",
                "quantity_done:sum",
            ],
        )
        clients = {key for row in rows for key in row[2]}
        hours = sum(row[3] - row[4] for row in rows if row[0] == "hour")
        return sum(row[1] for row in rows), len(clients), hours
