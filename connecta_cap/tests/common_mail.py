import email
from email import policy
from email.message import EmailMessage

from odoo.fields import Command
from odoo.tools import file_open

from ..tools.clock import FixedClock
from .common import CapCommon, utc

SUPPORT = "support@cap.example"
FILES = "connecta_cap/tests/mails"


class CapMailCommon(CapCommon):
    """A mailbox of the team, and mails as a mail server hands them over."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.domain = cls.env["mail.alias.domain"].create(
            {
                "name": "cap.example",
                "bounce_alias": "bounce",
                "catchall_alias": "catchall",
                "default_from": "notifications",
                "company_ids": [Command.set(cls.env.company.ids)],
            }
        )
        cls.team.write({"alias_name": "support", "alias_domain_id": cls.domain.id})
        cls.team.lead_id = cls.users["lead"]
        cls.number = 0

    @classmethod
    def compose(cls, **headers):
        """Return a plain mail of Acme's contact; headers by name, `_` for `-`."""
        cls.number += 1
        body = headers.pop("body", "The orders stop.\nSince nine o'clock.")
        headers = {
            "From": "Acme User <acme_user@test.example>",
            "To": SUPPORT,
            "Subject": "Orders stop",
            "Message-Id": f"<{cls.number}@client.example>",
            "Date": "Mon, 01 Jun 2026 06:00:00 +0000",
        } | {name.replace("_", "-"): value for name, value in headers.items()}
        mail = EmailMessage(policy=policy.SMTP)
        for name, value in headers.items():
            if value is not None:
                mail[name] = value
        mail.set_content(body)
        return mail

    def read_file(self, name):
        """Return a stored mail, as the bytes that came over the wire."""
        with file_open(f"{FILES}/{name}", "rb") as file:
            return file.read()

    def receive(self, mail, local=None, model=False):
        """Hand a mail to Odoo's gateway, as odoo-mailgate does.

        :return: the ticket that it went to, empty for none.
        """
        raw = mail if isinstance(mail, bytes) else mail.as_bytes()
        gate = self.env["mail.thread"]
        if local:
            gate = gate.with_context(cap_clock=FixedClock(utc(local)))
        ticket_id = gate.message_process(model, raw)
        self.env.flush_all()
        return self.env["cap.ticket"].browse(ticket_id or [])

    def mails_to(self, address):
        """Return the mails that left for an address, oldest first.

        What Odoo's queue holds back is sent to it first.
        """
        schedules = self.env["mail.message.schedule"].sudo().search([])
        schedules._send_notifications()
        mails = self.env["mail.mail"].sudo().search([], order="id")
        return mails.filtered(
            lambda mail: (
                address in (mail.email_to or "")
                or address in mail.recipient_ids.mapped("email")
            )
        )

    def parse(self, raw):
        return email.message_from_bytes(raw, policy=policy.SMTP)
