from odoo import fields, models
from odoo.exceptions import UserError


class CapTrainingMaterialUpload(models.TransientModel):
    """Adds a version to material, and shows it to clients, in one step."""

    _name = "cap.training.material.upload"
    _description = "New version of training material"

    material_id = fields.Many2one(
        "cap.training.material", required=True, readonly=True, ondelete="cascade"
    )
    kind = fields.Selection(related="material_id.kind")
    note = fields.Char("What is new", required=True, help="Readers see it.")
    file = fields.Binary()
    file_name = fields.Char()
    url = fields.Char("Address")
    is_published = fields.Boolean(
        "Show it at once",
        default=True,
        help="It replaces the version that clients see. Otherwise it waits.",
    )

    # === ACTION METHODS === #

    def action_confirm(self):
        """Add the version.

        :return: action that closes the dialog.
        :raises UserError: when what it needs is missing or refused; nothing is added.
        """
        self.ensure_one()
        note = " ".join((self.note or "").split())
        if not note:
            raise UserError(self.env._("Say in a few words what is new."))
        self.material_id._add_version(
            note,
            file=self.with_context(bin_size=False).file,
            file_name=self.file_name,
            url=(self.url or "").strip(),
            publish=self.is_published,
        )
        return {"type": "ir.actions.act_window_close"}
