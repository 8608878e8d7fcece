from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..const import LINK_MIRRORS, TICKET_LINKS


class CapTicketLink(models.Model):
    """How one ticket stands to another, told from this side.

    Each link is a pair of rows, one for either ticket, which come and go together: so
    both show it without a search in two directions. Colleagues may link tickets of
    different clients; a client reads only what leads to its own.
    """

    _name = "cap.ticket.link"
    _description = "CAP Ticket Link"
    _order = "kind, id"
    _rec_name = "other_id"

    ticket_id = fields.Many2one(
        "cap.ticket", required=True, index=True, ondelete="cascade"
    )
    kind = fields.Selection(TICKET_LINKS, "This ticket", required=True)
    other_id = fields.Many2one(
        "cap.ticket", "Other ticket", required=True, index=True, ondelete="cascade"
    )
    other_client_id = fields.Many2one(
        "res.partner", related="other_id.commercial_partner_id", string="Client"
    )
    other_stage_id = fields.Many2one(related="other_id.stage_id", string="Stage")
    company_id = fields.Many2one(related="ticket_id.company_id", store=True, index=True)

    _once = models.UniqueIndex(
        "(ticket_id, other_id, kind)", "These tickets are linked like this already."
    )
    _not_itself = models.Constraint(
        "CHECK(ticket_id <> other_id)", "A ticket is not linked to itself."
    )

    # === CONSTRAINT METHODS === #

    @api.constrains("ticket_id", "other_id", "kind")
    def _check_sound(self):
        for link in self:
            if link.other_id.company_id != link.ticket_id.company_id:
                raise ValidationError(
                    self.env._(
                        "%(ticket)s and %(other)s belong to different companies.",
                        ticket=link.ticket_id.display_name,
                        other=link.other_id.display_name,
                    )
                )
            mirror = LINK_MIRRORS[link.kind]
            both = link.ticket_id.link_ids.filtered(
                lambda one, link=link: one.other_id == link.other_id
            )
            if mirror != link.kind and mirror in both.mapped("kind"):
                raise ValidationError(
                    self.env._(
                        "%(ticket)s and %(other)s cannot each be both: remove the link "
                        "in the other direction first.",
                        ticket=link.ticket_id.display_name,
                        other=link.other_id.display_name,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        links = super().create(vals_list)
        if not self.env.context.get("cap_mirrored"):
            links.with_context(cap_mirrored=True).create(
                [
                    {
                        "ticket_id": link.other_id.id,
                        "other_id": link.ticket_id.id,
                        "kind": LINK_MIRRORS[link.kind],
                    }
                    for link in links
                ]
            )
        return links

    def write(self, vals):
        # the other side tells the same story: a link is made anew
        if {"ticket_id", "other_id", "kind"} & vals.keys():
            raise ValidationError(
                self.env._("A link is not changed: remove it and make another one.")
            )
        return super().write(vals)

    def unlink(self):
        return super(CapTicketLink, self | self._find_mirrors()).unlink()

    # === BUSINESS METHODS === #

    def _find_mirrors(self):
        """Return the rows that tell the same from the other tickets."""
        known = {
            (link.other_id, link.ticket_id, LINK_MIRRORS[link.kind]) for link in self
        }
        return self.other_id.link_ids.filtered(
            lambda one: (one.ticket_id, one.other_id, one.kind) in known
        )
