from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import plaintext2html


class CapTicketDeskSayMixin(models.AbstractModel):
    """What an agent says from the desk: an answer or a note, possibly with files.

    Files are uploaded by Odoo's own route before, and wait there for the message. What
    goes to a client is of a type that the program hands out.
    """

    _name = "cap.ticket.desk.say.mixin"
    _inherit = ["cap.ticket.desk.mixin"]
    _description = "Messages from the agents' desk"

    # === ACTION METHODS === #

    def action_say(self, text, is_note=False, wait=False, file_ids=()):
        """Write to the client, or a note that stays inside.

        :param text: plain text; may be empty when there are files.
        :param is_note: whether it is only for colleagues.
        :param wait: whether the ticket waits for the client's answer afterwards.
        :param file_ids: ids of files that the user has uploaded for a message.
        :raises AccessError: for whoever may not work on the ticket, or for files of
            somebody else.
        :raises UserError: with nothing to say, for a file that is refused, or when
            nobody would get it.
        """
        self.ensure_one()
        self.check_access("write")
        words = (text or "").strip()
        if not words and not file_ids:
            raise UserError(self.env._("Write something first."))
        files = self._check_said_files(file_ids, is_note)
        recipients = {} if is_note else self._get_reply_recipients()
        self.message_post(
            body=plaintext2html(words) if words else "",
            message_type="comment",
            subtype_xmlid="mail.mt_note" if is_note else "mail.mt_comment",
            attachment_ids=files.ids,
            **recipients,
        )
        if wait and not is_note:
            self._set_stage("waiting", None)
        return True

    @api.readonly
    def check_files(self, file_ids, is_note=False):
        """Say at once whether uploaded files may go along, see `action_say`.

        :param file_ids: ids of files that the user has uploaded for a message.
        :param is_note: whether they are only for colleagues.
        :raises RefusedFile: naming the file, and what is accepted.
        """
        self.ensure_one()
        self.check_access("write")
        self._check_said_files(file_ids, is_note)
        return True

    # === BUSINESS METHODS === #

    def _check_said_files(self, file_ids, is_note):
        """Return the user's own uploaded files, when all of them may go along."""
        files = self.env["ir.attachment"].sudo().browse(file_ids).exists()
        for file in files:
            is_pending = (file.res_model, file.res_id) == ("mail.compose.message", 0)
            if not is_pending or file.create_uid != self.env.user:
                raise AccessError(
                    self.env._(
                        "A file that you want to send is not yours, or was sent "
                        "before. Attach it again."
                    )
                )
        # as for what clients attach: how many, how large, not empty
        self._check_portal_files([(file.name, file.raw) for file in files])
        for file in files if not is_note else ():
            self.env["cap.file.type"]._check_file(file.name, file.raw)
        return files

    def _get_reply_recipients(self):
        """Return whom an answer is mailed to: the contact, else who sent the mail."""
        contact = self.sudo().partner_id
        if contact and not self.sudo()._is_insider(contact):
            raise UserError(
                self.env._(
                    "%(contact)s does not work for %(client)s any more. Open "
                    "%(ticket)s and choose another contact first.",
                    contact=contact.name,
                    client=self.sudo().commercial_partner_id.name,
                    ticket=self.number,
                )
            )
        if contact:
            return {"partner_ids": contact.ids}
        if self.sender_email:
            return {"outgoing_email_to": self.sender_email}
        raise UserError(
            self.env._(
                "%(ticket)s has no contact yet: nobody would read your answer. Open "
                "it and choose the contact first.",
                ticket=self.display_name,
            )
        )
