from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..const import AFTER_REPLY, REPLY_GAPS
from ..tools.replies import fill, find_unknown


class CapReply(models.Model):
    """A prepared answer for a situation that comes back, with gaps for the ticket.

    Leads word it, in each language that clients read; agents put the last touch to it
    before it leaves. Its gaps are names with a value, never code.
    """

    _name = "cap.reply"
    _description = "CAP Prepared Reply"
    _order = "sequence, id"

    name = fields.Char("Situation", required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    body = fields.Text(
        "What the client reads",
        required=True,
        translate=True,
        help="Gaps: {client}, {contact}, {number}, {subject}, {deadline}, {priority}, "
        "{agent}.",
    )
    after = fields.Selection(
        AFTER_REPLY,
        "Then",
        default="nothing",
        required=True,
        help="What usually happens with the ticket once this was sent.",
    )

    # === CONSTRAINT METHODS === #

    @api.constrains("body")
    def _check_body(self):
        for reply in self:
            unknown = find_unknown(reply.body, REPLY_GAPS)
            if unknown:
                raise ValidationError(
                    self.env._(
                        "“%(reply)s” has a gap that nobody can fill: {%(gap)s}. Use "
                        "one of {%(known)s}.",
                        reply=reply.name,
                        gap="}, {".join(unknown),
                        known="}, {".join(REPLY_GAPS),
                    )
                )

    # === BUSINESS METHODS === #

    def _word(self, ticket):
        """Return the text for a ticket, in the language that its contact reads.

        :param ticket: `cap.ticket`.
        """
        self.ensure_one()
        told = ticket._in_client_language()
        known = told.sudo()
        values = {
            "client": known.commercial_partner_id.name,
            "contact": known.partner_id.name,
            "number": told.number,
            "subject": told.name,
            "deadline": told._word_moment(told.sla_deadline),
            "priority": told._get_selection_label("priority"),
            "agent": self.env.user.name,
        }
        text = self.with_context(lang=told.env.lang).body
        return fill(text, {name: value or "" for name, value in values.items()})
