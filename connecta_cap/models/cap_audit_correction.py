from odoo import api, fields, models
from odoo.exceptions import UserError


class CapAuditCorrection(models.Model):
    """A note that puts a published audit right; the audit itself stays as it was.

    The client reads it beside the audit, and is told by mail.
    """

    _name = "cap.audit.correction"
    _inherit = ["cap.clock.mixin"]
    _description = "CAP Audit Correction"
    _order = "audit_id, version, id"
    _rec_name = "text"

    audit_id = fields.Many2one(
        "cap.audit", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="audit_id.company_id")
    version = fields.Integer(readonly=True, help="The published audit is version 1.")
    date = fields.Date(readonly=True)
    user_id = fields.Many2one("res.users", "By", readonly=True)
    text = fields.Text("What is put right", required=True)

    _version_unique = models.UniqueIndex(
        "(audit_id, version)",
        "Somebody added a correction at the same moment: save yours again.",
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        audits = self.env["cap.audit"]
        versions = {}
        for vals in vals_list:
            audit = audits.browse(vals.get("audit_id"))
            if not audit._is_published():
                raise UserError(
                    self.env._(
                        "%(audit)s is not published yet: change its content instead of "
                        "correcting it.",
                        audit=audit.display_name or self.env._("The audit"),
                    )
                )
            version = versions.get(audit, len(audit.correction_ids) + 1) + 1
            versions[audit] = version
            vals.update(version=version, date=self._cap_today(), user_id=self.env.uid)
        corrections = super().create(vals_list)
        for correction in corrections:
            correction.audit_id._tell_corrected(correction)
        return corrections

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(
            self.env._(
                "A correction is never changed: the client has read it. Add another "
                "one that puts it right."
            )
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("A correction is never deleted: the client has read it.")
        )
