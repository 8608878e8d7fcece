from odoo import models
from odoo.tools import format_date

from ..const import CONSULTANT, LIVE_STATES


class CapSubscriptionPanelMixin(models.AbstractModel):
    """What an agent should know of a client while looking at its ticket."""

    _name = "cap.subscription.panel.mixin"
    _inherit = ["cap.subscription.consultant.card.mixin"]
    _description = "Client panel of a subscription"

    # === BUSINESS METHODS === #

    def _prepare_panel(self):
        """Return what the panel tells about the cover, as plain JSON.

        :return: dict of `id`, `name`, `state` (key and label), `tier`, `gives` (names
            of what the tier gives today), `renewal`, `fair_use`, `consultant`,
            `account_manager` and `health`.
        """
        self.ensure_one()
        known = self.sudo()
        labels = dict(known._fields["state"]._description_selection(self.env))
        tier = known.tier_id if known.state in LIVE_STATES else known.tier_id.browse()
        terms = tier._terms_on(self._cap_today())
        return {
            "id": known.id,
            "name": known.name,
            "state": [known.state, labels[known.state]],
            "tier": tier.name or "",
            "gives": [
                {"name": term.name, "summary": term.summary or ""} for term in terms
            ],
            "renewal": known._word_panel_renewal(),
            "fair_use": known._list_panel_usage(),
            "consultant": known._prepare_panel_consultant()
            if CONSULTANT in terms.mapped("code")
            else None,
            "account_manager": known.account_manager_id.name or "",
            "health": known._get_client_panel_health(),
        }

    def _word_panel_renewal(self):
        """Return until when the cover was agreed, as a sentence with its urgency.

        :return: dict of `text` and `tone` ('', 'warning' or 'danger').
        """
        day = (
            format_date(self.env, self.renewal_date, date_format="d MMM y")
            if self.renewal_date
            else ""
        )
        state = self.renewal_state
        tone = {"upcoming": "warning", "grace": "danger", "expired": "danger"}
        if not state:
            text = self.env._("Ends by decision") if self.close_date else ""
        elif state == "expired":
            text = self.env._("Ended")
        elif not day:
            text = self.env._("Goes on")
        elif state == "grace":
            text = self.env._("Was due for renewal on %(day)s", day=day)
        else:
            text = self.env._("Agreed until %(day)s", day=day)
        return {"text": text, "tone": tone.get(state, "")}

    def _list_panel_usage(self):
        """Return the measures of fair use as last counted.

        :return: list of dicts of `label`, `text`, `days` (looked back) and `is_above`.
        """
        usage = self.fair_use_usage_ids
        labels = dict(usage._fields["measure"]._description_selection(self.env))
        return [
            {
                "label": labels[row.measure],
                "text": self.env._(
                    "%(used)g of %(fair)g", used=row.figure, fair=row.threshold
                ),
                "days": row.window_days,
                "is_above": row.is_above,
            }
            for row in usage
        ]

    def _prepare_panel_consultant(self):
        """Return who advises the client today, None when the tier gives nobody."""
        card = self._prepare_consultant_card()
        if not card:
            return None
        person = card["person"] or {}
        return {
            "name": person.get("name", ""),
            "is_deputy": card["is_deputy"],
            "absent": card["absent"],
        }

    def _get_client_panel_health(self):
        """Return the last known health of the client's environments; a hook.

        :return: dict of `state` (a key for the screen), `icon`, `label` and `text`.
        """
        return {
            "state": "none",
            "icon": "fa-question-circle-o",
            "label": self.env._("No monitoring yet"),
            "text": self.env._("Nothing is measured for this client."),
        }
