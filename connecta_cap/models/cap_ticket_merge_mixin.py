from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import UserError


class CapTicketMergeMixin(models.AbstractModel):
    """Several tickets about one request become one, within one client.

    The one that goes on takes over what was said, and the strictest promise. The others
    are closed and put out of sight, and lead on to it wherever somebody opens them,
    answers their mails or names their number. There is no way back.
    """

    _name = "cap.ticket.merge.mixin"
    _inherit = [
        "cap.ticket.merge.check.mixin",
        "cap.ticket.join.mixin",
        "cap.ticket.alert.mixin",
        "cap.ticket.move.mixin",
    ]
    _description = "Merged tickets"

    # === COMPUTE METHODS === #

    @api.depends("merged_into_id")
    def _compute_escalation_plan(self):
        merged = self.filtered("merged_into_id")
        merged.escalation_plan = merged.escalation_at = False
        return super(CapTicketMergeMixin, self - merged)._compute_escalation_plan()

    # === ACTION METHODS === #

    def action_merge(self, ticket_ids, reason=""):
        """Merge other tickets into this one.

        :param ticket_ids: ids of the tickets that end here.
        :param reason: a note for colleagues.
        :raises AccessError: unless a support agent asks in person.
        :raises UserError: for another client's ticket, one that cannot be merged, or
            one that a colleague is merging at this moment.
        """
        self.ensure_one()
        others = self.browse(ticket_ids).exists() - self
        for ticket in self | others:
            ticket._check_is_agent()
        (self | others)._claim()
        problem = self._find_merge_problem(others)
        if problem:
            raise UserError(problem)
        now = self._cap_now()
        for ticket in others.sorted("id"):
            self._take_in(ticket, now, " ".join((reason or "").split()))
        return True

    # === BUSINESS METHODS - THE MERGE === #

    def _take_in(self, ticket, now, reason):
        """Take over one ticket, and close it with a pointer to this one.

        :param ticket: of the same client.
        :param now: naive UTC datetime.
        :param reason: tidied note, may be empty.
        """
        before = ticket._freeze_joined()
        promise = self._set_joined(ticket, now)
        self._move_content(ticket)
        if self.origin_ticket_id == ticket:
            self.sudo().origin_ticket_id = False
        ticket._set_merged(self, now)
        by = {"at": now, "user_id": self.env.uid}
        self._record_numbered(
            "absorbed",
            **by,
            note=reason or ticket.number,
            payload={"from_id": ticket.id, **promise},
        )
        after = ticket._freeze_joined()
        payload = {"into_id": self.id, "before": before, "after": after}
        event = by | {"note": reason or self.number, "payload": payload}
        ticket._record_sla_events("merged", {ticket.id: event})
        self._note_merge(ticket, reason)

    def _set_merged(self, target, now):
        """Close this ticket for good: it goes on in another one."""
        quiet = self.with_context(mail_notrack=True)
        quiet._guarded_write(
            {
                "merged_into_id": target.id,
                "merged_at": now,
                "merged_by_id": self.env.uid,
                "sla_state": "none",
                "stage_id": self.env["cap.ticket.stage"]._get_first("closed").id,
                "active": False,
            }
        )
        # a pointer never leads to a pointer
        self.sudo().merged_ids._guarded_write({"merged_into_id": target.id})

    def _record_numbered(self, kind, **vals):
        # an emergency that goes on elsewhere is not over
        merged = (
            self.filtered("merged_into_id") if kind == "resolved" else self.browse()
        )
        return super(CapTicketMergeMixin, self - merged)._record_numbered(kind, **vals)

    def _note_merge(self, ticket, reason):
        """Leave a note for colleagues on both tickets; no mail leaves."""
        here = self.env._(
            "%(number)s was merged into this ticket.", number=ticket.number
        )
        there = self.env._("Merged into %(number)s.", number=self.number)
        for record, text in ((self, here), (ticket, there)):
            lines = [Markup("<p>%s</p>") % line for line in (text, reason) if line]
            record.sudo()._message_log(
                body=Markup().join(lines), author_id=self.env.user.partner_id.id
            )

    # === BUSINESS METHODS - WHAT LEADS ON === #

    def message_post(self, **kwargs):
        # a page that was open while the tickets were merged
        target = self.sudo().merged_into_id if len(self) == 1 else None
        if target:
            return self.browse(target.id).message_post(**kwargs)
        return super().message_post(**kwargs)

    @api.model
    def _portal_find(self, ticket_id):
        """Return the ticket that a client's address leads to, empty for none.

        :param ticket_id: id in the address; one that was merged leads on.
        """
        known = self.with_context(active_test=False)
        ticket = known.search([("id", "=", ticket_id)])
        ticket = ticket.merged_into_id or ticket
        return self.browse(ticket.id).filtered("active")

    def _portal_merged_number(self, ticket_id):
        """Return the number of a merged ticket that led here, "" for none.

        :param ticket_id: what the address says.
        """
        merged = {str(one.id): one.number for one in self.sudo().merged_ids}
        return merged.get(ticket_id, "")

    def _portal_readable_fields(self):
        return super()._portal_readable_fields() | {"merged_into_id", "merged_at"}

    def _prepare_portal_values(self):
        merged = [
            {
                "number": ticket.number,
                "name": ticket.name,
                "contact": ticket.partner_id.name,
                "received": ticket._word_moment(ticket.sla_start),
                "description": ticket.description,
            }
            for ticket in self.sudo().merged_ids.sorted("id")
        ]
        return super()._prepare_portal_values() | {"merged": merged}
