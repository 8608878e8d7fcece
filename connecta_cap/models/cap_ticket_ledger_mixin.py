from collections import namedtuple

from odoo import api, models
from odoo.exceptions import AccessError, UserError

from ..const import WARNING_SHARES
from ..tools.sla_ledger import LedgerEvent, rebuild_fields
from ..tools.worktime import from_epoch

# A field of a ticket that says something else than the ledger.
LedgerDifference = namedtuple(
    "LedgerDifference", ["ticket", "name", "stored", "recorded"]
)


class CapTicketLedgerMixin(models.AbstractModel):
    """The ticket as a reading of its ledger: told anew, compared, and put right.

    The events are the record. Whatever happened to the fields of a ticket, by a faulty
    import or by hand in the database, they can be told again from its events.
    """

    _name = "cap.ticket.ledger.mixin"
    _inherit = ["cap.ticket.escalation.mixin"]
    _description = "Ticket as a reading of its ledger"

    # === BUSINESS METHODS === #

    def _read_ledger_batch(self):
        """Return what the ledger says the SLA fields are, in one query.

        :return: dict by ticket id of dicts of values by field name, as a write takes
            them.
        """
        events = self.env["cap.sla.event"].sudo()
        found = events.search([("ticket_id", "in", self.ids)], order="id")
        by_ticket = found.grouped("ticket_id")
        return {
            ticket.id: self._rebuild(by_ticket.get(ticket, events)) for ticket in self
        }

    @api.model
    def _rebuild(self, events):
        values = rebuild_fields(
            [
                LedgerEvent(
                    event.kind,
                    event.at,
                    event.user_id.id or None,
                    event.deadline or None,
                    event.note or None,
                    event.payload or {},
                )
                for event in events
            ],
            WARNING_SHARES[0],
        )
        warn_at = values["sla_warn_at"]
        if warn_at:
            values["sla_warn_at"] = from_epoch(warn_at).replace(tzinfo=None)
        return values

    def _compare_with_ledger(self):
        """Return where these tickets say something else than their ledger.

        :return: list of `LedgerDifference`, empty when all is as it should be.
        """
        recorded = self._read_ledger_batch()
        return [
            LedgerDifference(ticket, name, stored, value)
            for ticket in self
            for name, value in recorded[ticket.id].items()
            if (stored := ticket._read_plain(name)) != value
        ]

    def _read_plain(self, name):
        """Return a field as the ledger tells it: ids of records, None when empty."""
        self.ensure_one()
        value = self[name]
        if isinstance(value, models.BaseModel):
            value = value.id
        is_empty = value is False or value == ""
        return None if is_empty else value

    def _repair_from_ledger(self, reason):
        """Set what differs to what the ledger says, on record with a reason.

        :raises AccessError: unless a lead asks in person.
        :raises UserError: without a reason.
        :return: the tickets that were put right.
        """
        reason = self._check_lead_reason(reason)
        wrong = {}
        for item in self._compare_with_ledger():
            wrong.setdefault(item.ticket, []).append(item)
        for ticket, items in wrong.items():
            ticket._guarded_write({item.name: item.recorded for item in items})
            ticket._record_numbered(
                "repaired",
                user_id=self.env.uid,
                note=reason,
                payload={"was": {item.name: to_text(item.stored) for item in items}},
            )
        return self.browse(ticket.id for ticket in wrong)

    def _check_lead_reason(self, reason):
        """Return the tidied reason of what only a lead decides.

        :raises AccessError: unless a lead asks in person.
        :raises UserError: without a reason.
        """
        is_lead = self.env.user.has_group("connecta_cap.group_cap_lead")
        if not is_lead or not self._is_person():
            raise AccessError(
                self.env._(
                    "Only a support lead decides this: ask the lead of the team."
                )
            )
        self.check_access("write")
        reason = " ".join((reason or "").split())
        if not reason:
            raise UserError(
                self.env._("Say why in a sentence: it goes into the ledger.")
            )
        return reason


def to_text(value):
    """Return a value as the ledger keeps it in its payload."""
    return value if isinstance(value, (dict, int, float, type(None))) else str(value)
