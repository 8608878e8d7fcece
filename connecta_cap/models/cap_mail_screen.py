import codecs
from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import email_normalize, email_split
from odoo.tools.mail import email_normalize_all, email_split_and_format

from ..tools.mail_signs import find_numbers

LOOP_MINUTES = "mail.gateway.loop.minutes"
LOOP_THRESHOLD = "mail.gateway.loop.threshold"


class CapMailScreen(models.AbstractModel):
    """Decides about each mail to the support: a new ticket, an answer, or put aside.

    Nothing that is put aside is lost: `cap.mail.parked` keeps it with the reason.
    """

    _name = "cap.mail.screen"
    _inherit = ["cap.clock.mixin"]
    _description = "Screen of incoming mail"

    # === BUSINESS METHODS - WHOSE MAIL IS IT === #

    @api.model
    def _list_strange_charsets(self, message):
        """Return [(part, charset)] of the parts of a mail whose charset is unknown."""
        strange = []
        for part in message.walk():
            charset = part.get_content_charset()
            try:
                codecs.lookup(charset or "ascii")
            except (LookupError, ValueError):
                strange.append((part, charset))
        return strange

    @api.model
    def _is_ours(self, message_dict, model):
        """Return whether a mail is addressed to a team, or about a ticket.

        :param message_dict: what the gateway read.
        :param model: the gateway's fallback.
        """
        parents = self.env["mail.message"].sudo()
        parent = parents.browse(message_dict.get("parent_id") or [])
        parent |= message_dict.get("bounced_message") or parents
        if "cap.ticket" in parent.mapped("model"):
            return True
        return model == "cap.ticket" or bool(self._find_team(message_dict))

    @api.model
    def _find_team(self, message_dict):
        """Return the team whose mailbox is among the recipients, empty for none."""
        found = email_split(message_dict.get("recipients") or "")
        addresses = [address.lower() for address in found]
        names = [address.partition("@")[0] for address in addresses]
        is_named = Domain("alias_full_name", "in", addresses) | (
            Domain("alias_name", "in", names)
            & Domain("alias_incoming_local", "=", True)
        )
        if not addresses:
            return self.env["cap.team"]
        return self.env["cap.team"].sudo().search(is_named, limit=1)

    @api.model
    def _is_own(self, address, author):
        """Return whether an address is one that this system itself sends from.

        :param address: normalized.
        :param author: the contact that it names.
        """
        if author.is_company and author.sudo().ref_company_ids:
            return True
        domains = self.env["mail.alias.domain"].sudo()
        if address.partition("@")[2] not in domains._read_hosts():
            return False
        return bool(domains._find_aliases([address]))

    @api.model
    def _find_author(self, message_dict, route):
        """Return the contact who wrote a mail; one address at two clients names nobody.

        :param route: where the mail goes.
        """
        tickets = self.env["cap.ticket"].sudo()
        client = tickets.browse(route[1] or []).commercial_partner_id
        address = email_normalize(message_dict.get("email_from") or "")
        return tickets._find_author(address, client)

    @api.model
    def _leave_out_known(self, message_dict, routes):
        """Return what the gateway still has to look up about a mail to tickets.

        It has seen already which recipients are mailboxes of ours; and whoever wrote
        is known here better, or not at all.

        :param message_dict: what the gateway read; it stays as it is.
        :param routes: where the mail goes.
        """
        if not routes or any(route[0] != "cap.ticket" for route in routes):
            return message_dict

        def read(*names):
            lists = (message_dict.get(name) or "" for name in names)
            return set(email_normalize_all(",".join(lists)))

        mailboxes = read("to", "cc") - read("to_filtered", "cc_filtered")
        recipients = [
            address
            for address in email_split_and_format(message_dict.get("recipients") or "")
            if email_normalize(address) not in mailboxes
        ]
        return message_dict | {"recipients": ",".join(recipients), "email_from": ""}

    @api.model
    def _settle_people(self, message_dict, values, routes):
        """Keep of a mail's recipients who belongs in the conversation.

        A recipient of a message may read it, so only staff and the client's own people
        stay.

        :param values: what the gateway found: `author_id`, `partner_ids`.
        :param routes: where the mail goes.
        """
        ours = [route for route in routes or () if route[0] == "cap.ticket"]
        if not ours:
            return values
        partners = self.env["res.partner"].sudo()
        author = partners.browse(message_dict.get("author_id") or [])
        ticket = self.env["cap.ticket"].sudo().browse(ours[0][1] or [])
        clients = ticket.commercial_partner_id or author.commercial_partner_id
        kept = partners.browse(values.get("partner_ids") or []).filtered(
            lambda partner: (
                not partner.partner_share or partner.commercial_partner_id in clients
            )
        )
        return values | {"author_id": author.id, "partner_ids": kept.ids}

    # === BUSINESS METHODS - WHERE IT GOES === #

    @api.model
    def _screen_routes(self, message, message_dict, routes):
        """Return where a mail goes, when all that is about tickets is weighed.

        One mail makes one ticket, even when two teams are addressed.

        :param routes: what the gateway found.
        """
        ours = [route for route in routes or () if route[0] == "cap.ticket"]
        if not ours:
            return routes
        others = [route for route in routes if route[0] != "cap.ticket"]
        address = email_normalize(message_dict.get("email_from") or "")
        route = self._find_thread(ours[0], message_dict, address)
        # the client that the ticket names decides about an address at two clients
        author = self.env["res.partner"].browse(message_dict.get("author_id") or [])
        if route[1] != ours[0][1]:
            author = self._find_author(message_dict, route)
            message_dict["author_id"] = author.id
        reason = ""
        if address and self._is_own(address, author):
            reason = "own"
        elif self._is_flood(route, message_dict, address):
            reason = "flood"
        if not reason:
            return [route, *others]
        self._park(message, message_dict, reason)
        return others

    def _find_thread(self, route, message_dict, address):
        """Return a route to the ticket that a mail answers, else to a new one.

        Headers name it, else the subject does together with the sender's client: a
        number alone opens nothing. What was closed too long ago is followed up.
        """
        model, thread_id, values, user_id, alias = route
        tickets = self.env["cap.ticket"].sudo().with_context(active_test=False)
        ticket = tickets.browse(thread_id or [])
        numbers = [] if ticket else find_numbers(message_dict.get("subject"))
        if numbers:
            found = tickets.search([("number", "in", numbers)])
            ticket = found.filtered(lambda one: one._is_sent_by(address))[:1]
        ticket = ticket.merged_into_id or ticket
        if not ticket or not ticket._is_put_away() or not ticket._is_sent_by(address):
            return (model, ticket.id or 0, values, user_id, alias)
        follow_up = ticket._find_follow_up()
        if follow_up:
            return (model, follow_up.id, values, user_id, alias)
        values = dict(values or {}) | {
            "origin_ticket_id": ticket.id,
            "team_id": ticket.team_id.id,
        }
        return (model, 0, values, user_id, alias)

    def _is_flood(self, route, message_dict, address):
        """Return whether a sender has sent too much lately, by the gateway's limits.

        The limits and the list of senders who are free of them are Odoo's own; but a
        mail over the limit is kept here, and nobody is answered.
        """
        if not address:
            return False
        read = self.env["ir.config_parameter"].sudo().get_param
        most = int(read(LOOP_THRESHOLD, 20))
        since = self._cap_now() - timedelta(minutes=int(read(LOOP_MINUTES, 120)))
        if route[1]:
            domain = [
                ("model", "=", "cap.ticket"),
                ("res_id", "=", route[1]),
                ("message_type", "=", "email"),
                ("create_date", ">=", since),
                ("email_from", "=", message_dict["email_from"]),
            ]
            count = self.env["mail.message"].sudo().search_count(domain, limit=most)
        else:
            domain = [("sender_email", "=", address), ("sla_start", ">=", since)]
            tickets = self.env["cap.ticket"].sudo().with_context(active_test=False)
            count = tickets.search_count(domain, limit=most)
        if count < most:
            return False
        allowed = self.env["mail.gateway.allowed"].sudo()
        return not allowed.search_count([("email_normalized", "=", address)], limit=1)

    # === BUSINESS METHODS - PUT ASIDE === #

    @api.model
    def _park(self, message, message_dict, reason):
        """Keep a mail aside, with the reason; a second delivery of it changes nothing.

        :param reason: a key of `PARK_REASONS`.
        """
        team = self._find_team(message_dict)
        return (
            self.env["cap.mail.parked"]
            .sudo()
            ._keep(message, message_dict, reason, team)
        )
