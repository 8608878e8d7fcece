from datetime import timedelta

from odoo import models

from .cap_environment_figures_mixin import make_strip, pack
from .cap_health_reader import iso

HOURS_SHOWN = 7 * 24
SAMPLES_SHOWN = 288
NEW_DAYS = 7


class CapFlowFiguresMixin(models.AbstractModel):
    """The parts of a flow's dashboard, one query each."""

    _name = "cap.flow.figures.mixin"
    _inherit = ["cap.clock.mixin"]
    _description = "Figures of a flow"

    # === BUSINESS METHODS === #

    def _list_errors(self, days, now=None):
        """Return the flows' kinds of error in the last days, most frequent first.

        :return: list of dicts of `id`, `flow_id`, `flow`, `name` and `title` (in
            words), `example`, `count`, `first_day`, `last_day`, `is_new` (known for
            less than a week).
        """
        now = now or self._cap_now()
        today = self._cap_date_of(now)
        names = {flow.id: flow.display_name for flow in self}
        first, after = today - timedelta(days=days), today + timedelta(days=2)
        return [
            {
                "id": row["id"],
                "flow_id": row["flow_id"],
                "flow": names[row["flow_id"]],
                "name": row["title"],
                "title": row["title"],
                "example": row["example"] or "",
                "count": row["count"],
                "first_day": iso(row["first_day"]),
                "last_day": iso(row["last_day"]),
                "is_new": now - row["created_at"] < timedelta(days=NEW_DAYS),
            }
            for row in self.env["cap.health.reader"]._sum_errors(self, first, after)
        ]

    def _prepare_limits(self):
        """Return the flow's limits as the dashboards take them."""
        limits = self._get_thresholds()
        return {
            "degraded_percent": limits.degraded_percent,
            "down_percent": limits.down_percent,
            "slow_ms": limits.slow_ms,
            "queue_limit": limits.queue_depth,
            "pending_limit_s": limits.oldest_pending_s,
        }

    def _find_flow_incidents(self, start):
        return (
            self.env["cap.health.incident"]
            .sudo()
            .search(
                [
                    ("flow_id", "=", self.id),
                    "|",
                    ("closed_at", "=", False),
                    ("closed_at", ">", start),
                ],
                order="opened_at desc, id desc",
            )
        )

    def _read_flow_hours(self, now):
        last = now.replace(minute=0, second=0, microsecond=0)
        hours = [
            last - timedelta(hours=back) for back in range(HOURS_SHOWN - 1, -1, -1)
        ]
        rows = self.env["cap.health.reader"]._sum_by(
            "cap_health_hour", ("hour",), "hour", (hours[0], now), self
        )
        found = {row["hour"]: row for row in rows}
        return [{"at": iso(hour)} | pack(found.get(hour)) for hour in hours]

    def _read_flow_days(self, days):
        span = (days[0][0], days[-1][0] + timedelta(days=1))
        rows = self.env["cap.health.reader"]._sum_by(
            "cap_health_day", ("day",), "day", span, self
        )
        found = {row["day"]: row for row in rows}
        return [{"day": iso(day)} | pack(found.get(day)) for day, _bounds in days]

    def _list_samples(self):
        rows = (
            self.env["cap.health.sample"]
            .sudo()
            .search(
                [("flow_id", "=", self.id)],
                order="window_start desc",
                limit=SAMPLES_SHOWN,
            )
        )
        names = ("ok", "failed", "skipped", "p50_ms", "p95_ms", "queue_depth")
        return [
            {
                "start": iso(row.window_start),
                "end": iso(row.window_end),
                **{name: row[name] for name in names},
                "oldest_pending_s": row.oldest_pending_s,
            }
            for row in rows
        ]


def read_strip(days, daily, incidents, now):
    """Return the strip of one flow."""
    bounds = [(start, min(end, now)) for _day, (start, end) in days]
    spans = {"down": [], "degraded": [], "no_data": []}
    for one in incidents:
        end = one.closed_at or now
        spans["down"] += one._list_down_spans(now)
        kind = "no_data" if one.kind == "no_data" else "degraded"
        spans[kind].append((one.opened_at, end))
    return make_strip(daily, spans, bounds)[0]
