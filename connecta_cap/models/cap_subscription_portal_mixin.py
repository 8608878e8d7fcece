from odoo import api, models

from ..const import LIVE_STATES


class CapSubscriptionPortalMixin(models.AbstractModel):
    """What a client sees of its subscription."""

    _name = "cap.subscription.portal.mixin"
    _inherit = [
        "cap.subscription.portal.usage.mixin",
        "cap.subscription.portal.pages.mixin",
        "cap.subscription.portal.history.mixin",
        "cap.subscription.what.if.mixin",
        "cap.clock.mixin",
        "cap.portal.whitelist.mixin",
    ]
    _description = "A client's side of a subscription"

    @api.model
    def _list_portal_subscriptions(self):
        """Return the user's own covers that have started: live ones first, then latest.

        :raises AccessError: for somebody who may not see subscriptions at all.
        """
        user = self.env.user
        found = self.search(
            [
                ("partner_id", "=", user.commercial_partner_id.id),
                ("state", "!=", "draft"),
            ]
        )
        return found.sorted(
            lambda cover: (
                cover.state not in LIVE_STATES,
                cover.sudo().company_id != user.company_id,
                -cover.id,
            )
        )

    def _prepare_portal_cover(self):
        """Return what the client's page shows of its covers, the first of all.

        :return: dict of the `subscription`, its `status`, `pages`, `page_urls`
            (by code of what they are about), `tier`, `usage`, what is used
            `as_needed`, `others` (what other tiers would change), `matrix` values, what
            it may `change`, `manager` (name and e-mail), `hours` and the `closed_days`
            ahead.
        """
        subscription = self[:1]
        tier = subscription.tier_id
        manager = subscription.sudo().account_manager_id
        pages = subscription._list_portal_pages()
        company = subscription.sudo().company_id or self.env.user.company_id
        team = self.env["cap.team"]._get_default_team(company)
        calendar = team.calendar_id
        matrix = self.env["cap.tier"]._prepare_matrix_values(tier)
        if company.sudo().cap_show_prices:
            matrix["prices"] = matrix["tiers"]._list_price_words()
        return {
            "subscription": subscription,
            "status": subscription._prepare_portal_status(),
            "pages": pages,
            "page_urls": self._get_portal_page_by_code(pages),
            "tier": tier,
            "usage": subscription._prepare_portal_usage() if subscription else {},
            "as_needed": subscription._list_used_as_needed(),
            "others": subscription._prepare_other_tiers(matrix["tiers"]),
            "matrix": matrix,
            "change": self.env["cap.change.request"]._prepare_portal_change(),
            "manager": {"name": manager.name, "email": manager.email},
            "priority_contact": team
            and subscription.state == "active"
            and team._get_priority_contact(subscription.tier_id),
            "zone": calendar.tz,
            "hours": calendar._word_weekly_hours(),
            "closed_days": calendar._list_closed_days(self._cap_now()),
        }

    def _prepare_portal_status(self):
        """Return where the cover stands: `kind`, the `day` that matters, what follows.

        :return: dict of `kind` ('none', 'coming', 'active', 'renewing', 'ending',
            'suspended' or 'ended'), `since`, `day` in words, the `renewal` when it is
            near, and the `plan` (tier and day) if any.
        """
        status = {"kind": "none", "since": "", "day": "", "plan": {}}
        if not self:
            return status
        today, known = self._cap_today(), self.sudo()
        status["since"] = known._word_day(known.date_start) if known.date_start else ""
        plan = known.period_ids.filtered(lambda line: line.date_start > today)
        plan = plan.sorted("date_start")[:1]
        end = known.date_end
        if self.state == "closed" or (end and end <= today):
            return status | {"kind": "ended", "day": end and known._word_day(end)}
        if known.date_start > today:
            first = {"kind": "coming", "day": known._word_day(plan.date_start)}
            return status | first | {"plan": {"tier": plan.tier_id.name}}
        if plan:
            day = known._word_day(plan.date_start)
            status["plan"] = {"tier": plan.tier_id.name, "day": day}
        if self.state == "suspended":
            pause = known.suspension_ids.filtered(lambda line: not line.date_end)[:1]
            day = pause and known._word_day(pause.date_start)
            return status | {"kind": "suspended", "day": day or ""}
        if not end or known._expects_renewal():
            return status | {"kind": "active"}
        status["day"] = known._word_day(end)
        if not known.renewal_date or known.close_date:
            return status | {"kind": "ending"}
        day = known._word_day(known.renewal_date)
        return status | {"kind": "renewing", "renewal": day}

    def _list_used_as_needed(self):
        """Return today's entitlements without deliveries, in the words of today."""
        if not self:
            return []
        return [
            {
                "name": term.name,
                "summary": term.summary,
                "description": term.description,
            }
            for term in self._terms_on(self._cap_today())
            if term.fulfilment == "none"
        ]

    def _prepare_other_tiers(self, tiers):
        """Return what each other tier would add and end, and what the past says of it.

        :param tiers: `cap.tier` records that a client can have.
        :return: list of dicts of `tier`, `gained`, `lost` and `findings`.
        """
        mine = self.tier_id
        if not mine:
            return []
        judged = self._prepare_what_if(tiers)
        others = []
        for tier in tiers - mine:
            changes = mine._compare(tier)
            others.append(
                {
                    "tier": tier,
                    "gained": changes["gained"],
                    "lost": changes["lost"],
                    "findings": judged[tier],
                }
            )
        return others

    def _portal_readable_fields(self):
        return super()._portal_readable_fields() | {
            "name",
            "partner_id",
            "state",
            "active",
            "period_ids",
            "tier_id",
            "date_start",
            "date_end",
            "account_manager_id",
            "consultant_id",
            "training_available",
            "training_booked",
            "training_expires_on",
        }
