from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..const import MOST_ATTENDEES, SESSION_HOURS


class CapTrainingSessionBookingMixin(models.AbstractModel):
    """How a session comes about: checked, its hours booked, its consultant asked."""

    _name = "cap.training.session.booking.mixin"
    _inherit = ["cap.training.session.state.mixin"]
    _description = "Booking of a training session"

    # === BUSINESS METHODS - BOOKING === #

    @api.model
    def _book(self, subscription, values, slot=None):
        """Ask for a session: its hours are booked, a consultant is asked.

        :param subscription: `cap.subscription` whose hours pay for it.
        :param values: `topic`, `message`, `hours`, `wishes` (naive UTC datetimes),
            `attendees` (`res.partner` records) and `contact`.
        :param slot: the `cap.training.slot` that the client takes, if any.
        :return: the new session, as superuser.
        :raises UserError: saying what is wrong; nothing is booked then.
        """
        subscription = subscription.sudo()
        self._check_may_book(subscription)
        vals = self._prepare_booking_vals(subscription, values, slot)
        session = self.sudo().create(vals)
        today = self._cap_today()
        session._guarded_write({"booked_on": today})
        held_on = None
        if slot:
            slot.sudo()._take(session)
            held_on = self._cap_date_of(slot.start)
            self.env["cap.training.credit"]._reserve(session, held_on)
            time = session._prepare_time_vals(slot.sudo().user_id, slot.start)
            session._guarded_write({**time, "slot_id": slot.id})
        else:
            self.env["cap.training.credit"]._reserve(session)
        session._ask_consultant()
        return session

    def _check_may_book(self, subscription):
        if not subscription or not subscription._may_book_training():
            paused = subscription.state == "suspended"
            raise UserError(
                self.env._(
                    "The cover is suspended: sessions can be booked again once it is "
                    "resumed. The account manager knows more."
                )
                if paused
                else self.env._(
                    "There are no training hours to book: the tier does not give any, "
                    "and none are left from before. The account manager knows what "
                    "another tier would bring."
                )
            )

    def _prepare_booking_vals(self, subscription, values, slot):
        topic = " ".join((values.get("topic") or "").split())
        if not topic or len(topic) > 200:
            raise UserError(
                self.env._("Say in up to 200 characters what the training is about.")
            )
        hours = slot.hours if slot else values.get("hours") or 0
        if hours <= 0 or (not slot and hours not in SESSION_HOURS):
            raise UserError(self.env._("Choose one of the offered lengths."))
        wishes = list(values.get("wishes") or [])
        self._check_wishes(wishes)
        return {
            "subscription_id": subscription.id,
            "contact_id": values["contact"].id if values.get("contact") else False,
            "topic": topic,
            "message": (values.get("message") or "").strip(),
            "hours": hours,
            **self._prepare_wish_vals(wishes),
            "attendance_ids": self._prepare_attendees(subscription, values),
        }

    def _prepare_attendees(self, subscription, values):
        attendees = values.get("attendees") or self.env["res.partner"]
        if not attendees or len(attendees) > MOST_ATTENDEES:
            raise UserError(
                self.env._(
                    "Name who attends: between one and %(most)s people.",
                    most=MOST_ATTENDEES,
                )
            )
        for person in attendees.sudo():
            if person.commercial_partner_id != subscription.partner_id:
                raise UserError(
                    self.env._(
                        "Training hours are for your own people: choose attendees from "
                        "the contacts of %(client)s.",
                        client=subscription.partner_id.name,
                    )
                )
        return [Command.create({"partner_id": person.id}) for person in attendees]
