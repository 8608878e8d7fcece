from datetime import timedelta

from odoo import models

from ..const import HEALTH_ORDER, UPTIME_DAYS
from .cap_environment_figures_mixin import INCIDENTS_SHOWN, pack
from .cap_flow_figures_mixin import read_strip
from .cap_health_reader import iso


class CapFlowDashboardMixin(models.AbstractModel):
    """What the dashboards show of flows, in a constant number of queries.

    Moments, shares and durations are as those of environments.

    `_get_flow_data` returns a dict: the row of `_prepare_rows`, and
        `now`, `tz`, `environment_id`, `environment`, `client`, `owner_note`,
        `limits` (`degraded_percent`, `down_percent`, `slow_ms`, `queue_limit`,
        `pending_limit_s`; 0 for none),
        `strip` (90 dicts, oldest first: `day`, `status`, `success_share`, `runs`,
        `failed`, `down_minutes`, `degraded_minutes`, `silent_minutes`),
        `hourly` (168 dicts) and `daily` (90) as for an environment,
        `samples` (the latest 288, newest first: `start`, `end`, `ok`, `failed`,
        `skipped`, `p50_ms`, `p95_ms`, `queue_depth`, `oldest_pending_s`),
        `errors` (of 90 days), `incidents` and `marks` as for an environment.
    """

    _name = "cap.flow.dashboard.mixin"
    _inherit = ["cap.flow.figures.mixin"]
    _description = "Dashboards of flows"

    # === BUSINESS METHODS === #

    def _get_flow_data(self, now=None):
        """Return everything about one flow; the class says what.

        :param now: naive UTC, the present moment by default.
        """
        self.ensure_one()
        self.check_access("read")
        now = now or self._cap_now()
        flow, reader = self.sudo(), self.env["cap.health.reader"]
        environment = flow.environment_id
        days = reader._list_days(environment.tz, now, UPTIME_DAYS)
        start = days[0][1][0]
        incidents = flow._find_flow_incidents(start)
        daily = flow._read_flow_days(days)
        return flow._prepare_rows(now)[0] | {
            "now": iso(now),
            "tz": environment.tz,
            "environment_id": environment.id,
            "environment": environment.name,
            "client": flow.partner_id.name,
            "owner_note": flow.owner_note or "",
            "limits": flow._prepare_limits(),
            "strip": read_strip(days, daily, incidents, now),
            "hourly": flow._read_flow_hours(now),
            "daily": daily,
            "samples": flow._list_samples(),
            "errors": flow._list_errors(UPTIME_DAYS, now),
            "incidents": incidents[:INCIDENTS_SHOWN]._prepare_rows(),
            "marks": [
                mark
                for mark in environment._list_marks(start)
                if mark["flow_id"] in (None, flow.id)
            ],
        }

    def _prepare_rows(self, now):
        """Return how each flow did in the last 24 hours, the worst state first.

        :param now: naive UTC.
        :return: list of dicts of `id`, `name`, `connector`, `key`, `criticality`,
            `state`, `state_since`, `last_window_at`, `is_paused`, `ok`, `failed`,
            `skipped`, `success_share`, `p50_ms`, `p95_ms`, `queue_max`,
            `oldest_max_s`.
        """
        last = now.replace(minute=0, second=0, microsecond=0)
        span = (last - timedelta(hours=23), last + timedelta(hours=1))
        found = {
            row["flow_id"]: row
            for row in self.env["cap.health.reader"]._sum_by(
                "cap_health_hour", ("flow_id",), "hour", span, self
            )
        }
        order = HEALTH_ORDER.index
        flows = self.sorted(
            lambda flow: (order(flow.state), -int(flow.criticality), flow.name)
        )
        return [
            {
                "id": flow.id,
                "name": flow.name,
                "connector": flow.connector or "",
                "key": flow.key,
                "criticality": flow.criticality,
                "state": flow.state,
                "state_since": iso(flow.state_since),
                "last_window_at": iso(flow.last_window_at),
                "is_paused": flow.is_paused,
                **pack(found.get(flow.id)),
            }
            for flow in flows
        ]
