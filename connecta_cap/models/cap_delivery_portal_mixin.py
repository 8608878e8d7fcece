from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date

LATEST_FIRST = "due_date desc, date_start desc, id desc"
SOONEST_FIRST = "due_date, date_start, id"
# the icon and the colour of a state; its words stand beside them
LOOKS = {
    "late": ("fa-exclamation-circle", "text-danger"),
    "due": ("fa-circle-o", "text-body"),
    "planned": ("fa-calendar-check-o", "text-body"),
    "delivered": ("fa-check-circle", "text-success"),
    "lapsed": ("fa-times-circle-o", "text-muted"),
}


class CapDeliveryPortalMixin(models.AbstractModel):
    """A delivery in the client's words: what, by when, and what became of it.

    Callers have found the rows through the client's own subscription and hand them over
    as superuser; nothing here returns a record.
    """

    _name = "cap.delivery.portal.mixin"
    _inherit = ["cap.portal.whitelist.mixin"]
    _description = "A client's side of a delivery"

    # === BUSINESS METHODS === #

    def _portal_readable_fields(self):
        return super()._portal_readable_fields() | {
            "subscription_id",
            "entitlement_id",
            "code",
            "fulfilment",
            "quantity",
            "quantity_done",
            "unit",
            "date_start",
            "date_end",
            "due_date",
            "lapse_date",
            "planned_on",
            "delivered_on",
            "state",
            "is_upcoming",
            "note",
        }

    def _get_place(self):
        """Return what tells this row from the others of its subscription."""
        self.ensure_one()
        return (self.entitlement_id.id, self.cycle_start, self.number)

    @api.model
    def _get_portal_filters(self, subscription):
        """Return the list's filters by name, the first is the usual one.

        :param subscription: the client's `cap.subscription`, may be empty.
        :return: dicts of `label`, `domain` and `order`.
        """
        cases = {
            "year": (
                self.env._("This service year"),
                self._get_year_domain(subscription),
                LATEST_FIRST,
            ),
            "open": (
                self.env._("Still to come"),
                Domain("state", "in", ["due", "planned"]),
                SOONEST_FIRST,
            ),
            "late": (
                self.env._("Late with us"),
                Domain("state", "in", ["late"]),
                SOONEST_FIRST,
            ),
            "all": (self.env._("All"), Domain.TRUE, LATEST_FIRST),
        }
        return {
            name: dict(zip(("label", "domain", "order"), case, strict=True))
            for name, case in cases.items()
        }

    @api.model
    def _get_year_domain(self, subscription):
        if not subscription:
            return Domain.TRUE
        return subscription._get_due_domain(*subscription._get_service_year())

    def _prepare_portal_rows(self):
        """Return what the list shows of each delivery, in order."""
        return [delivery._prepare_portal_row() for delivery in self]

    def _prepare_portal_row(self):
        self.ensure_one()
        icon, look = LOOKS[self.state]
        return {
            "name": self.entitlement_id.name,
            "state": self.state,
            "label": self._word_state(),
            "icon": icon,
            "look": look,
            "days": self._word_days(),
            "when": self._word_when(),
            "amount": self._word_share(),
            "note": self.note or "",
        }

    # === WORDS === #

    def _word_state(self):
        self.ensure_one()
        if self.state == "due" and self.fulfilment == "client":
            started = not self.is_upcoming
            return self.env._("Yours to use") if started else self.env._("To come")
        return {
            "late": self.env._("Late with us"),
            "due": self.env._("To come"),
            "planned": self.env._("Planned"),
            "delivered": self.env._("Delivered"),
            "lapsed": self.env._("Lapsed"),
        }[self.state]

    def _word_days(self):
        """Return the days to which the delivery belongs."""
        self.ensure_one()
        start = self._word_date(self.date_start)
        if not self.date_end:
            return self.env._("from %(day)s", day=start)
        last = self._word_date(self._get_last_day(self.date_end))
        return self.env._("%(start)s – %(last)s", start=start, last=last)

    def _word_when(self):
        """Return by when it comes, is planned, was delivered or lapsed."""
        self.ensure_one()
        day = self._word_date
        if self.state == "delivered":
            return self.env._("delivered on %(day)s", day=day(self.delivered_on))
        if self.state == "lapsed":
            return self.env._("lapsed on %(day)s", day=day(self.lapse_date))
        if self.state == "late":
            return self._word_late()
        if self.fulfilment == "client":
            return self._word_usable()
        return self._word_by()

    def _word_late(self):
        words = self.env._("was due on %(day)s", day=self._word_date(self.due_date))
        if self.planned_on and self.planned_on >= self._cap_today():
            words = self.env._(
                "%(late)s, now planned for %(day)s",
                late=words,
                day=self._word_date(self.planned_on),
            )
        return words

    def _word_by(self):
        by, planned = self._word_date(self.due_date), self._word_date(self.planned_on)
        if self.is_held:
            return self.env._("on hold while your cover is suspended")
        if by and planned:
            return self.env._("by %(by)s, planned for %(day)s", by=by, day=planned)
        if planned:
            return self.env._("planned for %(day)s", day=planned)
        if by:
            return self.env._("by %(day)s", day=by)
        return self.env._("no day is fixed yet")

    def _word_usable(self):
        """Return how much is left of what the client may call on, and until when."""
        left = self._word_amount(self.quantity - self.quantity_done)
        if self.is_upcoming:
            start = self._word_date(self.date_start)
            return self.env._("%(left)s from %(day)s", left=left, day=start)
        words = self.env._("%(left)s left", left=left)
        if self.lapse_date:
            words = self.env._(
                "%(left)s left, use before %(day)s",
                left=left,
                day=self._word_date(self.lapse_date),
            )
        if self.planned_on:
            words = self.env._(
                "%(left)s, planned for %(day)s",
                left=words,
                day=self._word_date(self.planned_on),
            )
        return words

    def _word_share(self):
        """Return the amount, or how much of it was delivered."""
        self.ensure_one()
        if self.unit != "hour" and self.quantity <= 1:
            return ""
        whole = self._word_amount(self.quantity)
        if not self.quantity_done:
            return whole
        done = self._word_amount(self.quantity_done)
        if self.fulfilment == "client":
            return self.env._("%(done)s of %(whole)s used", done=done, whole=whole)
        return self.env._("%(done)s of %(whole)s made", done=done, whole=whole)

    def _word_amount(self, amount, unit=None):
        """Return an amount such as '3 h' or '2'."""
        hours = (unit or self.unit) == "hour"
        return self.env._("%(hours)g h", hours=amount) if hours else f"{amount:g}"

    @api.model
    def _get_last_day(self, end):
        """Return the last day before `end`: half-open dates as people say them."""
        return end - timedelta(days=1)

    @api.model
    def _word_date(self, day):
        return format_date(self.env, day, date_format="d MMMM y") if day else ""
