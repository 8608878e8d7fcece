from odoo import api, models
from odoo.tools import SQL

from ..const import MAX_FLOWS
from ..tools.health_report import naive


class CapHealthFlowStoreMixin(models.AbstractModel):
    """Finds, makes and renames the flows that reports are about, and marks changes."""

    _name = "cap.health.flow.store.mixin"
    _inherit = ["cap.health.insert.mixin"]
    _description = "Storing of flows"

    # === BUSINESS METHODS - FLOWS === #

    @api.model
    def _take_flows(self, sender, windows, now):
        """Return the flows of some windows, new ones made and renamed ones renamed.

        :return: ({key: flow id}, rows to reject because there are too many flows).
        """
        if not windows:
            return {}, []
        latest = {w.key: w for w in sorted(windows, key=lambda w: w.start)}
        known = {
            key: (flow_id, name, connector or "", named_at)
            for key, flow_id, name, connector, named_at in self.env.execute_query(
                SQL(
                    "SELECT key, id, name, connector, named_at FROM cap_flow"
                    " WHERE environment_id = %s AND key = ANY(%s)",
                    sender["environment_id"],
                    list(latest),
                )
            )
        }
        self._rename_flows(sender, latest, known)
        flows = {key: row[0] for key, row in known.items()}
        new = [window for key, window in latest.items() if key not in known]
        if new:
            flows |= self._insert_flows(sender, new, now)
        unplaced = [
            {
                "index": window.index,
                "field": "flow",
                "reason": "too_many_flows",
                "message": f"An environment has at most {MAX_FLOWS} flows.",
            }
            for window in windows
            if window.key not in flows
        ]
        return flows, unplaced

    @api.model
    def _insert_flows(self, sender, windows, now):
        environment = sender["environment_id"]
        self.env.flush_all()  # the flows take their client from the environment
        count = self.env.execute_query(
            SQL("SELECT count(*) FROM cap_flow WHERE environment_id = %s", environment)
        )[0][0]
        windows = windows[: max(0, MAX_FLOWS - count)]
        if not windows:
            return {}
        rows = self._insert(
            SQL(
                """INSERT INTO cap_flow (environment_id, subscription_id, partner_id,
                    company_id, key, name, connector, named_at, active, criticality,
                    state, state_since, level, is_paused, create_uid, create_date,
                    write_uid, write_date)
                SELECT e.id, e.subscription_id, e.partner_id, e.company_id, w.key,
                    w.name, w.connector, w.at, true, '2', 'no_data', %(now)s, 0, false,
                    %(user)s, %(now)s, %(user)s, %(now)s
                FROM cap_environment e, unnest(%(keys)s::varchar[],
                    %(names)s::varchar[], %(connectors)s::varchar[],
                    %(starts)s::timestamp[]) w (key, name, connector, at)
                WHERE e.id = %(environment)s
                ON CONFLICT (environment_id, key) DO NOTHING RETURNING key, id, name""",
                now=now,
                user=self.env.uid,
                environment=environment,
                keys=[window.key for window in windows],
                names=[window.name for window in windows],
                connectors=[window.connector for window in windows],
                starts=[naive(window.start) for window in windows],
            )
        )
        marks = [
            (flow_id, now, "added", name, f"added/{flow_id}")
            for _key, flow_id, name in rows
        ]
        self._insert_marks(sender, marks)
        return {key: flow_id for key, flow_id, _name in rows}

    @api.model
    def _rename_flows(self, sender, latest, known):
        """Give flows the names of windows that are later than their names."""
        marks = []
        for key, (flow_id, name, connector, named_at) in known.items():
            window = latest[key]
            start = naive(window.start)
            same = (window.name, window.connector) == (name, connector)
            if same or (named_at and start <= named_at):
                continue
            self._insert(
                SQL(
                    "UPDATE cap_flow SET name = %s, connector = %s, named_at = %s"
                    " WHERE id = %s RETURNING id",
                    window.name,
                    window.connector,
                    start,
                    flow_id,
                )
            )
            marks.append(
                (
                    flow_id,
                    start,
                    "renamed",
                    f"{name} → {window.name}",
                    f"renamed/{flow_id}/{start.isoformat()}",
                )
            )
        self._insert_marks(sender, marks)

    @api.model
    def _insert_marks(self, sender, rows):
        """Add marks, each once.

        :param rows: list of (flow id or None, moment, kind, text, key).
        """
        if not rows:
            return
        self._insert(
            SQL(
                """INSERT INTO cap_health_mark (environment_id, flow_id, at, kind, text,
                    key)
                SELECT %s, w.* FROM unnest(%s::int[], %s::timestamp[], %s::varchar[],
                    %s::varchar[], %s::varchar[]) w
                ON CONFLICT (environment_id, key) DO NOTHING RETURNING id""",
                sender["environment_id"],
                *map(list, zip(*rows, strict=True)),
            )
        )
        self.env["cap.health.mark"].invalidate_model()
