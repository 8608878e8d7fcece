from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.json import scriptsafe as json

from ..const import WATCH_BATCH
from ..tools.health_score import (
    SCORE_DAYS,
    Figures,
    FlowFigures,
    compute_score,
)
from ..tools.health_spans import cut_spans, subtract_spans, sum_seconds
from .cap_health_reader import iso


class CapEnvironmentScoreMixin(models.AbstractModel):
    """The health score: computed from the last 30 days, kept for every day."""

    _name = "cap.environment.score.mixin"
    _inherit = ["cap.health.state.mixin", "cap.clock.mixin", "cap.batch.mixin"]
    _description = "Score of an environment"

    score = fields.Integer(readonly=True, copy=False, aggregator="avg")
    has_score = fields.Boolean("Score known", readonly=True, copy=False)
    score_reason = fields.Char(readonly=True, copy=False)
    score_lines = fields.Json(readonly=True, copy=False)
    score_text = fields.Text("Deductions", compute="_compute_score_text")
    score_ids = fields.One2many("cap.health.score", "environment_id", "Scores")

    # === COMPUTE METHODS === #

    @api.depends("score_lines", "has_score", "score_reason")
    @api.depends_context("lang")
    def _compute_score_text(self):
        for environment in self:
            lines = environment._list_deductions()
            words = [
                self.env._(
                    "−%(points)s: %(label)s",
                    points=f"{line['points']:g}",
                    **{"label": line["label"]},
                )
                for line in lines
            ]
            environment.score_text = "\n".join(words) or environment._word_no_score()

    # === CRUD METHODS === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "score",
            "has_score",
            "score_reason",
            "score_lines",
        }

    # === BUSINESS METHODS === #

    @api.model
    def _cron_score(self):
        """Compute the score of every environment, and keep it for the day."""
        self._work_through(
            self.env["cap.environment"].sudo(), [], WATCH_BATCH, lambda b: b._score()
        )

    def _score(self):
        """Compute and keep the score of today."""
        now = self._cap_now()
        figures = self._get_score_figures(now)
        rows = []
        for environment in self:
            score = compute_score(figures[environment.id])
            lines = [
                {"code": one.code, "points": one.points, "figure": one.figure}
                for one in score.deductions
            ]
            environment._write_changed(
                {
                    "score": score.value or 0,
                    "has_score": score.value is not None,
                    "score_reason": score.reason,
                    "score_lines": lines,
                }
            )
            day = environment._get_local_day(now)
            known = score.value is not None
            value = (environment.id, day, known, score.value or 0, score.reason)
            rows.append((*value, json.dumps(lines)))
        self._keep_scores(rows)

    def _keep_scores(self, rows):
        if not rows:
            return
        self.env.execute_query(
            SQL(
                """INSERT INTO cap_health_score
                    (environment_id, day, has_score, score, reason, deductions)
                SELECT * FROM unnest(%s::int[], %s::date[], %s::bool[], %s::int[],
                    %s::varchar[], %s::jsonb[])
                ON CONFLICT (environment_id, day) DO UPDATE SET
                    has_score = excluded.has_score, score = excluded.score,
                    reason = excluded.reason, deductions = excluded.deductions
                RETURNING id""",
                *map(list, zip(*rows, strict=True)),
            )
        )
        self.env["cap.health.score"].invalidate_model()

    def _get_local_day(self, now):
        self.ensure_one()
        return self.env["cap.health.reader"]._list_days(self.tz, now, 1)[-1][0]

    def _get_score_figures(self, now):
        """Return {environment id: `Figures`} of the last 30 days."""
        reader = self.env["cap.health.reader"]
        start = now - timedelta(days=SCORE_DAYS)
        sums = {
            row["flow_id"]: row
            for row in reader._sum_by(
                "cap_health_hour", ("flow_id",), "hour", (start, now), self
            )
        }
        spans = reader._list_spans(self, start, now)
        flows = defaultdict(list)
        for flow in self.env["cap.flow"].search(
            [("environment_id", "in", self.ids), ("is_paused", "=", False)]
        ):
            flows[flow.environment_id].append(_pack_flow(flow, sums.get(flow.id)))
        pauses = self._read_pauses()
        found = {}
        for environment in self:
            since = max(start, environment.create_date)
            kinds = spans[environment.id]
            rest = pauses[environment.id]
            found[environment.id] = Figures(
                tuple(flows[environment]),
                *(
                    _share(kinds[kind], rest, since, now)
                    for kind in ("down", "degraded", "no_data")
                ),
            )
        return found

    def _list_deductions(self):
        """Return the deductions of the score: `code`, `label`, `points`, `figure`."""
        self.ensure_one()
        labels = self._get_deduction_labels()
        return [
            line
            | {
                "label": labels[line["code"]]
                % {
                    "percent": f"{100 * line['figure']:.3g}",
                    "count": round(line["figure"]),
                }
            }
            for line in self.score_lines or ()
        ]

    @api.model
    def _get_deduction_labels(self):
        return {
            "failures": self.env._(
                "%(percent)s %% of runs failed, weighted by criticality"
            ),
            "down": self.env._(
                "something important was down for %(percent)s %% of the time"
            ),
            "degraded": self.env._(
                "something was not well for %(percent)s %% of the time"
            ),
            "silence": self.env._("no data for %(percent)s %% of the time"),
            "slow": self.env._("%(percent)s %% of flows are slower than their limit"),
            "backlog": self.env._("%(percent)s %% of flows have too much waiting"),
            "open": self.env._("%(count)s flows are down now"),
        }

    def _word_no_score(self):
        """Return why there is no score, "" when there is one."""
        self.ensure_one()
        if self.has_score:
            return ""
        if self.score_reason == "too_little_data":
            return self.env._(
                "For more than half of the last 30 days there is no data."
            )
        return self.env._("Nothing ran in the last 30 days.")

    def _list_scores(self, first):
        """Return the scores since a day, oldest first: `day` and `score`."""
        found = (
            self.env["cap.health.score"]
            .sudo()
            .search(
                [("environment_id", "=", self.id), ("day", ">=", first)], order="day"
            )
        )
        return [
            {"day": iso(one.day), "score": one.score if one.has_score else None}
            for one in found
        ]


def _pack_flow(flow, row):
    row = row or {"ok": 0, "failed": 0, "p95_ms": None, "queue_max": 0}
    return FlowFigures(
        flow.criticality,
        row["ok"],
        row["failed"],
        bool(flow.slow_ms and (row["p95_ms"] or 0) > flow.slow_ms),
        bool(flow.queue_limit and (row["queue_max"] or 0) > flow.queue_limit),
        flow.state == "down",
    )


def _share(spans, rest, start, end):
    """Return the part of the time that spans cover, maintenance left out."""
    counted = subtract_spans(cut_spans(spans, start, end), rest)
    total = sum_seconds(subtract_spans([(start, end)], rest))
    return min(1.0, sum_seconds(counted) / total) if total else 0.0
