from odoo import api, fields, models
from odoo.exceptions import LockError, UserError

from ..const import SESSION_MOVES


class CapTrainingSessionStateMixin(models.AbstractModel):
    """The life of a training session: asked for, given a time, held or cancelled.

    One verb for each step; each takes the booked hours along, or refuses and changes
    nothing.
    """

    _name = "cap.training.session.state.mixin"
    _inherit = ["cap.training.session.rules.mixin"]
    _description = "State of a training session"

    booked_on = fields.Date(
        "Booked on", readonly=True, help="The day on which the client asked for it."
    )
    slot_id = fields.Many2one("cap.training.slot", readonly=True, ondelete="restrict")
    closing_reason = fields.Char(
        "Why not", readonly=True, help="Why it did not take place; the client reads it."
    )

    # === CRUD METHODS === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "booked_on",
            "slot_id",
            "closing_reason",
        }

    # === VERBS === #

    def _set_requested(self, wishes=(), slot=None):
        """Ask for another time on behalf of the client; the hours stay booked.

        What was booked before its expiry goes on counting as booked then.

        :param wishes: naive UTC datetimes that would suit, in order.
        :param slot: `cap.training.slot` that is taken in their place, if any.
        :raises UserError: too late by the rules, or for times that cannot be; nothing
            changes then.
        """
        self.ensure_one()
        self._check_move("requested")
        self._check_may_move()
        self._check_wishes(wishes)
        for wish in wishes:
            self.env["cap.training.credit"]._check_reach(self, self._cap_date_of(wish))
        if self.state == "confirmed":
            self._tell_moved()
        self._leave_slot()
        vals = {"start": False, "cancel_until": False} | self._prepare_wish_vals(wishes)
        if slot:
            slot.sudo()._take(self)
            vals |= self._prepare_time_vals(slot.sudo().user_id, slot.start)
            vals["slot_id"] = slot.id
        self._update_state("requested", vals)
        self._ask_consultant()

    def _set_offered(self, user, start):
        """Offer the client a time.

        :param user: the consultant who would hold it.
        :param start: naive UTC datetime.
        """
        self._update_state("offered", self._prepare_time_vals(user, start))
        self._tell_offered()

    def _set_confirmed(self, user=None, start=None):
        """Fix the time and invite everybody to it.

        :param user: the consultant; whoever was named before by default.
        :param start: naive UTC datetime; the time that was chosen before by default.
        """
        self.ensure_one()
        user, start = user or self.user_id, start or self.start
        self._update_state("confirmed", self._prepare_time_vals(user, start))

    def _set_rescheduled(self, user, start):
        """Move a confirmed session; its hours stay booked.

        :param user: the consultant who holds it then.
        :param start: naive UTC datetime.
        """
        self.ensure_one()
        self._check_move("confirmed", ("confirmed",))
        vals = self._prepare_time_vals(user, start)
        self._leave_slot()
        self._guarded_write(vals)

    def _set_held(self):
        """Record that the session took place: its hours are used now."""
        self.ensure_one()
        self._check_started()
        invited = self.attendance_ids.filtered(lambda line: line.state == "invited")
        if not self.attendance_ids - self.attendance_ids.filtered(
            lambda line: line.state == "absent"
        ):
            raise UserError(
                self.env._(
                    "Nobody attended %(session)s by its list. Mark who was there, or "
                    "record that nobody came.",
                    session=self.display_name,
                )
            )
        self._update_state("held")
        invited.sudo().state = "attended"
        self._use_hours()

    def _set_no_show(self, reason="", waive=False):
        """Record that nobody came; the hours are used unless that is waived.

        :param reason: what the client reads; needed to waive.
        :param waive: whether the hours return all the same.
        """
        self.ensure_one()
        self._check_started()
        self._check_waiver(waive, reason)
        self._update_state("no_show", {"closing_reason": reason})
        self.attendance_ids.sudo().state = "absent"
        if waive:
            self._return_hours()
        else:
            self._use_hours(self.env._("Nobody came."))

    def _set_cancelled(self, reason, by_client=True, waive=False):
        """Cancel the session; the hours return if it was in time, or our own doing.

        :param reason: what both sides read.
        :param by_client: whether the client cancels.
        :param waive: whether the hours of a late cancellation return all the same.
        """
        self.ensure_one()
        self._check_waiver(waive, reason)
        late = by_client and self._is_too_late_to_cancel()
        self._update_state("cancelled", {"closing_reason": reason})
        self._leave_slot()
        if late and not waive:
            self._use_hours(self.env._("Cancelled too late."))
        else:
            self._return_hours()
        self._tell_cancelled(returned=waive or not late)

    # === CHECKS AND STEPS === #

    @api.model
    def _get_moves(self):
        return SESSION_MOVES

    def _update_state(self, target, vals=None, allowed=None):
        self.ensure_one()
        result = super()._update_state(target, vals, allowed)
        self._answer_request()
        return result

    def _check_move(self, target, allowed=None):
        self.check_access("write")
        try:
            self.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(
                self.env._(
                    "Somebody else is changing %(session)s at this moment. Try again "
                    "in a few seconds.",
                    session=self.display_name,
                )
            ) from error
        return super()._check_move(target, allowed)

    def _leave_slot(self):
        self.slot_id.sudo()._give_back()
        self._guarded_write({"slot_id": False})

    def _use_hours(self, reason=""):
        day = min(self._cap_date_of(self.start), self._cap_today())
        self.env["cap.training.credit"]._consume(self.sudo(), day, reason)

    def _return_hours(self):
        self.env["cap.training.credit"]._release(self.sudo())
