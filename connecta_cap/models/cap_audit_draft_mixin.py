from datetime import timedelta

from odoo import fields, models

from ..const import PUBLISHED_STATES, UNFINISHED_STATES
from ..tools.months import add_months

# How far a draft looks back for a client that has no published audit yet.
FIRST_DRAFT_MONTHS = 3


class CapAuditDraftMixin(models.AbstractModel):
    """What an auditor starts from: what monitoring saw, and what was left open."""

    _name = "cap.audit.draft.mixin"
    _inherit = ["cap.audit.state.mixin"]
    _description = "Draft of an audit"

    draft_html = fields.Html(
        "Draft", copy=False, help="For the auditor; the client never sees it."
    )
    drafted_at = fields.Datetime("Drafted", readonly=True, copy=False)

    # === ACTION METHODS === #

    def action_draft(self):
        """Write the draft again from monitoring and what is unfinished."""
        for audit in self:
            audit._carry_over()
            audit.write(
                {"draft_html": audit._word_draft(), "drafted_at": audit._cap_now()}
            )
        return True

    # === BUSINESS METHODS === #

    def _word_draft(self):
        """Return the draft as HTML, in the auditor's language."""
        self.ensure_one()
        return self.env["ir.qweb"]._render(
            "connecta_cap.audit_draft", self._prepare_draft_values()
        )

    def _prepare_draft_values(self):
        self.ensure_one()
        first, last = self._get_draft_days()
        provider = self.env["cap.monitoring.provider"]
        days = (self.subscription_id, first, last)
        return {
            "first": first,
            "last": last - timedelta(days=1),
            "connected": provider._is_connected(self.subscription_id),
            "sections": [
                {
                    "title": self.env._("Changed flows"),
                    "rows": provider._list_changed_flows(*days),
                },
                {
                    "title": self.env._("New kinds of error"),
                    "rows": provider._list_error_groups(*days),
                },
                {
                    "title": self.env._("Slow flows"),
                    "rows": provider._list_slow_flows(*days),
                },
            ],
            "carried": self.carryover_ids,
            "declined": self._list_declined(),
        }

    def _get_draft_days(self):
        """Return the days that the draft looks at: since the audit before this one.

        :return: (first day, first day after).
        """
        self.ensure_one()
        before = self.search(
            [
                ("subscription_id", "=", self.subscription_id.id),
                ("state", "in", PUBLISHED_STATES),
                ("id", "!=", self.id),
            ],
            order="published_on desc, id desc",
            limit=1,
        )
        end = self._cap_today() + timedelta(days=1)
        return before.published_on or add_months(end, -FIRST_DRAFT_MONTHS), end

    def _carry_over(self):
        """Bring back the client's unfinished recommendations, each once."""
        self.ensure_one()
        unfinished = self.env["cap.recommendation"].search(
            [
                ("subscription_id", "=", self.subscription_id.id),
                ("state", "in", UNFINISHED_STATES),
                ("audit_id.state", "in", PUBLISHED_STATES),
                ("audit_id", "!=", self.id),
            ]
        )
        known = self.carryover_ids.recommendation_id
        self.env["cap.audit.carryover"].create(
            [
                {"audit_id": self.id, "recommendation_id": recommendation.id}
                for recommendation in unfinished - known
            ]
        )
        # what was finished in the meantime has nothing to come back for
        settled = self.carryover_ids.filtered(
            lambda line: line.state not in UNFINISHED_STATES and not line.note
        )
        settled.unlink()

    def _list_declined(self):
        """Return what the client declined: worth another look, never pushed."""
        return self.env["cap.recommendation"].search(
            [
                ("subscription_id", "=", self.subscription_id.id),
                ("state", "=", "declined"),
            ]
        )
