from odoo import fields, models

from ..const import REPORT_ORIGINS


class CapHealthReport(models.Model):
    """That a report came in, and what was answered: sent again, it gets the same.

    It also says when an environment was last heard of, and by which token, without a
    row that all reports would have to change.
    """

    _name = "cap.health.report"
    _description = "CAP Health Report"
    _order = "id desc"
    _log_access = False
    _rec_name = "received_at"

    environment_id = fields.Many2one(
        "cap.environment", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="environment_id.company_id")
    token_id = fields.Many2one(
        "cap.environment.token", readonly=True, ondelete="set null"
    )
    origin = fields.Selection(REPORT_ORIGINS, required=True, readonly=True)
    key = fields.Char("Idempotency key", readonly=True)
    digest = fields.Char(readonly=True)
    received_at = fields.Datetime("Received", required=True, readonly=True)
    sent_at = fields.Datetime("Sent, by its own clock", readonly=True)
    skew_seconds = fields.Integer(
        "Clock behind by",
        readonly=True,
        aggregator=None,
        help="Seconds; negative when the reporter's clock is ahead.",
    )
    accepted = fields.Integer("Windows kept", readonly=True)
    duplicates = fields.Integer("Known windows", readonly=True)
    rejected = fields.Integer("Rows refused", readonly=True)
    answer = fields.Json(readonly=True)
    facts = fields.Json(readonly=True)

    _key_unique = models.UniqueIndex(
        "(environment_id, key)", "This report came in already."
    )
    _latest_idx = models.Index("(environment_id, id)")
    _rate_idx = models.Index("(token_id, received_at)")
    _age_idx = models.Index("USING brin (received_at)")
