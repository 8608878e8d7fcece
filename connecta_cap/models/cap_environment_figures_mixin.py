from datetime import timedelta

from odoo import api, models

from ..const import HEALTH_STATES
from ..tools.health_spans import seconds_by_part
from .cap_health_reader import FIGURES, iso, success_share

INCIDENTS_SHOWN = 50
# A day without data for longer than that is told as one without data.
SILENT_DAY = 12 * 3600


class CapEnvironmentFiguresMixin(models.AbstractModel):
    """The parts of an environment's dashboard, one query or two each."""

    _name = "cap.environment.figures.mixin"
    _inherit = ["cap.clock.mixin"]
    _description = "Figures of an environment"

    # === BUSINESS METHODS === #

    @api.model
    def _read_hours(self, environments, now, count):
        """Return {environment id: `count` hours, oldest first}."""
        last = now.replace(minute=0, second=0, microsecond=0)
        hours = [last - timedelta(hours=back) for back in range(count - 1, -1, -1)]
        span = (hours[0], last + timedelta(hours=1))
        found = {
            (row["environment_id"], row["hour"]): row
            for row in self.env["cap.health.reader"]._sum_by(
                "cap_health_hour",
                ("environment_id", "hour"),
                "hour",
                span,
                environments,
            )
        }
        return {
            environment.id: [
                {"at": iso(hour)} | pack(found.get((environment.id, hour)))
                for hour in hours
            ]
            for environment in environments
        }

    def _read_days(self, days):
        """Return the figures of each day, oldest first."""
        span = (days[0][0], days[-1][0] + timedelta(days=1))
        rows = self.env["cap.health.reader"]._sum_by(
            "cap_health_day", ("day",), "day", span, self
        )
        found = {row["day"]: row for row in rows}
        return [{"day": iso(day)} | pack(found.get(day)) for day, _bounds in days]

    def _read_strip(self, days, daily, now):
        """Return `strip` and `uptime`."""
        bounds = [(start, min(end, now)) for _day, (start, end) in days]
        reader = self.env["cap.health.reader"]
        spans = reader._list_spans(self, bounds[0][0], now)[self.id]
        strip, down, silent = make_strip(daily, spans, bounds)
        known = sum(
            (bounds[n][1] - bounds[n][0]).total_seconds() - silent[n]
            for n, row in enumerate(daily)
            if row["windows"]
        )
        uptime = max(0.0, 1 - sum(down) / known) if known > 0 else None
        return {"strip": strip, "uptime": uptime}

    @api.model
    def _count_flows(self, environments):
        """Return {environment id: {state: number of its flows}}, in one query."""
        counts = {
            environment.id: {state: 0 for state, _label in HEALTH_STATES}
            for environment in environments
        }
        for environment, state, count in (
            self.env["cap.flow"]
            .sudo()
            ._read_group(
                [("environment_id", "in", environments.ids)],
                ["environment_id", "state"],
                ["__count"],
            )
        ):
            counts[environment.id][state] = count
        return counts

    @api.model
    def _count_incidents(self, environments):
        """Return {environment id: (open, unacknowledged)}, in one query."""
        counts = {}
        for environment, count, acknowledged in (
            self.env["cap.health.incident"]
            .sudo()
            ._read_group(
                [("environment_id", "in", environments.ids), ("closed_at", "=", False)],
                ["environment_id"],
                ["__count", "ack_at:count"],
            )
        ):
            counts[environment.id] = (count, count - acknowledged)
        return counts

    def _list_incidents(self, start):
        reader = self.env["cap.health.reader"]
        found = reader._find_incidents(self, start, limit=INCIDENTS_SHOWN)
        return found._prepare_rows()

    def _list_marks(self, start):
        marks = self.env["cap.health.mark"].sudo()
        found = marks.search(
            [("environment_id", "=", self.id), ("at", ">=", start)], limit=500
        )
        return [mark._prepare_row() for mark in found]

    def _list_maintenance(self, now):
        return [
            {"name": line.name, "start": iso(line.start), "stop": iso(line.stop)}
            for line in self.maintenance_ids
            if line.stop > now
        ]


def pack(row):
    """Return figures as the dashboards take them; zeros where nothing came."""
    if not row:
        row = dict.fromkeys(FIGURES) | {
            "ok": 0,
            "failed": 0,
            "skipped": 0,
            "windows": 0,
        }
    figures = {name: row[name] for name in FIGURES}
    return figures | {"success_share": success_share(figures)}


def sum_hours(hours):
    """Return the figures of some hours together."""
    timed = [hour for hour in hours if hour["p95_ms"] is not None]
    runs = sum(hour["ok"] + hour["failed"] for hour in timed)
    total = {
        key: sum(hour[key] for hour in hours) for key in ("ok", "failed", "skipped")
    }
    weighted = sum(hour["p95_ms"] * (hour["ok"] + hour["failed"]) for hour in timed)
    waiting = [hour["queue_max"] for hour in hours if hour["queue_max"] is not None]
    return total | {
        "success_share": success_share(total),
        "p95_ms": weighted / runs if runs else None,
        "queue_max": max(waiting, default=None),
    }


def make_strip(daily, spans, bounds):
    """Return what each day was like, and how long it was down and without data.

    :param daily: figures of the days, as `_read_days` returns them.
    :param spans: {kind: list of (start, end)}; kinds are `down`, `degraded`, `no_data`.
    :param bounds: (start, end) of each day.
    :return: (list of dicts, seconds down by day, seconds without data by day).
    """
    down, degraded, silent = (
        seconds_by_part(spans[kind], bounds) for kind in ("down", "degraded", "no_data")
    )
    strip = [
        {
            "day": row["day"],
            "status": judge_day(row, down[n], degraded[n], silent[n]),
            "success_share": row["success_share"],
            "runs": row["ok"] + row["failed"],
            "failed": row["failed"],
            "down_minutes": round(down[n] / 60),
            "degraded_minutes": round(degraded[n] / 60),
            "silent_minutes": round(silent[n] / 60),
        }
        for n, row in enumerate(daily)
    ]
    return strip, down, silent


def judge_day(row, down, degraded, silent):
    """Return what the strip shows of a day."""
    if down:
        return "down"
    if degraded:
        return "degraded"
    return "no_data" if not row["windows"] or silent > SILENT_DAY else "ok"
