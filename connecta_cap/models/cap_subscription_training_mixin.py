from datetime import timedelta

import pytz

from odoo import api, fields, models

from ..const import LIVE_STATES, TRAINING
from ..tools.ledger import list_lapses, read_lots, run_balance, sum_available

ONE_DAY = timedelta(days=1)


class CapSubscriptionTrainingMixin(models.AbstractModel):
    """The training hours of a client: granted with the tier, booked, about to lapse."""

    _name = "cap.subscription.training.mixin"
    _inherit = ["cap.subscription.notice.mixin"]
    _description = "Training hours of a subscription"

    training_lot_ids = fields.One2many(
        "cap.training.lot", "subscription_id", "Training hours"
    )
    training_session_ids = fields.One2many(
        "cap.training.session", "subscription_id", "Training sessions"
    )
    training_available = fields.Float(
        "Training hours to book", compute="_compute_training", compute_sudo=True
    )
    training_booked = fields.Float(
        "Training hours booked", compute="_compute_training", compute_sudo=True
    )
    training_expires_on = fields.Date(
        "Training hours lapse on", compute="_compute_training", compute_sudo=True
    )
    has_training = fields.Boolean(compute="_compute_training", compute_sudo=True)
    # raised by whoever takes hours: of two at once the second looks again
    training_revision = fields.Integer(readonly=True, copy=False)

    # === COMPUTE METHODS === #

    def _compute_training(self):
        today = self._cap_today()
        lots = self.env["cap.training.lot"].search(
            [("subscription_id", "in", self.ids)]
        )
        by_subscription = lots.grouped("subscription_id")
        for subscription in self:
            mine = by_subscription.get(subscription, lots.browse())
            known = [lot._as_lot() for lot in mine]
            live = [lot for lot in known if lot.available and lot.is_live(today)]
            subscription.training_available = sum_available(known, today)
            subscription.training_booked = sum(lot.booked for lot in known)
            subscription.training_expires_on = min(
                (lot.expires for lot in live if lot.expires), default=False
            )
            subscription.has_training = bool(mine)

    # === CRUD METHODS === #

    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"training_revision"}

    # === ACTION METHODS === #

    def action_view_training(self):
        """Open the ledger of this client's training hours.

        :return: action dictionary.
        """
        return self._open_training("cap_training_credit_action")

    def action_view_training_sessions(self):
        """Open this client's training sessions.

        :return: action dictionary.
        """
        return self._open_training("cap_training_session_action")

    def action_plan_training(self):
        """Ask when a training session with this client takes place.

        :return: action dictionary.
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "connecta_cap.cap_training_schedule_action"
        )
        return action | {"context": {"default_subscription_id": self.id}}

    def _open_training(self, name):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(f"connecta_cap.{name}")
        return action | {
            "domain": [("subscription_id", "=", self.id)],
            "context": {"default_subscription_id": self.id},
        }

    # === BUSINESS METHODS === #

    def _after_succession_change(self):
        result = super()._after_succession_change()
        # the planner has just locked the rows by writing them
        self.env["cap.training.credit"].sudo()._settle(self)
        return result

    def _may_book_training(self):
        """Return whether the client may book: live hours, and no pause of the cover.

        Hours keep until their own expiry, whatever became of the tier since.
        """
        self.ensure_one()
        if self.state in ("draft", "suspended"):
            return False
        return self._entitled(TRAINING) or self.training_available > 0

    # === BUSINESS METHODS - THE CLIENT'S PAGES === #

    @api.model
    def _get_training_subscription(self):
        """Return the user's own cover whose hours count: with hours left, live first.

        :return: `cap.subscription` in the user's environment, empty without one.
        """
        mine = self.search(
            [("partner_id", "=", self.env.user.commercial_partner_id.id)],
            order="id desc",
        )
        return mine.sorted(
            lambda one: (not one.training_available, one.state not in LIVE_STATES)
        )[:1]

    def _prepare_training_statement(self):
        """Return every row of the hours with the balance after it, the latest first.

        What has lapsed is shown on its day even while the job that records it is late.

        :return: dict of `rows` (`day`, `text`, `change`, `balance`, `until`),
            `available`, `booked`, and `lapses`: (hours, last day) pairs ahead.
        """
        self.ensure_one()
        today = self._cap_today()
        credits = self.env["cap.training.credit"].search(
            [("subscription_id", "=", self.id)]
        )
        rows = {credit: credit._as_row() for credit in credits}
        lots = read_lots(rows.values())
        words = {id(row): credit._word_row() for credit, row in rows.items()}
        late = list_lapses(lots, today)
        lapsed = self.env._("Not used in time: lapsed")
        lines = [
            {
                "day": row.day,
                "text": words.get(id(row), lapsed),
                "change": row.change,
                "balance": balance,
                "until": row.expires and row.expires - ONE_DAY,
            }
            for row, balance in run_balance([*rows.values(), *late])
        ]
        live = [lot for lot in lots if lot.is_live(today)]
        return {
            "rows": lines[::-1],
            "available": sum_available(lots, today),
            "booked": sum(lot.booked for lot in lots),
            "lapses": [
                (lot.available, lot.expires - ONE_DAY)
                for lot in live
                if lot.available and lot.expires
            ],
        }

    @api.model
    def _prepare_portal_training(self):
        """Return what the client's page about training shows."""
        subscription = self._get_training_subscription()
        sessions = self.env["cap.training.session"]
        slots = self.env["cap.training.slot"]
        zone = pytz.timezone(sessions._get_reader_zone())
        word = self.env["cap.ticket"]._word_moment_in
        may_book = bool(subscription) and subscription._may_book_training()
        mine = sessions.search([], order="id desc", limit=50)
        policy = self.env["cap.training.policy"]._get_policy(
            subscription.sudo().company_id
        )
        return {
            "subscription": subscription,
            "statement": subscription._prepare_training_statement()
            if subscription
            else None,
            "may_book": may_book and subscription.training_available > 0,
            "sessions": [session._prepare_portal_row(zone) for session in mine],
            "slots": [
                {
                    "id": slot.id,
                    "start": word(slot.start, zone),
                    "hours": slot.hours,
                    "topic": slot.topic or "",
                    "consultant": slot.user_id.name,
                    "is_yours": bool(slot.partner_id),
                }
                for slot in (slots._list_free(subscription.sudo()) if may_book else ())
            ],
            "cancel_hours": policy.cancel_hours,
            "grace_days": policy.grace_days,
            "zone": zone.zone,
        }
