import pytz

from odoo import api, models
from odoo.fields import Domain

from ..const import DESK_LIMIT, TRIAGE_LIMIT
from ..tools.worktime import to_epoch


class CapAgentDesk(models.AbstractModel):
    """The agents' screen: what waits for a priority, for me, for the client.

    Everything is asked for in one call; after that only the rows that changed are. The
    number of queries does not depend on the number of tickets.
    """

    _name = "cap.agent.desk"
    _inherit = ["cap.clock.mixin"]
    _description = "The agents' desk"

    # === BUSINESS METHODS === #

    @api.model
    @api.readonly
    def get_desk(self, scope="teams"):
        """Return everything that the screen shows at its start.

        :param scope: 'teams' for the tickets of the user's teams, 'all' for those of
            all teams that the user sees.
        :return: dict of `lists`, `rows`, `today`, `now`, `teams` and `may_work`.
        """
        lists = self._list_tickets(scope)
        shown = self.env["cap.ticket"].union(
            *(tickets for tickets, _total in lists.values())
        )
        return self._prepare_frame(scope, lists) | {
            "rows": shown._prepare_desk_rows(),
            "teams": self._find_teams("teams").mapped("name"),
            "may_work": self.env.user.has_group("connecta_cap.group_cap_agent"),
        }

    @api.model
    @api.readonly
    def get_changes(self, ids, scope="teams"):
        """Return the rows of some tickets, and how the lists stand now.

        :param ids: ids of tickets; those that the user does not see are left out.
        :param scope: as for `get_desk`.
        :return: dict of `lists`, `rows`, `today` and `now`.
        """
        tickets = self.env["cap.ticket"].with_context(active_test=False)
        found = tickets.search([("id", "in", list(ids))])
        return self._prepare_frame(scope, self._list_tickets(scope)) | {
            "rows": found._prepare_desk_rows()
        }

    @api.model
    @api.readonly
    def get_time(self):
        """Return the present moment, in seconds since the epoch."""
        return to_epoch(pytz.utc.localize(self._cap_now()))

    def _prepare_frame(self, scope, lists):
        return {
            "now": self.get_time(),
            "today": self._count_today(scope),
            "lists": {
                key: {"ids": tickets.ids, "total": total}
                for key, (tickets, total) in lists.items()
            },
        }

    def _list_tickets(self, scope):
        """Return (tickets in order, how many there are) of each list by its key."""
        ours = self._get_scope_domain(scope)
        is_open = Domain("is_closed", "=", False)
        unknown = Domain("is_unidentified", "=", True)
        mine = Domain("user_id", "=", self.env.uid)
        waiting = Domain("stage_kind", "=", "waiting")
        return {
            "queue": self._list_queue(ours & ~unknown),
            "mine": self._list_in_order(
                mine & is_open & ~waiting,
                "is_emergency desc, priority desc, sla_deadline, id",
            ),
            "waiting": self._list_in_order(ours & waiting, "write_date, id"),
            "unidentified": self._list_in_order(
                ours & unknown & is_open, "sla_start, id"
            ),
        }

    def _list_queue(self, domain):
        tickets = self.env["cap.ticket"]
        ordered = tickets._get_triage_order(domain=domain)
        total = len(ordered)
        if total >= TRIAGE_LIMIT:
            total = tickets.search_count(domain & Domain("priority", "=", False))
        return ordered[:DESK_LIMIT], total

    def _list_in_order(self, domain, order):
        tickets = self.env["cap.ticket"]
        found = tickets.search(domain, order=order, limit=DESK_LIMIT)
        total = len(found)
        if total >= DESK_LIMIT:
            total = tickets.search_count(domain)
        return found, total

    def _find_teams(self, scope):
        """Return the teams that the user works in; none for all."""
        teams = self.env["cap.team"]
        if scope != "teams":
            return teams
        return teams.search([("member_ids", "in", self.env.uid)])

    def _get_scope_domain(self, scope):
        teams = self._find_teams(scope)
        return Domain("team_id", "in", teams.ids) if teams else Domain.TRUE

    def _count_today(self, scope):
        """Return how many of the promises that were decided today were kept.

        Decided is what was assessed in time today, or passed its deadline today.

        :return: dict of `met` and `decided`.
        """
        tickets = self.env["cap.ticket"].with_context(active_test=False)
        now = self._cap_now()
        start = self._cap_start_of(self._cap_today())
        ours = self._get_scope_domain(scope)
        met = tickets.search_count(
            ours
            & Domain("sla_state", "=", "met")
            & Domain("priority_assigned_at", ">=", start)
        )
        late = tickets.search_count(
            ours
            & Domain("sla_deadline", ">=", start)
            & Domain("sla_deadline", "<=", now)
            & Domain("sla_state", "in", ("breached", "running"))
        )
        return {"met": met, "decided": met + late}
