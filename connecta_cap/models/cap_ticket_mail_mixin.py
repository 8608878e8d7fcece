from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import email_normalize, html2plaintext
from odoo.tools.mail import parse_contact_from_email

from ..const import MAX_DESCRIPTION
from ..tools.mail_signs import strip_numbers, tidy_text


class CapTicketMailMixin(models.AbstractModel):
    """How a mail becomes a ticket, and who its sender is.

    Which mails get this far is decided in `cap.mail.screen`.
    """

    _name = "cap.ticket.mail.mixin"
    _inherit = ["cap.ticket.intake.mixin", "mail.thread.cc"]
    _description = "Intake of a request by mail"

    email_from = fields.Char("Sent from", readonly=True, copy=False)
    sender_email = fields.Char(
        compute="_compute_sender_email",
        store=True,
        precompute=True,
        index="btree_not_null",
        copy=False,
    )
    message_ref = fields.Char("Message-Id", readonly=True, copy=False)

    # two deliveries of one mail at the same moment: the later one fails and is repeated
    _mail_once = models.UniqueIndex(
        "(message_ref) WHERE message_ref IS NOT NULL",
        "A ticket of this mail exists already.",
    )

    # === COMPUTE METHODS === #

    @api.depends("email_from")
    def _compute_sender_email(self):
        for ticket in self:
            ticket.sender_email = email_normalize(ticket.email_from or "")

    def _name_sender(self):
        """Return how the sender of the mail calls itself, else its address."""
        name, address = parse_contact_from_email(self.email_from or "")
        return name or address

    # === CRUD METHODS === #

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        # a mail alias can carry defaults; none of them may stop the clock
        guarded = self._get_guarded_fields()
        values = {
            name: value
            for name, value in (custom_values or {}).items()
            if name not in guarded
        }
        values |= self._prepare_mail_vals(msg_dict)
        # the mailbox of one company is open to the clients of another
        client = self.env["res.partner"].browse(values["partner_id"])
        team = self.env["cap.team"].sudo().browse(values.get("team_id") or [])
        asked = team.company_id or self.env.company
        cover = self._find_cover(client.commercial_partner_id, asked)
        company = cover.company_id or asked
        if company != asked:
            values |= {
                "company_id": company.id,
                "team_id": team._get_default_team(company).id,
            }
        # from here on the client is spoken to
        lang = client.lang or self.env.lang
        tickets = self.with_context(cap_cover=cover, lang=lang)
        return super(CapTicketMailMixin, tickets).message_new(msg_dict, values)

    def _prepare_mail_vals(self, msg_dict):
        """Return what a mail says about its request; it has a name in any case."""
        written = msg_dict.get("email_from") or ""
        if "author_id" in msg_dict:
            author = self.env["res.partner"].sudo().browse(msg_dict["author_id"] or [])
        else:
            author = self._find_author(email_normalize(written))
        # a colleague who forwards a mail is not the client
        sender = author.filtered("partner_share")
        subject = strip_numbers(msg_dict.get("subject"))
        return {
            "channel": "email",
            "partner_id": sender.id,
            "message_follower_ids": self._prepare_follower_vals(sender),
            "email_from": written,
            "message_ref": (msg_dict.get("message_id") or "")[:500] or False,
            "name": subject
            or self.env._("Message of %(sender)s", sender=author.name or written),
            "description": tidy_text(
                html2plaintext(msg_dict.get("body") or ""), MAX_DESCRIPTION
            ),
        }

    @api.model
    def _prepare_follower_vals(self, contact):
        """Return the commands that let a contact follow its ticket from the start.

        Who gets no receipt does not follow either.
        """
        if self.env.context.get("cap_no_receipt"):
            return []
        new, _known = self.env["mail.followers"]._add_default_followers(
            self._name, [], contact.ids, customer_ids=contact.ids
        )
        return [Command.create(vals) for rows in new.values() for vals in rows]

    def _message_post_after_hook(self, message, msg_values):
        result = super()._message_post_after_hook(message, msg_values)
        for ticket in self.sudo():
            is_first = ticket.message_ref and ticket.message_ref == message.message_id
            if is_first and not self.env.context.get("cap_no_receipt"):
                ticket._acknowledge_mail(message.sudo())
        return result

    # === BUSINESS METHODS - THE SENDER === #

    @api.model
    def _find_candidates(self, address):
        """Return the contacts with an address, only clients' if there are any.

        :param address: normalized.
        """
        partners = self.env["res.partner"].sudo()
        if not address:
            return partners
        found = partners.search_fetch([("email_normalized", "=", address)])
        if len(found.commercial_partner_id) < 2:
            return found
        clients = (
            self.env["cap.subscription"]
            .sudo()
            ._read_group(
                [("partner_id", "in", found.commercial_partner_id.ids)], ["partner_id"]
            )
        )
        covered = partners.union(*(client for (client,) in clients))
        return (
            found.filtered(lambda partner: partner.commercial_partner_id in covered)
            or found
        )

    @api.model
    def _find_author(self, address, client=None):
        """Return the one contact whom an address names, empty when it names several.

        :param address: normalized.
        :param client: commercial partner whose people are meant, if that is known.
        """
        found = self._find_candidates(address)
        if client:
            own = found.filtered(lambda one: one.commercial_partner_id == client)
            found = own or found
        staff = found.filtered(lambda partner: not partner.partner_share)
        if staff:
            return staff[0]
        if len(found.commercial_partner_id) > 1:
            return found.browse()
        # somebody with a login before the address of an organisation
        return found.sorted(lambda one: (not one.user_ids, one.is_company, one.id))[:1]

    def _is_sent_by(self, address):
        """Return whether a mail of this address comes from the ticket's own client."""
        self.ensure_one()
        if not address:
            return False
        client = self.commercial_partner_id
        if not client:
            return address == self.sender_email
        author = self._find_author(address, client)
        return author.commercial_partner_id == client

    # === BUSINESS METHODS - ANSWERS === #

    def _acknowledge_mail(self, message):
        """Confirm the receipt of a mail to its sender, in the sender's language.

        A sender who is not known reads a text that tells nothing about anybody.
        """
        self.ensure_one()
        if self.partner_id:
            told = self.with_context(lang=self.partner_id.lang or self.env.lang)
            told._post_notice(told._word_receipt(), answers=message)
        elif message.author_id or not self.sender_email:
            return  # a colleague, or nobody who could be answered
        else:
            self._post_notice(
                self.env._(
                    "We received your message %(number)s and will look at it. Keep the "
                    "number in the subject when you write again.",
                    number=self.number,
                ),
                answers=message,
                outgoing_email_to=self.sender_email,
            )
