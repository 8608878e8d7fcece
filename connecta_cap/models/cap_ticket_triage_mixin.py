from heapq import merge

import pytz

from odoo import api, models
from odoo.fields import Domain

from ..const import TRIAGE_LIMIT
from ..tools.frozen_terms import unpack_terms
from ..tools.triage import QueueItem, order_queue
from ..tools.worktime import Timeline, to_epoch


class CapTicketTriageMixin(models.AbstractModel):
    """The order in which people look at tickets.

    Lists show deadlines in order, the Priority Line first among equal ones. Which
    ticket is next is decided here: the Priority Line goes further ahead as long as
    nobody else's promise is broken for it.
    """

    _name = "cap.ticket.triage.mixin"
    _inherit = ["cap.ticket.intake.mixin"]
    _description = "Order of the triage queue"

    # === BUSINESS METHODS === #

    def _get_triage_order(self, limit=TRIAGE_LIMIT, domain=None):
        """Return the tickets that wait for a priority, the next one first.

        The number of queries does not depend on the number of tickets.

        :param limit: how many are looked at, the earliest deadlines first.
        :param domain: which ones; all that the user sees when None.
        """
        waiting = Domain("priority", "=", False) & Domain(domain or Domain.TRUE)
        tickets = self.search(waiting, limit=limit)
        now = self._cap_now()
        people = tickets.team_id._count_on_duty(now)
        queues = [
            order_queue(
                group._list_queue_items(now),
                (team.sudo().handling_minutes or 1) * 60,
                people.get(team, 1),
            )
            for team, group in tickets.grouped("team_id").items()
        ]
        ordered = merge(*queues, key=lambda item: (not item.emergency, item.due))
        return self.browse(item.id for item in ordered)

    def _list_queue_items(self, now):
        """Return these tickets as what `order_queue` puts in order.

        :param now: naive UTC datetime.
        """
        moment = to_epoch(pytz.utc.localize(now))
        return [
            QueueItem(
                ticket.id,
                ticket._get_seconds_left(moment),
                ticket.priority_line,
                ticket.is_emergency,
            )
            for ticket in self
        ]

    def _get_seconds_left(self, moment):
        """Return the working seconds until the deadline, negative when it has passed.

        :param moment: epoch seconds.
        :return: None without a promise.
        """
        spans, _closures, _zone = unpack_terms(self.sla_terms)
        if not spans:
            return None
        deadline = spans[-1].end
        if deadline <= moment:
            return deadline - moment
        return Timeline(spans).worked_between(moment, deadline)

    @api.model
    @api.readonly
    def get_next_ticket(self):
        """Return the id of the ticket that the user looks at next, False for none.

        Tickets of the user's teams (of all teams for who is in none) that are nobody
        else's.
        """
        teams = self.env["cap.team"].search([("member_ids", "in", self.env.uid)])
        domain = Domain("user_id", "in", [False, self.env.uid])
        if teams:
            domain &= Domain("team_id", "in", teams.ids)
        return self._get_triage_order(domain=domain)[:1].id
