from datetime import timedelta

from odoo import api, models

ERRORS_LISTED = 20
SLOW_LISTED = 10
# A flow is told as slower when it takes so much longer than in the days before.
SLOWER = 1.25


class CapMonitoringHealth(models.AbstractModel):
    """What audits and recommendations learn from the health figures."""

    _inherit = "cap.monitoring.provider"

    # === BUSINESS METHODS === #

    @api.model
    def _is_connected(self, subscription):
        found = self._find_environments(subscription)
        return bool(found.filtered("last_report_at")) or super()._is_connected(
            subscription
        )

    @api.model
    def _find_environments(self, subscription):
        """Return the client's environments, production first."""
        return (
            self.env["cap.environment"]
            .sudo()
            .search([("subscription_id", "=", subscription.id)], order="kind, id")
        )

    @api.model
    def _list_changed_flows(self, subscription, date_from, date_to):
        found = super()._list_changed_flows(subscription, date_from, date_to)
        clock = self.env["cap.environment"]
        marks = (
            self.env["cap.health.mark"]
            .sudo()
            .search(
                [
                    (
                        "environment_id",
                        "in",
                        self._find_environments(subscription).ids,
                    ),
                    ("at", ">=", clock._cap_start_of(date_from)),
                    ("at", "<", clock._cap_start_of(date_to)),
                ],
                order="at, id",
            )
        )
        kinds = dict(marks._fields["kind"]._description_selection(self.env))
        return found + [
            {
                "flow": mark.flow_id.display_name or mark.environment_id.name,
                "text": f"{kinds[mark.kind]}: {mark.text}, "
                f"{mark.environment_id._word_moment(mark.at)}",
            }
            for mark in marks
        ]

    @api.model
    def _list_error_groups(self, subscription, date_from, date_to):
        found = super()._list_error_groups(subscription, date_from, date_to)
        clock = self.env["cap.environment"]
        start = clock._cap_start_of(date_from)
        flows = self._find_flows(subscription)
        names = {flow.id: flow.display_name for flow in flows}
        rows = self.env["cap.health.reader"]._sum_errors(flows, date_from, date_to)
        return (
            found
            + [
                {
                    "flow": names[row["flow_id"]],
                    "text": self.env._(
                        "%(error)s (%(count)s times)",
                        error=row["title"],
                        count=row["count"],
                    ),
                }
                for row in rows
                if row["created_at"] >= start
            ][:ERRORS_LISTED]
        )

    @api.model
    def _list_slow_flows(self, subscription, date_from, date_to):
        found = super()._list_slow_flows(subscription, date_from, date_to)
        flows = self._find_flows(subscription)
        span = date_to - date_from
        now, before = (
            self._read_durations(flows, days)
            for days in ((date_from, date_to), (date_from - span, date_from))
        )
        rows = []
        for flow in flows:
            took, once = now.get(flow.id), before.get(flow.id)
            over = flow.slow_ms and took and took > flow.slow_ms
            slower = took and once and took > SLOWER * once
            if over or slower:
                rows.append((took, flow, self._word_slow(took, once, flow.slow_ms)))
        rows.sort(key=lambda row: -row[0])
        return found + [
            {"flow": flow.display_name, "text": text}
            for _took, flow, text in rows[:SLOW_LISTED]
        ]

    @api.model
    def _word_slow(self, took, once, limit):
        parts = [self.env._("95 %% within %(time)s ms", time=round(took))]
        if once:
            parts.append(self.env._("%(time)s ms in the time before", time=round(once)))
        if limit:
            parts.append(self.env._("its limit is %(time)s ms", time=limit))
        return ", ".join(parts)

    @api.model
    def _find_flows(self, subscription):
        environments = self._find_environments(subscription)
        flows = self.env["cap.flow"].sudo()
        return flows.search([("environment_id", "in", environments.ids)])

    @api.model
    def _read_durations(self, flows, days):
        """Return {flow id: mean of the 95th percentiles, ms} of some days."""
        return {
            row["flow_id"]: row["p95_ms"]
            for row in self.env["cap.health.reader"]._sum_by(
                "cap_health_day", ("flow_id",), "day", days, flows
            )
        }

    @api.model
    def _get_flow_figures(self, subscription, flow, date_from, date_to):
        figures = super()._get_flow_figures(subscription, flow, date_from, date_to)
        flows = self._match_flow(subscription, flow)
        if figures or not flows or date_to - date_from <= timedelta(0):
            return figures
        rows = self.env["cap.health.reader"]._sum_by(
            "cap_health_day", ("flow_id",), "day", (date_from, date_to), flows
        )
        runs = sum(row["ok"] + row["failed"] for row in rows)
        if not runs:
            return {}
        found = {"runs": runs, "error_share": sum(r["failed"] for r in rows) / runs}
        timed = [row for row in rows if row["p95_ms"] is not None]
        if timed:
            weight = sum(row["ok"] + row["failed"] for row in timed)
            total = sum(r["p95_ms"] * (r["ok"] + r["failed"]) for r in timed)
            found["duration_ms"] = round(total / weight) if weight else None
        return found

    @api.model
    def _match_flow(self, subscription, name):
        """Return the flow that a text names, of production where that has one.

        :param name: the flow's name, with or without its connector, or its key.
        """
        wanted = " ".join((name or "").split()).casefold()
        found = self._find_flows(subscription).filtered(
            lambda flow: (
                wanted
                and wanted
                in {
                    flow.name.casefold(),
                    (flow.display_name or "").casefold(),
                    flow.key.casefold(),
                }
            )
        )
        live = found.filtered(lambda flow: flow.environment_id.kind == "production")
        return live or found
