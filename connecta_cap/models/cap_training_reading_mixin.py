from odoo import fields, models


class CapTrainingReadingMixin(models.AbstractModel):
    """How often material is opened, by how many people, and who likes it."""

    _name = "cap.training.reading.mixin"
    _description = "Reading of training material"

    mark_ids = fields.One2many("cap.training.material.mark", "material_id", "Marks")
    reader_count = fields.Integer(
        "Readers", compute="_compute_marks", help="People at clients who opened it."
    )
    view_count = fields.Integer(
        "Times opened", compute="_compute_marks", help="How often clients opened it."
    )
    favourite_count = fields.Integer("Favourites", compute="_compute_marks")

    # === COMPUTE METHODS === #

    def _compute_marks(self):
        rows = self.env["cap.training.material.mark"]._read_group(
            [("material_id", "in", self.ids), ("view_count", ">", 0)],
            ["material_id"],
            ["__count", "view_count:sum"],
        )
        sums = {material: figures for material, *figures in rows}
        liked = dict(
            self.env["cap.training.material.mark"]._read_group(
                [("material_id", "in", self.ids), ("is_favourite", "=", True)],
                ["material_id"],
                ["__count"],
            )
        )
        for material in self:
            figures = sums.get(material, (0, 0))
            material.reader_count, material.view_count = figures
            material.favourite_count = liked.get(material, 0)

    # === ACTION METHODS === #

    def action_view_marks(self):
        """Open who has seen the material and how often.

        :return: action dictionary.
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "connecta_cap.cap_training_material_mark_action"
        )
        return action | {"domain": [("material_id", "=", self.id)]}
