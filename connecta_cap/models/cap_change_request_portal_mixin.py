from datetime import date

from psycopg2.errors import UniqueViolation

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import mute_logger

from ..const import LIVE_STATES

STATE_ICONS = {
    "open": "fa-clock-o",
    "accepted": "fa-check-circle",
    "declined": "fa-times-circle",
    "withdrawn": "fa-undo",
}
MAX_MESSAGE = 5000
PAST_SHOWN = 20


class CapChangeRequestPortalMixin(models.AbstractModel):
    """A client's side of a change request: the page, asking and withdrawing.

    Portal users have no write access at all: each verb checks, takes named values only
    and then acts on the client's behalf.
    """

    _name = "cap.change.request.portal.mixin"
    _inherit = ["cap.portal.whitelist.mixin", "cap.change.request.notice.mixin"]
    _description = "A client's side of a change request"

    def _portal_readable_fields(self):
        return super()._portal_readable_fields() | {
            "subscription_id",
            "company_id",
            "contact_id",
            "asked_at",
            "tier_id",
            "previous_tier_id",
            "direction",
            "date_wished",
            "message",
            "state",
            "answer",
            "answered_at",
        }

    # === BUSINESS METHODS - THE CLIENT'S VERBS === #

    @api.model
    def _portal_ask(self, values):
        """Ask for another tier in the name of the portal user's organisation.

        :param values: `tier` (its code), `date_wished` (ISO, or empty) and `message`,
            as the form sends them; anything else is ignored.
        :return: the new request, in the user's own environment.
        :raises UserError: for values that make no sense or a second open request;
            nothing is created then.
        """
        subscription = self._get_portal_subscription()
        if not subscription.tier_id:
            raise UserError(
                self.env._(
                    "You have no running subscription whose tier could change. Send a "
                    "ticket: we gladly tell you how to start."
                )
            )
        vals = self._prepare_portal_vals(subscription, values)
        if self._find_open(subscription):
            self._refuse_second()
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                request = self._ask(vals)
        except UniqueViolation:
            # a colleague, or a second click, was faster by a moment
            self._refuse_second()
        return self.browse(request.id)

    @api.model
    def _ask(self, vals):
        """Create a request on behalf of a client: the one door in.

        :param vals: field values, checked by who calls.
        :return: the new request, as superuser.
        """
        request = self.sudo().create(vals)
        request.message_subscribe(partner_ids=request.contact_id.ids)
        request._tell_arrived()
        request._ask_for_answer()
        return request

    def _refuse_second(self):
        raise UserError(
            self.env._(
                "Your organisation has asked for a change already. Withdraw that "
                "request first, if you want something else."
            )
        )

    def _prepare_portal_vals(self, subscription, values):
        code = (values.get("tier") or "").strip()
        tier = self._list_portal_tiers(subscription).filtered(
            lambda other: other.code == code
        )
        if not tier:
            raise UserError(self.env._("Choose one of the other tiers."))
        message = (values.get("message") or "").strip()
        if len(message) > MAX_MESSAGE:
            raise UserError(
                self.env._(
                    "Keep your message under %(most)s characters.", most=MAX_MESSAGE
                )
            )
        return {
            "subscription_id": subscription.id,
            "contact_id": self.env.user.partner_id.id,
            "asked_at": self._cap_now(),
            "tier_id": tier.id,
            "previous_tier_id": subscription.tier_id.id,
            "date_wished": self._read_wished_day(values.get("date_wished")),
            "message": message,
        }

    def _read_wished_day(self, text):
        """Return the day that a client typed, False for none.

        :raises UserError: for what is no day, or one in the past.
        """
        text = (text or "").strip()
        if not text:
            return False
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise UserError(
                self.env._(
                    "“%(text)s” is not a day: write it as 2026-12-31.", text=text
                )
            ) from None
        if day < self._cap_today():
            raise UserError(
                self.env._("The wished day is in the past: choose today or later.")
            )
        return day

    def _portal_withdraw(self):
        """Withdraw the client's own open request.

        :raises AccessError: when the request is not the client's.
        :raises UserError: when it has been answered meanwhile.
        """
        self._check_is_own()
        self.sudo()._set_withdrawn()

    # === BUSINESS METHODS - THE PAGE === #

    @api.model
    def _get_portal_subscription(self):
        """Return the live subscription of the user's organisation, as superuser."""
        return (
            self.env["cap.subscription"]
            .sudo()
            .search(
                [
                    ("partner_id", "=", self.env.user.commercial_partner_id.id),
                    ("state", "in", LIVE_STATES),
                ],
                order="id desc",
                limit=1,
            )
        )

    def _list_portal_tiers(self, subscription):
        tiers = self.env["cap.tier"].search([("active", "=", True)])
        return tiers - tiers.browse(subscription.tier_id.id)

    def _find_open(self, subscription):
        return self.sudo().search(
            [("subscription_id", "=", subscription.id), ("state", "=", "open")], limit=1
        )

    @api.model
    def _prepare_portal_change(self, code=""):
        """Return what the page about another tier shows.

        :param code: of the tier that the client looks at; unknown ones are ignored.
        :return: dict of the `tier` of today, the `open` request, `past` ones, the
            `choices` of tiers, the `chosen` one with its comparison, and the first
            possible day `today`.
        """
        subscription = self._get_portal_subscription()
        requests = self.search(
            [
                (
                    "subscription_id.partner_id",
                    "=",
                    self.env.user.commercial_partner_id.id,
                )
            ]
        )
        waiting = requests.filtered(lambda request: request.state == "open")
        tier = self.env["cap.tier"].browse(subscription.tier_id.id)
        others = self._list_portal_tiers(subscription) if tier else tier
        prices = []
        if subscription.company_id.cap_show_prices:
            prices = (tier | others)._list_price_words()
        words = dict(zip((tier | others).ids, prices, strict=False))
        chosen = others.filtered(lambda other: other.code == code)
        return {
            "tier": tier,
            "price": words.get(tier.id, ""),
            "choices": [
                {"tier": other, "price": words.get(other.id, "")} for other in others
            ],
            "chosen": chosen,
            "change": chosen
            and {"before": tier, "after": chosen, **tier._compare(chosen)},
            "open": waiting[:1]._prepare_portal_rows(),
            "past": (requests - waiting)[:PAST_SHOWN]._prepare_portal_rows(),
            "today": self._cap_today(),
        }

    def _prepare_portal_rows(self):
        """Return what the page shows of each request, in plain values."""
        labels = dict(self._fields["state"]._description_selection(self.env))
        zone = self._cap_zone()
        return [
            {
                "id": request.id,
                "tier": request.tier_id.name,
                "asked_at": self._cap_date_of(request.asked_at, zone),
                "contact": request.contact_id.name,
                "date_wished": request.date_wished,
                "message": request.message,
                "state": request.state,
                "status": labels[request.state],
                "icon": STATE_ICONS[request.state],
                "answer": request.answer,
                "answered_at": request.answered_at
                and self._cap_date_of(request.answered_at, zone),
                "answered_by": request.answered_by_id.name,
            }
            for request in self.sudo()
        ]
