from odoo import fields, models

from ..const import STAGE_KINDS


class CapTicketStage(models.Model):
    """A column of the board; its kind tells the program what the name means."""

    _name = "cap.ticket.stage"
    _inherit = ["cap.portal.whitelist.mixin"]
    _description = "CAP Ticket Stage"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        STAGE_KINDS,
        required=True,
        default="open",
        help="What the stage means: new tickets start in the first 'New' one, closed "
        "ones end in the first 'Closed' one.",
    )
    fold = fields.Boolean("Folded in the board")
    client_label = fields.Char(
        translate=True, help="What the client reads; the stage's name when empty."
    )

    def _portal_readable_fields(self):
        return super()._portal_readable_fields() | {
            "name",
            "sequence",
            "kind",
            "client_label",
        }

    def _get_first(self, kind):
        """Return the first stage of a kind, empty when there is none.

        :param kind: a key of `STAGE_KINDS`.
        """
        return self.sudo().search_fetch([("kind", "=", kind)], ["kind"], limit=1)
