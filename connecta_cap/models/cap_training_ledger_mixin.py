from datetime import timedelta

from odoo import api, models
from odoo.exceptions import AccessError, LockError, UserError

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
        policy = self.env["cap.training.policy"]._get_policy(subscription.company_id)
        lots = self.env["cap.training.lot"].sudo()._read_lots(subscription)
        today = self._cap_today()
        try:
            parts = allocate(lots, session.hours, today, held_on, policy.grace_days)
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
        rows = [Row(lot, "reserve", hours, today) for lot, hours in parts]
        self._add([self._prepare_row_vals(row, session) for row in rows])

    @api.model
    def _keep_booked(self, session, held_on):
        """Make sure that a session's hours still count on a day, else book others.

        :param held_on: the day for which it is planned.
        :raises UserError: when neither these nor other hours count on that day.
        """
        policy = self.env["cap.training.policy"]._get_policy(session.company_id)
        booked = self._list_booked(session)
        if all(
            lot._as_lot().reaches(held_on, policy.grace_days) for lot, _hours in booked
        ):
            return
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
        self._release(session)
        self._reserve(session, held_on)

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

    @api.model
    def _correct(self, lot, hours, reason):
        """Add hours to a lot, or take some away, with a reason that the client reads.

        :param lot: `cap.training.lot` record.
        :param hours: more or less than zero.
        :raises UserError: without a reason, on an expired lot, or beyond what is left.
        """
        self._check_decision(lot, reason)
        self._take(lot.subscription_id.sudo())
        lot.invalidate_recordset()
        if not hours:
            raise UserError(self.env._("Enter the hours to add or to take away."))
        if lot.available + hours < 0:
            raise UserError(
                self.env._(
                    "Only %(available)g h of these are left to take away: the rest is "
                    "booked or used.",
                    available=lot.available,
                )
            )
        row = Row(lot.id, "correct", clean(hours), self._cap_today())
        self._decide(row, reason)

    @api.model
    def _extend(self, lot, until, reason):
        """Let a lot be booked longer, once, within what the rules allow.

        :param lot: `cap.training.lot` record.
        :param until: the last day on which it can be booked.
        :raises UserError: for a second time, or beyond the longest extension.
        """
        self._check_decision(lot, reason)
        self._take(lot.subscription_id.sudo())
        policy = self.env["cap.training.policy"]._get_policy(lot.company_id)
        expires = until + timedelta(days=1)
        latest = lot.expires_on + timedelta(days=policy.extension_days)
        if lot.is_extended or not lot.expires_on < expires <= latest:
            raise UserError(
                self.env._(
                    "These hours can be extended once, up to %(day)s at the latest: "
                    "that is the longest extension of the training rules.",
                    day=latest - timedelta(days=1),
                )
                if not lot.is_extended
                else self.env._("These hours were extended before: that happens once.")
            )
        self._decide(Row(lot.id, "extend", 0, self._cap_today(), expires), reason)
        lot.sudo().delivery_id._set_extended(expires)

    def _check_decision(self, lot, reason):
        if not self.env.user.has_group("connecta_cap.group_cap_account_manager"):
            raise AccessError(
                self.env._("Only an account manager corrects or extends hours.")
            )
        lot.check_access("read")
        if not (reason or "").strip():
            raise UserError(self.env._("Say why: the client reads it."))
        if not lot._as_lot().is_live(self._cap_today()):
            raise UserError(
                self.env._(
                    "%(lot)s cannot be booked any more: nothing can be changed about "
                    "hours that have lapsed.",
                    lot=lot.display_name,
                )
            )

    def _decide(self, row, reason):
        vals = self._prepare_row_vals(row)
        self._add([vals | {"reason": reason.strip(), "user_id": self.env.uid}])

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
