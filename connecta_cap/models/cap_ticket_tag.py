from random import randint

from odoo import fields, models


class CapTicketTag(models.Model):
    """A word that agents file tickets under; clients do not see it."""

    _name = "cap.ticket.tag"
    _description = "CAP Ticket Tag"
    _order = "name, id"

    name = fields.Char(required=True, translate=True)
    color = fields.Integer(default=lambda self: randint(1, 11))

    _name_unique = models.UniqueIndex("(name)", "A tag with this name exists already.")
