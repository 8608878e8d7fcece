from odoo import api, models
from odoo.tools import SQL

from ..const import LIVE_STATES, TRAINING, TRAINING_BATCH
from ..tools.ledger import EFFECTS, clean, list_lapses

# Hours of started training deliveries, one lot each. A delivery that had to start anew
# gives only what its earlier lot did not leave with the client.
GRANT_SQL = """
    WITH due AS (
        SELECT nextval('cap_training_credit_id_seq') AS id, d.id AS delivery_id,
            d.subscription_id, s.company_id, d.date_start, d.lapse_date,
            d.quantity - greatest(d.quantity_done, coalesce((
                SELECT sum(kept.change) FROM cap_training_credit kept
                WHERE kept.delivery_id = d.id AND kept.kind IN ('grant', 'correct')
                AND kept.user_id IS NULL), 0)) AS hours
        FROM cap_delivery d
        JOIN cap_subscription s ON s.id = d.subscription_id
        JOIN cap_entitlement e ON e.id = d.entitlement_id AND e.code = %(code)s
        WHERE d.subscription_id IN %(ids)s AND d.unit = 'hour'
        AND d.date_start <= %(today)s
        AND d.delivered_on IS NULL
        AND (d.lapse_date IS NULL OR d.lapse_date > d.date_start)
        AND NOT EXISTS (
            SELECT 1 FROM cap_training_credit known WHERE known.kind = 'grant'
            AND known.delivery_id = d.id AND known.day = d.date_start)
    ), granted AS (
        INSERT INTO cap_training_credit
            (id, lot_id, kind, subscription_id, company_id, delivery_id, quantity,
             change, day, expires_on, create_uid, write_uid, create_date, write_date)
        SELECT id, id, 'grant', subscription_id, company_id, delivery_id, hours, hours,
            date_start, lapse_date, %(uid)s, %(uid)s, %(now)s, %(now)s
        FROM due WHERE hours > 0 ORDER BY date_start
        ON CONFLICT DO NOTHING RETURNING id, delivery_id
    )
    UPDATE cap_delivery d SET res_model = 'cap.training.credit', res_id = granted.id
    FROM granted WHERE granted.delivery_id = d.id
"""
# Lots whose delivery was taken back on the day it began, and such that came again.
WITHDRAWN_SQL = """
    INSERT INTO cap_training_credit
        (lot_id, kind, subscription_id, company_id, delivery_id, quantity, change, day,
         reason, create_uid, write_uid, create_date, write_date)
    SELECT lot.id, 'correct', lot.subscription_id, lot.company_id, lot.delivery_id,
        v.hours, v.hours, %(today)s,
        CASE WHEN v.hours < 0 THEN %(taken)s ELSE %(given)s END,
        %(uid)s, %(uid)s, %(now)s, %(now)s
    FROM cap_training_credit lot
    JOIN cap_delivery d ON d.id = lot.delivery_id
    JOIN LATERAL (
        SELECT CASE WHEN d.date_start <> lot.day
                OR coalesce(d.lapse_date, 'infinity')
                    < coalesce(lot.expires_on, 'infinity')
            THEN -greatest(sum(change), 0)
            ELSE -coalesce(sum(change) FILTER (
                WHERE kind = 'correct' AND user_id IS NULL), 0) END AS hours
        FROM cap_training_credit line WHERE line.lot_id = lot.id) v ON v.hours <> 0
    WHERE lot.kind = 'grant' AND lot.subscription_id IN %(ids)s
    AND (lot.expires_on IS NULL OR lot.expires_on > %(today)s)
"""


class CapTrainingGrantMixin(models.AbstractModel):
    """What comes into the ledger of training hours, and what leaves it by itself.

    A lot for each training delivery whose period has started; what is unused on the
    day that it expires lapses. Both exist once, however often somebody looks.
    """

    _name = "cap.training.grant.mixin"
    _inherit = ["cap.clock.mixin", "cap.batch.mixin"]
    _description = "Granting and lapsing of training hours"

    # === JOBS === #

    @api.model
    def _cron_grant(self):
        """Grant what has started and let lapse what has expired, batch by batch."""
        subscriptions = self.env["cap.subscription"].sudo()
        # whoever books at this moment keeps the row; the next run comes to it
        self._work_through(
            subscriptions, self._get_work_domain(), TRAINING_BATCH, self._settle
        )

    @api.model
    def _get_work_domain(self):
        """Return the domain of subscriptions that may have something to settle."""
        today = self._cap_today()
        expired = [*self._get_expired_domain(), ("available", ">", 0)]
        started = [
            ("code", "=", TRAINING),
            ("date_start", "<=", today),
            ("delivered_on", "=", False),
            ("res_id", "=", False),
        ]
        return [
            ("state", "in", (*LIVE_STATES, "closed")),
            "|",
            ("training_lot_ids", "any", expired),
            ("delivery_ids", "any", started),
        ]

    @api.model
    def _settle(self, subscriptions):
        """Grant, take back and let lapse what the days and the ledger of dues say.

        It can be repeated at will: each grant and each lapse exists once.

        :param subscriptions: `cap.subscription` records that nobody else changes now.
        """
        ids = tuple(subscriptions.ids)
        if not ids:
            return
        self.env.flush_all()
        values = {
            "ids": ids,
            "code": TRAINING,
            "today": self._cap_today(),
            "now": self._cap_now(),
            "uid": self.env.uid,
            "taken": self.env._("The cover that gave these hours did not stay."),
            "given": self.env._("The cover that gives these hours came back."),
        }
        self.env.cr.execute(SQL(WITHDRAWN_SQL, **values))
        self.env.cr.execute(SQL(GRANT_SQL, **values))
        self.env["cap.delivery"].invalidate_model(["res_model", "res_id"])
        self._forget()
        self._lapse(subscriptions)

    @api.model
    def _lapse(self, subscriptions):
        """Let unused hours of expired lots lapse, dated at their expiry."""
        expired = (
            self.env["cap.training.lot"]
            .sudo()
            ._read_lots(subscriptions, self._get_expired_domain())
        )
        rows = list_lapses(expired, self._cap_today())
        lapsed = self._add([self._prepare_row_vals(row) for row in rows])
        self._touch(lapsed.subscription_id)

    @api.model
    def _get_expired_domain(self):
        today = self._cap_today()
        return [("granted_until", "<=", today), ("expires_on", "<=", today)]

    # === ROWS === #

    @api.model
    def _touch(self, subscriptions):
        """Let whoever takes hours of these at the same moment collide, and retry."""
        if subscriptions:
            self.env.cr.execute(
                SQL(
                    """UPDATE cap_subscription
                    SET training_revision = coalesce(training_revision, 0) + 1
                    WHERE id IN %s""",
                    tuple(subscriptions.ids),
                )
            )
            subscriptions.invalidate_recordset(["training_revision"])

    @api.model
    def _prepare_row_vals(self, row, session=None):
        lot = self.sudo().browse(row.lot)
        return {
            "lot_id": lot.id,
            "kind": row.kind,
            "quantity": row.hours,
            "change": clean(EFFECTS[row.kind] * row.hours),
            "day": row.day,
            "expires_on": row.expires,
            "subscription_id": lot.subscription_id.id,
            "company_id": lot.company_id.id,
            "delivery_id": lot.delivery_id.id,
            "session_id": session.id if session else False,
        }

    @api.model
    def _add(self, vals_list):
        """Append rows to the ledger: the one way in beside the grants."""
        rows = self.sudo().create(vals_list)
        self._forget()
        return rows

    @api.model
    def _forget(self):
        """Let sums that were read before be read again."""
        self.env["cap.training.lot"].invalidate_model()
        self.env["cap.subscription"].invalidate_model(
            ["training_available", "training_booked", "training_expires_on"]
        )
