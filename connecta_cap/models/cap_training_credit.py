from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import CREDIT_KINDS
from ..tools.ledger import Row


class CapTrainingCredit(models.Model):
    """Training hours: what came in, was booked, used, returned or lapsed, and when.

    Rows are added, never changed or removed; a mistake is put right by another row with
    a reason. A grant is a lot with an expiry of its own, the other rows belong to one.
    The balance is the sum of `change`.
    """

    _name = "cap.training.credit"
    _inherit = ["cap.training.decision.mixin", "cap.portal.whitelist.mixin"]
    _description = "CAP Training Credit"
    _order = "day, id"

    subscription_id = fields.Many2one(
        "cap.subscription", required=True, readonly=True, ondelete="restrict"
    )
    partner_id = fields.Many2one(related="subscription_id.partner_id", string="Client")
    account_manager_id = fields.Many2one(related="subscription_id.account_manager_id")
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    lot_id = fields.Many2one(
        "cap.training.lot",
        "Grant",
        readonly=True,
        index=True,
        help="The grant whose hours the row is about.",
    )
    kind = fields.Selection(CREDIT_KINDS, required=True, readonly=True)
    day = fields.Date("Date", required=True, readonly=True)
    quantity = fields.Float("Hours", digits=(8, 2), required=True, readonly=True)
    change = fields.Float(
        digits=(8, 2),
        required=True,
        readonly=True,
        help="What the row does to the hours that can still be booked.",
    )
    expires_on = fields.Date(
        readonly=True, help="The first day on which the hours cannot be booked."
    )
    delivery_id = fields.Many2one(
        "cap.delivery",
        "Promised by",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    session_id = fields.Many2one(
        "cap.training.session",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    reason = fields.Char(readonly=True, help="The client reads it.")
    user_id = fields.Many2one(
        "res.users",
        "By",
        readonly=True,
        ondelete="restrict",
        help="Who decided it; empty when it follows from the rules.",
    )

    _subscription_idx = models.Index("(subscription_id, day, id)")
    # a delivery that had to start anew is granted anew, each start once
    _granted_once = models.UniqueIndex(
        "(delivery_id, day) WHERE kind = 'grant'",
        "These training hours are granted already.",
    )
    _extended_once = models.UniqueIndex(
        "(lot_id) WHERE kind = 'extend'",
        "These hours were extended before: that is possible once.",
    )
    _change_follows = models.Constraint(
        """CHECK(change = CASE kind
            WHEN 'grant' THEN quantity WHEN 'release' THEN quantity
            WHEN 'correct' THEN quantity
            WHEN 'reserve' THEN -quantity WHEN 'lapse' THEN -quantity
            ELSE 0 END AND (quantity >= 0 OR kind = 'correct'))""",
        "The change of a row follows from its kind and its hours.",
    )

    # === COMPUTE METHODS === #

    @api.depends("kind", "quantity", "day", "partner_id")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for row in self:
            client = row.sudo().partner_id.name or ""
            row.display_name = (
                f"{labels.get(row.kind, '')} {row.quantity:g} h ({row.day}) {client}"
            ).strip()

    # === CRUD METHODS === #

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(
            self.env._(
                "The ledger of training hours is append-only: a row is never changed. "
                "Record a correction with its reason instead."
            )
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._(
                "The ledger of training hours is append-only: a row is never deleted. "
                "Record a correction with its reason instead."
            )
        )

    # === BUSINESS METHODS === #

    def _portal_readable_fields(self):
        return super()._portal_readable_fields() | {
            "subscription_id",
            "lot_id",
            "kind",
            "day",
            "quantity",
            "change",
            "expires_on",
            "session_id",
            "reason",
        }

    def _word_row(self):
        """Return what the row says to the client, in a sentence."""
        self.ensure_one()
        hours = f"{self.quantity:g}"
        session = self.session_id.display_name
        match self.kind:
            case "grant":
                text = self.env._("Granted by your cover")
            case "reserve":
                text = self.env._("Booked: %(session)s", session=session)
            case "consume":
                text = self.env._(
                    "%(hours)s h used: %(session)s", hours=hours, session=session
                )
            case "release":
                text = self.env._("Returned: %(session)s", session=session)
            case "lapse":
                text = self.env._("Not used in time: lapsed")
            case "extend":
                text = self.env._("Valid longer")
            case _:
                text = self.env._("Corrected")
        return f"{text}. {self.reason}" if self.reason else text

    def _as_row(self):
        self.ensure_one()
        return Row(
            self.lot_id.id,
            self.kind,
            self.quantity,
            self.day,
            self.expires_on or None,
        )
