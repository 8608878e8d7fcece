from collections import defaultdict
from datetime import datetime, timedelta

from odoo import models

from ..tools.figures import word_share
from ..tools.health_chart import draw_bars, round_top
from .cap_health_reader import iso, success_share

SPARK = {"width": 96, "height": 20}
SPARK_HOURS = 24
WINDOWS_SHOWN = 24
TROUBLED = ("down", "degraded", "no_data")


class CapHealthFlowPageMixin(models.AbstractModel):
    """What the dashboards show of flows, in rows and on a page of their own."""

    _name = "cap.health.flow.page.mixin"
    _inherit = ["cap.health.series.mixin"]
    _description = "Pages about flows"

    # === BUSINESS METHODS === #

    def _dress_flow_row(self, row, zone, now, sparks):
        """Return a flow as lists show it."""
        return {
            "id": row["id"],
            "name": row["name"],
            "connector": row["connector"],
            "health": self._dress_state(row["state"]),
            "since": self._word_since(row, zone, now),
            "critical": row["criticality"] == "4",
            "criticality": self._get_labels("cap.flow", "criticality")[
                row["criticality"]
            ],
            "share": word_share(row["success_share"]),
            "runs": self._word_runs(row),
            "p50": self._word_ms(row["p50_ms"]),
            "p95": self._word_ms(row["p95_ms"]),
            "queue": self._word_count(row["queue_max"]),
            "spark": sparks.get(row["id"]) or self._draw_spark([]),
        }

    def _dress_flow(self, flow, data):
        """Return a flow's page.

        :param flow: the `cap.flow` that the data is of.
        :param data: see `_get_flow_data`.
        :return: dict of what its row has, `zone`, `environment`, `environment_id`,
            `client`, `facts`, `limits`, `strip`, `legend`, `troubles`, `windows`,
            `errors`, `incidents`, `changes`, `tickets` (open ones about it), whether
            it `is_troubled`, and `now`.
        """
        zone, now = data["tz"], data["now"]
        sparks = {data["id"]: self._draw_spark(data["hourly"][-SPARK_HOURS:])}
        return {
            **self._dress_flow_row(data, zone, now, sparks),
            **self._dress_strip(data["strip"]),
            "zone": zone,
            "now": self._word_at(now, zone),
            "environment": data["environment"],
            "environment_id": data["environment_id"],
            "client": data["client"],
            "last_window": self._word_at(data["last_window_at"], zone),
            "periods": self._get_periods(),
            "facts": [
                self._fact(self.env._("Success, 24 h"), data["success_share"]),
                self._fact_ms(self.env._("Duration p50, 24 h"), data["p50_ms"]),
                self._fact_ms(self.env._("Duration p95, 24 h"), data["p95_ms"]),
                self._fact_count(self.env._("Longest queue, 24 h"), data["queue_max"]),
            ],
            "limits": self._word_limits(data["limits"]),
            "limit_values": data["limits"],
            "windows": self._dress_windows(data["samples"], zone),
            "errors": self._dress_errors(data["errors"]),
            "incidents": self._dress_incidents(data["incidents"], zone),
            "changes": self._dress_marks(data["marks"], zone),
            "tickets": flow._list_open_tickets(),
            "is_troubled": data["state"] in TROUBLED,
        }

    def _dress_windows(self, samples, zone):
        return [
            {
                "start": self._word_at(row["start"], zone),
                "ok": f"{row['ok']:,}",
                "failed": f"{row['failed']:,}",
                "skipped": f"{row['skipped']:,}",
                "share": word_share(success_share(row)),
                "p95": self._word_ms(row["p95_ms"] or None),
                "queue": self._word_count(row["queue_depth"]),
            }
            for row in samples[:WINDOWS_SHOWN]
        ]

    def _word_limits(self, limits):
        """Return from when on a flow is not well, in words."""
        words = []
        for name, text in (
            ("degraded_percent", self.env._("degraded from %(value)s %% failed runs")),
            ("down_percent", self.env._("down from %(value)s %% failed runs")),
            ("slow_ms", self.env._("slow from %(value)s ms")),
            ("queue_limit", self.env._("more than %(value)s waiting")),
        ):
            if limits[name]:
                words.append(text % {"value": f"{limits[name]:,g}"})
        if limits["pending_limit_s"]:
            time = self._word_minutes(limits["pending_limit_s"] // 60)
            words.append(self.env._("the oldest waits for %(time)s", time=time))
        return words

    # === BUSINESS METHODS - SPARKLINES === #

    def _draw_sparks(self, flows, now):
        """Return {flow id: sparkline of its last 24 hours}, in one query."""
        last = datetime.fromisoformat(now.removesuffix("Z"))
        last = last.replace(minute=0, second=0, microsecond=0)
        hours = [
            last - timedelta(hours=back) for back in range(SPARK_HOURS - 1, -1, -1)
        ]
        span = (hours[0], last + timedelta(hours=1))
        found = defaultdict(dict)
        for row in self.env["cap.health.reader"]._sum_by(
            "cap_health_hour", ("flow_id", "hour"), "hour", span, flows
        ):
            found[row["flow_id"]][row["hour"]] = row
        nothing = {"ok": 0, "failed": 0}
        return {
            flow.id: self._draw_spark(
                [
                    {"at": iso(hour)} | found[flow.id].get(hour, nothing)
                    for hour in hours
                ]
            )
            for flow in flows
        }

    def _draw_spark(self, hours):
        """Return hours as a small drawing: `ok` and `failed` paths and its `words`."""
        good = [hour["ok"] for hour in hours]
        bad = [hour["failed"] for hour in hours]
        both = [one + other for one, other in zip(good, bad, strict=True)]
        top = round_top(both)
        return {
            "ok": draw_bars(good, top, **SPARK),
            "failed": draw_bars(bad, top, good, **SPARK),
            "words": self.env._(
                "Last 24 h: %(good)s good, %(bad)s failed",
                good=f"{sum(good):,}",
                bad=f"{sum(bad):,}",
            ),
        }

    # === BUSINESS METHODS - FACTS === #

    def _fact(self, label, share):
        return {"label": label, "value": word_share(share)}

    def _fact_ms(self, label, milliseconds):
        return {"label": label, "value": self._word_ms(milliseconds)}

    def _fact_count(self, label, number):
        return {"label": label, "value": self._word_count(number)}

    def _word_count(self, number):
        return "–" if number is None else f"{number:,}"
