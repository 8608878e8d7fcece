from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import PUBLISHED_STATES


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
        parts._check_audit_open()
        return parts

    def write(self, vals):
        if self._get_published_content() & vals.keys():
            self._check_audit_open()
        result = super().write(vals)
        if "audit_id" in vals:
            self._check_audit_open()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        self._check_audit_open()

    # === BUSINESS METHODS === #

    @api.model
    def _get_published_content(self):
        """Return the names of the fields that stay as published; all by default.

        :return: set of field names.
        """
        return set(self._fields)

    def _check_audit_open(self):
        """Refuse to change what the client has read.

        :raises UserError: naming the audit, and how to correct it.
        """
        for audit in self.audit_id:
            if audit.state in PUBLISHED_STATES:
                raise UserError(
                    self.env._(
                        "%(audit)s is published: its content stays as the client read "
                        "it. Add a correction instead.",
                        audit=audit.display_name,
                    )
                )
