from datetime import timedelta
from itertools import zip_longest

import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import SESSION_STATES
from ..tools.worktime import from_epoch, to_epoch

WISHES = ("wish_1", "wish_2", "wish_3")
# how far back working hours before a session are looked for
LOOK_BACK = timedelta(days=60)


class CapTrainingSessionRulesMixin(models.AbstractModel):
    """What a training session may and may not: its times, its hours, who is late."""

    _name = "cap.training.session.rules.mixin"
    _inherit = ["cap.state.moves.mixin", "cap.training.session.calendar.mixin"]
    _description = "Rules of a training session"

    state = fields.Selection(
        SESSION_STATES,
        default="requested",
        required=True,
        tracking=True,
        copy=False,
        index=True,
    )
    offered_on = fields.Date(readonly=True, help="When a time was offered or booked.")
    cancel_until = fields.Datetime(
        "Cancel until",
        readonly=True,
        help="The last moment at which the client can cancel without losing hours.",
    )

    # === CRUD METHODS === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"offered_on", "cancel_until"}

    # === BUSINESS METHODS === #

    def _check_started(self):
        if not self.start or self.start > self._cap_now():
            raise UserError(
                self.env._(
                    "%(session)s has not begun yet: record what became of it after its "
                    "start.",
                    session=self.display_name,
                )
            )

    def _check_waiver(self, waive, reason):
        if waive and not (reason or "").strip():
            raise UserError(
                self.env._("Say why the hours return all the same: both sides read it.")
            )

    def _check_open_to_client(self):
        if self.start and self.start <= self._cap_now():
            raise UserError(
                self.env._(
                    "%(session)s has begun: talk to your consultant about it.",
                    session=self.display_name,
                )
            )

    def _check_may_move(self):
        if self._is_too_late_to_cancel():
            raise UserError(
                self.env._(
                    "It is too late to move %(session)s: that was possible until "
                    "%(moment)s. Call your consultant, or cancel it.",
                    session=self.display_name,
                    moment=self._word_moment(self.cancel_until),
                )
            )

    def _check_wishes(self, wishes):
        if any(wish <= self._cap_now() for wish in wishes):
            raise UserError(
                self.env._("A wished time has passed: choose times still to come.")
            )

    def _get_wishes(self):
        """Return the times that the client wished for, naive UTC, in its order."""
        self.ensure_one()
        return [self[name] for name in WISHES if self[name]]

    @api.model
    def _prepare_wish_vals(self, wishes):
        return dict(zip_longest(WISHES, wishes, fillvalue=False))

    def _is_too_late_to_cancel(self):
        self.ensure_one()
        fixed = self.state == "confirmed" and self.cancel_until
        return bool(fixed) and self._cap_now() > self.cancel_until

    def _prepare_time_vals(self, user, start):
        """Return the values of a new time, once it is known to be a possible one.

        :raises UserError: in the past, on hours that have lapsed by then, or while the
            consultant is absent or booked.
        """
        self.ensure_one()
        self.check_access("write")
        if not user or not start:
            raise UserError(
                self.env._(
                    "%(session)s needs a consultant and a time first.",
                    session=self.display_name,
                )
            )
        if start <= self._cap_now():
            raise UserError(
                self.env._("That time has passed: choose one that is still to come.")
            )
        self.env["cap.consultant.booking"]._check_free(
            user, start, start + timedelta(hours=self.hours), self
        )
        self.env["cap.training.credit"]._keep_booked(self, self._cap_date_of(start))
        return {
            "user_id": user.id,
            "start": start,
            "offered_on": self._cap_today(),
            "cancel_until": self._get_cancel_until(start),
        }

    @api.model
    def _get_cancel_until(self, start):
        """Return the last moment at which the client cancels in time, naive UTC.

        :param start: naive UTC datetime of the session.
        """
        policy = self.env["cap.training.policy"]._get_policy(self.company_id)
        calendar = self.env.ref("connecta_cap.resource_calendar_response")
        first = start - LOOK_BACK
        timeline, _closed = calendar._cap_timeline(first, start)
        worked = timeline.worked_until(to_epoch(pytz.utc.localize(start)))
        target = worked - round(policy.cancel_hours * 3600)
        if not policy.cancel_hours:
            return start
        if target <= 0:
            return first
        return from_epoch(timeline.deadline(0, target)).replace(tzinfo=None)
