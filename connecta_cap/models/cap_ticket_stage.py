from odoo import api, fields, models, tools

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

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        stages = super().create(vals_list)
        self.env.registry.clear_cache()
        return stages

    def write(self, vals):
        result = super().write(vals)
        if {"kind", "sequence"} & vals.keys():
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    # === BUSINESS METHODS === #

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
        kinds = self._read_kinds()
        return self.sudo().browse(
            [key for key, own in kinds.items() if own == kind][:1]
        )

    def _get_kind(self):
        """Return what the stage means, False for no stage."""
        return self._read_kinds().get(self._origin.id) or self.kind

    @api.model
    @tools.ormcache()
    def _read_kinds(self):
        """Return the kind of each stage by its id, in the order of the board."""
        stages = self.sudo().search_fetch([], ["kind"])
        return {stage.id: stage.kind for stage in stages}
