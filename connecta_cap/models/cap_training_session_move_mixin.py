import pytz

from odoo import models
from odoo.exceptions import UserError


class CapTrainingSessionMoveMixin(models.AbstractModel):
    """How a client asks for another time for its own session; the hours stay booked."""

    _name = "cap.training.session.move.mixin"
    _inherit = ["cap.training.session.portal.mixin"]
    _description = "A client moves a training session"

    # === BUSINESS METHODS === #

    def _portal_reschedule(self, values):
        """Ask for another time for the client's own session, in time by the rules.

        :param values: strings as the form sends them: `wish_1` to `wish_3` as clock
            times of the user's zone, or `slot_id`.
        :raises UserError: saying what is wrong; nothing changes then.
        """
        self._check_is_own()
        known = self.sudo()
        known._check_open_to_client()
        slot = self._find_slot(known.subscription_id, values.get("slot_id"))
        if slot and slot.hours != self.hours:
            raise UserError(
                self.env._(
                    "That time is for another length than the %(hours)g h of your "
                    "session. Choose another one.",
                    hours=self.hours,
                )
            )
        known._set_requested([] if slot else self._parse_wishes(values), slot)

    def _prepare_portal_move(self):
        """Return what the page shows on which a client asks for another time.

        :return: dict of `session` (see `_prepare_portal_row`), `slots` of the same
            length, `refusal` (why it cannot be moved, else empty) and `zone`.
        """
        self.ensure_one()
        self.check_access("read")
        zone = pytz.timezone(self._get_reader_zone())
        word = self.env["cap.ticket"]._word_moment_in
        row = self._prepare_portal_row(zone)
        slots = self.env["cap.training.slot"]._list_free(self.sudo().subscription_id)
        return {
            "session": row,
            "slots": [
                (slot.id, word(slot.start, zone), slot.user_id.name)
                for slot in slots
                if slot.hours == self.hours
            ],
            "refusal": self._word_no_move(row),
            "zone": zone.zone,
        }

    def _word_no_move(self, row):
        if row["may_move"] and not row["is_begun"]:
            return ""
        try:
            self.sudo()._check_open_to_client()
            self.sudo()._check_may_move()
        except UserError as error:
            return str(error)
        return self.env._(
            "%(session)s is %(state)s: there is no time to change.",
            session=self.display_name,
            state=row["status"].lower(),
        )
