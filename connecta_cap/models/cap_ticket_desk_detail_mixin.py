from odoo import api, models
from odoo.fields import Datetime, Domain
from odoo.tools import is_html_empty

from ..const import DESK_MESSAGES, MAX_DESCRIPTION

# Comments, mails and notices that say something; tracked values are on the form.
SAID = ("comment", "email", "email_outgoing", "auto_comment", "notification")


class CapTicketDeskDetailMixin(models.AbstractModel):
    """One ticket opened at the side of the desk."""

    _name = "cap.ticket.desk.detail.mixin"
    _inherit = ["cap.ticket.desk.say.mixin"]
    _description = "A ticket at the side of the desk"

    # === BUSINESS METHODS === #

    @api.readonly
    def get_desk_ticket(self):
        """Return everything that the side of the desk shows of this ticket.

        :return: dict of `row` (as in the lists), `description`, `explanation`, `area`,
            `emergency`, `messages`, `panel`, `actions`, and what the user may do.
        :raises AccessError: for whoever does not see the ticket.
        """
        self.ensure_one()
        self.check_access("read")
        areas = dict(self._fields["area"]._description_selection(self.env))
        return {
            "row": self._prepare_desk_rows()[0],
            "description": self.description or "",
            "area": areas[self.area],
            "received": self._word_moment(self.sla_start),
            "explanation": self.sla_explanation or "",
            "emergency": self._prepare_desk_emergency(),
            "hints": self._list_desk_hints(),
            "messages": self._list_desk_messages(),
            "panel": self.get_client_panel(),
            "actions": self._list_desk_actions() if self._may_work() else [],
            "may_work": self._may_work(),
        }

    def _may_work(self):
        is_agent = self.env.user.has_group("connecta_cap.group_cap_agent")
        return is_agent and self.has_access("write")

    def _prepare_desk_emergency(self):
        """Return what is blocked and who is on it, None without an emergency."""
        if not self.is_emergency:
            return None
        return {
            "process": self.blocked_process or "",
            "since": self._word_moment(self.blocked_since),
            "phone": self.callback_phone or "",
            "deadline": self._word_moment(self.ack_deadline),
            "acknowledged": self.env._(
                "%(user)s is on it since %(when)s",
                user=self.ack_by_id.sudo().name,
                when=self._word_moment(self.ack_at),
            )
            if self.ack_at
            else "",
        }

    def _list_desk_hints(self):
        """Return sentences that an agent should read before anything else; a hook."""
        hints = []
        if self.waiting_next:
            hints.append(
                self.env._("Waiting for the client: %(next)s.", next=self.waiting_next)
            )
        if self.is_unidentified:
            hints.append(
                self.env._(
                    "The sender is not known, so nothing is promised yet. Link the "
                    "ticket to a client: the clock then counts from the mail's arrival."
                )
            )
        elif self.sla_state == "none":
            hints.append(
                self.env._(
                    "This client has no active subscription: the ticket is accepted, "
                    "and nothing is promised."
                )
            )
        if self.beyond_tier:
            hints.append(
                self.env._(
                    "It asks for something beyond the client's tier: %(what)s. Answer "
                    "politely, with the way onward.",
                    what=self.declined_entitlement_id.sudo().name,
                )
            )
        if self.origin_ticket_id:
            hints.append(
                self.env._(
                    "It follows up on %(ticket)s.",
                    ticket=self.origin_ticket_id.display_name,
                )
            )
        return hints

    def _list_desk_messages(self):
        """Return the end of the conversation, the oldest of it first."""
        messages = self.env["mail.message"].search_fetch(
            Domain("model", "=", "cap.ticket")
            & Domain("res_id", "=", self.id)
            & Domain("message_type", "in", SAID),
            ["body", "date", "author_id", "email_from", "attachment_ids", "message_id"],
            limit=DESK_MESSAGES,
            order="id desc",
        )
        # the mail that the ticket came from is its description
        first = (
            self.message_ref if len(self.description or "") < MAX_DESCRIPTION else None
        )
        told = messages.filtered(
            lambda message: (
                message.attachment_ids
                or (not is_html_empty(message.body) and message.message_id != first)
            )
        )
        note = self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_note")
        return [self._prepare_desk_message(one, note) for one in reversed(told)]

    def _prepare_desk_message(self, message, note):
        """Return one message; its body is HTML that Odoo sanitized when it came in.

        :param note: id of the subtype of notes.
        """
        known = message.sudo()
        is_note = known.is_internal or known.subtype_id.id == note
        return {
            "id": known.id,
            "author": known.author_id.name or known.email_from or "",
            "at": Datetime.to_string(known.date),
            "body": known.body or "",
            "is_note": is_note,
            "is_automatic": known.message_type in ("auto_comment", "notification"),
            "is_client": not is_note and self.sudo()._is_said_by_client(known),
            "files": [
                {"id": file.id, "name": file.name} for file in known.attachment_ids
            ],
        }

    def _list_desk_actions(self):
        """Return what the *Actions* of the desk offer for this ticket; a hook.

        :return: list of dicts of `label`, `icon`, and either `method` (of the ticket;
            what it returns is opened) or `action` (an XML id); `confirm` asks first.
        """
        offers = []
        if self.is_unidentified:
            label = self.env._("Link to a client")
            offers.append({"label": label, "icon": "link", "method": "action_identify"})
        if self.is_closed:
            label = self.env._("Reopen")
            offers.append({"label": label, "icon": "undo", "method": "action_reopen"})
            return offers
        if self.is_emergency:
            label = self.env._("No emergency")
            action = "connecta_cap.cap_ticket_correction_action_reclassify"
            offers.append({"label": label, "icon": "level-down", "action": action})
        offers += self._list_desk_dialogs()
        if not self.priority:
            return offers
        if not self.outside_reason_id:
            label = self.env._("Outside CAP")
            action = "connecta_cap.cap_ticket_outside_action"
            offers.append({"label": label, "icon": "sign-out", "action": action})
        closing = self.env._(
            "Close this ticket? The client is able to reopen it for %(days)s days.",
            days=self.sudo().company_id.cap_reopen_days,
        )
        label = self.env._("Close")
        close = {"label": label, "icon": "check", "method": "action_close"}
        return [*offers, close | {"confirm": closing}]

    def _list_desk_dialogs(self):
        """Return the dialogs that help with any open ticket."""
        dialogs = [
            (self.env._("Prepared reply"), "reply", "cap_ticket_reply_action"),
            (self.env._("Merge or duplicate"), "compress", "cap_ticket_merge_action"),
            (self.env._("Time"), "clock-o", "cap_ticket_time_action_log"),
        ]
        return [
            {"label": label, "icon": icon, "action": f"connecta_cap.{action}"}
            for label, icon, action in dialogs
        ]
