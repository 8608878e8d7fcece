from collections import defaultdict

from odoo import models
from odoo.fields import Domain

from ..const import PLAN_AHEAD_MONTHS

OPEN_STATES = ("due", "planned")
# the parts of what was promised, in the order in which a bar shows them
PARTS = ("delivered", "open", "late", "lapsed")


class CapSubscriptionPortalUsageMixin(models.AbstractModel):
    """What a client was promised, in figures that agree with the backend's to the unit.

    The sums are those of `_sum_deliveries`; everything is read for the subscription
    that the client's own rules have shown.
    """

    _name = "cap.subscription.portal.usage.mixin"
    _description = "A client's promised, delivered and still to come"

    # === BUSINESS METHODS === #

    def _prepare_portal_usage(self):
        """Return what was promised in this service year and what became of it.

        :return: dict of `first` and `last` day in words, `lines` in the order of the
            matrix, `late` rows of any year, and `months` that are planned ahead.
        """
        self.ensure_one()
        self.check_access("read")
        known = self.sudo()
        first, end = known._get_service_year()
        rows = known._list_noteworthy()
        late = rows.filtered(lambda row: row.state == "late")
        return {
            "first": known._word_day(first),
            "last": known._word_day(self.env["cap.delivery"]._get_last_day(end)),
            "months": PLAN_AHEAD_MONTHS,
            "lines": known._prepare_usage_lines(first, end, rows - late),
            "late": late._prepare_portal_rows(),
        }

    def _list_noteworthy(self):
        """Return what is late or to come, and what was set up once; soonest first."""
        once = Domain("date_end", "=", False) & Domain("delivered_on", "!=", False)
        return self.env["cap.delivery"].search(
            Domain("subscription_id", "=", self.id)
            & (Domain("state", "in", ["late", *OPEN_STATES]) | once),
            order="date_start, due_date, id",
        )

    def _prepare_usage_lines(self, first, end, rows):
        """Return a line for each entitlement of the year, to come, or set up once.

        :param rows: what is to come or was set up once, soonest first.
        """
        coming = defaultdict(self.env["cap.delivery"].browse)
        for row in rows:
            coming[row.entitlement_id, row.unit] |= row
        sums = {
            (line["entitlement"], line["unit"]): line
            for line in self._sum_deliveries(first, end)
        }
        keys = sorted(
            sums.keys() | coming.keys(), key=lambda key: (key[0].sequence, key[0].id)
        )
        return [self._prepare_usage_line(key, sums, coming[key]) for key in keys]

    def _prepare_usage_line(self, key, sums, coming):
        entitlement, unit = key
        line = sums.get(key, {})
        words = self.env["cap.delivery"]._word_amount
        promised = line.get("promised", 0.0)
        return {
            "name": entitlement.name,
            "code": entitlement.code,
            "promised": promised,
            "promised_words": words(promised, unit),
            "parts": [
                {
                    "key": part,
                    "amount": line.get(part, 0.0),
                    "words": words(line.get(part, 0.0), unit),
                    "percent": round(100 * line[part] / promised, 2),
                }
                for part in PARTS
                if promised and line.get(part)
            ],
            "next": self._prepare_next(coming),
        }

    def _prepare_next(self, coming):
        """Return what comes next: all that is usable now, else the first to come.

        :return: list of dicts of `words` and whether it `is_done`.
        """
        running = coming.filtered(lambda row: not row.is_upcoming)
        return [
            {"words": row._word_when(), "is_done": row.state == "delivered"}
            for row in running or coming[:1]
        ]

    def _prepare_portal_deliveries(self, filterby):
        """Return what the client's list of deliveries is about.

        :param filterby: what the address says; anything unknown means the usual one.
        :return: dict of `filterby` (a known name), `filters`, `domain` and `total`.
        """
        deliveries = self.env["cap.delivery"].sudo()
        filters = deliveries._get_portal_filters(self)
        chosen = filterby if filterby in filters else next(iter(filters))
        domain = Domain("subscription_id", "=", self.id) & filters[chosen]["domain"]
        return {
            "filterby": chosen,
            "filters": filters,
            "domain": domain,
            "order": filters[chosen]["order"],
            "total": deliveries.search_count(domain),
        }

    def _list_portal_deliveries(self, listed, limit, offset):
        """Return the rows of one page of the client's list.

        :param listed: as `_prepare_portal_deliveries` returned it.
        """
        found = (
            self.env["cap.delivery"]
            .sudo()
            .search(
                listed["domain"],
                order=listed["order"],
                limit=limit,
                offset=offset,
            )
        )
        return found._prepare_portal_rows()
