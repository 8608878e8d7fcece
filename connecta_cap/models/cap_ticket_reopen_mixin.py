from datetime import timedelta

from markupsafe import Markup

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import html2plaintext

from ..const import MAX_DESCRIPTION
from ..tools.mail_signs import tidy_text


class CapTicketReopenMixin(models.AbstractModel):
    """What an answer of the client does to a ticket that waits or is closed.

    It brings back to work what waits or was closed lately: the first assessment stays,
    and no new promise begins. What was closed longer ago stays closed, and the answer
    is a new ticket with a promise of its own, linked to the old one.
    """

    _name = "cap.ticket.reopen.mixin"
    _inherit = ["cap.ticket.portal.page.mixin"]
    _description = "Closed tickets that come back"

    # === BUSINESS METHODS === #

    def _may_reopen(self):
        """Return whether the ticket is closed, and recently enough to be reopened."""
        self.ensure_one()
        # a stage that became a closing one closes without a date: too late to tell
        if not self.is_closed or not self.closed_at:
            return False
        days = timedelta(days=self.sudo().company_id.cap_reopen_days)
        return self.closed_at + days >= self._cap_now()

    def _is_put_away(self):
        """Return whether a message of the client no longer brings the ticket back."""
        self.ensure_one()
        return not self.active or (self.is_closed and not self._may_reopen())

    def _portal_reopen(self):
        """Reopen the client's own ticket within the days that the program allows.

        :raises AccessError: when the ticket is not the client's.
        :raises UserError: when it is too late; a follow-up ticket is the way on.
        """
        self._check_is_own()
        if not self._may_reopen():
            raise UserError(
                self.env._(
                    "%(ticket)s was closed more than %(days)s days ago. Open a "
                    "follow-up ticket instead: it will be linked to this one.",
                    ticket=self.number,
                    days=self.sudo().company_id.cap_reopen_days,
                )
            )
        self.sudo()._set_reopened(self.env._("Reopened by the client."))

    def _message_post_after_hook(self, message, msg_values):
        result = super()._message_post_after_hook(message, msg_values)
        # a vote is about what is done: it brings nothing back to work
        for ticket in self.sudo() if not msg_values.get("rating_id") else ():
            if not ticket._is_of_client(message.sudo()):
                continue
            if ticket.stage_kind == "waiting" or ticket._may_reopen():
                ticket._set_reopened(None)
            elif ticket.is_closed and message.message_type == "comment":
                ticket._follow_up(message.sudo())
        return result

    def _is_of_client(self, message):
        """Return whether one of the client's people wrote a message."""
        author = message.author_id
        is_client = author.commercial_partner_id == self.commercial_partner_id
        return bool(
            author and is_client and message.message_type in ("comment", "email")
        )

    # === BUSINESS METHODS - TOO LATE === #

    def _find_follow_up(self):
        """Return the ticket in which the client already goes on, empty for none."""
        self.ensure_one()
        found = self.sudo().search(
            Domain("origin_ticket_id", "=", self.id)
            & Domain("commercial_partner_id", "=", self.commercial_partner_id.id),
            order="id desc",
        )
        return found.filtered(lambda one: not one._is_put_away())[:1]

    def _follow_up(self, message):
        """Let an answer that comes too late go on in a new ticket.

        :param message: what the client wrote; it goes along, with its files.
        """
        self.ensure_one()
        known = self._find_follow_up()
        ticket = known or self.create(self._prepare_follow_up_vals(message))
        message.write({"res_id": ticket.id})
        message.attachment_ids.write({"res_id": ticket.id})
        if not known:
            lang = message.author_id.lang or self.env.lang
            ticket.with_context(lang=lang)._tell_received()
        elif ticket.stage_kind in ("waiting", "closed"):
            ticket._set_reopened(None)
        self._message_log(
            body=Markup("<p>%s</p>")
            % self.env._(
                "The client answered after it was closed; that goes on in %(number)s.",
                number=ticket.number,
            )
        )

    def _prepare_follow_up_vals(self, message):
        words = html2plaintext(message.body or "")
        client = self.commercial_partner_id
        return {
            "name": self.name,
            "description": tidy_text(words, MAX_DESCRIPTION),
            "area": self.area,
            "channel": "portal",
            "partner_id": message.author_id.id,
            "company_id": self._get_serving_company(client, self.company_id).id,
            "origin_ticket_id": self.id,
        }

    # === BUSINESS METHODS - PAGE === #

    def _prepare_portal_values(self):
        days = self.sudo().company_id.cap_reopen_days
        return super()._prepare_portal_values() | {
            "is_put_away": self._is_put_away(),
            "close_question": self.env._(
                "Close this ticket? You can reopen it for %(days)s days.", days=days
            ),
        }
