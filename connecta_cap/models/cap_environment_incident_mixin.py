from datetime import timedelta

from odoo import models

from ..tools.health_state import DOWN, OK, find_gaps

KINDS = {1: "degraded", 2: "down"}


class CapEnvironmentIncidentMixin(models.AbstractModel):
    """Opens and closes incidents as states change, at most one open for each cause."""

    _name = "cap.environment.incident.mixin"
    _inherit = ["cap.clock.mixin"]
    _description = "Incidents of an environment"

    # === BUSINESS METHODS - TROUBLE === #

    def _open_incidents_by_place(self):
        """Return {(environment, flow, whether it is a silence): open incident}."""
        found = self.env["cap.health.incident"].search(
            [("environment_id", "in", self.ids), ("closed_at", "=", False)]
        )
        return {
            (one.environment_id, one.flow_id, one.kind == "no_data"): one
            for one in found
        }

    def _follow_flows(self, flows, judged, incidents, now):
        """Open, worsen and close incidents along the changes of the flows' levels.

        :param judged: what `_judge_windows` returned.
        :param incidents: open ones by place; kept up to date.
        """
        for flow in flows:
            for step in judged[flow][1]:
                self._follow_step(flow, step, incidents)

    def _follow_step(self, flow, step, incidents):
        environment = flow.environment_id
        place = (environment, flow, False)
        known = incidents.get(place)
        if step.level == OK:
            if known:
                known._close(step.at, "recovered")
                del incidents[place]
            return
        if not known:
            known = incidents[place] = self._open_incident(
                environment, flow, KINDS[step.level], step.at
            )
        known._follow_level(step.level == DOWN, step.at)

    def _open_incident(self, environment, flow, kind, at, closed_at=False):
        incidents = self.env["cap.health.incident"]
        # the one before may have been closed a moment ago, and one at most is open
        incidents.flush_model(["closed_at"])
        return incidents.create(
            {
                "environment_id": environment.id,
                "flow_id": flow.id,
                "kind": kind,
                "opened_at": at,
                "closed_at": closed_at,
                "ended": "recovered" if closed_at else False,
            }
        )

    def _close_incidents(self, incidents, environment, flow, now, ended):
        """Close what is open of a flow, or of the environment itself without one."""
        for silence in (False, True):
            known = incidents.pop((environment, flow, silence), None)
            if known:
                known._close(now, ended)

    # === BUSINESS METHODS - SILENCE === #

    def _follow_silence(self, incidents, environment, flow, since, now):
        """Open an incident when data stops, close it when data is back.

        :param since: moment at which the data was late; nothing while there is data,
            or when there never was any.
        """
        place = (environment, flow, True)
        known = incidents.get(place)
        if since and not known:
            incidents[place] = self._open_incident(environment, flow, "no_data", since)
        elif not since and known:
            known._close(now, "recovered")
            del incidents[place]

    def _note_gaps(self, read, incidents, paused):
        """Put silences on record that were over before anybody looked.

        :param read: what `_read_windows` returned, by flow id.
        """
        nobody = self.env["cap.flow"]
        pauses = self._read_pauses()
        for environment in self - self.browse().union(*paused):
            flows = environment.flow_ids
            new = [row[:2] for flow in flows for row in read[flow.id].new]
            known = [
                (flow.last_window_at, flow.last_window_at)
                for flow in flows
                if flow.last_window_at
            ]
            limit = environment.report_interval + environment.grace
            limit = timedelta(minutes=limit)
            if (environment, nobody, True) in incidents or not new:
                continue
            spans = new + ([max(known)] if known else [])
            spans += pauses[environment.id]
            for last, back in find_gaps(spans, limit):
                self._open_incident(environment, nobody, "no_data", last + limit, back)
