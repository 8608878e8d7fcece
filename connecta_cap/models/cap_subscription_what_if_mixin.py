from collections import Counter
from datetime import timedelta

import pytz

from odoo import api, models

from ..const import TRAINING
from ..tools.frozen_terms import unpack_terms
from ..tools.what_if import WINDOW_DAYS, Past, Term, compare
from ..tools.worktime import Timeline, to_epoch


class CapSubscriptionWhatIfMixin(models.AbstractModel):
    """What another tier would have given this client, from its own last 90 days.

    The figures are read in a constant number of queries whatever the number of tiers;
    `tools.what_if` judges them. Account manager and client read the same sentences.
    """

    _name = "cap.subscription.what.if.mixin"
    _inherit = ["cap.what.if.words.mixin"]
    _description = "What another tier would have given"

    # === BUSINESS METHODS === #

    def _prepare_what_if(self, tiers):
        """Return what the last weeks say about each of some other tiers.

        :param tiers: `cap.tier` records.
        :return: {tier: list of dicts of `speaks` ('for', 'against', 'note'), `key`,
            `code`, `text`}; nothing for a subscription that has no tier today.
        """
        self.ensure_one()
        if not self.tier_id:
            return {tier: [] for tier in tiers}
        past = self.sudo()._gather_past()
        mine = _list_terms(self.tier_id)
        return {
            tier: [
                {
                    "speaks": finding.speaks,
                    "key": finding.key,
                    "code": finding.code,
                    "text": self._word_finding(finding, self.tier_id, tier),
                }
                for finding in compare(past, mine, _list_terms(tier))
            ]
            for tier in tiers - self.tier_id
        }

    # === WHAT WAS NEEDED === #

    def _get_what_if_start(self):
        """Return the first day that is looked at; not before the cover began."""
        first = self._cap_today() - timedelta(days=WINDOW_DAYS)
        return max(first, self.date_start or first)

    def _gather_past(self):
        """Return what the client needed and got since `_get_what_if_start`."""
        since = self._get_what_if_start()
        tickets = self._list_recent_tickets()
        deliveries = self._list_recent_deliveries(since)
        training = deliveries.filtered(lambda row: row.code == TRAINING)
        return Past(
            days=(self._cap_today() - since).days,
            tickets=Counter(
                ticket.ticket_type or ticket.requested_type for ticket in tickets
            ),
            declined=self._count_declined_demand(),
            delivered=Counter(
                row.code for row in deliveries if row.state == "delivered"
            ),
            late=Counter(row.code for row in deliveries if row.state == "late"),
            hours_asked=self.training_booked,
            hours_used=self._sum_hours_used(training, since),
            hours_lapsed=_sum_open(training, "lapsed"),
            late_tickets=sum(self._is_ticket_late(ticket) for ticket in tickets),
            response_minutes=_list_minutes(tickets),
        )

    def _get_recent_tickets_domain(self):
        day = self._get_what_if_start()
        return [("subscription_id", "=", self.id), ("sla_start", ">=", day)]

    def _list_recent_tickets(self):
        names = ["ticket_type", "requested_type", "sla_start", "sla_state"]
        names += ["sla_deadline", "sla_terms", "priority_assigned_at"]
        return self.env["cap.ticket"].search_fetch(
            self._get_recent_tickets_domain(), names
        )

    @api.model
    def _is_ticket_late(self, ticket):
        if ticket.sla_state == "running":
            return ticket.sla_deadline <= self._cap_now()
        return ticket.sla_state == "breached"

    def _list_recent_deliveries(self, since):
        """Return the deliveries that ran, were made, are late or lapsed since a day."""
        today = self._cap_today()
        rows = self.env["cap.delivery"].search(
            [("subscription_id", "=", self.id), ("date_start", "<=", today)]
        )
        return rows.filtered(
            lambda row: (
                row.state in ("late", "due", "planned")
                or (row.delivered_on or row.lapse_date or since) >= since
            )
        )

    def _sum_hours_used(self, deliveries, since):
        """Return the training hours used since a day.

        :param deliveries: those of training; the ledger of hours has the days on which
            sessions used them, a delivery recorded by hand has only its own.
        """
        by_hand = deliveries.filtered(lambda row: not row.res_id)
        ((used,),) = self.env["cap.training.credit"]._read_group(
            [
                ("subscription_id", "=", self.id),
                ("kind", "=", "consume"),
                ("day", ">=", since),
            ],
            aggregates=["quantity:sum"],
        )
        return sum(by_hand.mapped("quantity_done")) + (used or 0.0)

    def _count_declined_demand(self):
        """Return the recent requests for what the tier of the day did not give.

        :return: {code of the entitlement: number of tickets}.
        """
        groups = self.env["cap.ticket"]._read_group(
            [*self._get_recent_tickets_domain(), ("beyond_tier", "=", True)],
            ["declined_entitlement_id"],
            ["__count"],
        )
        return {entitlement.code: count for entitlement, count in groups}


def _list_terms(tier):
    return [
        Term(line.code, line.quantity, line.interval_months)
        for line in tier.tier_entitlement_ids
    ]


def _sum_open(rows, state):
    rows = rows.filtered(lambda row: row.state == state)
    return sum(row.quantity - row.quantity_done for row in rows)


def _list_minutes(tickets):
    """Return the working minutes to each assessment; at most those of its promise."""
    minutes = []
    for ticket in tickets.filtered(lambda t: t.sla_terms and t.priority_assigned_at):
        spans, _closures, _zone = unpack_terms(ticket.sla_terms)
        start, end = (
            to_epoch(pytz.utc.localize(moment))
            for moment in (ticket.sla_start, ticket.priority_assigned_at)
        )
        minutes.append(Timeline(spans).worked_between(start, end) / 60)
    return tuple(minutes)
