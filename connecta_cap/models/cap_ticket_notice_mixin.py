import json

from odoo import api, fields, models

from ..const import NOTICE_DELAY

AUTOMATIC = ("auto_comment", "notification", "user_notification")
# what opens a conversation to somebody who has not logged in
KEYS = {"hash", "pid", "token"}


class CapTicketNoticeMixin(models.AbstractModel):
    """The mails that leave: their subject, their headers, and what they never carry.

    A mail travels: it is forwarded and copied to others. So its buttons hold no key; a
    client logs in to see a ticket.
    """

    _name = "cap.ticket.notice.mixin"
    _inherit = ["cap.ticket.intake.mixin", "cap.ticket.portal.page.mixin"]
    _description = "Mails about a ticket"

    # === BUSINESS METHODS - WHAT A MAIL SAYS === #

    def _message_compute_subject(self):
        self.ensure_one()
        return self._number_subject(self.name)

    def _number_subject(self, subject):
        """Return a subject that names the ticket, so that answers find it."""
        tag = f"[{self.number}]"
        return subject if tag in (subject or "") else f"{tag} {subject or ''}".strip()

    def _notify_by_email_get_base_mail_values(
        self, message, recipients_data, additional_values=None
    ):
        values = super()._notify_by_email_get_base_mail_values(
            message, recipients_data, additional_values=additional_values
        )
        if len(self) != 1:
            return values
        values["subject"] = self._number_subject(
            values.get("subject") or message.subject
        )
        return values

    def _notify_by_email_get_headers(self, headers=None):
        headers = super()._notify_by_email_get_headers(headers=headers)
        # who was copied in is not handed on to everybody who is told
        headers.pop("X-Msg-To-Add", None)
        return headers

    def _notify_thread_by_email(self, message, recipients_data, **kwargs):
        known = message.sudo()
        if known.message_type in AUTOMATIC:
            is_reply = known.parent_id.message_type == "email"
            kind = "auto-replied" if is_reply else "auto-generated"
            headers = dict(kwargs.pop("mail_headers", None) or {})
            kwargs["mail_headers"] = headers | {"Auto-Submitted": kind}
        return super()._notify_thread_by_email(message, recipients_data, **kwargs)

    def _post_notice(self, body, answers=None, **kwargs):
        """Post an automatic message that the client reads and is mailed.

        It goes out by Odoo's own queue: nobody waits for the mail server.

        :param answers: the `mail.message` that it answers.
        """
        self.ensure_one()
        thread = self.sudo().with_context(
            mail_post_autofollow_author_skip=True, cap_answers=answers
        )
        return thread.message_post(
            body=body,
            parent_id=answers.id if answers else False,
            author_id=self.sudo().company_id.partner_id.id,
            message_type="auto_comment",
            subtype_xmlid="mail.mt_comment",
            notify_author=True,  # the client is who sends and who gets it
            scheduled_date=fields.Datetime.now() + NOTICE_DELAY,
            **kwargs,
        )

    # === BUSINESS METHODS - WHAT NEED NOT BE LOOKED UP === #

    def _message_compute_parent_id(self, parent_id):
        # server code alone hands over a record: it was posted here a moment ago
        known = self.env.context.get("cap_answers")
        if isinstance(known, self.pool["mail.message"]) and known.id == parent_id:
            return parent_id
        return super()._message_compute_parent_id(parent_id)

    def _message_compute_real_author(self, author_id):
        # the core would ask three times a mail whether its own robot exists
        robot = self.env["ir.model.data"]._xmlid_to_res_id("base.partner_root")
        author = self.env["res.partner"].browse(author_id or [])
        if self.env.user.active or not robot:
            return super()._message_compute_real_author(author_id)
        return author.filtered(lambda partner: partner.active and partner.id != robot)

    def _notify_get_reply_to_batch(self, defaults=None, author_ids=None):
        # a mailbox belongs to a team, never to a ticket: the core would look for one
        addresses = {}
        for ticket in self:
            nobody = self.sudo().browse().with_company(ticket.sudo().company_id)
            addresses |= {
                ticket.id: super(
                    CapTicketNoticeMixin, nobody
                )._notify_get_reply_to_batch(
                    {False: (defaults or {}).get(ticket.id, False)},
                    {False: (author_ids or {}).get(ticket.id, False)},
                )[False]
            }
        return addresses

    def _notify_thread(self, message, msg_vals=False, **kwargs):
        # who gets a notice is looked up when it leaves, not twice
        scheduled_date = self._is_notification_scheduled(kwargs.get("scheduled_date"))
        if not scheduled_date:
            return super()._notify_thread(message, msg_vals=msg_vals, **kwargs)
        del kwargs["scheduled_date"]
        self.env["mail.message.schedule"].sudo().create(
            {
                "scheduled_datetime": scheduled_date,
                "mail_message_id": message.id,
                "notification_parameters": json.dumps(kwargs),
            }
        )
        return []

    # === BUSINESS METHODS - WHOM IT REACHES, AND WHAT IT OPENS === #

    def _notify_get_recipients_groups(self, message, model_description, msg_vals=False):
        groups = super()._notify_get_recipients_groups(
            message, model_description, msg_vals=msg_vals
        )
        return [group for group in groups if group[0] != "portal_customer"]

    @api.model
    def _get_thread_with_access(self, thread_id, **kwargs):
        keyless = {name: value for name, value in kwargs.items() if name not in KEYS}
        return super()._get_thread_with_access(thread_id, **keyless)

    def _message_get_suggested_recipients_batch(self, **kwargs):
        suggested = super()._message_get_suggested_recipients_batch(**kwargs)
        partners = self.env["res.partner"].sudo()
        for ticket in self.sudo():
            suggested[ticket.id] = [
                line
                for line in suggested[ticket.id]
                if ticket._is_insider(partners.browse(line.get("partner_id") or []))
                or line.get("email") == ticket.sender_email
            ]
        return suggested

    def _is_insider(self, partner):
        """Return whether a partner is staff, or of the ticket's client."""
        self.ensure_one()
        if not partner:
            return False
        client = self.commercial_partner_id
        is_client = client in (partner, partner.commercial_partner_id)
        return is_client or not partner.partner_share
