from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..const import ATTENDANCES


class CapTrainingAttendance(models.Model):
    """One contact of the client at one training session: invited, and then there."""

    _name = "cap.training.attendance"
    _inherit = ["cap.portal.whitelist.mixin"]
    _description = "CAP Training Attendance"
    _order = "session_id, id"
    _rec_name = "partner_id"

    session_id = fields.Many2one(
        "cap.training.session", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="session_id.company_id", store=True, index=True
    )
    client_id = fields.Many2one(related="session_id.partner_id")
    partner_id = fields.Many2one(
        "res.partner",
        "Attendee",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('id', 'child_of', client_id)]",
    )
    email = fields.Char(related="partner_id.email")
    state = fields.Selection(
        ATTENDANCES, "Attendance", default="invited", required=True
    )

    _once = models.UniqueIndex(
        "(session_id, partner_id)", "This attendee is on the list already."
    )

    # === CONSTRAINT METHODS === #

    @api.constrains("partner_id", "session_id")
    def _check_of_client(self):
        for line in self:
            client = line.session_id.partner_id
            if line.partner_id.commercial_partner_id != client:
                raise ValidationError(
                    self.env._(
                        "%(person)s is not a contact of %(client)s: training hours "
                        "are for the client's own people. Add the person to its "
                        "contacts first.",
                        person=line.partner_id.display_name,
                        client=client.display_name,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.session_id._follow_meeting()
        return lines

    def unlink(self):
        sessions = self.session_id
        result = super().unlink()
        sessions._follow_meeting()
        return result

    # === BUSINESS METHODS === #

    def _portal_readable_fields(self):
        return super()._portal_readable_fields() | {
            "session_id",
            "partner_id",
            "state",
        }
