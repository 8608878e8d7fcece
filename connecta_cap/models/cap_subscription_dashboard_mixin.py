from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import format_date

from ..const import LIVE_STATES
from ..tools.months import add_months
from ..tools.report_periods import period_around

CHART_MONTHS = 12


class CapSubscriptionDashboardMixin(models.AbstractModel):
    """The portfolio at a glance: one answer of the server fills the whole dashboard.

    Each number comes with the domain of the records that it counts, so that the list
    behind it shows just these.
    """

    _name = "cap.subscription.dashboard.mixin"
    _inherit = ["cap.subscription.tiles.mixin", "cap.subscription.health.order.mixin"]
    _description = "Dashboard of a portfolio"

    @api.model
    @api.readonly
    def get_portfolio(self, mine=None):
        """Return what the dashboard shows.

        :param mine: whether only clients of the asking account manager count; by
            default, if there are any.
        :return: dict of `mine`, `total` (live clients), `tiers` and `tiles` (dicts of
            `key`, `label`, `value`, `hint`, `icon`, `tone`, `model` and `domain`),
            `health` (see `_get_portfolio_health`) and `months` (dicts of `label`,
            `domain` and counts of deliveries by state).
        :raises AccessError: for who is not of the program's staff.
        """
        if not self.env.user.has_group("connecta_cap.group_cap_user"):
            raise AccessError(self.env._("The portfolio is for staff of the program."))
        live = Domain("state", "in", LIVE_STATES)
        own = Domain("account_manager_id", "=", self.env.uid)
        if mine is None:
            mine = bool(self.search_count(live & own, limit=1))
        clients = own if mine else Domain.TRUE
        tiers = self._list_portfolio_tiers(live & clients)
        return {
            "mine": mine,
            "total": sum(tier["value"] for tier in tiers),
            "tiers": tiers,
            "tiles": self._list_portfolio_tiles(live, clients),
            "health": self._get_portfolio_health(live & clients),
            "months": self._list_portfolio_months(clients),
        }

    # === BUSINESS METHODS === #

    @api.model
    def _list_portfolio_tiers(self, clients):
        """Return how many clients each tier has, smallest tier first."""
        rows = self._read_group(clients, ["tier_id"], ["__count"])
        rows.sort(key=lambda row: (row[0].sequence, row[0].id))
        return [
            {
                "key": tier.code or "none",
                "label": tier.name or self.env._("No tier today"),
                "value": count,
                "model": "cap.subscription",
                "domain": list(clients & Domain("tier_id", "=", tier.id)),
            }
            for tier, count in rows
        ]

    @api.model
    def _list_portfolio_months(self, clients):
        """Return what was promised in the last twelve months and what became of it."""
        deliveries = self.env["cap.delivery"]
        first = add_months(period_around("month", self._cap_today())[0], -11)
        starts = [add_months(first, number) for number in range(CHART_MONTHS + 1)]
        scope = self._get_scope(clients)
        scope &= self._get_due_domain(starts[0], starts[-1])
        counts = {}
        for field, domain in (
            ("due_date:month", scope & Domain("due_date", "!=", False)),
            ("date_start:month", scope & Domain("due_date", "=", False)),
        ):
            for month, state, count in deliveries._read_group(
                domain, [field, "state"], ["__count"]
            ):
                counts[month, state] = counts.get((month, state), 0) + count
        return [
            self._prepare_portfolio_month(start, after, clients, counts)
            for start, after in zip(starts, starts[1:], strict=False)
        ]

    @api.model
    def _prepare_portfolio_month(self, start, after, clients, counts):
        domain = self._get_scope(clients)
        domain &= self._get_due_domain(start, after)
        states = ("delivered", "late", "lapsed", "planned", "due")
        numbers = {state: counts.get((start, state), 0) for state in states}
        return {
            "label": format_date(self.env, start, date_format="MMM y"),
            "domain": list(domain),
            "promised": sum(numbers.values()),
            **{key: numbers[key] for key in ("delivered", "late", "lapsed")},
        }
