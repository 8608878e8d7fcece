from odoo import fields, models


class CapTrainingTopic(models.Model):
    """What training material is about: the shelves of the library."""

    _name = "cap.training.topic"
    _inherit = ["cap.portal.whitelist.mixin"]
    _description = "CAP Training Topic"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    material_ids = fields.One2many("cap.training.material", "topic_id")
    material_count = fields.Integer(compute="_compute_material_count")

    # === COMPUTE METHODS === #

    def _compute_material_count(self):
        counts = dict(
            self.env["cap.training.material"]._read_group(
                [("topic_id", "in", self.ids)], ["topic_id"], ["__count"]
            )
        )
        for topic in self:
            topic.material_count = counts.get(topic, 0)

    # === BUSINESS METHODS === #

    def _portal_readable_fields(self):
        return super()._portal_readable_fields() | {"name", "sequence", "active"}
