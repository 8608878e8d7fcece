from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..const import BOOKED_STATES
from ..tools.localtime import NoSuchTime, parse_local
from .cap_training_session_rules_mixin import WISHES


class CapTrainingSessionPortalMixin(models.AbstractModel):
    """What clients see of training sessions, and the verbs that they may use.

    Portal users write nothing: each verb checks that the session is theirs, takes named
    values only, and then acts on their behalf.
    """

    _name = "cap.training.session.portal.mixin"
    _inherit = ["cap.training.session.booking.mixin", "cap.portal.whitelist.mixin"]
    _description = "A client's side of training sessions"

    def _portal_readable_fields(self):
        return super()._portal_readable_fields() | {
            "number",
            "company_id",
            "subscription_id",
            "partner_id",
            "contact_id",
            "topic",
            "message",
            "material",
            "wish_1",
            "wish_2",
            "wish_3",
            "user_id",
            "start",
            "stop",
            "hours",
            "state",
            "attendance_ids",
            "cancel_until",
            "closing_reason",
        }

    # === BUSINESS METHODS - THE CLIENT'S VERBS === #

    @api.model
    def _portal_request(self, values):
        """Ask for a session as a portal user; see `_book`.

        :param values: strings as the form sends them: `topic`, `message`, `hours`,
            `wish_1` to `wish_3` as clock times of the user's zone, `slot_id`, and
            `attendees`, a list of ids.
        :return: the session, in the user's own environment.
        """
        subscription = self.env["cap.subscription"]._get_training_subscription()
        slot = self._find_slot(subscription, values.get("slot_id"))
        chosen = {
            "topic": values.get("topic"),
            "message": values.get("message"),
            "hours": _to_float(values.get("hours")),
            "wishes": [] if slot else self._parse_wishes(values),
            "attendees": self._find_attendees(values.get("attendees") or ()),
            "contact": self.env.user.partner_id,
        }
        session = self._book(subscription, chosen, slot)
        return self.browse(session.id)

    def _find_slot(self, subscription, slot_id):
        slots = self.env["cap.training.slot"]
        if not slot_id or not subscription:
            return slots
        # a slot of somebody else and one that is gone get the same answer
        slot = slots._list_free(subscription.sudo()).filtered(
            lambda known: str(known.id) == str(slot_id)
        )
        if not slot:
            raise UserError(
                self.env._(
                    "This time has just been taken by somebody else. Choose another "
                    "one."
                )
            )
        return slot

    def _find_attendees(self, ids):
        known = self._list_colleagues()
        wanted = {int(id_) for id_ in ids if str(id_).isdecimal()}
        if len(wanted) != len(set(ids)) or not wanted <= set(known.ids):
            raise UserError(
                self.env._(
                    "Training hours are for your own people: choose attendees from the "
                    "list."
                )
            )
        return known.filtered(lambda person: person.id in wanted)

    @api.model
    def _list_colleagues(self):
        """Return the contacts whom the user may name as attendees, by name."""
        client = self.env.user.commercial_partner_id
        return (
            self.env["res.partner"]
            .sudo()
            .search(
                [
                    ("commercial_partner_id", "=", client.id),
                    ("is_company", "=", False),
                    ("type", "=", "contact"),
                ],
                order="name",
            )
        )

    @api.model
    def _prepare_colleagues(self):
        """Return (id, name) of the contacts whom the user may name as attendees."""
        return [(person.id, person.name) for person in self._list_colleagues()]

    def _parse_wishes(self, values):
        wishes = []
        for name in WISHES:
            typed = (values.get(name) or "").strip()
            if not typed:
                continue
            try:
                wishes.append(parse_local(typed, self._get_reader_zone()))
            except NoSuchTime as error:
                raise UserError(
                    self.env._(
                        "There is no %(time)s on that day: the clock is put forward. "
                        "Choose another time.",
                        time=typed[-5:],
                    )
                ) from error
            except (ValueError, OverflowError) as error:
                raise UserError(
                    self.env._("A wished time is not a date with a clock time.")
                ) from error
        if not wishes:
            raise UserError(
                self.env._("Name at least one time that suits you, better two.")
            )
        return wishes

    def _portal_accept(self):
        """Accept the offered time: the session is confirmed, invitations go out."""
        self._check_is_own()
        if self.state != "offered":
            raise UserError(
                self.env._("There is no time to accept: reload the page to see why.")
            )
        self.sudo()._set_confirmed()

    def _portal_cancel(self, reason=""):
        """Cancel the client's own session, under the rule that the page tells.

        :param reason: why, in the client's words; cut after 200 characters.
        """
        self._check_is_own()
        self.sudo()._check_open_to_client()
        reason = (reason or "").strip()[:200]
        self.sudo()._set_cancelled(reason or self.env._("Cancelled by the client."))

    # === BUSINESS METHODS - WORDS === #

    def _check_certificate(self):
        if self.state != "held":
            raise UserError(
                self.env._(
                    "%(session)s has no certificate before it was held.",
                    session=self.display_name,
                )
            )

    def _word_certificate_day(self):
        """Return the day of the session in words, in the zone of the program."""
        self.ensure_one()
        day = self._cap_date_of(self.start)
        return format_date(self.env, day, date_format="d MMMM y")

    def _prepare_portal_row(self, zone):
        """Return what the client's pages show of a session.

        :param zone: the reader's time zone.
        """
        self.ensure_one()
        known = self.sudo()
        labels = dict(self._fields["state"]._description_selection(self.env))
        word = self.env["cap.ticket"]._word_moment_in
        free = not known._is_too_late_to_cancel()
        return {
            "id": self.id,
            "number": self.number,
            "topic": self.topic,
            "state": self.state,
            "status": labels[self.state],
            "start": word(self.start, zone) if self.start else "",
            "wishes": [word(wish, zone) for wish in self._get_wishes()],
            "hours": self.hours,
            "consultant": known.user_id.name,
            "attendees": [
                (line.partner_id.name, line.state) for line in known.attendance_ids
            ],
            "material": self.material,
            "message": self.message,
            "reason": self.closing_reason,
            "is_open": self.state in BOOKED_STATES,
            "is_begun": bool(self.start) and self.start <= self._cap_now(),
            "cancels_free": free,
            "may_move": free and self.state in BOOKED_STATES,
            "cancel_until": word(self.cancel_until, zone) if self.cancel_until else "",
        }


def _to_float(text):
    try:
        return float(text or 0)
    except ValueError:
        return 0.0
