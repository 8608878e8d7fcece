from odoo import api, fields, models


class CapAuditPartMixin(models.AbstractModel):
    """A part of an audit: it stays as the client read it once it is published."""

    _name = "cap.audit.part.mixin"
    _description = "Part of an audit"
    _order = "audit_id, sequence, id"

    audit_id = fields.Many2one(
        "cap.audit", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="audit_id.company_id")
    sequence = fields.Integer(default=10)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        parts = super().create(vals_list)
        parts.audit_id._check_unpublished()
        return parts

    def write(self, vals):
        if self._get_published_content() & vals.keys():
            self.audit_id._check_unpublished()
        result = super().write(vals)
        if "audit_id" in vals:
            self.audit_id._check_unpublished()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        self.audit_id._check_unpublished()

    # === BUSINESS METHODS === #

    @api.model
    def _get_published_content(self):
        """Return the names of the fields that stay as published; all by default.

        :return: set of field names.
        """
        return set(self._fields)
