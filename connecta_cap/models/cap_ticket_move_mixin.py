from odoo import models
from odoo.fields import Command, Domain

# Tasks that the program itself gave: the ticket that goes on has its own.
OWN_ACTIVITIES = (
    "connecta_cap.mail_activity_type_escalation",
    "connecta_cap.mail_activity_type_uncovered",
    "connecta_cap.mail_activity_type_unidentified",
)


class CapTicketMoveMixin(models.AbstractModel):
    """What goes along when a ticket is merged: words, files, people, tasks, votes.

    Nobody is told, and nobody who is not staff or of the client comes along.
    """

    _name = "cap.ticket.move.mixin"
    _inherit = ["cap.ticket.time.mixin", "cap.ticket.rating.mixin"]
    _description = "Contents of merged tickets"

    # === BUSINESS METHODS === #

    def _move_content(self, ticket):
        """Take over what was said and done on another ticket of the same client."""
        self.ensure_one()
        ticket = ticket.sudo()
        self._get_moved_messages(ticket).write({"res_id": self.id})
        self._get_moved_files(ticket).write({"res_id": self.id})
        ticket.time_ids.write({"ticket_id": self.id})
        self._move_activities(ticket)
        self._move_ratings(ticket)
        self._follow_moved(ticket)
        tags = ticket.tag_ids - self.sudo().tag_ids
        self.sudo().tag_ids = [Command.link(tag.id) for tag in tags]

    def _get_moved_messages(self, ticket):
        """Return what people and the program wrote on a ticket, notes included.

        What its fields were changed from and to stays with it.
        """
        messages = self.env["mail.message"].sudo()
        return messages.search(
            Domain("model", "=", self._name)
            & Domain("res_id", "=", ticket.id)
            & Domain("message_type", "!=", "user_notification")
            & Domain("tracking_value_ids", "=", False)
        )

    def _get_moved_files(self, ticket):
        files = self.env["ir.attachment"].sudo()
        return files.search(
            [
                ("res_model", "=", self._name),
                ("res_id", "=", ticket.id),
                ("res_field", "=", False),
            ]
        )

    def _move_activities(self, ticket):
        """Take over what colleagues planned; the program's own tasks end."""
        ticket.activity_unlink(list(OWN_ACTIVITIES))
        ticket.activity_ids.with_context(mail_activity_quick_update=True).write(
            {"res_id": self.id}
        )

    def _move_ratings(self, ticket):
        """Take over votes and open questions: a merge neither loses nor doubles one."""
        last = max(self._get_rating_requests().mapped("cap_round"), default=0)
        for number, rating in enumerate(ticket._get_rating_requests(), last + 1):
            rating.write(
                {"cap_ticket_id": self.id, "res_id": self.id, "cap_round": number}
            )

    def _follow_moved(self, ticket):
        """Let who followed a ticket follow this one: staff and the client's own people.

        Somebody of another client may follow a ticket without seeing it; here too it
        would get the mails.
        """
        people = ticket.message_partner_ids | ticket.partner_id
        welcome = people.filtered(self._is_insider)
        self.sudo().message_subscribe(partner_ids=welcome.ids)

    def _list_left_behind(self, tickets):
        """Return the followers of some tickets who do not come along to this one."""
        people = tickets.sudo().message_partner_ids
        return people.filtered(lambda one: not self._is_insider(one))
