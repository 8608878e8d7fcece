from collections import namedtuple
from datetime import datetime, time, timedelta

from odoo import api, models
from odoo.fields import Domain

from ..const import DECLINED
from ..tools.fair_use import Use, first_day, select_counted

# What one subscription used: its policy, what counts (`Use`s) and what was asked
# beyond its tier; accepted contests are taken out already.
Count = namedtuple("Count", "policy counted declined")


class CapFairUseCounter(models.AbstractModel):
    """Finds what counts in fair use, for many subscriptions in a few queries.

    The one definition of what counts: figures, lists, portal and reviews read it.
    """

    _name = "cap.fair.use.counter"
    _inherit = ["cap.clock.mixin"]
    _description = "Counts fair use"

    # === BUSINESS METHODS === #

    @api.model
    def _count(self, subscriptions, today):
        """Return what counts today.

        :param subscriptions: `cap.subscription` records.
        :param today: date in the program's zone.
        :return: `Count` by subscription id; one whose tier of today has no policy is
            left out.
        """
        subscriptions = subscriptions.sudo()
        policies = {
            policy.tier_id: policy
            for policy in self.env["cap.fair.use.policy"].sudo().search([])
        }
        longest = max((p.window_days for p in policies.values()), default=1)
        start = first_day(today, longest)
        uses = self._find_uses(subscriptions, start)
        excused = self._find_excused(subscriptions)
        counts = {}
        for subscription in subscriptions:
            policy = policies.get(subscription.tier_id)
            if policy:
                found = uses.get(subscription.id, [])
                counted = select_counted(found, today, policy.window_days, excused)
                counts[subscription.id] = Count(
                    policy,
                    [use for use in counted if use.measure != DECLINED],
                    [use for use in counted if use.measure == DECLINED],
                )
        return counts

    def _find_uses(self, subscriptions, start):
        """Return all `Use`s from a day on by subscription id, in two queries."""
        # a day earlier than needed: the exact cut is in days of the program's zone
        since = datetime.combine(start, time.min) - timedelta(days=1)
        found, zone = {}, self._cap_zone()
        domain = Domain("subscription_id", "in", subscriptions.ids)
        tickets = self.env["cap.ticket"].sudo().with_context(active_test=False)
        for ticket in tickets.search(domain & self._get_ticket_domain(since)):
            uses = found.setdefault(ticket.subscription_id.id, [])
            uses += self._list_ticket_uses(ticket, zone)
        times = self.env["cap.ticket.time"].sudo()
        research = Domain("ticket_type", "=", "research") & Domain(
            "beyond_tier", "=", False
        )
        for line in times.search(
            Domain("date", ">=", start) & Domain("ticket_id", "any", domain & research)
        ):
            found.setdefault(line.ticket_id.subscription_id.id, []).append(
                Use("research_hours", line.date, line.ticket_id.id, line.hours)
            )
        return found

    def _get_ticket_domain(self, since):
        received = Domain("sla_start", ">=", since) & (
            Domain("ticket_type", "=", "research") | Domain("beyond_tier", "=", True)
        )
        return (
            received
            | Domain("reclassified_at", ">=", since)
            | Domain("outside_at", ">=", since)
        )

    def _list_ticket_uses(self, ticket, zone):
        """Return what a ticket counts for, apart from hours."""
        received = self._cap_date_of(ticket.sla_start, zone)
        uses = []
        if ticket.merged_into_id:
            pass  # one request: the ticket that it goes on in counts
        elif ticket.beyond_tier:
            code = ticket.declined_entitlement_id.code
            uses.append(Use(DECLINED, received, ticket.id, code=code))
        elif ticket.ticket_type == "research":
            uses.append(Use("research", received, ticket.id))
        if self._is_false_alarm(ticket):
            day = self._cap_date_of(ticket.reclassified_at, zone)
            uses.append(Use("reclassified", day, ticket.id))
        if ticket.outside_at and not ticket.merged_into_id:
            day = self._cap_date_of(ticket.outside_at, zone)
            uses.append(Use("outside", day, ticket.id))
        return uses

    @api.model
    def _is_false_alarm(self, ticket):
        """Return whether a re-classified emergency counts: once for what was merged."""
        target = ticket.merged_into_id
        alarms = (target | target.merged_ids).filtered("reclassified_at")
        return bool(ticket.reclassified_at) and (not target or ticket == alarms[:1])

    def _find_excused(self, subscriptions):
        """Return the (ticket id, measure) pairs whose contest was accepted."""
        accepted = (
            self.env["cap.fair.use.contest"]
            .sudo()
            .search(
                [
                    ("subscription_id", "in", subscriptions.ids),
                    ("state", "=", "accepted"),
                ]
            )
        )
        return {(contest.ticket_id.id, contest.measure) for contest in accepted}
