from collections import defaultdict
from datetime import datetime, time, timedelta

import pytz

from odoo import api, models
from odoo.tools import SQL

from ..tools.health_errors import OVERFLOW

FIGURES = (
    "ok",
    "failed",
    "skipped",
    "p50_ms",
    "p95_ms",
    "queue_max",
    "oldest_max_s",
    "windows",
)


class CapHealthReader(models.AbstractModel):
    """The queries behind dashboards, score and audits: one each, however many flows.

    Nothing here checks access: whoever calls has checked the environments.
    """

    _name = "cap.health.reader"
    _inherit = ["cap.clock.mixin"]
    _description = "Reading of health figures"

    # === BUSINESS METHODS - FIGURES === #

    @api.model
    def _sum_by(self, table, keys, column, span, owners):
        """Sum rollups up, in one query.

        :param table: `cap_health_hour` or `cap_health_day`.
        :param keys: columns to group by.
        :param column: `hour` or `day`.
        :param span: (first, first after).
        :param owners: `cap.environment` or `cap.flow` records.
        :return: list of dicts of the keys and `FIGURES`; durations are means by runs,
            None where none were reported.
        """
        if not owners:
            return []
        owner = "flow_id" if owners._name == "cap.flow" else "environment_id"
        names = SQL(", ").join(map(SQL.identifier, keys))
        self.env.flush_all()
        return self.env.execute_query_dict(
            SQL(
                """SELECT %(names)s, sum(ok)::bigint AS ok,
                    sum(failed)::bigint AS failed,
                    sum(skipped)::bigint AS skipped,
                    sum(p50_ms * timed) / nullif(sum(timed), 0) AS p50_ms,
                    sum(p95_ms * timed) / nullif(sum(timed), 0) AS p95_ms,
                    max(queue_max) AS queue_max, max(oldest_max_s) AS oldest_max_s,
                    sum(windows)::bigint AS windows
                FROM %(table)s WHERE %(owner)s = ANY(%(ids)s)
                    AND %(column)s >= %(start)s AND %(column)s < %(stop)s
                GROUP BY %(names)s ORDER BY %(names)s""",
                names=names,
                table=SQL.identifier(table),
                owner=SQL.identifier(owner),
                ids=owners.ids,
                column=SQL.identifier(column),
                start=span[0],
                stop=span[1],
            )
        )

    @api.model
    def _sum_errors(self, flows, first, after, limit=None):
        """Return the kinds of error of some flows in some days, most frequent first.

        :param flows: `cap.flow` records.
        :param first: first day.
        :param after: first day after.
        :return: list of dicts of `id`, `flow_id`, `name`, `pattern`, `example`,
            `title`, `count`, `first_day`, `last_day` (within these days),
            `created_at` and `is_other`.
        """
        if not flows:
            return []
        self.env.flush_all()
        rows = self.env.execute_query_dict(
            SQL(
                """SELECT e.id, e.flow_id, e.name, e.pattern, e.example, e.created_at,
                    e.fingerprint = %s AS is_other, sum(d.count)::bigint AS count,
                    min(d.day) AS first_day, max(d.day) AS last_day
                FROM cap_health_error e
                JOIN cap_health_error_day d ON d.error_id = e.id
                WHERE e.flow_id = ANY(%s) AND d.day >= %s AND d.day < %s
                GROUP BY e.id ORDER BY sum(d.count) DESC, e.id LIMIT %s""",
                OVERFLOW,
                flows.ids,
                first,
                after,
                limit,
            )
        )
        for row in rows:
            row["title"] = self._word_error(row)
        return rows

    @api.model
    def _word_error(self, row):
        if row["is_other"]:
            return self.env._("Other errors, of too many kinds to tell apart")
        return ": ".join(part for part in (row["name"], row["pattern"]) if part)

    # === BUSINESS METHODS - TIME === #

    @api.model
    def _list_days(self, zone, now, count):
        """Return the last days of a zone with their bounds, today being the last.

        :param zone: name of the time zone.
        :param now: naive UTC.
        :return: list of (day, (start, end)), naive UTC.
        """
        known = pytz.timezone(zone)
        today = pytz.utc.localize(now).astimezone(known).date()
        days = [today - timedelta(days=back) for back in range(count, -2, -1)]
        starts = [
            known.localize(datetime.combine(day, time.min))
            .astimezone(pytz.utc)
            .replace(tzinfo=None)
            for day in days
        ]
        bounds = zip(starts, starts[1:], strict=False)
        return list(zip(days, bounds, strict=False))[1:]

    @api.model
    def _list_spans(self, environments, start, now):
        """Return the incidents' spans since a moment, in one query.

        :return: {environment id: {kind: list of (start, end)}}; kinds are `down` (of a
            flow of high criticality), `degraded` (everything else that was not well)
            and `no_data` (the whole environment).
        """
        spans = defaultdict(lambda: defaultdict(list))
        for incident in self._find_incidents(environments, start):
            end = incident.closed_at or now
            kinds = spans[incident.environment_id.id]
            if incident.kind == "no_data":
                if not incident.flow_id:
                    kinds["no_data"].append((incident.opened_at, end))
                continue
            grave = (incident.flow_id.criticality or "4") >= "3"
            kinds["degraded"].append((incident.opened_at, end))
            if grave:
                kinds["down"] += incident._list_down_spans(now)
        return spans

    @api.model
    def _find_incidents(self, environments, start, **more):
        """Return the incidents that were open after a moment, latest first."""
        return (
            self.env["cap.health.incident"]
            .sudo()
            .search(
                [
                    ("environment_id", "in", environments.ids),
                    "|",
                    ("closed_at", "=", False),
                    ("closed_at", ">", start),
                ],
                order="opened_at desc, id desc",
                **more,
            )
        )


def iso(moment):
    """Return a moment or day as text that a browser reads, None for none."""
    if not moment:
        return None
    text = moment.isoformat()
    return f"{text}Z" if isinstance(moment, datetime) else text


def success_share(row):
    """Return the part of runs that went well, 0 to 1; None when nothing ran."""
    runs = (row["ok"] or 0) + (row["failed"] or 0)
    return row["ok"] / runs if runs else None
