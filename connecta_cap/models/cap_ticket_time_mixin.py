from odoo import api, fields, models


class CapTicketTimeMixin(models.AbstractModel):
    """The hours that people spent on a request: inside information, for fair use."""

    _name = "cap.ticket.time.mixin"
    _description = "Time spent on a request"

    time_ids = fields.One2many("cap.ticket.time", "ticket_id", "Time lines")
    time_hours = fields.Float(
        "Hours spent", compute="_compute_time_hours", store=True, compute_sudo=True
    )

    # === COMPUTE METHODS === #

    @api.depends("time_ids.hours")
    def _compute_time_hours(self):
        for ticket in self:
            ticket.time_hours = sum(ticket.time_ids.mapped("hours"))
