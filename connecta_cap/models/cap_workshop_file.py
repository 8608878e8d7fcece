import base64

from odoo import api, fields, models


class CapWorkshopFile(models.Model):
    """A file that goes with the report of a workshop.

    Clients have no access to it at all: the portal hands it out once the report is
    published, to the workshop's own client.
    """

    _name = "cap.workshop.file"
    _description = "CAP Workshop File"
    _order = "name, id"

    workshop_id = fields.Many2one(
        "cap.workshop", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="workshop_id.company_id")
    name = fields.Char("File name", required=True)
    file = fields.Binary(required=True, attachment=True)

    # === CONSTRAINT METHODS === #

    @api.constrains("name", "file")
    def _check_file(self):
        for record in self.with_context(bin_size=False):
            content = base64.b64decode(record.file or b"")
            self.env["cap.file.type"]._check_file(record.name, content)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        files = super().create(vals_list)
        files.workshop_id._check_not_reported()
        return files

    def write(self, vals):
        self.workshop_id._check_not_reported()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_reported(self):
        self.workshop_id._check_not_reported()
