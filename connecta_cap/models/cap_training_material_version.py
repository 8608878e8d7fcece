import base64

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools.links import split_web_address


class CapTrainingMaterialVersion(models.Model):
    """What material contained from one publication up to the next; old ones are kept.

    Clients have no access to versions at all: neither the address of a file nor the
    number of its attachment opens anything.
    """

    _name = "cap.training.material.version"
    _inherit = ["cap.clock.mixin", "cap.guarded.mixin"]
    _description = "CAP Training Material Version"
    _order = "material_id, number desc"
    _rec_name = "number"

    material_id = fields.Many2one(
        "cap.training.material", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="material_id.company_id")
    kind = fields.Selection(related="material_id.kind")
    number = fields.Integer(compute="_compute_number", store=True, precompute=True)
    note = fields.Char("What is new", required=True)
    file = fields.Binary(attachment=True)
    file_name = fields.Char()
    file_size = fields.Integer("Size (bytes)", compute="_compute_file_size", store=True)
    url = fields.Char("Address")
    published_at = fields.Datetime("Published on", readonly=True, copy=False)
    user_id = fields.Many2one(
        "res.users", "Added by", readonly=True, default=lambda self: self.env.user
    )

    _number_unique = models.UniqueIndex(
        "(material_id, number)",
        "Somebody added a version at the same moment: reload and add yours again.",
    )

    # === COMPUTE METHODS === #

    @api.depends("material_id")
    def _compute_number(self):
        last = dict(
            self._read_group(
                [("material_id", "in", self.material_id.ids)],
                ["material_id"],
                ["number:max"],
            )
        )
        for version in self:
            if not version._origin.number:
                last[version.material_id] = last.get(version.material_id, 0) + 1
                version.number = last[version.material_id]

    @api.depends("file")
    def _compute_file_size(self):
        for version in self.with_context(bin_size=False):
            version.file_size = len(base64.b64decode(version.file or b""))

    @api.depends("material_id", "number")
    def _compute_display_name(self):
        for version in self:
            name = version.material_id.name
            version.display_name = f"{name} ({version.number})" if name else ""

    # === CONSTRAINT METHODS === #

    @api.constrains("material_id", "file", "file_name", "url")
    def _check_content(self):
        for version in self:
            if version.kind == "document":
                version._check_document()
            elif not split_web_address(version.url):
                raise ValidationError(
                    self.env._(
                        "“%(url)s” is not a web address. Copy it whole, from https:// "
                        "to its end.",
                        url=version.url or "",
                    )
                )

    def _check_document(self):
        content = self.with_context(bin_size=False).file
        if not content:
            raise ValidationError(
                self.env._(
                    "Choose the file of %(material)s.",
                    material=self.material_id.display_name,
                )
            )
        self.env["cap.file.type"]._check_file(self.file_name, base64.b64decode(content))

    # === CRUD METHODS === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"number", "published_at", "file_size"}

    def write(self, vals):
        if {"material_id", "file", "file_name", "url", "note"} & vals.keys():
            self._check_unpublished()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        self._check_unpublished()

    def _check_unpublished(self):
        for version in self:
            if version.published_at:
                raise UserError(
                    self.env._(
                        "Version %(number)s of %(material)s has been published and "
                        "stays as it is. Add a new version instead.",
                        number=version.number,
                        material=version.material_id.display_name,
                    )
                )

    # === ACTION METHODS === #

    def action_publish(self):
        """Show this version from now on; older ones stay for staff."""
        self._set_published()
        return True

    # === BUSINESS METHODS === #

    def _set_published(self):
        """Let clients see this version instead of the one before.

        :raises UserError: when it is shown already, or a newer one is.
        """
        self.check_access("write")
        for version in self:
            shown = version.material_id.version_id
            if shown.number >= version.number:
                raise UserError(
                    self.env._(
                        "Clients see version %(shown)s of %(material)s already. Add a "
                        "new version to bring back older content.",
                        shown=shown.number,
                        material=version.material_id.display_name,
                    )
                )
            version._guarded_write({"published_at": self._cap_now()})
