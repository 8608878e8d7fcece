import json

from odoo import api, models
from odoo.tools import SQL

from ..tools.health_report import ReportError, naive


class CapHealthStoreMixin(models.AbstractModel):
    """Puts what a report says into the tables, in a fixed number of statements.

    Two reports with the same rows at the same moment collide at a unique index; the
    server then does the later one again, which finds the rows there.
    """

    _name = "cap.health.store.mixin"
    _inherit = [
        "cap.health.flow.store.mixin",
        "cap.health.error.store.mixin",
        "cap.clock.mixin",
    ]
    _description = "Storing of health reports"

    # === BUSINESS METHODS === #

    @api.model
    def _keep(self, sender, report, key, digest, now):
        """Keep what a report says.

        :param sender: what `_authenticate` returned.
        :param report: `health_report.Report`.
        :param key: idempotency key, None for a heartbeat.
        :param digest: of the body, None for a heartbeat.
        :param now: naive UTC.
        :return: dict to answer with.
        :raises ReportError: 422 when nothing of it can be kept.
        """
        if report.rejected and not report.windows and not report.deployments:
            raise ReportError(
                422,
                "nothing_kept",
                "No row of this report can be kept.",
                rejected=report.rejected,
            )
        flows, unplaced = self._take_flows(sender, report.windows, now)
        placed = {
            (flows[window.key], naive(window.start)): window
            for window in reversed(report.windows)
            if window.key in flows
        }
        fresh = self._insert_samples(sender, placed)
        kept = {place: placed[place] for place in fresh}
        self._mark_dirty(sender, kept)
        self._insert_errors(kept, now)
        self._insert_deployments(sender, report.deployments)
        answer = {
            "accepted": len(kept),
            "duplicates": len(report.windows) - len(unplaced) - len(kept),
            "rejected": report.rejected + unplaced,
            "skew_seconds": round(report.skew.total_seconds()),
        }
        self._insert_report(sender, report, answer, (key, digest, now))
        self._forget_read()
        return answer | {"replayed": False}

    @api.model
    def _forget_read(self):
        for name in ("cap.flow", "cap.health.sample", "cap.health.report"):
            self.env[name].invalidate_model()

    # === BUSINESS METHODS - ROWS === #

    @api.model
    def _insert_samples(self, sender, placed):
        """Add windows; return the places of those that were not there yet.

        :param placed: {(flow id, start): `Window`}.
        """
        if not placed:
            return []
        rows = [
            (
                flow,
                start,
                naive(w.end),
                w.ok,
                w.failed,
                w.skipped,
                w.p50_ms,
                w.p95_ms,
                w.queue_depth,
                w.oldest_pending_s,
            )
            for (flow, start), w in sorted(placed.items())
        ]
        return self._insert(
            SQL(
                """INSERT INTO cap_health_sample (environment_id, flow_id,
                    window_start, window_end, ok, failed, skipped, p50_ms, p95_ms,
                    queue_depth, oldest_pending_s)
                SELECT %s, w.* FROM unnest(%s::int[], %s::timestamp[], %s::timestamp[],
                    %s::int[], %s::int[], %s::int[], %s::float8[], %s::float8[],
                    %s::int[], %s::int[]) w
                ON CONFLICT (flow_id, window_start) DO NOTHING
                RETURNING flow_id, window_start""",
                sender["environment_id"],
                *map(list, zip(*rows, strict=True)),
            )
        )

    @api.model
    def _mark_dirty(self, sender, kept):
        """Note which hours have to be counted again."""
        hours = sorted({start.replace(minute=0, second=0) for _flow, start in kept})
        if hours:
            self.env.execute_query(
                SQL(
                    "INSERT INTO cap_health_dirty (environment_id, hour)"
                    " SELECT %s, unnest(%s::timestamp[]) RETURNING id",
                    sender["environment_id"],
                    hours,
                )
            )

    @api.model
    def _insert_deployments(self, sender, deployments):
        rows = [
            (
                None,
                naive(one.at),
                "deploy",
                one.text,
                f"deploy/{one.key or one.at.isoformat()}",
            )
            for one in deployments
        ]
        self._insert_marks(sender, rows)

    @api.model
    def _insert_report(self, sender, report, answer, origin):
        key, digest, now = origin
        self._insert(
            SQL(
                """INSERT INTO cap_health_report (environment_id, token_id, origin, key,
                    digest, received_at, sent_at, skew_seconds, accepted, duplicates,
                    rejected, answer, facts)
                VALUES %s ON CONFLICT (environment_id, key) DO NOTHING RETURNING id""",
                (
                    sender["environment_id"],
                    sender["token_id"],
                    "report" if key else "heartbeat",
                    key,
                    digest,
                    now,
                    naive(report.sent_at),
                    answer["skew_seconds"],
                    answer["accepted"],
                    answer["duplicates"],
                    len(answer["rejected"]),
                    json.dumps(answer),
                    json.dumps(report.facts),
                ),
            )
        )
