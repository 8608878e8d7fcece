from collections import defaultdict
from datetime import date
from functools import lru_cache

from odoo import api, models
from odoo.tools import SQL

from ..const import LIVE_STATES, PLAN_AHEAD_MONTHS, PLAN_BATCH
from ..tools.months import add_months
from ..tools.schedule import Figures, Stretch, list_windows, merge_cycles
from .cap_delivery_store_mixin import FOLLOWING, differs, extend, row_values


class CapDeliveryPlanner(models.AbstractModel):
    """Writes into the ledger what is owed, from periods and the terms of their days.

    A run puts right whatever differs and leaves alone what agrees, so that it can be
    repeated at will and side by side: the unique index of a delivery's place in its
    rhythm lets each row exist once. The number of queries does not depend on the number
    of subscriptions.
    """

    _name = "cap.delivery.planner"
    _inherit = ["cap.delivery.store.mixin", "cap.batch.mixin"]
    _description = "Planner of deliveries"

    @api.model
    def _cron_plan(self):
        """Plan what live subscriptions are owed in the months ahead, batch by batch."""
        self.env["cap.tier"].search([("code", "!=", False)])._follow_terms()
        subscriptions = self.env["cap.subscription"].sudo()
        today = self._cap_today()
        domain = [("state", "in", LIVE_STATES), ("plan_date", "!=", today)]
        # whoever changes one of them at this moment plans it as well
        self._work_through(subscriptions, domain, PLAN_BATCH, self._plan)

    @api.model
    def _plan(self, subscriptions):
        """Let the ledger of some subscriptions agree with their periods and terms.

        :param subscriptions: `cap.subscription` records in any state; a draft is owed
            nothing.
        """
        ids = tuple(subscriptions.ids)
        if not ids:
            return
        self.env.flush_all()
        known = self._read_known(ids)
        wanted = extend(known, self._list_wanted(ids))
        done_once = {key[:2] for key, row in known.items() if _is_done_once(row)}
        self._insert(
            [
                row
                for key, row in wanted.items()
                # what is set up once is not owed again after a gap or a change
                if key not in known and not (key[:2] in done_once and _is_once(row))
            ]
        )
        self._move(
            [
                (known[key]["id"], row)
                for key, row in wanted.items()
                if key in known and differs(known[key], row)
            ]
        )
        stale = [row for key, row in known.items() if key not in wanted]
        self._withdraw([row for row in stale if not row["delivered_on"]])
        self.env["cap.delivery"].invalidate_model()
        self.env.cr.execute(
            SQL(
                "UPDATE cap_subscription SET plan_date = %s WHERE id IN %s",
                self._cap_today(),
                ids,
            )
        )
        subscriptions.invalidate_recordset(["plan_date"])

    # === WHAT IS WANTED === #

    @api.model
    def _foresee(self, subscription, pauses):
        """Return the rows that the ledger would have under other suspensions.

        :param subscription: `cap.subscription` record.
        :param pauses: sorted and disjoint `Stretch` objects.
        :return: {(entitlement id, cycle, number): dict of the row's dates and figures}
        """
        self.env.flush_all()
        rows = self._list_wanted((subscription.id,), {subscription.id: tuple(pauses)})
        return {
            key[1:]: dict(zip(FOLLOWING, row_values(row), strict=True))
            for key, row in rows.items()
        }

    def _list_wanted(self, ids, pauses=None):
        """Return the rows that the ledger should have, by their key.

        :param pauses: {subscription id: suspensions}, those on record by default.
        """
        until = add_months(self._cap_today(), PLAN_AHEAD_MONTHS)
        pauses = self._read_pauses(ids) if pauses is None else pauses
        wanted = {}
        for subscription, by_entitlement in self._read_stretches(ids).items():
            paused = pauses.get(subscription, ())
            for entitlement, stretches in by_entitlement.items():
                for place, values in _schedule(tuple(stretches), paused, until):
                    key = (subscription, entitlement, *place)
                    wanted[key] = (*key, *values)
        return wanted

    def _read_stretches(self, ids):
        """Return the stretches of each followed entitlement, in date order.

        :return: {subscription: {entitlement: [`Stretch`]}}
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT s.id, term.entitlement_id,
                    greatest(period.date_start, term.date_start) AS starts,
                    least(period.date_end, term.date_end),
                    term.fulfilment, term.quantity, term.unit, term.interval_months,
                    term.validity_months, term.due_days
                FROM cap_subscription s
                JOIN cap_subscription_period period ON period.subscription_id = s.id
                JOIN cap_tier_term term ON term.tier_id = period.tier_id
                WHERE s.id IN %s AND s.state <> 'draft' AND term.fulfilment <> 'none'
                AND daterange(period.date_start, period.date_end)
                    && daterange(term.date_start, term.date_end)
                ORDER BY s.id, term.entitlement_id, starts
                """,
                ids,
            )
        )
        found = defaultdict(lambda: defaultdict(list))
        for subscription, entitlement, start, end, *terms in rows:
            owner, quantity, unit, interval, validity, due_days = terms
            figures = Figures(
                owner,
                quantity or 1.0,
                unit,
                interval or 0,
                validity or 0,
                due_days or 0,
            )
            found[subscription][entitlement].append(Stretch(start, end, figures))
        return found

    def _read_pauses(self, ids):
        rows = self.env.execute_query(
            SQL(
                """SELECT subscription_id, date_start, date_end
                FROM cap_subscription_suspension
                WHERE subscription_id IN %s
                AND date_start IS DISTINCT FROM date_end ORDER BY date_start""",
                ids,
            )
        )
        pauses = defaultdict(tuple)
        for subscription, start, end in rows:
            pauses[subscription] += (Stretch(start, end),)
        return pauses


@lru_cache(maxsize=8192)
def _schedule(stretches, pauses, until: date):
    """Return ((cycle, number), values of a row) of the windows of one entitlement.

    Kept, since clients that started on the same day share their rhythm.
    """
    windows = list_windows(merge_cycles(stretches), pauses, until)
    return [
        (
            (window.cycle, window.number),
            (
                window.start,
                window.end,
                window.due,
                window.lapse,
                window.held,
                window.figures.owner,
                window.figures.quantity,
                window.figures.unit,
            ),
        )
        for window in windows
    ]


def _is_done_once(known):
    return bool(known["delivered_on"]) and known["date_end"] is None


def _is_once(row):
    return row_values(row)[1] is None
