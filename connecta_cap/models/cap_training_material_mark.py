from odoo import api, fields, models
from odoo.tools import SQL


class CapTrainingMaterialMark(models.Model):
    """What one reader did with one piece of material: seen, how often, favourite."""

    _name = "cap.training.material.mark"
    _description = "CAP Training Material Mark"
    _order = "seen_at desc nulls last, id desc"
    _rec_name = "material_id"

    user_id = fields.Many2one(
        "res.users", "Reader", required=True, readonly=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        related="user_id.partner_id.commercial_partner_id", string="Client"
    )
    material_id = fields.Many2one(
        "cap.training.material",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="material_id.company_id")
    is_favourite = fields.Boolean("Favourite", readonly=True)
    view_count = fields.Integer("Times opened", readonly=True)
    seen_at = fields.Datetime("Last opened", readonly=True)

    _reader_unique = models.UniqueIndex(
        "(user_id, material_id)", "This reader has marked this material already."
    )

    # === BUSINESS METHODS === #

    @api.model
    def _mark_seen(self, user, material, now):
        """Count that a reader opened material, whatever else happens at the moment.

        :param now: naive UTC datetime.
        """
        self._upsert(
            user,
            material,
            {"view_count": 1, "seen_at": now},
            SQL("view_count = mark.view_count + 1, seen_at = EXCLUDED.seen_at"),
        )

    @api.model
    def _mark_favourite(self, user, material, is_favourite):
        """Set or drop a reader's favourite."""
        self._upsert(
            user,
            material,
            {"view_count": 0, "is_favourite": is_favourite},
            SQL("is_favourite = EXCLUDED.is_favourite"),
        )

    def _upsert(self, user, material, vals, update):
        vals = {"user_id": user.id, "material_id": material.id} | vals
        self.env.cr.execute(
            SQL(
                """INSERT INTO cap_training_material_mark AS mark (%(columns)s)
                VALUES (%(values)s)
                ON CONFLICT (user_id, material_id) DO UPDATE SET %(update)s""",
                columns=SQL(", ").join(map(SQL.identifier, vals)),
                values=SQL(", ").join(SQL("%s", value) for value in vals.values()),
                update=update,
            )
        )
        self.invalidate_model(flush=False)

    @api.model
    def _get_marks(self, user, materials):
        """Return a reader's marks by material.

        :return: dict of `cap.training.material.mark` by material id.
        """
        marks = self.sudo().search(
            [("user_id", "=", user.id), ("material_id", "in", materials.ids)]
        )
        return {mark.material_id.id: mark for mark in marks}
