from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..const import HEALTH_ICONS, HEALTH_ORDER

TONES = {"down": "danger", "degraded": "warning", "no_data": "muted", "ok": "success"}
RANKED_BY = ("state", "kind", "active", "subscription_id")
# Environments that count for a client: its production, or all when it has none.
RANK_SQL = """(
    SELECT min(array_position(%(order)s::varchar[], e.state)) FROM cap_environment e
    WHERE e.subscription_id = %(owner)s AND e.active AND (
        e.kind = 'production' OR NOT EXISTS (
            SELECT FROM cap_environment p WHERE p.active
                AND p.subscription_id = %(owner)s AND p.kind = 'production')))"""


class CapSubscriptionHealthOrderMixin(models.AbstractModel):
    """Finds, sorts and counts clients by how their environments do, the worst first.

    No column holds that state: it is the worst of a client's environments right now.
    """

    _name = "cap.subscription.health.order.mixin"
    _description = "Clients by their health"

    # === SEARCH METHODS === #

    def _search_health_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        states = tuple(state for state in value if state)

        def compare(model, alias, query):
            state = model._field_to_sql(alias, "health_state", query)
            tests = [SQL("%s IN %s", state, states)] if states else []
            tests += [SQL("%s IS NULL", state)] if len(states) < len(value) else []
            return SQL("(%s)", SQL(" OR ").join(tests))

        return Domain.custom(to_sql=compare)

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr != "health_state":
            return super()._field_to_sql(alias, field_expr, query)
        rank = self._get_health_rank_sql(alias)
        return SQL("(%s::varchar[])[%s]", list(HEALTH_ORDER), rank)

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        if field_name != "health_state":
            return super()._order_field_to_sql(
                alias, field_name, direction, nulls, query
            )
        rank = self._get_health_rank_sql(alias)
        query._order_groupby.append(rank)
        return SQL("%s %s %s", rank, direction, nulls)

    @api.model
    def _get_health_rank_sql(self, alias):
        """Return the SQL of a client's place in the order, NULL without environment."""
        self._check_field_access(self._fields["health_state"], "read")
        places = self.env["cap.environment"]._fields
        return SQL(
            RANK_SQL,
            order=list(HEALTH_ORDER),
            owner=SQL.identifier(alias, "id"),
            to_flush=[places[name] for name in RANKED_BY],
        )

    # === BUSINESS METHODS === #

    @api.model
    def _get_portfolio_health(self, clients):
        """Return how many clients do how, the worst first.

        :param clients: domain of the subscriptions that are counted.
        :return: dict of `total` (clients with an environment), `tiles` (as
            `_list_portfolio_tiles`) and whether the user `may_add` an environment.
        """
        counts = dict(self._read_group(clients, ["health_state"], ["__count"]))
        words = dict(self._fields["health_state"]._description_selection(self.env))
        shown = [s for s in HEALTH_ORDER if s in TONES or counts.get(s)]
        tiles = [
            self._prepare_health_tile(clients, state, words[state], counts)
            for state in shown
        ]
        if counts.get(False):
            label = self.env._("Not monitored")
            tiles.append(self._prepare_health_tile(clients, False, label, counts))
        return {
            "total": sum(count for state, count in counts.items() if state),
            "tiles": tiles,
            "may_add": self.env["cap.environment"].has_access("create"),
        }

    @api.model
    def _prepare_health_tile(self, clients, state, label, counts):
        count = counts.get(state, 0)
        return {
            "key": state or "none",
            "label": label,
            "value": str(count),
            "hint": self.env._("clients") if state else self.env._("no environment"),
            "icon": HEALTH_ICONS.get(state, "fa-minus-circle"),
            "tone": TONES.get(state, "muted") if count else "muted",
            "model": "cap.subscription",
            "domain": list(clients & Domain("health_state", "=", state)),
        }
