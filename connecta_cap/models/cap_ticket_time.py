from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CapTicketTime(models.Model):
    """Hours that one person spent on one ticket on one day."""

    _name = "cap.ticket.time"
    _inherit = ["cap.clock.mixin"]
    _description = "CAP Ticket Time"
    _order = "date desc, id desc"
    _rec_name = "note"

    ticket_id = fields.Many2one(
        "cap.ticket", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="ticket_id.company_id", store=True, index=True)
    user_id = fields.Many2one(
        "res.users",
        "Who",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
    )
    date = fields.Date(
        "Day", required=True, default=lambda self: self._cap_today(), index=True
    )
    hours = fields.Float(required=True)
    note = fields.Char("What was done")

    _hours_sound = models.Constraint(
        "CHECK(hours > 0 AND hours <= 24)",
        "Give the hours of one day: more than 0, at most 24.",
    )

    # === CONSTRAINT METHODS === #

    @api.constrains("date")
    def _check_date(self):
        today = self._cap_today()
        for line in self:
            if line.date > today:
                raise ValidationError(
                    self.env._(
                        "Time on %(ticket)s is dated %(day)s, which is still to come. "
                        "Write time down once it is spent.",
                        ticket=line.ticket_id.display_name,
                        day=line.date,
                    )
                )

    # === CRUD METHODS === #

    def write(self, vals):
        result = super().write(vals)
        if "user_id" in vals:
            # nobody but a lead hands hours to somebody else
            self.check_access("write")
        return result
