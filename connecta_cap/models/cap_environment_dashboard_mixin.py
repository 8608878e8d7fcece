from odoo import api, models

from ..const import HEALTH_ORDER, UPTIME_DAYS
from .cap_environment_figures_mixin import sum_hours
from .cap_health_reader import iso

HOURS_SHOWN = 7 * 24
ERRORS_SHOWN = 20


class CapEnvironmentDashboardMixin(models.AbstractModel):
    """What the dashboards show, as plain JSON, in a constant number of queries.

    Moments are ISO 8601 in UTC with a Z, days ISO dates of the environment's zone (`tz`
    in each answer: name it beside every time). Shares are 0 to 1, None when nothing
    ran. Durations are milliseconds, None where none were reported.

    `_get_dashboard_data` returns a list of dicts:
        `id`, `name`, `code`, `client`, `subscription_id`, `kind`, `tz`,
        `connecta_version`, `odoo_version`, `state` (a key of `HEALTH_STATES`),
        `state_since`, `last_report_at`, `is_paused`, `skew_seconds`,
        `score` (0 to 100, None: grey), `score_reason` (why it is grey, or ""),
        `flows` ({state: number of flows}, all states),
        `open_incidents` (number), `unacknowledged` (of them),
        `day` (figures of the last 24 hours: `ok`, `failed`, `skipped`,
        `success_share`, `p95_ms`, `queue_max`),
        `hours` (24 dicts of `at`, `ok`, `failed`; the oldest first).

    `_get_environment_data` returns a dict: the row of `_get_dashboard_data`, and
        `now`,
        `strip` (90 dicts, oldest first: `day`, `status` (a key of
        `HEALTH_STATES`), `success_share`, `runs`, `failed`, `down_minutes`,
        `degraded_minutes`, `silent_minutes`),
        `uptime` (part of the strip's known time in which no flow of high
        criticality was down; None when unknown),
        `hourly` (168 dicts, oldest first: `at`, `ok`, `failed`, `skipped`,
        `success_share`, `p50_ms`, `p95_ms`, `queue_max`, `oldest_max_s`),
        `daily` (90 dicts, as `hourly` with `day` for `at`),
        `flow_rows` (see `cap.flow._prepare_rows`, the worst first),
        `errors` (the 20 most frequent of 7 days: `id`, `flow_id`, `flow`, `title`,
        `example`, `count`, `first_day`, `last_day`, `is_new`),
        `incidents` (the latest 50 of 90 days: `id`, `flow_id`, `flow`, `kind`,
        `opened_at`, `closed_at`, `minutes`, `ended`, `ack_at`, `ack_by`,
        `ticket_id`, `ticket`),
        `marks` (90 days: `at`, `kind`, `text`, `flow_id`),
        `maintenance` (running and coming: `name`, `start`, `stop`),
        `deductions` (of the score: `code`, `label`, `points`, `figure`),
        `score_history` (90 days: `day`, `score`).
    """

    _name = "cap.environment.dashboard.mixin"
    _inherit = ["cap.environment.figures.mixin"]
    _description = "Dashboards of environments"

    # === BUSINESS METHODS === #

    @api.model
    def _get_dashboard_data(self, environments, now=None):
        """Return the portfolio of environments, worst state first; the class says what.

        :param environments: `cap.environment` records that the user may read.
        :param now: naive UTC, the present moment by default.
        """
        environments.check_access("read")
        now = now or self._cap_now()
        known = environments.sudo()
        hours = self._read_hours(known, now, 24)
        flows, incidents = self._count_flows(known), self._count_incidents(known)
        rows = [
            environment._prepare_row()
            | {
                "flows": flows.get(environment.id, {}) | {},
                "open_incidents": incidents.get(environment.id, (0, 0))[0],
                "unacknowledged": incidents.get(environment.id, (0, 0))[1],
                "day": sum_hours(hours[environment.id]),
                "hours": [
                    {key: hour[key] for key in ("at", "ok", "failed")}
                    for hour in hours[environment.id]
                ],
            }
            for environment in known
        ]
        order = HEALTH_ORDER.index
        return sorted(rows, key=lambda row: (order(row["state"]), row["name"]))

    def _get_environment_data(self, now=None):
        """Return everything about one environment; the class says what.

        :param now: naive UTC, the present moment by default.
        """
        self.ensure_one()
        now = now or self._cap_now()
        row = self._get_dashboard_data(self, now)[0]
        known, reader = self.sudo(), self.env["cap.health.reader"]
        days = reader._list_days(known.tz, now, UPTIME_DAYS)
        daily = known._read_days(days)
        flows = known.flow_ids
        return row | {
            "now": iso(now),
            **known._read_strip(days, daily, now),
            "hourly": self._read_hours(known, now, HOURS_SHOWN)[known.id],
            "daily": daily,
            "flow_rows": flows._prepare_rows(now),
            "errors": flows._list_errors(7, now)[:ERRORS_SHOWN],
            "incidents": known._list_incidents(days[0][1][0]),
            "marks": known._list_marks(days[0][1][0]),
            "maintenance": known._list_maintenance(now),
            "deductions": known._list_deductions(),
            "score_history": known._list_scores(days[0][0]),
        }

    def _prepare_row(self):
        return {
            "id": self.id,
            "name": self.name,
            "code": self.code,
            "client": self.partner_id.name,
            "subscription_id": self.subscription_id.id,
            "kind": self.kind,
            "tz": self.tz,
            "connecta_version": self.connecta_version or "",
            "odoo_version": self.odoo_version or "",
            "state": self.state,
            "state_since": iso(self.state_since),
            "last_report_at": iso(self.last_report_at),
            "is_paused": self.is_paused,
            "skew_seconds": self.skew_seconds,
            "score": self.score if self.has_score else None,
            "score_reason": self._word_no_score(),
        }
