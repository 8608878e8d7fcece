from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import LINK_MIRRORS


class CapTicketLinkMixin(models.AbstractModel):
    """Tickets that have to do with one another, and what a client reads of that."""

    _name = "cap.ticket.link.mixin"
    _inherit = ["cap.ticket.merge.mixin"]
    _description = "Linked tickets"

    link_ids = fields.One2many("cap.ticket.link", "ticket_id", "Links")
    follow_up_ids = fields.One2many(
        "cap.ticket", "origin_ticket_id", "Followed up by", readonly=True
    )

    # === ACTION METHODS === #

    def action_mark_duplicates(self, ticket_ids):
        """Link other tickets as duplicates of this one; nothing moves.

        :param ticket_ids: ids of the duplicates.
        :raises AccessError: unless a support agent asks in person.
        :raises UserError: for tickets of different clients.
        """
        self.ensure_one()
        others = self.browse(ticket_ids).exists() - self
        for ticket in self | others:
            ticket._check_is_agent()
        problem = self._find_other_client(others)
        if problem:
            raise UserError(problem)
        known = self.link_ids.filtered(lambda link: link.kind == "duplicated")
        self.env["cap.ticket.link"].create(
            [
                {"ticket_id": ticket.id, "kind": "duplicate", "other_id": self.id}
                for ticket in others - known.other_id
            ]
        )
        return True

    # === BUSINESS METHODS === #

    def _move_content(self, ticket):
        result = super()._move_content(ticket)
        self._move_links(ticket)
        return result

    def _move_links(self, ticket):
        """Take over the links of another ticket, apart from those between the two."""
        links = self.env["cap.ticket.link"].sudo()
        known = {(link.kind, link.other_id) for link in self.sudo().link_ids}
        known |= {(LINK_MIRRORS[kind], other) for kind, other in known}
        moved = [
            {"ticket_id": self.id, "kind": link.kind, "other_id": link.other_id.id}
            for link in ticket.sudo().link_ids
            if link.other_id != self and (link.kind, link.other_id) not in known
        ]
        ticket.sudo().link_ids.unlink()
        links.create(moved)

    def _prepare_portal_values(self):
        return super()._prepare_portal_values() | {"links": self._list_portal_links()}

    @api.model
    def _get_link_label(self, kind):
        labels = self.env["cap.ticket.link"]._fields["kind"]
        return dict(labels._description_selection(self.env))[kind]

    def _list_portal_links(self):
        """Return the linked tickets that the client may open, as plain values.

        :return: list of dicts of `label`, `number`, `name` and `url`.
        """
        self.ensure_one()
        known = self.sudo()
        pairs = [
            (self._get_link_label(link.kind), link.other_id) for link in known.link_ids
        ]
        pairs.append((self.env._("Follows up on"), known.origin_ticket_id))
        pairs += [(self.env._("Followed up by"), one) for one in known.follow_up_ids]
        client = known.commercial_partner_id
        return [
            {
                "label": label,
                "number": other.number,
                "name": other.name,
                "url": other.access_url,
            }
            for label, other in pairs
            if other and client and other.commercial_partner_id == client
        ]
