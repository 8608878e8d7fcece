from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import SLA_EVENT_KINDS


class CapSlaEvent(models.Model):
    """What happened to a promise, and when: rows are added, never changed or removed.

    The SLA fields of a ticket are a reading of these rows.
    """

    _name = "cap.sla.event"
    _description = "CAP SLA Event"
    _order = "at, id"
    _rec_name = "kind"

    ticket_id = fields.Many2one(
        "cap.ticket", required=True, index=True, ondelete="restrict", readonly=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    kind = fields.Selection(SLA_EVENT_KINDS, required=True, readonly=True)
    # never empty: the unique index would not compare empty levels
    level = fields.Integer(
        required=True,
        default=0,
        readonly=True,
        help="Share in percent of a warning, step of an escalation.",
    )
    at = fields.Datetime(
        "When",
        required=True,
        readonly=True,
        help="The moment that the event is about; a breach happens at its deadline.",
    )
    user_id = fields.Many2one(
        "res.users",
        "By",
        readonly=True,
        ondelete="restrict",
        help="The person; empty for the program itself.",
    )
    deadline = fields.Datetime("Deadline then", readonly=True)
    note = fields.Char("Reason", readonly=True)
    payload = fields.Json("Frozen terms", readonly=True)

    # exactly once per ticket; a deadline may be rebased more often
    _once = models.UniqueIndex(
        "(ticket_id, kind, level) WHERE kind <> 'rebased'",
        "This event of the ticket is recorded already.",
    )

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(
            self.env._(
                "The SLA ledger is append-only: an event is never changed. Record a "
                "new event that puts it right."
            )
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("The SLA ledger is append-only: an event is never deleted.")
        )
