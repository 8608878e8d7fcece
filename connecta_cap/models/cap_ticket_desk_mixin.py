from odoo import models
from odoo.fields import Datetime
from odoo.tools import SQL

# The last message of each ticket, and the last one that a person wrote to the other.
LAST_MESSAGES = """
    SELECT message.res_id, MAX(message.id), MAX(message.id) FILTER (
        WHERE message.message_type IN ('comment', 'email') AND message.subtype_id = %s)
    FROM mail_message message
    WHERE message.model = 'cap.ticket' AND message.res_id IN %s
    GROUP BY message.res_id
"""


class CapTicketDeskMixin(models.AbstractModel):
    """Tickets as rows of the desk: plain JSON, a constant number of queries."""

    _name = "cap.ticket.desk.mixin"
    _inherit = ["cap.ticket.live.mixin", "cap.ticket.panel.mixin"]
    _description = "Rows of the agents' desk"

    # === BUSINESS METHODS === #

    def _prepare_desk_rows(self):
        """Return these tickets as rows of the desk.

        :return: list of dicts, in the order of the records.
        """
        last = self._find_last_messages()
        # the names of what a visible ticket points at, as any list shows them
        known = self.sudo()
        labels = {
            name: dict(self._fields[name]._description_selection(self.env))
            for name in (
                "requested_urgency",
                "ticket_type",
                "channel",
                "requested_type",
            )
        }
        return [
            ticket._prepare_desk_row(labels, *last.get(ticket.id, (0, None)))
            for ticket in known
        ]

    def _find_last_messages(self):
        """Return (id of the last message, last message of a person) by ticket id."""
        if not self:
            return {}
        self.env["mail.message"].flush_model()
        comment = self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_comment")
        rows = self.env.execute_query(SQL(LAST_MESSAGES, comment, tuple(self.ids)))
        messages = self.env["mail.message"].sudo()
        said = messages.browse(message_id for *_ids, message_id in rows if message_id)
        by_id = {message.id: message for message in said}
        return {
            ticket_id: (last_id, by_id.get(said_id))
            for ticket_id, last_id, said_id in rows
        }

    def _prepare_desk_row(self, labels, last_id, said):
        """Return one row.

        :param labels: the labels of selections by field name.
        :param last_id: id of the last message, 0 for none.
        :param said: the last `mail.message` that a person wrote, None for none.
        """
        written = self.write_date or self.create_date
        return {
            "id": self.id,
            "revision": [round(written.timestamp() * 1_000_000), last_id],
            "number": self.number,
            "name": self.name,
            "client": self.commercial_partner_id.name or self._name_sender(),
            "is_emergency": self.is_emergency,
            "is_ringing": bool(self.alert_at),
            "priority_line": self.priority_line,
            "is_unidentified": self.is_unidentified,
            "is_closed": self.is_closed,
            "priority": self.priority or "",
            "assessed": self._prepare_desk_assessed(),
            "sla_state": self.sla_state,
            "sla_deadline": Datetime.to_string(self.sla_deadline) or "",
            "sla_terms": self.sla_terms or {},
            "stage": self.stage_id.name or "",
            "stage_kind": self.stage_kind or "",
            "requested_type": self.requested_type,
            "answered": bool(said) and self._is_said_by_client(said),
            **self._prepare_desk_named(labels),
        }

    def _prepare_desk_named(self, labels):
        """Return the part of a row that is shown by its name."""
        tier, user, kind = self.tier_id, self.user_id, self.ticket_type
        urgency = self.requested_urgency
        return {
            "tier": {"id": tier.id, "display_name": tier.name} if tier else None,
            "user": {"id": user.id, "name": user.name} if user else None,
            "urgency": [urgency, labels["requested_urgency"][urgency]],
            "channel": labels["channel"][self.channel],
            "asks": labels["requested_type"][self.requested_type],
            "type": [kind, labels["ticket_type"][kind]] if kind else None,
            "tags": [
                {"id": tag.id, "name": tag.name, "color": tag.color}
                for tag in self.tag_ids
            ],
        }

    def _prepare_desk_assessed(self):
        """Return who assessed it and when, None before that."""
        if not self.priority:
            return None
        return {
            "by_id": self.priority_assigned_by_id.id,
            "by": self.priority_assigned_by_id.name or "",
            "at": self._word_moment(self.priority_assigned_at),
            "reason": self.priority_reason or "",
        }

    def _is_said_by_client(self, message):
        author = message.author_id
        if not author:
            return message.message_type == "email"
        return author.commercial_partner_id == self.commercial_partner_id
