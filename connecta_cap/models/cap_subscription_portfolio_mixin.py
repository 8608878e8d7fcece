from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..const import (
    ATTAINMENT_DAYS,
    AUDIT,
    LIVE_STATES,
    RESEARCH,
    TRAINING,
    UPGRADE_QUESTIONS,
)

COMPARISONS = {operator: SQL(operator) for operator in ("<", "<=", ">", ">=")}
# figures that a list sorts and searches by although no column holds them
FIGURES = ("attainment_90", "credit_hours", "next_lapse_date")


class CapSubscriptionPortfolioMixin(models.AbstractModel):
    """What an account manager looks at, client by client, in lists and cards."""

    _name = "cap.subscription.portfolio.mixin"
    _inherit = ["cap.subscription.figures.mixin", "cap.subscription.fair.use.mixin"]
    _description = "Portfolio of an account manager"

    attainment_90 = fields.Float(
        "Attainment, 90 days",
        compute="_compute_attainment_90",
        search="_search_attainment_90",
        aggregator=None,
        help="Requests of the last 90 days that were assessed in time, of those whose "
        "outcome is known.",
    )
    attainment_decided = fields.Integer(
        "Decided, 90 days", compute="_compute_attainment_90", aggregator=None
    )
    credit_hours = fields.Float(
        "Unused hours",
        compute="_compute_credits",
        search="_search_credit_hours",
        aggregator="sum",
        help="Hours that the client may call on today and has not used.",
    )
    next_lapse_date = fields.Date(
        "Lapses next",
        compute="_compute_credits",
        search="_search_next_lapse_date",
        help="The first day on which something that the client has not called on yet "
        "(training hours, a workshop) can no longer be used.",
    )
    is_upgrade_candidate = fields.Boolean(
        "Candidate to upgrade",
        compute="_compute_is_upgrade_candidate",
        search="_search_is_upgrade_candidate",
        help="Something this client does or asks for belongs to a larger tier.",
    )

    # === COMPUTE METHODS === #

    @api.depends("ticket_ids.sla_state", "ticket_ids.sla_deadline")
    def _compute_attainment_90(self):
        figures = self.sudo()._get_attainment_batch(*self._get_attainment_days())
        for subscription in self:
            line = figures.get(subscription.id, {})
            subscription.attainment_90 = line.get("share") or 0.0
            subscription.attainment_decided = line.get("met", 0) + line.get(
                "breached", 0
            )

    @api.depends("delivery_ids.state", "delivery_ids.quantity_done")
    def _compute_credits(self):
        figures = self.sudo()._get_credits_batch()
        for subscription in self:
            line = figures.get(subscription.id, {})
            subscription.credit_hours = line.get("hours", 0.0)
            subscription.next_lapse_date = line.get("lapse_date")

    @api.depends(
        "tier_id",
        "state",
        "fair_use_is_above",
        "ticket_ids.ticket_type",
        "ticket_ids.beyond_tier",
    )
    def _compute_is_upgrade_candidate(self):
        found = self.sudo()._search_upgrade_candidates()
        found &= Domain("id", "in", self.ids)
        candidates = set(self.sudo().with_context(active_test=False).search(found).ids)
        for subscription in self:
            subscription.is_upgrade_candidate = subscription.id in candidates

    # === SEARCH METHODS === #

    def _search_attainment_90(self, operator, value):
        return self._search_figure("attainment_90", operator, value)

    def _search_credit_hours(self, operator, value):
        return self._search_figure("credit_hours", operator, value)

    def _search_next_lapse_date(self, operator, value):
        return self._search_figure("next_lapse_date", operator, value)

    def _search_figure(self, name, operator, value):
        """Compare a figure that no column holds; one that is unknown never matches.

        :param name: one of `FIGURES`.
        """
        known = tuple(item for item in value if item) if operator == "in" else ()
        if operator != "in" and operator not in COMPARISONS:
            return NotImplemented

        def compare(model, alias, query):
            figure = model._field_to_sql(alias, name, query)
            if operator in COMPARISONS:
                return SQL("(%s %s %s)", figure, COMPARISONS[operator], value)
            # without hours there is a sum of 0; without a day there is nothing
            unset = SQL("= 0") if name == "credit_hours" else SQL("IS NULL")
            tests = [SQL("%s IN %s", figure, known)] if known else []
            tests += [SQL("%s %s", figure, unset)] if len(known) < len(value) else []
            return SQL("(%s)", SQL(" OR ").join(tests))

        return Domain.custom(to_sql=compare)

    def _search_is_upgrade_candidate(self, operator, value):
        return self._search_upgrade_candidates() if operator == "in" else NotImplemented

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr not in FIGURES:
            return super()._field_to_sql(alias, field_expr, query)
        if field_expr == "attainment_90":
            return self._get_attainment_sql(alias)
        deliveries = self.env["cap.delivery"].sudo()
        left = deliveries._search(deliveries._get_credit_domain())
        owner = SQL.identifier(left.table, "subscription_id")
        left.add_where(SQL("%s = %s", owner, SQL.identifier(alias, "id")))
        if field_expr == "next_lapse_date":
            return left.subselect(SQL("min(lapse_date)"))
        left.add_where(SQL("unit = 'hour'"))
        return left.subselect(SQL("coalesce(sum(quantity - quantity_done), 0)"))

    def _get_attainment_sql(self, alias):
        return SQL(
            """(SELECT count(*) FILTER (WHERE sla_state = 'met')::float
                / nullif(count(*) FILTER (WHERE sla_state = 'met' OR %(broken)s), 0)
            FROM cap_ticket WHERE subscription_id = %(owner)s AND %(received)s)""",
            broken=self._get_broken_sql(),
            owner=SQL.identifier(alias, "id"),
            received=self._get_received_sql(*self._get_attainment_days()),
        )

    # === CRUD METHODS === #

    def web_read(self, specification):
        """Return the rows of a list or a card, as Odoo does.

        The people of all columns are read at once: it is two queries for them all and
        not two a column.
        """
        if {"account_manager_id", "activity_ids"} <= set(specification):
            known = self.sudo()
            people = known.account_manager_id | known.activity_ids.user_id
            (people | known.consultant_id).mapped("name")
        return super().web_read(specification)

    # === BUSINESS METHODS === #

    @api.model
    def _get_attainment_days(self):
        """Return (first day, first day after) that the portfolio looks back on."""
        after = self._cap_today() + timedelta(days=1)
        return after - timedelta(days=ATTAINMENT_DAYS), after

    @api.model
    def _search_upgrade_candidates(self):
        """Return the domain of the clients that a larger tier may suit better."""
        signs = [provider() for provider in self._get_upgrade_providers()]
        return Domain("state", "in", LIVE_STATES) & Domain.OR(signs)

    @api.model
    def _get_upgrade_providers(self):
        """Return what points to clients for whom a larger tier may be better; a hook.

        :return: list of methods that return a domain of subscriptions each.
        """
        return [
            self._get_curious_domain,
            self._get_declined_domain,
            self._get_heavy_domain,
        ]

    @api.model
    def _get_heavy_domain(self):
        """Return the domain of clients above fair use, as last counted."""
        return Domain("fair_use_is_above", "=", True)

    @api.model
    def _get_declined_domain(self):
        """Return the domain of clients who lately asked for what their tier lacks."""
        first, after = self._get_attainment_days()
        asked = (
            Domain("beyond_tier", "=", True)
            & Domain("sla_start", ">=", self._cap_start_of(first))
            & Domain("sla_start", "<", self._cap_start_of(after))
        )
        return Domain("ticket_ids", "any", asked)

    @api.model
    def _get_curious_domain(self):
        """Return the domain of clients who ask much and have no one to teach them.

        Their tier lacks research, audits or training, and they had more questions in
        the last 90 days than `UPGRADE_QUESTIONS`.
        """
        lacking = Domain("code", "!=", False) & Domain.OR(
            Domain("tier_entitlement_ids", "not any!", [("code", "=", code)])
            for code in (RESEARCH, AUDIT, TRAINING)
        )
        first, after = self._get_attainment_days()
        asked = (
            Domain("ticket_type", "=", "question")
            & Domain("sla_start", ">=", self._cap_start_of(first))
            & Domain("sla_start", "<", self._cap_start_of(after))
            & Domain("subscription_id", "!=", False)
            & Domain("merged_into_id", "=", False)
        )
        tickets = self.env["cap.ticket"].sudo().with_context(active_test=False)
        many = tickets._search(asked)
        client = SQL.identifier(many.table, "subscription_id")
        many.order, many.groupby = None, client
        many.having = SQL("count(*) > %s", UPGRADE_QUESTIONS)

        def ask_much(model, alias, query):
            return SQL("%s IN (%s)", SQL.identifier(alias, "id"), many.select(client))

        return Domain("tier_id", "any!", lacking) & Domain.custom(to_sql=ask_much)
