from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ..const import HEALTH_CHECK, HEALTH_ORDER
from ..tools.figures import word_share
from .cap_health_series_mixin import PERIODS, USUAL_PERIOD

CALM = ("ok", "paused")
# With more flows than that, a client's page folds those that are well.
FLOWS_SHOWN = 20


class CapHealthPage(models.AbstractModel):
    """What the dashboards of backend and portal show: figures, words and drawings.

    All figures come from `_get_dashboard_data`, `_get_environment_data` and
    `_get_flow_data`; both sides show the same words.
    """

    _name = "cap.health.page"
    _inherit = ["cap.health.flow.page.mixin"]
    _description = "Pages of health monitoring"

    # === BUSINESS METHODS - BACKEND === #

    @api.model
    @api.readonly
    def get_portfolio(self):
        """Return all environments that the user may read, the worst first.

        :return: dict of `rows` (see `_dress_environment`) and `maySetUp`.
        :raises AccessError: for whoever is no colleague.
        """
        environments = self._find_all("cap.environment")
        return {
            "rows": self._dress_rows(environments),
            "maySetUp": self.env["cap.environment"].has_access("create"),
        }

    @api.model
    @api.readonly
    def get_environment(self, environment_id):
        """Return everything about one environment; {} when it cannot be found.

        :param environment_id: id of a `cap.environment`.
        :raises AccessError: for whoever is no colleague.
        """
        environment = self._find_all("cap.environment", environment_id)
        if not environment:
            return {}
        data = environment._get_environment_data()
        return self._dress_environment(environment, data) | {
            "series": {key: self._prepare_series(data, key) for key in PERIODS},
            "may_acknowledge": self.env["cap.health.incident"].has_access("write"),
        }

    @api.model
    @api.readonly
    def get_flow(self, flow_id):
        """Return everything about one flow; {} when it cannot be found.

        :param flow_id: id of a `cap.flow`.
        :raises AccessError: for whoever is no colleague.
        """
        flow = self._find_all("cap.flow", flow_id)
        if not flow:
            return {}
        data = flow._get_flow_data()
        return self._dress_flow(flow, data) | {
            "owner_note": data["owner_note"],
            "series": {key: self._prepare_series(data, key) for key in PERIODS},
            "may_acknowledge": self.env["cap.health.incident"].has_access("write"),
            "may_file": self.env["cap.ticket"].has_access("create"),
        }

    @api.model
    def _open_dashboard(self, kind, record_id):
        """Return the action that opens a dashboard.

        :param kind: `environment` or `flow`.
        """
        action = self.env["ir.actions.actions"]._for_xml_id(
            f"connecta_cap.cap_health_{kind}_action"
        )
        return action | {"context": {"active_id": record_id}}

    def _find_all(self, model, record_id=None):
        if not self.env.user._is_internal():
            raise AccessError(
                self.env._(
                    "This screen is for our staff. Your own page is /my/cap/health."
                )
            )
        # an archived one is shown to nobody
        domain = Domain("active", "=", True)
        if record_id is not None:
            domain &= Domain("id", "=", record_id)
        return self.env[model].search(domain)

    # === BUSINESS METHODS - ENVIRONMENTS === #

    @api.model
    def _dress_rows(self, environments):
        """Return the environments of a list with their words, the worst first."""
        now = environments._cap_now()
        known = {one.id: one for one in environments.sudo()}
        rows = [
            self._dress_head(known[row["id"]], row, now.isoformat())
            for row in environments._get_dashboard_data(environments, now)
        ]
        return sorted(
            rows,
            key=lambda row: (
                HEALTH_ORDER.index(row["health"]["state"]),
                101 if row["score"] is None else row["score"],
                row["client"],
                row["name"],
            ),
        )

    def _dress_head(self, environment, row, now):
        """Return what stands at the top of an environment, and in its row."""
        zone = row["tz"]
        versions = (
            row["connecta_version"] and f"Connecta {row['connecta_version']}",
            row["odoo_version"] and f"Odoo {row['odoo_version']}",
        )
        flows = [
            self._dress_state(state) | {"count": row["flows"].get(state, 0)}
            for state in HEALTH_ORDER
            if row["flows"].get(state)
        ]
        return {
            "id": row["id"],
            "name": row["name"],
            "client": row["client"],
            "subscription_id": row["subscription_id"],
            "kind": row["kind"],
            "kind_label": self._get_labels("cap.environment", "kind")[row["kind"]],
            "zone": zone,
            "health": self._dress_state(row["state"]),
            "since": self._word_since(row, zone, now),
            "has_reported": bool(row["last_report_at"]),
            "last_report": self._word_at(row["last_report_at"], zone),
            "versions": ", ".join(part for part in versions if part),
            "score": row["score"],
            "score_reason": row["score_reason"],
            "deductions": [
                {"points": f"{line['points']:g}", "label": line["label"]}
                for line in environment._list_deductions()
            ],
            "flow_counts": flows,
            "open_incidents": row["open_incidents"],
            "unacknowledged": row["unacknowledged"],
            "day_words": self._word_runs(row["day"]),
            "day_share": word_share(row["day"]["success_share"]),
            "spark": self._draw_spark(row["hours"]),
        }

    @api.model
    def _dress_environment(self, environment, data):
        """Return an environment's page.

        :param environment: the `cap.environment` that the data is of.
        :param data: see `_get_environment_data`.
        :return: dict of what its head has, `facts`, `strip`, `legend`, `troubles`,
            `flows`, `errors`, `incidents`, `changes`, `maintenance`, `history` of the
            score and `now`.
        """
        zone, day = data["tz"], data["day"]
        sparks = self._draw_sparks(environment.sudo().flow_ids, data["now"])
        return {
            **self._dress_head(environment.sudo(), data, data["now"]),
            **self._dress_strip(data["strip"]),
            "now": self._word_at(data["now"], zone),
            "periods": self._get_periods(),
            "facts": [
                self._fact(self.env._("Success, 24 h"), day["success_share"]),
                self._fact_ms(self.env._("Duration p95, 24 h"), day["p95_ms"]),
                self._fact_count(self.env._("Longest queue, 24 h"), day["queue_max"]),
                self._fact(self.env._("Uptime, 90 days"), data["uptime"]),
            ],
            "flows": [
                self._dress_flow_row(row, zone, data["now"], sparks)
                for row in data["flow_rows"]
            ],
            "errors": self._dress_errors(data["errors"]),
            "incidents": self._dress_incidents(data["incidents"], zone),
            "changes": self._dress_marks(data["marks"], zone),
            "maintenance": [
                {
                    "name": line["name"],
                    "start": self._word_at(line["start"], zone),
                    "stop": self._word_at(line["stop"], zone),
                }
                for line in data["maintenance"]
            ],
            "history": data["score_history"],
        }

    # === BUSINESS METHODS - PORTAL === #

    @api.model
    def _prepare_portal_list(self):
        """Return the environments of the user's organisation, the worst first.

        :return: dict of `rows` and whether today's cover `entitled` to monitoring.
        """
        client = self.env.user.commercial_partner_id
        found = self.env["cap.environment"].search([("partner_id", "=", client.id)])
        cover = self.env["cap.subscription"]._list_portal_subscriptions()[:1].sudo()
        return {
            "rows": self._dress_rows(found),
            "entitled": bool(cover and cover._entitled(HEALTH_CHECK)),
        }

    @api.model
    def _prepare_portal_environment(self, environment, period):
        """Return one environment's page with its charts drawn.

        :param environment: a `cap.environment` that the user may read.
        :param period: what the address says; the usual one for anything unknown.
        """
        data = environment._get_environment_data()
        page = self._dress_environment(environment, data)
        # so many that what needs a look would be far from the rest of the page
        calm = sum(row["health"]["state"] in CALM for row in page["flows"])
        many = len(page["flows"]) > FLOWS_SHOWN
        folded = {"calm_flows": calm if many else 0}
        return page | folded | self._draw_period(data, period)

    @api.model
    def _prepare_portal_flow(self, flow, period):
        """Return one flow's page with its charts drawn; see the environment's."""
        data = flow._get_flow_data()
        return self._dress_flow(flow, data) | self._draw_period(
            data, period, data["limits"]
        )

    def _draw_period(self, data, period, limits=None):
        period = period if period in PERIODS else USUAL_PERIOD
        series = self._prepare_series(data, period)
        return {
            "period": period,
            "series": series,
            "charts": self._draw_charts(series, limits),
        }
