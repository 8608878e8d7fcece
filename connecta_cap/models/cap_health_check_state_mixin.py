from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import is_html_empty

from ..const import HEALTH_CHECK, HEALTH_CHECK_MOVES, HEALTH_CHECK_STATES


class CapHealthCheckStateMixin(models.AbstractModel):
    """The life of a Health Check: planned, prepared, held, published; a verb each.

    Holding the meeting is the delivery; what the client then reads is published.
    """

    _name = "cap.health.check.state.mixin"
    _inherit = ["cap.publication.mixin", "cap.client.meeting.mixin"]
    _description = "State of a Health Check"

    state = fields.Selection(
        HEALTH_CHECK_STATES,
        default="planned",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    held_on = fields.Date("Held on", readonly=True, copy=False)

    # === CRUD METHODS === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "user_id",
            "attendee_ids",
            "held_on",
        }

    # === ACTION METHODS === #

    def action_plan(self):
        """Ask when and with whom the meeting takes place.

        :return: action dictionary.
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "connecta_cap.cap_health_check_plan_action"
        )
        return action | {"context": {"default_check_id": self.id}}

    def action_call_off(self):
        """Call the meeting off: everybody invited is told, the delivery is open."""
        for check in self:
            check._set_called_off()
        return True

    def action_prepare(self):
        """Write the agenda, bring back unfinished actions, start the checklists."""
        for check in self:
            check._set_prepared()
        return True

    def action_hold(self):
        """Record that the meeting took place, and freeze its figures."""
        for check in self:
            check._set_held()
        return True

    def action_publish(self):
        """Show the check to the client; it cannot be taken back."""
        for check in self:
            check._set_published()
        return True

    # === BUSINESS METHODS === #

    @api.model
    def _get_moves(self):
        return HEALTH_CHECK_MOVES

    def _set_planned(self, start, stop, user, attendees, location=""):
        """Plan or move the meeting: delivery, calendar and invitations go along.

        :param start: naive UTC datetime, in the future.
        :param stop: naive UTC datetime.
        :param user: the consultant who holds it.
        :param attendees: `res.partner`, contacts of the client.
        :param location: a place or the address of a call.
        """
        if self.state in HEALTH_CHECK_MOVES["planned"]:
            self._check_plan(start, stop, user, attendees)
        self._update_state(
            "prepared" if self.state == "prepared" else "planned",
            {
                "start": start,
                "stop": stop,
                "location": location,
                "user_id": user.id,
                "attendee_ids": [Command.set(attendees.ids)],
            },
        )
        delivery = self.delivery_id
        delivery._set_planned(self._cap_date_of(start), record=self)
        delivery._answer_planning()

    def _check_plan(self, start, stop, user, attendees):
        self._check_meeting(start, stop, user, attendees)
        day = self._cap_date_of(start)
        if not self.subscription_id._entitled(HEALTH_CHECK, day):
            raise UserError(
                self.env._(
                    "%(client)s has no Health Check in its cover on %(day)s. Choose "
                    "another day, or have the tier changed first.",
                    client=self.sudo().partner_id.name,
                    day=self.subscription_id._word_day(day),
                )
            )

    def _set_called_off(self):
        """Take the meeting back: the check waits for another day."""
        event = self._get_event()
        self._update_state("planned", {"start": False, "stop": False})
        self._open_delivery()
        self._tell_called_off(event)

    def _open_delivery(self):
        """Let the delivery be planned anew."""
        delivery = self.delivery_id
        if (delivery.res_model, delivery.res_id) == (self._name, self.id):
            delivery._detach_record()

    def _set_prepared(self):
        """Gather what the meeting talks about; what was written already stays."""
        self._check_has_meeting()
        self._update_state("prepared")
        self._carry_over()
        self.subscription_id._ensure_checklists(self.user_id)
        if is_html_empty(self.agenda):
            self._write_agenda()

    def _set_held(self):
        """Record that the meeting took place: the client got what was promised."""
        self._check_has_meeting()
        if self.state == "prepared" and self.start > self._cap_now():
            raise UserError(
                self.env._(
                    "%(check)s starts later: record it when it has taken place.",
                    check=self.display_name,
                )
            )
        day = self._cap_date_of(self.start)
        snapshot = self._take_snapshot() if self.state == "prepared" else None
        self._update_state(
            "held",
            {"held_on": day, "snapshot": snapshot, "snapshot_at": self._cap_now()},
        )
        # somebody may have recorded it by hand before
        if not self.delivery_id.delivered_on:
            note = self.env._("Health Check %(number)s", number=self.name)
            self.delivery_id._set_delivered(day, note=note, record=self)

    def _set_published(self):
        """Show the check to the client, and tell by mail."""
        if self.state == "held":
            self._check_complete()
        self._update_state(
            "published",
            {"published_on": self._cap_today(), "published_by_id": self.env.uid},
        )
        self._tell_published()

    def _check_has_meeting(self):
        self.ensure_one()
        if not self.start:
            raise UserError(
                self.env._(
                    "%(check)s has no meeting yet: plan it first.",
                    check=self.display_name,
                )
            )

    def _list_missing(self):
        missing = super()._list_missing()
        if is_html_empty(self.minutes):
            missing.append(self.env._("Write the minutes of the meeting."))
        return missing + [
            self.env._("“%(action)s” has nobody who sees to it.", action=action.name)
            for action in self.action_ids
            if not action._get_person()
        ]
