from odoo import api, fields, models, tools
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..const import MATERIAL_KINDS, MATERIAL_MOVES, MATERIAL_STATES


class CapTrainingMaterial(models.Model):
    """One thing to learn from: a document, a link or a video, in its newest version.

    What is in it belongs to its versions, which clients never read: they get it through
    the library, which looks at their cover of this moment.
    """

    _name = "cap.training.material"
    _inherit = [
        "cap.training.material.portal.mixin",
        "cap.training.reading.mixin",
        "cap.state.moves.mixin",
    ]
    _description = "CAP Training Material"
    _order = "published_at desc nulls first, id desc"
    _rec_names_search = ["name", "summary", "topic_id.name"]

    # what it is
    name = fields.Char("Title", required=True, index="trigram")
    summary = fields.Text(index="trigram", help="What the reader learns from it.")
    kind = fields.Selection(MATERIAL_KINDS, required=True, default="document")
    topic_id = fields.Many2one(
        "cap.training.topic", required=True, index=True, ondelete="restrict"
    )
    lang = fields.Selection(
        selection=lambda self: self.env["res.lang"].get_installed(),
        string="Language",
        required=True,
        default=lambda self: self.env.lang or "en_US",
    )
    minutes = fields.Integer(help="How long it takes to read or watch it.")

    # who may see it
    tier_ids = fields.Many2many(
        "cap.tier",
        string="Tiers",
        help="Empty: every tier that gives access to training material.",
    )
    company_id = fields.Many2one(
        "res.company", index="btree_not_null", help="Empty: clients of all companies."
    )
    state = fields.Selection(
        MATERIAL_STATES, default="draft", required=True, readonly=True, copy=False
    )

    # its versions
    version_ids = fields.One2many(
        "cap.training.material.version", "material_id", "Versions", copy=False
    )
    version_id = fields.Many2one(
        "cap.training.material.version",
        "Version shown",
        compute="_compute_version_id",
        store=True,
        index="btree_not_null",
    )
    published_at = fields.Datetime(
        compute="_compute_version_id",
        store=True,
        help="When the version that is shown was published.",
    )
    version_number = fields.Integer(related="version_id.number", string="Version")

    _library_idx = models.Index(
        "(published_at DESC, id DESC) WHERE state = 'published'"
    )
    _minutes_positive = models.Constraint(
        "CHECK(minutes >= 0)", "The minutes that it takes cannot be negative."
    )

    # === COMPUTE METHODS === #

    @api.depends("version_ids.published_at", "version_ids.number")
    def _compute_version_id(self):
        for material in self:
            shown = material.version_ids.filtered("published_at").sorted("number")[-1:]
            material.version_id = shown
            material.published_at = shown.published_at

    # === CRUD METHODS === #

    def write(self, vals):
        if "kind" in vals:
            self._check_no_versions(vals["kind"])
        return super().write(vals)

    def _check_no_versions(self, kind):
        for material in self:
            if material.kind != kind and material.version_ids:
                raise UserError(
                    self.env._(
                        "%(material)s has versions of its kind already. Create new "
                        "material for another kind, and archive this one.",
                        material=material.display_name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        for material in self:
            if material.version_id:
                raise UserError(
                    self.env._(
                        "%(material)s has been published: clients know it. Archive it "
                        "instead of deleting it.",
                        material=material.display_name,
                    )
                )

    # === ACTION METHODS === #

    def action_publish(self):
        """Show the material to the clients whose tier allows it."""
        self._set_published()
        return True

    def action_archive_material(self):
        """Take the material out of the library; its history stays."""
        self._update_state("archived")
        return True

    def action_redraft(self):
        """Bring archived material back for more work."""
        self._update_state("draft")
        return True

    def action_new_version(self):
        """Open the one step that uploads a new version.

        :return: action dictionary.
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "connecta_cap.cap_training_material_upload_action"
        )
        return action | {"context": {"default_material_id": self.id}}

    # === BUSINESS METHODS === #

    @api.model
    def _get_moves(self):
        return MATERIAL_MOVES

    def _set_published(self):
        """Publish, with the newest version if none of them is published yet."""
        self.check_access("write")
        for material in self:
            newest = material.version_ids.sorted("number")[-1:]
            if not newest:
                raise UserError(
                    self.env._(
                        "%(material)s has nothing to show yet: add a first version, "
                        "then publish it.",
                        material=material.display_name,
                    )
                )
            if not material.version_id:
                newest._set_published()
        self._update_state("published")

    def _add_version(self, note, file=None, file_name="", url="", publish=True):
        """Add the next version, and show it at once if asked.

        :param note: what is new in it.
        :param file: base64 content of a document.
        :param file_name: of the document.
        :param url: address of a link or video.
        :param publish: whether it replaces the version that is shown.
        :return: the new `cap.training.material.version`.
        """
        self.ensure_one()
        self.check_access("write")
        version = self.env["cap.training.material.version"].create(
            {
                "material_id": self.id,
                "note": note,
                "file": file,
                "file_name": file_name,
                "url": url,
            }
        )
        if publish:
            version._set_published()
            if self.state != "published":
                self._set_published()
        return version

    @api.model
    def _get_search_domain(self, text):
        """Return the domain of the material in which every word of a text is found."""
        words = list(tools.unique((text or "").split()))[:8]
        return Domain.AND(
            Domain.OR(
                Domain(name, "ilike", word)
                for name in ("name", "summary", "topic_id.name")
            )
            for word in words
        )
