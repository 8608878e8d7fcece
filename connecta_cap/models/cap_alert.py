from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import ALERT_CHANNELS, ALERT_LEVELS


class CapAlert(models.Model):
    """Who was alerted to an emergency, when and how: rows are added, never changed.

    A row is written together with what it tells about, so that an alert which is on
    record went out, once, even if the server ends in between.
    """

    _name = "cap.alert"
    _description = "CAP Alert"
    _order = "due_at desc, id desc"
    _rec_name = "ticket_id"

    ticket_id = fields.Many2one(
        "cap.ticket", required=True, index=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    level = fields.Selection(ALERT_LEVELS, required=True, readonly=True)
    channel = fields.Selection(ALERT_CHANNELS, required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users", "Alerted", required=True, readonly=True, ondelete="restrict"
    )
    due_at = fields.Datetime(
        "Due",
        required=True,
        readonly=True,
        help="The moment that the alert belongs to.",
    )
    sent_at = fields.Datetime("Sent", required=True, readonly=True)

    _once = models.UniqueIndex(
        "(ticket_id, due_at, channel, user_id)", "This alert went out already."
    )

    # === CRUD METHODS === #

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(
            self.env._("The ledger of alerts is append-only: an alert never changes.")
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("The ledger of alerts is append-only: an alert stays on record.")
        )

    # === BUSINESS METHODS === #

    @api.model
    def _list_ringing(self):
        """Return the emergencies that ring for the user who asks.

        :return: list of dicts, as the bus sends them.
        """
        tickets = self.env["cap.ticket"].sudo()
        ringing = tickets.search(
            [("alert_at", "!=", False), ("alert_ids.user_id", "=", self.env.uid)]
        )
        return [ticket._prepare_alert() for ticket in ringing]
