from odoo import fields, models


class CapHealthSumMixin(models.AbstractModel):
    """The figures of an hour or a day.

    Percentiles cannot be summed: `p50_ms` and `p95_ms` are the means of the windows',
    weighted by their runs, and `p95_max_ms` is the worst window's.
    """

    _name = "cap.health.sum.mixin"
    _description = "Sums of health samples"

    windows = fields.Integer(readonly=True)
    seconds = fields.Integer(
        "Time covered (s)", readonly=True, help="The windows' lengths together."
    )
    ok = fields.Integer("OK", readonly=True)
    failed = fields.Integer(readonly=True)
    skipped = fields.Integer(readonly=True)
    timed = fields.Integer("Runs with durations", readonly=True)
    p50_ms = fields.Float("Median (ms)", readonly=True, aggregator="avg")
    p95_ms = fields.Float("95 % within (ms)", readonly=True, aggregator="avg")
    p95_max_ms = fields.Float("Worst 95 % (ms)", readonly=True, aggregator="max")
    queue_max = fields.Integer("Most waiting", readonly=True, aggregator="max")
    oldest_max_s = fields.Integer(
        "Longest waiting (s)", readonly=True, aggregator="max"
    )
