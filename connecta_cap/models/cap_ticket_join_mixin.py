from odoo import fields, models

from ..tools.joined import Promise, join_promises

# What a merge may change of a promise; the ledger keeps it before and after.
JOINED_FIELDS = (
    "sla_state",
    "sla_start",
    "sla_deadline",
    "sla_hours",
    "sla_calendar_id",
    "sla_terms",
    "sla_warn_at",
    "tier_id",
    "priority_line",
    "priority",
    "priority_reason",
    "priority_assigned_at",
    "priority_assigned_by_id",
    "ticket_type",
)
TERMS = (
    "sla_start",
    "sla_deadline",
    "sla_hours",
    "sla_calendar_id",
    "sla_terms",
    "sla_warn_at",
)


class CapTicketJoinMixin(models.AbstractModel):
    """One promise out of several: what a merge leaves of them.

    A request that came twice was promised one look. The ticket that goes on answers for
    the strictest of the promises; the others are on record, and count no more.
    """

    _name = "cap.ticket.join.mixin"
    _inherit = ["cap.ticket.escalation.mixin", "cap.ticket.scope.mixin"]
    _description = "Promise of merged tickets"

    # === BUSINESS METHODS === #

    def _as_promise(self):
        """Return this ticket's promise as what `join_promises` weighs."""
        self.ensure_one()
        return Promise(
            self.id,
            self.sla_state,
            self.sla_deadline or None,
            self.priority_assigned_at or None,
        )

    def _join(self, others, now):
        """Return what this ticket answers for together with others.

        :param others: tickets of the same client.
        :param now: naive UTC datetime.
        :return: (`Joined`, values of this ticket that change).
        """
        self.ensure_one()
        joined = join_promises(
            self._as_promise(), [one._as_promise() for one in others], now
        )
        vals = {"sla_state": joined.state}
        if joined.terms_id not in (None, self.id):
            vals |= self._take_terms(self.browse(joined.terms_id))
        if joined.assessed_id not in (None, self.id):
            vals |= self._take_assessment(self.browse(joined.assessed_id))
        if any(one.priority_line for one in others):
            vals["priority_line"] = True
        before = self._freeze_joined()
        after = self._freeze_joined(vals)
        return joined, {
            name: vals[name] for name in vals if before[name] != after[name]
        }

    def _take_terms(self, other):
        """Return the terms of another ticket, as values of this one."""
        vals = {
            name: other._fields[name].convert_to_write(other[name], other)
            for name in TERMS
        }
        if not self.tier_id:
            vals["tier_id"] = other.tier_id.id
        return vals

    def _take_assessment(self, other):
        """Return the earlier assessment of another ticket, as values of this one.

        Who has a priority keeps it: a later change of it is history.
        """
        vals = {
            "priority_assigned_at": other.priority_assigned_at,
            "priority_assigned_by_id": other.priority_assigned_by_id.id,
        }
        if not self.priority:
            vals["priority"] = other.priority
            vals["priority_reason"] = other.priority_reason
        if not self.ticket_type:
            vals["ticket_type"] = other.ticket_type
        return vals

    def _set_joined(self, others, now):
        """Let this ticket answer for others from now on, with what the ledger needs.

        :return: dict of the payload's `before` and `after`.
        """
        joined, vals = self._join(others, now)
        before, was_unassessed = self._freeze_joined(), self._is_unassessed()
        if "priority" in vals:
            vals |= self._prepare_assessed_vals()
        if vals:
            self.with_context(mail_notrack=True)._guarded_write(vals)
        if was_unassessed and self.priority:
            self._record_joined_assessment(joined)
        events = self.sla_event_ids.mapped("kind")
        if self.sla_state == "breached" and "breached" not in events:
            event = {"at": joined.breached_at, "deadline": joined.breached_at}
            self._record_sla_events("breached", {self.id: event})
        self._trigger_joined()
        return {"before": before, "after": self._freeze_joined()}

    def _record_joined_assessment(self, joined):
        """Note the assessment that came with another ticket; nobody is asked again."""
        event = {
            "at": self.priority_assigned_at,
            "user_id": self.priority_assigned_by_id.id,
            "note": self.priority_reason,
            "payload": {
                "priority": self.priority,
                "ticket_type": self.ticket_type,
                "from_id": joined.assessed_id,
            },
        }
        self._record_sla_events("assessed", {self.id: event})
        self._finish_escalations()

    def _trigger_joined(self):
        """Have the jobs called at the moments that came with another ticket."""
        if self.sla_state == "running":
            cron = self.env.ref("connecta_cap.ir_cron_cap_breach")
            cron.sudo()._trigger(at=self.sla_deadline)
        self._trigger_escalations()

    def _freeze_joined(self, vals=None):
        """Return the promise as plain JSON, with the values that it would get.

        :param vals: field values, None for what is stored.
        """
        self.ensure_one()
        frozen = {}
        for name in JOINED_FIELDS:
            field = self._fields[name]
            value = field.convert_to_write(self[name], self)
            value = (vals or {}).get(name, value)
            if field.type == "datetime":
                value = fields.Datetime.to_string(value) if value else False
            frozen[name] = value
        return frozen
