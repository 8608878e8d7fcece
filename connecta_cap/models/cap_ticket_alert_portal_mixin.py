from datetime import datetime, timedelta

import pytz

from odoo import api, models
from odoo.exceptions import UserError

from ..const import EMERGENCY

# clocks of clients may be a little ahead of ours
CLOCK_SLACK = timedelta(minutes=10)


class CapTicketAlertPortalMixin(models.AbstractModel):
    """A client's emergency: asked for in the form, followed on the ticket's page."""

    _name = "cap.ticket.alert.portal.mixin"
    _inherit = ["cap.ticket.alert.mixin", "cap.ticket.scope.portal.mixin"]
    _description = "A client's side of an emergency"

    def _portal_readable_fields(self):
        return super()._portal_readable_fields() | {
            "blocked_process",
            "blocked_since",
            "callback_phone",
            "emergency_at",
            "ack_deadline",
            "ack_at",
        }

    # === BUSINESS METHODS - FORM === #

    @api.model
    def _portal_emergency(self):
        """Return what the form offers and says about an emergency at this moment.

        :return: dict of whether it is `offered`, what `holds` now, the `zone` of clock
            times, and phone and e-mail of the Priority Line as `contact`.
        """
        company = self._get_portal_company()
        team = self.env["cap.team"]._get_default_team(company)
        subscription = self._get_portal_subscription()
        if not team or not self._gives_emergency(subscription):
            return {"offered": False}
        state = team._get_on_call_state(self._cap_now())
        return {
            "offered": True,
            "holds": self._word_on_call(state),
            "zone": state["zone"].zone,
            "contact": team._get_priority_contact(subscription.tier_id),
        }

    def _get_portal_subscription(self):
        return self._find_live_subscriptions(
            self.env.user.commercial_partner_id, self._get_portal_company()
        )[:1]

    @api.model
    def _gives_emergency(self, subscription):
        return subscription.state == "active" and subscription.sudo()._entitled(
            EMERGENCY
        )

    def _word_on_call(self, state):
        values = {
            "minutes": state["minutes"],
            "deadline": self._word_moment_in(state["deadline"], state["zone"]),
            "opens": self._word_moment_in(state["opens"], state["zone"]),
        }
        if state["inside"]:
            return self.env._(
                "We look at it within %(minutes)s minutes, now: before %(deadline)s.",
                **values,
            )
        return self.env._(
            "Nobody is on call right now. We are back %(opens)s and look at it before "
            "%(deadline)s.",
            **values,
        )

    def _prepare_portal_vals(self, values):
        vals = super()._prepare_portal_vals(values)
        if not values.get("is_emergency"):
            return vals
        if not self._gives_emergency(self._get_portal_subscription()):
            raise UserError(
                self.env._(
                    "Your cover does not include emergency support. Send it as a usual "
                    "ticket, with the urgency “Work has stopped”."
                )
            )
        return vals | self._prepare_emergency_vals(values)

    def _prepare_emergency_vals(self, values):
        """Return what the form says about an emergency.

        :raises UserError: naming what is missing or cannot be right.
        """
        process = " ".join((values.get("blocked_process") or "").split())
        phone = " ".join((values.get("callback_phone") or "").split())
        if not process or len(process) > 200:
            raise UserError(
                self.env._(
                    "Say in a few words which business process is blocked, in at most "
                    "200 characters."
                )
            )
        if sum(char.isdigit() for char in phone) < 6 or len(phone) > 40:
            raise UserError(
                self.env._("Give a telephone number on which we can call you back.")
            )
        return {
            "is_emergency": True,
            "blocked_process": process,
            "blocked_since": self._read_since(values.get("blocked_since")),
            "callback_phone": phone,
        }

    def _read_since(self, text):
        """Return naive UTC of a local time as a form sends it.

        :raises UserError: when it is no moment of the past.
        """
        try:
            local = datetime.fromisoformat((text or "").strip())
            moment = self._cap_zone().localize(local).astimezone(pytz.utc)
        except (ValueError, OverflowError):
            raise UserError(
                self.env._(
                    "Say since when the process is blocked, with day and time, such as "
                    "2026-06-01 09:30."
                )
            ) from None
        moment = moment.replace(tzinfo=None, microsecond=0)
        if moment > self._cap_now() + CLOCK_SLACK:
            raise UserError(
                self.env._("The process cannot be blocked since a time to come.")
            )
        return moment

    # === BUSINESS METHODS - PAGE === #

    def _prepare_portal_values(self):
        values = super()._prepare_portal_values()
        if not self.is_emergency:
            return values | {"emergency": {}}
        known = self.sudo()
        return values | {
            "emergency": {
                "state": self._get_portal_emergency_state(),
                "since": self._word_moment(self.emergency_at),
                "deadline": self._word_moment(self.ack_deadline),
                "by": known.ack_by_id.name,
                "at": self._word_moment(self.ack_at),
                "process": self.blocked_process,
                "blocked_since": self._word_moment(self.blocked_since),
                "phone": self.callback_phone,
                "contact": known._get_alert_team()._get_priority_contact(
                    known.subscription_id.tier_id
                ),
            }
        }

    def _get_portal_emergency_state(self):
        """Return 'acknowledged', 'over', 'late' or 'ringing'."""
        if self.ack_at:
            return "acknowledged"
        if self.is_closed:
            return "over"
        late = self.ack_deadline and self.ack_deadline <= self._cap_now()
        return "late" if late else "ringing"
