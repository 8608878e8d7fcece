from collections import defaultdict, namedtuple
from itertools import chain

from odoo import models
from odoo.tools import SQL

from ..const import WATCH_WINDOWS
from ..tools.health_state import judge_window, replay

# Windows of a flow that were judged before (those that say something), those that
# were not, and whether there are more of these than one look goes through.
Read = namedtuple("Read", "before new more")
Row = namedtuple("Row", "start end ok failed p95_ms queue_depth oldest_pending_s")
# An environment's damping looks at no more than this.
MEMORY = 100


class CapEnvironmentWindowsMixin(models.AbstractModel):
    """Reads the windows that were not judged yet, and judges them."""

    _name = "cap.environment.windows.mixin"
    _description = "Windows of an environment"

    # === BUSINESS METHODS === #

    def _read_windows(self, flows):
        """Return {flow id: `Read`}, in two queries."""
        found = {flow.id: Read([], [], False) for flow in flows}
        self.env.flush_all()
        for new, condition in (
            (
                False,
                SQL(
                    "window_start <= f.watched_at AND (ok + failed > 0"
                    " OR queue_depth > 0 OR oldest_pending_s > 0)"
                    " ORDER BY window_start DESC LIMIT %s",
                    MEMORY,
                ),
            ),
            (
                True,
                # one bound, so that the index gives the new ones alone
                SQL(
                    "window_start > coalesce(f.watched_at, '-infinity')"
                    " ORDER BY window_start LIMIT %s",
                    WATCH_WINDOWS,
                ),
            ),
        ):
            for flow_id, *row in self.env.execute_query(
                SQL(
                    """SELECT f.id, s.* FROM cap_flow f CROSS JOIN LATERAL (
                        SELECT window_start, window_end, ok, failed, p95_ms,
                            queue_depth, oldest_pending_s
                        FROM cap_health_sample WHERE flow_id = f.id AND %s
                    ) s WHERE f.id = ANY(%s) ORDER BY f.id, s.window_start""",
                    condition,
                    flows.ids,
                )
            ):
                found[flow_id][new].append(Row(*row))
        return {
            flow_id: read._replace(more=len(read.new) >= WATCH_WINDOWS)
            for flow_id, read in found.items()
        }

    def _judge_windows(self, flows, read, paused):
        """Follow each flow's level through its new windows.

        :param read: what `_read_windows` returned.
        :param paused: environments that rest now.
        :return: {flow: (level, steps, end of its last window)}.
        """
        pauses = self._read_pauses()
        judged = {}
        for flow in flows:
            environment = flow.environment_id
            known, limits = read[flow.id], flow._get_thresholds()
            rests = flow.is_paused or environment in paused
            spans = pauses[environment.id]

            def judge(row, limits=limits, rests=rests, spans=spans):
                if rests or any(
                    row.start < stop and row.end > start for start, stop in spans
                ):
                    return None
                return judge_window(*row[2:], limits)

            level, steps = replay(
                flow.level,
                [judge(row) for row in known.before],
                [(row.end, judge(row)) for row in known.new],
                environment._get_damping(),
            )
            ends = [row.end for row in known.new]
            last = max(chain(ends, filter(None, [flow.last_window_at])), default=False)
            judged[flow] = (level, steps, last)
            if known.new:
                flow._guarded_write({"watched_at": known.new[-1].start})
        return judged

    def _read_pauses(self):
        """Return {environment id: [(start, end)]} of all maintenance windows."""
        pauses = defaultdict(list)
        for line in self.env["cap.environment.maintenance"].search(
            [("environment_id", "in", self.ids)]
        ):
            pauses[line.environment_id.id].append((line.start, line.stop))
        return pauses

    def _find_paused(self, now):
        """Return the set of environments that rest now."""
        working = self.env["cap.environment.maintenance"].search(
            [
                ("environment_id", "in", self.ids),
                ("start", "<=", now),
                ("stop", ">", now),
            ]
        )
        return set(self.filtered("is_paused") | working.environment_id)
