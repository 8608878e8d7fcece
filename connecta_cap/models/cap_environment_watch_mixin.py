from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.addons.base.models.res_partner import _tz_get
from odoo.tools import SQL

from ..const import HEALTH_STATES, WATCH_BATCH, WATCH_PAUSE
from ..tools.health_state import (
    LEVELS,
    environment_since,
    environment_state,
    flow_state,
    is_silent,
)
from .cap_clock_mixin import DEFAULT_ZONE


class CapEnvironmentWatchMixin(models.AbstractModel):
    """Judges what reports say: one job writes the states, no report does.

    It goes through each window that is new in order of time, so that what happened
    while it did not run is found just the same.
    """

    _name = "cap.environment.watch.mixin"
    _inherit = [
        "cap.environment.news.mixin",
        "cap.environment.windows.mixin",
        "cap.environment.incident.mixin",
        "cap.environment.ticket.mixin",
        "cap.environment.alert.mixin",
        "cap.health.state.mixin",
        "cap.batch.mixin",
    ]
    _description = "Watch over environments"

    tz = fields.Selection(
        _tz_get,
        "Time zone",
        default=DEFAULT_ZONE,
        required=True,
        help="Its days are counted in this zone, and all times are shown in it.",
    )
    is_paused = fields.Boolean(
        "Paused", tracking=True, help="It is not judged, and alarms nobody."
    )
    state = fields.Selection(
        HEALTH_STATES, readonly=True, copy=False, default="no_data", index=True
    )
    state_since = fields.Datetime("Since", readonly=True, copy=False)
    watch_at = fields.Datetime("Next look", readonly=True, copy=False)

    # === CRUD METHODS === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"state", "state_since", "watch_at"}

    # === ACTION METHODS === #

    def action_watch(self):
        """Judge the environments now, without waiting for the job."""
        self.check_access("write")
        self.sudo()._watch()
        return True

    # === BUSINESS METHODS === #

    @api.model
    def _cron_watch(self):
        """Judge environments that have news, or from which news should have come."""
        self._work_through(
            self.env["cap.environment"].sudo(),
            [("id", "in", self._find_due(self._cap_now()))],
            WATCH_BATCH,
            lambda batch: batch._watch(),
        )

    @api.model
    def _find_due(self, now):
        """Return the ids of environments to judge now."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT e.id FROM cap_environment e WHERE e.active AND (
                    e.watch_at IS NULL OR e.watch_at <= %s OR EXISTS (
                        SELECT FROM cap_health_report r WHERE r.environment_id = e.id
                            AND r.id > coalesce(e.seen_report_id, 0)))""",
                now,
            )
        )
        return [row[0] for row in rows]

    def _watch(self):
        """Judge some environments and their flows, and tell who is to be told."""
        now = self._cap_now()
        self._take_news()
        flows = self.env["cap.flow"].search([("environment_id", "in", self.ids)])
        paused = self._find_paused(now)
        read = self._read_windows(flows)
        judged = self._judge_windows(flows, read, paused)
        incidents = self._open_incidents_by_place()
        silent = {env for env in self if env._is_silent(now)}
        self._note_gaps(read, incidents, paused)
        self._follow_flows(flows, judged, incidents, now)
        before = defaultdict(dict)
        for flow in flows:
            before[flow.environment_id][flow.id] = (flow.state, flow.criticality)
            self._judge_flow(flow, judged, paused, silent, incidents, now)
        for environment in self:
            environment._judge(before[environment], paused, silent, incidents, now)
        self._set_next_look(flows, read, now)
        self._open_tickets(now)
        self._tell_incidents(now)

    def _judge_flow(self, flow, judged, paused, silent, incidents, now):
        """Set a flow's state, and since when it has it."""
        environment = flow.environment_id
        level, steps, last = judged[flow]
        wait = timedelta(minutes=flow.silence_limit or environment.report_interval)
        grace = timedelta(minutes=0 if flow.silence_limit else environment.grace)
        rests = flow.is_paused or environment in paused
        quiet = environment in silent or is_silent(last, now, wait, grace)
        state = flow_state(level, quiet, rests)
        late_at = last and last + wait + grace
        if state == "paused":
            self._close_incidents(incidents, environment, flow, now, "paused")
        elif environment not in silent:
            self._follow_silence(incidents, environment, flow, quiet and late_at, now)
        vals = {"last_window_at": last, "level": 0 if rests else level}
        # it came and went between two looks: the state is the same, and a new one
        moved = steps and state == LEVELS[level]
        if state != flow.state or moved:
            at = steps[-1].at if moved else state == "no_data" and late_at
            vals |= {"state": state, "state_since": min(at or now, now)}
        flow._write_changed(vals)

    def _judge(self, before, paused, silent, incidents, now):
        """Set the environment's state from those of its flows, and since when.

        :param before: {flow id: (state, criticality)} before this look.
        """
        self.ensure_one()
        flows = self.env["cap.flow"].browse(before)
        after = [(flow.state, flow.criticality) for flow in flows]
        state = environment_state(after, self in silent, self in paused)
        nobody, late_at = flows.browse(), False
        if state == "paused":
            self._close_incidents(incidents, self, nobody, now, "paused")
        else:
            limit = timedelta(minutes=self.report_interval + self.grace)
            late_at = self in silent and self.last_report_at
            late_at = late_at and late_at + limit
            self._follow_silence(incidents, self, nobody, late_at, now)
        if state != self.state:
            changes = [
                (flow.state_since, flow.id, flow.state)
                for flow in flows
                if flow.state != before[flow.id][0]
            ]
            at = late_at or environment_since(before, changes, state)
            self._guarded_write({"state": state, "state_since": min(at or now, now)})

    def _is_silent(self, now):
        """Return whether the environment should have reported by now."""
        self.ensure_one()
        interval = timedelta(minutes=self.report_interval)
        grace = timedelta(minutes=self.grace)
        return is_silent(self.last_report_at, now, interval, grace)

    def _set_next_look(self, flows, read, now):
        """Plan when to look again although nothing came."""
        busy = {flow.environment_id for flow in flows if read[flow.id].more}
        waiting = self.env["cap.health.incident"]._find_waiting(self)
        for environment in self:
            at = now + WATCH_PAUSE
            if environment in waiting:
                at = now + timedelta(minutes=1)
            if environment in busy:
                at = now
            if environment.last_report_at:
                limit = environment.report_interval + environment.grace
                late = environment.last_report_at + timedelta(minutes=limit, seconds=1)
                at = min(at, late) if late > now else at
            environment._guarded_write({"watch_at": at})
