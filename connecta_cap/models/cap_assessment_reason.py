from odoo import fields, models

from ..const import PRIORITIES


class CapAssessmentReason(models.Model):
    """A ready sentence for an assessment, which the client will read.

    The first one of a priority is filled in beforehand, so that one click is enough.
    """

    _name = "cap.assessment.reason"
    _description = "CAP Assessment Reason"
    _order = "priority, sequence, id"
    _rec_name = "text"

    text = fields.Char("Reason", required=True, translate=True)
    priority = fields.Selection(PRIORITIES, required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
