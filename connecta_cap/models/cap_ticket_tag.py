from random import randint

from odoo import fields, models


class CapTicketTag(models.Model):
    """A word that agents file tickets under; clients do not see it."""

    _name = "cap.ticket.tag"
    _description = "CAP Ticket Tag"
    _order = "name, id"

    name = fields.Char(required=True, translate=True)
    color = fields.Integer(default=lambda self: randint(1, 11))
    active = fields.Boolean(
        default=True,
        help="An archived tag stays on its tickets and is offered no more.",
    )
    ticket_count = fields.Integer("Open tickets", compute="_compute_ticket_count")

    _name_unique = models.UniqueIndex("(name)", "A tag with this name exists already.")

    # === COMPUTE METHODS === #

    def _compute_ticket_count(self):
        groups = self.env["cap.ticket"]._read_group(
            [("tag_ids", "in", self.ids), ("is_closed", "=", False)],
            ["tag_ids"],
            ["__count"],
        )
        counts = {tag.id: count for tag, count in groups}
        for tag in self:
            tag.ticket_count = counts.get(tag.id, 0)

    # === ACTION METHODS === #

    def action_view_tickets(self):
        """Open the tickets with this tag.

        :return: action dictionary.
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "connecta_cap.cap_ticket_action"
        )
        return action | {"domain": [("tag_ids", "in", self.ids)]}
