from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import AFTER_REPLY


class CapTicketReply(models.TransientModel):
    """Answers a client with a prepared text, and moves the ticket on in one go."""

    _name = "cap.ticket.reply"
    _description = "Reply to a ticket"

    ticket_id = fields.Many2one(
        "cap.ticket", required=True, readonly=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(related="ticket_id.partner_id")
    reply_id = fields.Many2one("cap.reply", "Prepared reply")
    body = fields.Text(
        "What the client reads",
        compute="_compute_from_reply",
        store=True,
        readonly=False,
        required=True,
    )
    attachment_ids = fields.Many2many("ir.attachment", string="Files")
    after = fields.Selection(
        AFTER_REPLY,
        "Then",
        compute="_compute_from_reply",
        store=True,
        readonly=False,
        required=True,
    )

    # === COMPUTE METHODS === #

    @api.depends("reply_id")
    def _compute_from_reply(self):
        for wizard in self:
            reply = wizard.reply_id
            if reply:
                wizard.body = reply._word(wizard.ticket_id)
            wizard.after = reply.after or wizard.after or "nothing"

    # === ACTION METHODS === #

    def action_send(self):
        """Send the reply with its files to who follows the ticket, and move it on.

        :raises AccessError: for files of somebody else.
        :raises UserError: for an empty reply, one that nobody would get, a file that is
            refused, or a closing before the assessment.
        """
        self.ensure_one()
        lines = [line.strip() for line in (self.body or "").strip().split("\n")]
        if not any(lines):
            raise UserError(self.env._("Write what the client reads."))
        ticket = self.ticket_id
        ticket.check_access("write")
        files = ticket._check_said_files(self.attachment_ids.ids, is_note=False)
        recipients = ticket._get_reply_recipients()
        # the move first: what is refused sends nothing
        if self.after != "nothing":
            ticket._set_stage(self.after, None)
        ticket.message_post(
            body=Markup("<p>%s</p>") % Markup("<br/>").join(lines),
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachment_ids=files.ids,
            **recipients,
        )
        return {"type": "ir.actions.act_window_close"}
