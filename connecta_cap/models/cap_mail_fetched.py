import email
import logging
from email import policy
from email.utils import make_msgid
from xmlrpc.client import Binary

from odoo import api, models
from odoo.service.model import retrying

_logger = logging.getLogger(__name__)
RECIPIENTS = ("To", "Cc", "Delivered-To", "X-Original-To")


class CapMailFetched(models.AbstractModel):
    """Mails of a polled mailbox: Odoo takes each from there, even one that failed.

    A mail server whose mail the gate refuses keeps it; here nobody does. So a mail that
    collides with other work is done anew, as any request is, and one to a team that
    fails all the same is put aside.
    """

    _name = "cap.mail.fetched"
    _description = "Mail of a polled mailbox"

    # === BUSINESS METHODS === #

    @api.model
    def _take(self, process, message, model):
        """Process a mail, and see that none to a team is lost.

        :param process: function that lets the gateway process the mail.
        :param message: the mail as it was fetched.
        :param model: the gateway's fallback.
        :return: what `process` returned.
        """
        try:
            return retrying(process, self.env)
        except Exception:
            self.env.cr.rollback()
            _logger.exception("A mail of a polled mailbox could not be processed")
            self._keep(message, model)
            self.env.cr.commit()  # pylint: disable=invalid-commit
            raise

    @api.model
    def _keep(self, message, model):
        """Put a mail to a team aside that could not be processed.

        One that came in by another way at the same moment is here already.
        """
        raw = message.data if isinstance(message, Binary) else message
        raw = raw.encode() if isinstance(raw, str) else raw
        parsed = email.message_from_bytes(raw, policy=policy.SMTP)
        screen, values = self.env["cap.mail.screen"], self._read(parsed)
        messages = self.env["mail.message"].sudo()
        known = messages.search_count([("message_id", "=", values["message_id"])])
        if not known and screen._is_ours(values, model):
            screen._park(parsed, values, "failed")

    @api.model
    def _read(self, parsed):
        """Return what the gateway reads in a mail; what can be read if it fails."""
        try:
            with self.env.cr.savepoint():
                return self.env["mail.thread"].message_parse(parsed)
        except Exception:
            _logger.warning("A mail could not be read", exc_info=True)
        recipients = [str(parsed[name]) for name in RECIPIENTS if parsed[name]]
        return {
            "message_id": str(parsed["Message-Id"] or make_msgid()),
            "email_from": str(parsed["From"] or ""),
            "subject": str(parsed["Subject"] or ""),
            "recipients": ",".join(recipients),
        }
