from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import is_html_empty

from ..const import WORKSHOP_MOVES, WORKSHOP_STATES


class CapWorkshopStateMixin(models.AbstractModel):
    """The way of a workshop: wish, planned, held, reported; one verb for each step.

    The delivery ledger, the calendar and the workshop move together or not at all.
    """

    _name = "cap.workshop.state.mixin"
    _inherit = ["cap.state.moves.mixin", "cap.client.meeting.mixin"]
    _description = "State of a workshop"

    state = fields.Selection(
        WORKSHOP_STATES, default="wish", required=True, tracking=True, copy=False
    )
    held_on = fields.Date(readonly=True, copy=False)
    report = fields.Html(help="The client reads it once it is published.")
    reported_at = fields.Datetime("Report published", readonly=True, copy=False)

    # === CRUD METHODS === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"held_on", "reported_at"}

    # === BUSINESS METHODS === #

    @api.model
    def _get_moves(self):
        return WORKSHOP_MOVES

    def _set_planned(self, start, stop, user, attendees, location=""):
        """Plan or move the workshop: delivery, meeting and invitations go along.

        :param start: naive UTC datetime, in the future.
        :param stop: naive UTC datetime.
        :param user: the consultant who holds it.
        :param attendees: `res.partner`, contacts of the client.
        :param location: a place or the address of a call.
        """
        self.ensure_one()
        self._check_meeting(start, stop, user, attendees)
        self._update_state(
            "planned",
            {
                "start": start,
                "stop": stop,
                "location": location,
                "user_id": user.id,
                "attendee_ids": [Command.set(attendees.ids)],
            },
        )
        self.delivery_id._set_planned(self._cap_date_of(start), record=self)

    def _get_meeting_title(self):
        return self.env._("Workshop: %(topic)s", topic=self.name)

    def _set_wish(self):
        """Call a planned workshop off: it is a wish again, and the delivery is open."""
        self.ensure_one()
        event = self._get_event()
        self._update_state("wish", {"start": False, "stop": False})
        self.delivery_id._detach_record()
        self._tell_called_off(event)

    def _set_held(self):
        """Record that the workshop took place: the client got what was promised."""
        self.ensure_one()
        if self.state == "planned" and self.start > self._cap_now():
            raise UserError(
                self.env._(
                    "%(workshop)s starts later: record it when it has taken place.",
                    workshop=self.display_name,
                )
            )
        day = self._cap_date_of(self.start) if self.start else self._cap_today()
        self._update_state("held", {"held_on": day})
        self.delivery_id._set_delivered(day, note=self.name, record=self)

    def _set_reported(self):
        """Publish the report to the client's portal and tell by mail."""
        self.ensure_one()
        if self.state == "held" and is_html_empty(self.report):
            raise UserError(
                self.env._(
                    "Write the report of %(workshop)s before you publish it.",
                    workshop=self.display_name,
                )
            )
        self._update_state("reported", {"reported_at": self._cap_now()})
        known = self.subscription_id._in_client_language()
        known._tell(
            "connecta_cap.mail_workshop_report",
            known.env._("The report of your workshop: %(topic)s", topic=self.name),
            workshop=self.with_env(known.env),
            day=known._word_day(self.held_on),
        )
