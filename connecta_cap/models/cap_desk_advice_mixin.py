from odoo import api, models
from odoo.fields import Domain

from ..const import DESK_ROWS, PUBLISHED_STATES, UNFINISHED_STATES


class CapDeskAdviceMixin(models.AbstractModel):
    """What a consultant's clients were advised and have not finished, by client."""

    _name = "cap.desk.advice.mixin"
    _description = "Recommendations on a consultant's screen"

    # === BUSINESS METHODS === #

    @api.model
    def _prepare_desk_recommendations(self, desk):
        mine = Domain("subscription_id", "in", desk.clients.ids)
        mine |= Domain("responsible_id", "=", self.env.uid)
        counts = self._count_advice(mine)
        late = self._count_advice(mine & Domain("is_overdue", "=", True))
        stale = self._count_advice(mine & Domain("is_stale", "=", True))
        order = sorted(counts, key=lambda one: (one not in late, one not in stale))
        rows = [
            self._prepare_advice_row(
                client,
                counts[client],
                sum(late.get(client, {}).values()),
                sum(stale.get(client, {}).values()),
            )
            for client in order[:DESK_ROWS]
        ]
        return self._prepare_section(
            "recommendations",
            self.env._("Open recommendations"),
            "fa-lightbulb-o",
            self.env._("Nothing that your clients were advised is open."),
            rows,
            sum(sum(by_state.values()) for by_state in counts.values()),
            action="connecta_cap.cap_recommendation_action",
            context={
                "search_default_my_clients": 1,
                "search_default_mine": 1,
                "search_default_open": 1,
            },
        )

    @api.model
    def _prepare_advice_row(self, client, by_state, late, stale):
        recommendations = self.env["cap.recommendation"]
        labels = dict(recommendations._fields["state"]._description_selection(self.env))
        text = ", ".join(
            f"{by_state[state]} {labels[state].lower()}"
            for state in UNFINISHED_STATES
            if by_state.get(state)
        )
        badge, tone = "", ""
        if late:
            badge, tone = self.env._("%(count)s overdue", count=late), "danger"
        elif stale:
            badge, tone = self.env._("%(count)s stale", count=stale), "warning"
        return self._prepare_row(
            client,
            client.partner_id.name,
            text,
            badge,
            tone,
            action="connecta_cap.cap_recommendation_action",
            context={
                "search_default_partner_id": client.partner_id.id,
                "search_default_open": 1,
            },
        )

    @api.model
    def _count_advice(self, domain):
        """Return {subscription: {state: how many}} of what is unfinished.

        :param domain: which recommendations.
        """
        rows = self.env["cap.recommendation"]._read_group(
            Domain("state", "in", UNFINISHED_STATES)
            & Domain("audit_id.state", "in", PUBLISHED_STATES)
            & domain,
            ["subscription_id", "state"],
            ["__count"],
            order="subscription_id, state",
        )
        counts = {}
        for subscription, state, count in rows:
            counts.setdefault(subscription, {})[state] = count
        return counts
