from odoo import api, models

from ..const import LIVE_STATES
from ..tools.fair_use import merge_by_ticket, tally


class CapSubscriptionFairUsePortalMixin(models.AbstractModel):
    """What a client sees of its fair use: the rule, each figure, and what counts."""

    _name = "cap.subscription.fair.use.portal.mixin"
    _inherit = ["cap.subscription.fair.use.mixin"]
    _description = "A client's side of fair use"

    # === BUSINESS METHODS === #

    @api.model
    def _prepare_portal_fair_use(self):
        """Return what the client's page about fair use shows, as of this moment.

        :return: dict of `tier`, `days`, `rule`, `measures`, `declined` and
            `declined_limit`; only `tier`, possibly empty, when nothing is counted. A
            measure is a dict of `key`, `label`, `figure`, `threshold`, `share`,
            `is_above` and `tickets`.
        """
        # the client's own rules find the subscription
        own = self.search([("state", "in", LIVE_STATES)], limit=1)
        count = own._count_fair_use().get(own.id)
        if not count:
            return {"tier": own.sudo().tier_id.name or ""}
        figures = tally(count.counted)
        tickets = self._prepare_portal_uses(count)
        usages = self.env["cap.fair.use.usage"]
        labels = dict(usages._fields["measure"]._description_selection(self.env))
        return {
            "tier": count.policy.tier_id.name,
            "days": count.policy.window_days,
            "rule": count.policy.rule,
            "measures": [
                self._prepare_portal_measure(line, figures, tickets, labels)
                for line in count.policy.line_ids
            ],
            "declined": tickets.get("declined", []),
        }

    def _prepare_portal_measure(self, line, figures, tickets, labels):
        figure, threshold = figures.get(line.measure, 0), line.threshold
        share = 100 * figure / threshold if threshold else 100 * bool(figure)
        return {
            "key": line.measure,
            "label": labels[line.measure],
            "figure": figure,
            "threshold": threshold,
            "share": min(round(share), 100),
            "is_above": figure > threshold,
            "tickets": tickets.get(line.measure, []),
        }

    def _prepare_portal_uses(self, count):
        """Return the tickets that count by measure, each with what was contested."""
        uses = merge_by_ticket(count.counted + count.declined)
        tickets = self.env["cap.ticket"].sudo().browse({use.ticket for use in uses})
        by_id = {ticket.id: ticket for ticket in tickets}
        contests = {
            (contest.ticket_id.id, contest.measure): contest
            for contest in self.env["cap.fair.use.contest"]
            .sudo()
            .search([("ticket_id", "in", tickets.ids)])
        }
        rows = {}
        for use in uses:
            ticket = by_id[use.ticket]
            contest = contests.get((use.ticket, use.measure))
            rows.setdefault(use.measure, []).append(
                {
                    "id": ticket.id,
                    "number": ticket.number,
                    "name": ticket.name,
                    "url": ticket.access_url,
                    "day": use.day,
                    "amount": use.amount,
                    "contest": contest and contest.state,
                    "answer": contest and contest.answer,
                }
            )
        return rows
