from odoo import api, models

from ..const import (
    AUDIT,
    HEALTH_CHECK,
    PLAN_CODES,
    RESEARCH,
    TRAINING,
    TRAINING_MATERIAL,
    WORKSHOP,
)


class CapSubscriptionPortalPagesMixin(models.AbstractModel):
    """Which pages a client has, by what its tier gives.

    An area that has a page of its own adds it here; the client's page links to it, and
    so does what was promised of the entitlement.
    """

    _name = "cap.subscription.portal.pages.mixin"
    _description = "The pages of a client"

    @api.model
    def _get_portal_pages(self):
        """Return the pages in their order.

        :return: list of (code of the entitlement or '' for everybody, address, label).
        """
        return [
            ("", "/my/cap/deliveries", self.env._("Deliveries")),
            (HEALTH_CHECK, "/my/cap/health-checks", self.env._("Health Checks")),
            (HEALTH_CHECK, "/my/cap/health", self.env._("Health")),
            (AUDIT, "/my/cap/audits", self.env._("Audits")),
            (AUDIT, "/my/cap/recommendations", self.env._("Recommendations")),
            (TRAINING, "/my/cap/training", self.env._("Training")),
            (TRAINING_MATERIAL, "/my/cap/library", self.env._("Library")),
            (WORKSHOP, "/my/cap/workshop", self.env._("Workshop")),
            (RESEARCH, "/my/cap/fair-use", self.env._("Fair use")),
            ("", "/my/cap/reports", self.env._("Reports")),
            ("", "/my/cap/history", self.env._("History")),
        ]

    def _list_portal_pages(self):
        """Return the pages that today's terms open, of nobody's cover none.

        :return: list of dicts of `code`, `url` and `label`.
        """
        if not self:
            return []
        codes = {"", *self._terms_on(self._cap_today()).mapped("code")}
        return [
            {"code": code, "url": url, "label": label}
            for code, url, label in self._get_portal_pages()
            if code in codes
        ]

    @api.model
    def _get_portal_page_by_code(self, pages):
        """Return the address of the first page of each entitlement.

        :param pages: as `_list_portal_pages` returns them.
        """
        found = {page["code"]: page["url"] for page in reversed(pages) if page["code"]}
        # what is set up is shown where the Health Checks are
        checks = found.get(HEALTH_CHECK)
        return {code: checks for code in PLAN_CODES if checks} | found
