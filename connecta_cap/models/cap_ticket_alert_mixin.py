from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import EMERGENCY


class CapTicketAlertMixin(models.AbstractModel):
    """An emergency: what is blocked, and who has acknowledged it by when.

    It rings until an agent acknowledges it in person, it is over, or it turns out to be
    none. An acknowledgement says "I am on it" and keeps no promise: only an assessment
    does.
    """

    _name = "cap.ticket.alert.mixin"
    _inherit = ["cap.ticket.alert.send.mixin"]
    _description = "Emergencies and their acknowledgement"

    blocked_process = fields.Char(
        help="The core business process that stands still.", copy=False
    )
    blocked_since = fields.Datetime(copy=False)
    callback_phone = fields.Char("Call back on", copy=False)
    ack_deadline = fields.Datetime("Acknowledge before", readonly=True, copy=False)
    ack_at = fields.Datetime("Acknowledged on", readonly=True, copy=False)
    ack_by_id = fields.Many2one(
        "res.users", "Acknowledged by", readonly=True, copy=False, ondelete="restrict"
    )

    # === CRUD METHODS === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"ack_deadline", "ack_at", "ack_by_id"}

    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create(vals_list)
        tickets.filtered("is_emergency")._start_alerts()
        return tickets

    def write(self, vals):
        if not {"is_emergency", "stage_id"} & vals.keys():
            return super().write(vals)
        before, closed = self.filtered("is_emergency"), self.filtered("is_closed")
        result = super().write(vals)
        self._follow_emergency(before, closed)
        return result

    def _follow_emergency(self, before, closed):
        """Start and stop alerts after emergencies came, went, closed or came back.

        :param before: those of these tickets that were emergencies.
        :param closed: those that were closed.
        """
        now = self.filtered("is_emergency")
        over = (now & before).filtered(lambda ticket: ticket.is_closed) - closed
        back = (closed & now).filtered(lambda ticket: not ticket.is_closed)
        (before - now)._stop_alerts()
        over._stop_alerts()
        over._record_numbered("resolved")
        new = (now - before).filtered(lambda ticket: not ticket.is_closed)
        # nobody is alerted to what is closed, but it is on record
        (now - before - new)._record_declared(deadline=False)
        (new | back.filtered(lambda ticket: not ticket.ack_at))._start_alerts()

    # === ACTION METHODS === #

    def action_acknowledge(self):
        """Say that you are on it: the alerts stop, and the client reads your name.

        :raises AccessError: unless a support agent asks in person.
        :raises UserError: when it is no emergency, or acknowledged already.
        """
        self.ensure_one()
        self._check_is_agent()
        if not self.is_emergency:
            raise UserError(
                self.env._("%(ticket)s is not an emergency.", ticket=self.display_name)
            )
        if self.ack_at:
            raise UserError(
                self.env._(
                    "%(ticket)s was acknowledged by %(user)s already, %(when)s.",
                    ticket=self.display_name,
                    user=self.ack_by_id.sudo().name,
                    when=self._word_moment(self.ack_at),
                )
            )
        self._set_acknowledged()
        client = self._in_client_language()
        self._tell_client(
            client.env._(
                "%(user)s has seen your emergency and is on it.",
                user=self.env.user.name,
            )
        )
        return True

    # === BUSINESS METHODS === #

    def _start_alerts(self):
        """Note since when it is an emergency, and alert the people on call at once.

        :raises UserError: when the client's cover does not give emergency support.
        """
        self._check_emergency_given()
        for ticket in self.sudo():
            now = ticket._get_free_moment()
            state = ticket._get_alert_team()._get_on_call_state(now)
            ticket._guarded_write(
                {
                    "emergency_at": now,
                    "alert_at": now,
                    "ack_deadline": state["deadline"],
                    "ack_at": False,
                    "ack_by_id": False,
                }
            )
            ticket._record_declared(at=now, deadline=state["deadline"])
            ticket._alert(("screen",), now)
        self.sudo()._trigger_alerts()

    def _record_declared(self, **vals):
        self._record_numbered("declared", user_id=self.env.uid, **vals)

    def _get_free_moment(self):
        """Return now, or the next second that no alert of the ticket belongs to."""
        now, taken = self._cap_now(), set(self.alert_ids.mapped("due_at"))
        while now in taken:
            now += timedelta(seconds=1)
        return now

    def _check_emergency_given(self):
        known = {}
        for ticket in self.sudo():
            covered = ticket.subscription_id.state == "active"
            if not covered or EMERGENCY not in ticket._get_given_codes(known):
                raise UserError(
                    self.env._(
                        "%(ticket)s cannot be an emergency: the cover of %(client)s "
                        "does not give emergency support. Leave it a usual ticket with "
                        "the urgency “Work has stopped”.",
                        ticket=ticket.display_name,
                        client=ticket.commercial_partner_id.name
                        or self.env._("the client"),
                    )
                )

    def _stop_alerts(self):
        """Alert nobody any more, and take the emergency off all screens."""
        ringing = self.sudo().filtered("alert_at")
        ringing._guarded_write({"alert_at": False})
        for ticket in ringing:
            ticket.alert_ids.user_id._bus_send(
                "cap.alert/stopped",
                {"ticket_id": ticket.id, "by": ticket.ack_by_id.name or ""},
            )

    def _set_acknowledged(self):
        """Note who is on it. The clock of the promise goes on."""
        now = self._cap_now()
        self._guarded_write({"ack_at": now, "ack_by_id": self.env.uid})
        self._record_numbered("acknowledged", at=now, user_id=self.env.uid)
        self._stop_alerts()

    def _set_assessed(self, priority, ticket_type, reason):
        result = super()._set_assessed(priority, ticket_type, reason)
        # who gives a priority has seen it
        if self.is_emergency and not self.ack_at:
            self._set_acknowledged()
        return result
