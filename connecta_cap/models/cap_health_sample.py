from odoo import fields, models


class CapHealthSample(models.Model):
    """How a flow did in one window, as reported; the rollup sums it up.

    Rows are added and, when they are old, deleted; nothing changes one.
    """

    _name = "cap.health.sample"
    _description = "CAP Health Sample"
    _order = "window_start desc, id desc"
    _log_access = False
    _rec_name = "window_start"

    environment_id = fields.Many2one(
        "cap.environment", required=True, readonly=True, ondelete="cascade"
    )
    flow_id = fields.Many2one(
        "cap.flow", required=True, readonly=True, ondelete="cascade"
    )
    window_start = fields.Datetime("From", required=True, readonly=True)
    window_end = fields.Datetime("Until", required=True, readonly=True)
    ok = fields.Integer("OK", readonly=True)
    failed = fields.Integer(readonly=True)
    skipped = fields.Integer(readonly=True)
    p50_ms = fields.Float("Median (ms)", readonly=True, aggregator="avg")
    p95_ms = fields.Float("95 % within (ms)", readonly=True, aggregator="max")
    queue_depth = fields.Integer("Waiting", readonly=True, aggregator="max")
    oldest_pending_s = fields.Integer(
        "Oldest waits (s)", readonly=True, aggregator="max"
    )

    # a flow's windows in order of time, and each once
    _window_unique = models.UniqueIndex(
        "(flow_id, window_start)", "This window was reported already."
    )
    # windows arrive nearly in order of time: a small index finds the old ones
    _age_idx = models.Index("USING brin (window_start) WITH (pages_per_range = 32)")
