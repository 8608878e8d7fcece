from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..const import TRAINING_REMINDER_BATCH, TRAINING_REMINDER_DAYS
from ..tools.ledger import Lot


class CapTrainingLot(models.Model):
    """What is left of each grant of training hours: sums of the ledger, stored nowhere.

    Its id is that of the grant. Bookings, reminders, the account manager's list and the
    client's page all read it, so that they cannot disagree.
    """

    _name = "cap.training.lot"
    _inherit = ["cap.clock.mixin"]
    _description = "CAP Training Hours"
    _auto = False
    _order = "expires_on, id"
    _depends = {
        "cap.training.credit": [
            "lot_id",
            "kind",
            "quantity",
            "change",
            "day",
            "expires_on",
            "subscription_id",
            "company_id",
            "delivery_id",
        ],
        "cap.training.session": ["subscription_id", "offered_on", "state"],
        "cap.training.slot": ["partner_id", "offered_on"],
        "cap.reminder": ["res_model", "res_id", "sent_at"],
        "cap.subscription": ["partner_id", "account_manager_id"],
    }

    subscription_id = fields.Many2one("cap.subscription", readonly=True)
    partner_id = fields.Many2one("res.partner", "Client", readonly=True)
    account_manager_id = fields.Many2one("res.users", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    delivery_id = fields.Many2one("cap.delivery", "Promised by", readonly=True)
    date_start = fields.Date("Available from", readonly=True)
    expires_on = fields.Date(
        readonly=True, help="The first day on which the hours cannot be booked."
    )
    # an expiry only ever moves on: looking for this one first spares sums of rows
    granted_until = fields.Date("First expiry", readonly=True)
    granted = fields.Float("Granted (h)", readonly=True)
    available = fields.Float("To book (h)", readonly=True)
    booked = fields.Float("Booked (h)", readonly=True)
    used = fields.Float("Used (h)", readonly=True)
    lapsed = fields.Float("Lapsed (h)", readonly=True)
    is_extended = fields.Boolean("Extended", readonly=True)
    offered_on = fields.Date(
        "Session offered",
        readonly=True,
        help="When we last offered or booked a session since these hours came.",
    )
    reminded_at = fields.Datetime(
        "Last reminder", readonly=True, help="When the client was last reminded."
    )
    reminder_ids = fields.One2many(
        "cap.reminder",
        "res_id",
        "Reminders",
        domain=lambda self: [("res_model", "=", self._name)],
    )
    credit_ids = fields.One2many("cap.training.credit", "lot_id", "Rows")

    @property
    def _table_query(self):
        return SQL("""
            SELECT lot.id, lot.subscription_id, s.partner_id, s.account_manager_id,
                lot.company_id, lot.delivery_id, lot.day AS date_start,
                coalesce(sums.extended_to, lot.expires_on) AS expires_on,
                lot.expires_on AS granted_until, lot.quantity::float8 AS granted,
                sums.available, sums.booked,
                sums.used, sums.lapsed, sums.extended_to IS NOT NULL AS is_extended,
                greatest(
                    (SELECT max(offered_on) FROM cap_training_session
                     WHERE subscription_id = lot.subscription_id
                     AND state IN ('offered', 'confirmed', 'held')
                     AND offered_on >= lot.day
                     AND offered_on < coalesce(
                         sums.extended_to, lot.expires_on, 'infinity')),
                    (SELECT max(offered_on) FROM cap_training_slot
                     WHERE partner_id = s.partner_id AND offered_on >= lot.day
                     AND offered_on < coalesce(
                         sums.extended_to, lot.expires_on, 'infinity'))
                ) AS offered_on,
                (SELECT max(sent_at) FROM cap_reminder
                 WHERE res_model = 'cap.training.lot' AND res_id = lot.id
                ) AS reminded_at
            FROM cap_training_credit lot
            JOIN cap_subscription s ON s.id = lot.subscription_id
            JOIN LATERAL (
                SELECT sum(change)::float8 AS available,
                    sum(CASE kind WHEN 'reserve' THEN quantity
                        WHEN 'release' THEN -quantity WHEN 'consume' THEN -quantity
                        ELSE 0 END)::float8 AS booked,
                    coalesce(sum(quantity) FILTER (WHERE kind = 'consume'), 0)::float8
                        AS used,
                    coalesce(sum(quantity) FILTER (WHERE kind = 'lapse'), 0)::float8
                        AS lapsed,
                    max(expires_on) FILTER (WHERE kind = 'extend') AS extended_to
                FROM cap_training_credit WHERE lot_id = lot.id
            ) sums ON TRUE
            WHERE lot.kind = 'grant'
        """)

    # === COMPUTE METHODS === #

    @api.depends("granted", "date_start", "partner_id")
    def _compute_display_name(self):
        for lot in self:
            lot.display_name = self.env._(
                "%(hours)g h of %(client)s from %(day)s",
                hours=lot.granted,
                client=lot.sudo().partner_id.name,
                day=lot.date_start,
            )

    # === ACTION METHODS === #

    def action_extend(self):
        """Ask until when these hours may be used, and why.

        :return: action dictionary.
        """
        return self._open_wizard("cap_training_extend_action")

    def action_correct(self):
        """Ask how many hours to add or take away, and why.

        :return: action dictionary.
        """
        return self._open_wizard("cap_training_correct_action")

    def _open_wizard(self, name):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(f"connecta_cap.{name}")
        return action | {"context": {"default_lot_id": self.id}}

    # === BUSINESS METHODS - REMINDERS === #

    @api.model
    def _cron_remind(self):
        """Remind clients of unused hours that lapse soon; safe to run side by side."""
        today = self._cap_today()
        horizon = today + timedelta(days=max(TRAINING_REMINDER_DAYS))
        lots = self.sudo().search(
            [
                ("expires_on", ">", today),
                ("expires_on", "<=", horizon),
                ("available", ">", 0),
            ]
        )
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(lots))
        for start in range(0, len(lots), TRAINING_REMINDER_BATCH):
            batch = lots[start : start + TRAINING_REMINDER_BATCH]
            batch._remind()
            if not cron._commit_progress(len(batch)):
                return

    def _remind(self):
        """Send what is due of these hours' reminders, each mark once."""
        self.env["cap.reminder"].sudo()._remind_batch(
            self,
            "training",
            "expires_on",
            TRAINING_REMINDER_DAYS,
            "connecta_cap.mail_training_lapses",
        )
        self.invalidate_model(["reminded_at"])

    def _send_reminder(self, template, days, day):
        """Tell the client and the account manager that these hours lapse.

        :param template: XML id of the view that words it.
        :param days: the mark that was reached, in days before `day`.
        :param day: the first day on which the hours cannot be booked.
        :return: the `mail.message`.
        """
        self.ensure_one()
        known = self.subscription_id._in_client_language()
        return known._tell(
            template,
            known.env._(
                "%(hours)g h of training: book before %(day)s",
                hours=self.available,
                day=known._word_day(day),
            ),
            hours=self.available,
            last=known._word_day(day - timedelta(days=1)),
        )

    # === BUSINESS METHODS === #

    @api.model
    def _read_lots(self, subscriptions, domain=()):
        """Return what is left of the grants of some subscriptions, in one query.

        :param subscriptions: `cap.subscription` records.
        :param domain: which of their lots.
        :return: tuple of `tools.ledger.Lot`, the one that expires first in front.
        """
        lots = self.search(
            Domain("subscription_id", "in", subscriptions.ids) & Domain(domain)
        )
        return tuple(lot._as_lot() for lot in lots)

    def _as_lot(self):
        self.ensure_one()
        return Lot(
            self.id,
            self.date_start,
            self.expires_on or None,
            self.available,
            self.booked,
        )
