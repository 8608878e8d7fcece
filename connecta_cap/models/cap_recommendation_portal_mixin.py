from odoo import api, models
from odoo.fields import Domain

STATE_ICONS = {
    "proposed": "fa-question-circle",
    "accepted": "fa-thumbs-o-up",
    "planned": "fa-calendar",
    "done": "fa-check",
    "verified": "fa-check-circle",
    "declined": "fa-ban",
}


class CapRecommendationPortalMixin(models.AbstractModel):
    """What a client reads of recommendations, and how it answers them.

    Only those of published audits are the client's to see; the record rules see to it.
    """

    _name = "cap.recommendation.portal.mixin"
    _inherit = ["cap.portal.whitelist.mixin"]
    _description = "A client's side of a recommendation"

    def _portal_readable_fields(self):
        return super()._portal_readable_fields() | {
            "name",
            "description",
            "flow",
            "impact",
            "effort",
            "worth",
            "rank",
            "state",
            "state_since",
            "decline_reason",
            "planned_on",
            "done_on",
            "verified_on",
            "subscription_id",
            "partner_id",
            "audit_id",
        }

    # === BUSINESS METHODS === #

    def _portal_answer(self, step, reason=""):
        """Accept or decline the client's own recommendation.

        :param step: 'accept' or 'decline'.
        :param reason: why it is declined; may be added to an acceptance.
        :raises AccessError: when it is not the client's.
        :raises UserError: when it was answered already, or a reason is missing.
        """
        self._check_is_own()
        known = self.sudo()
        if step == "accept":
            known._set_accepted(" ".join((reason or "").split()))
        else:
            known._check_move("declined", ("proposed",))
            known._set_declined(reason)

    @api.model
    def _get_portal_filters(self):
        """Return the list's filters: label and domain by name, the first is usual."""
        return {
            "open": {
                "label": self.env._("Open"),
                "domain": Domain("state", "not in", ("verified", "declined")),
            },
            "to_answer": {
                "label": self.env._("Waiting for your answer"),
                "domain": Domain("state", "=", "proposed"),
            },
            "declined": {
                "label": self.env._("Declined"),
                "domain": Domain("state", "=", "declined"),
            },
            "verified": {
                "label": self.env._("Verified"),
                "domain": Domain("state", "=", "verified"),
            },
            "all": {"label": self.env._("All"), "domain": Domain.TRUE},
        }

    def _prepare_portal_rows(self):
        """Return what pages and paper show of each recommendation, in order."""
        labels = {
            name: dict(self._fields[name]._description_selection(self.env))
            for name in ("state", "impact", "effort", "worth")
        }
        known = self.sudo()
        known.mapped("audit_id.name")
        return [
            {
                "id": record.id,
                "name": record.name,
                "description": record.description,
                "flow": record.flow,
                "audit": record.audit_id.name,
                "audit_url": f"/my/cap/audits/{record.audit_id.id}",
                "impact": labels["impact"][record.impact],
                "effort": labels["effort"][record.effort],
                "worth": labels["worth"][record.worth],
                "state": record.state,
                "state_word": labels["state"][record.state],
                "state_icon": STATE_ICONS[record.state],
                "reason": record.decline_reason,
                "planned_on": record.planned_on,
                "done_on": record.done_on,
                "verify_note": record.verify_note,
                "outcome": record.outcome_text if record.measured_on else "",
                "may_answer": record.state == "proposed",
            }
            for record in known
        ]
