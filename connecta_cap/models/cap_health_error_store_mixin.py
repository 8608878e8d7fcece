from odoo import api, models
from odoo.tools import SQL

from ..const import ERROR_GROUPS_A_DAY
from ..tools.health_errors import OVERFLOW, ErrorGroup, overflow_group


class CapHealthErrorStoreMixin(models.AbstractModel):
    """Counts errors by their kind; a flood of new kinds ends in one group."""

    _name = "cap.health.error.store.mixin"
    _inherit = ["cap.health.insert.mixin"]
    _description = "Storing of errors"

    # === BUSINESS METHODS === #

    @api.model
    def _insert_errors(self, kept, now):
        """Add the errors of some windows.

        :param kept: {(flow id, start): `Window`}, windows that are new.
        :param now: naive UTC.
        """
        wanted = {
            (flow, group.fingerprint): group
            for (flow, _start), window in kept.items()
            for group in window.errors
        }
        if not wanted:
            return
        flows = sorted({flow for flow, _fingerprint in wanted})
        known, fresh = self._read_errors(wanted, flows, now)
        counts = {}
        for (flow, start), window in kept.items():
            for group in window.errors:
                place = (flow, group.fingerprint)
                if place not in known:
                    place = self._choose_group(place, fresh)
                    known.setdefault(place, None)
                row = (*place, start)
                counts[row] = counts.get(row, 0) + group.count
        self._insert_groups(known, wanted, now)
        self._insert_error_counts(known, counts)

    @api.model
    def _choose_group(self, place, fresh):
        """Return a new group's place, or that of the overflow group.

        :param fresh: {flow id: new groups of today}; counted up.
        """
        flow, fingerprint = place
        if fingerprint == OVERFLOW or fresh.get(flow, 0) >= ERROR_GROUPS_A_DAY:
            return flow, OVERFLOW
        fresh[flow] = fresh.get(flow, 0) + 1
        return place

    @api.model
    def _read_errors(self, wanted, flows, now):
        """Return ({(flow id, fingerprint): id} of known groups, new ones of today)."""
        prints = sorted({fingerprint for _flow, fingerprint in wanted} | {OVERFLOW})
        today = now.replace(hour=0, minute=0, second=0)
        rows = self.env.execute_query(
            SQL(
                """SELECT flow_id, fingerprint, id, created_at >= %(today)s
                FROM cap_health_error WHERE flow_id = ANY(%(flows)s)
                    AND (fingerprint = ANY(%(prints)s) OR created_at >= %(today)s)""",
                flows=flows,
                prints=prints,
                today=today,
            )
        )
        fresh = {}
        for flow, fingerprint, _id, is_new in rows:
            if is_new and fingerprint != OVERFLOW:
                fresh[flow] = fresh.get(flow, 0) + 1
        return {(flow, text): row_id for flow, text, row_id, _new in rows}, fresh

    @api.model
    def _insert_groups(self, known, wanted, now):
        """Make the groups that have no id yet."""
        rows = []
        for (flow, fingerprint), row_id in known.items():
            if row_id is None:
                group = wanted.get((flow, fingerprint)) or overflow_group(0)
                rows.append((flow, fingerprint, *self._word_group(group)))
        if not rows:
            return
        made = self._insert(
            SQL(
                """INSERT INTO cap_health_error (created_at, flow_id, fingerprint, name,
                    pattern, example)
                SELECT %s, w.* FROM unnest(%s::int[], %s::varchar[], %s::varchar[],
                    %s::varchar[], %s::varchar[]) w
                ON CONFLICT (flow_id, fingerprint) DO NOTHING
                RETURNING flow_id, fingerprint, id""",
                now,
                *map(list, zip(*rows, strict=True)),
            )
        )
        known.update({(flow, text): row_id for flow, text, row_id in made})
        self.env["cap.health.error"].invalidate_model()

    @api.model
    def _word_group(self, group: ErrorGroup):
        return group.name, group.pattern, group.example

    @api.model
    def _insert_error_counts(self, known, counts):
        rows = [
            (known[flow, fingerprint], start, count)
            for (flow, fingerprint, start), count in counts.items()
        ]
        self.env.execute_query(
            SQL(
                """INSERT INTO cap_health_error_count (error_id, window_start, count)
                SELECT * FROM unnest(%s::int[], %s::timestamp[], %s::int[])
                RETURNING id""",
                *map(list, zip(*rows, strict=True)),
            )
        )
