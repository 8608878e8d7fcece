from dataclasses import replace
from datetime import timedelta

from odoo import api, models
from odoo.exceptions import LockError, UserError

from ..tools.ledger import Row, Shortage, allocate, clean

SETTLED = ("delivered", "lapsed")


class CapTrainingLedgerMixin(models.AbstractModel):
    """How hours are booked, returned and used, each by adding rows to the ledger.

    Whatever takes hours first touches the subscription's row, so that of two people
    who do so at once the second looks again: the balance cannot fall below zero.
    """

    _name = "cap.training.ledger.mixin"
    _inherit = ["cap.training.grant.mixin"]
    _description = "Booking of training hours"

    # === VERBS === #

    @api.model
    def _reserve(self, session, held_on=None):
        """Book a session's hours, from the lots that expire first.

        :param session: `cap.training.session`.
        :param held_on: its day, None while it is open.
        :raises UserError: when the client has fewer hours; nothing is booked then.
        """
        subscription = session.subscription_id.sudo()
        self._take(subscription)
        lots = self.env["cap.training.lot"].sudo()._read_lots(subscription)
        parts = self._allocate(session, lots, held_on)
        today = self._cap_today()
        rows = [Row(lot, "reserve", hours, today) for lot, hours in parts]
        self._add([self._prepare_row_vals(row, session) for row in rows])

    @api.model
    def _allocate(self, session, lots, held_on):
        """Return which lots pay for a session, as (lot, hours) pairs.

        :param lots: `tools.ledger.Lot` tuples, the one that expires first in front.
        :param held_on: its day, None while it is open.
        :raises UserError: when they have fewer hours.
        """
        subscription = session.subscription_id.sudo()
        policy = self.env["cap.training.policy"]._get_policy(subscription.company_id)
        today = self._cap_today()
        try:
            return allocate(lots, session.hours, today, held_on, policy.grace_days)
        except Shortage as shortage:
            raise UserError(
                self.env._(
                    "%(client)s has %(available)g h of training for this, and "
                    "%(hours)g h are asked for. Choose a shorter session, or a day on "
                    "which the hours still count.",
                    client=subscription.partner_id.name,
                    available=shortage.available,
                    hours=session.hours,
                )
            ) from shortage

    @api.model
    def _keep_booked(self, session, held_on):
        """Make sure that a session's hours still count on a day, else book others.

        :param held_on: the day for which it is planned.
        :raises UserError: when neither these nor other hours count on that day.
        """
        if self._check_reach(session, held_on):
            return
        self._release(session)
        self._reserve(session, held_on)

    @api.model
    def _check_reach(self, session, held_on):
        """Return whether the hours that a session has booked count on a day.

        When they do not, others have to: those are looked for, and nothing is booked.

        :param held_on: the day on which it would be held.
        :raises UserError: when neither these nor other hours count on that day.
        """
        policy = self.env["cap.training.policy"]._get_policy(session.company_id)
        booked = self._list_booked(session)
        if all(
            lot._as_lot().reaches(held_on, policy.grace_days) for lot, _hours in booked
        ):
            return True
        lost = [
            lot for lot, _h in booked if not lot._as_lot().is_live(self._cap_today())
        ]
        if lost:
            last = min(lot.expires_on for lot in lost) + timedelta(
                days=policy.grace_days - 1
            )
            raise UserError(
                self.env._(
                    "The hours of %(session)s count up to %(day)s: they were booked in "
                    "time, and expire. Choose a day until then.",
                    session=session.display_name,
                    day=last,
                )
            )
        given_back = {lot.id: hours for lot, hours in booked}
        lots = self.env["cap.training.lot"].sudo()._read_lots(session.subscription_id)
        free = tuple(
            replace(lot, available=lot.available + given_back.get(lot.key, 0))
            for lot in lots
        )
        self._allocate(session, free, held_on)
        return False

    @api.model
    def _release(self, session):
        """Return a session's booked hours; those of an expired lot lapse at once."""
        subscription = session.subscription_id.sudo()
        self._take(subscription)
        self._lapse(subscription)
        today = self._cap_today()
        booked = self._list_booked(session)
        rows = [Row(lot.id, "release", hours, today) for lot, hours in booked]
        rows += [
            Row(lot.id, "lapse", hours, today)
            for lot, hours in booked
            if lot.expires_on and lot.expires_on <= today
        ]
        self._add([self._prepare_row_vals(row, session) for row in rows])

    @api.model
    def _consume(self, session, day, reason=""):
        """Use up a session's booked hours, and tell the deliveries they came from.

        :param day: date on which they were used.
        :param reason: what the client reads when no session was held for them.
        """
        self._take(session.subscription_id.sudo())
        booked = self._list_booked(session)
        rows = [Row(lot.id, "consume", hours, day) for lot, hours in booked]
        self._add(
            [self._prepare_row_vals(row, session) | {"reason": reason} for row in rows]
        )
        agreed_on = min(session.booked_on, day)
        for lot, hours in booked:
            delivery = lot.delivery_id
            # booked in time is in time, even when it is held a little later
            if delivery and delivery._get_state_on(agreed_on) not in SETTLED:
                delivery._set_delivered(day, quantity=hours, agreed_on=agreed_on)

    # === ROWS === #

    @api.model
    def _list_booked(self, session):
        """Return (lot, hours) pairs that a session has booked and not used yet."""
        groups = self.sudo()._read_group(
            [("session_id", "=", session.id)], ["lot_id", "kind"], ["quantity:sum"]
        )
        booked = {}
        for lot, kind, hours in groups:
            sign = {"reserve": 1, "release": -1, "consume": -1}.get(kind, 0)
            booked[lot.id] = clean(booked.get(lot.id, 0) + sign * hours)
        lots = self.env["cap.training.lot"].sudo().browse(booked)
        return [(lot, booked[lot.id]) for lot in lots if booked[lot.id] > 0]

    @api.model
    def _take(self, subscription):
        """Be the only one who takes hours of a subscription until the work is saved.

        :raises UserError: when somebody else does at this moment.
        """
        try:
            subscription.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(
                self.env._(
                    "Somebody is booking training hours of %(client)s at this very "
                    "moment. Try again in a few seconds.",
                    client=subscription.partner_id.name,
                )
            ) from error
        # a second one who already looked, but before this was saved, is made to retry
        self._touch(subscription)
