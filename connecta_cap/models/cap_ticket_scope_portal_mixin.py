from odoo import api, models
from odoo.exceptions import UserError

from ..const import REQUEST_TYPES, TYPE_ENTITLEMENTS


class CapTicketScopePortalMixin(models.AbstractModel):
    """What a client reads about what its tier gives, before and after it asks."""

    _name = "cap.ticket.scope.portal.mixin"
    _inherit = ["cap.ticket.scope.mixin", "cap.ticket.portal.page.mixin"]
    _description = "A client's side of what a tier gives"

    # === BUSINESS METHODS === #

    def _portal_readable_fields(self):
        return super()._portal_readable_fields() | {
            "requested_type",
            "beyond_tier",
            "outside_answer",
            "outside_at",
            "reclassified_at",
            "reclassified_reason",
        }

    def _prepare_portal_vals(self, values):
        vals = super()._prepare_portal_vals(values)
        asked = values.get("requested_type") or "help"
        if asked not in dict(REQUEST_TYPES):
            raise UserError(
                self.env._(
                    "Choose one of the offered values for “%(field)s”.",
                    field=self._fields["requested_type"]._description_string(self.env),
                )
            )
        return vals | {"requested_type": asked}

    @api.model
    def _prepare_portal_request_types(self):
        """Return what a client can ask for, and what its tier gives of it.

        :return: list of dicts of `key`, `label`, `help` and `why_not`: empty, or why
            the tier does not give it and what would.
        """
        subscription = self._find_live_subscriptions(
            self.env.user.commercial_partner_id, self._get_portal_company()
        )
        tier = subscription[:1].tier_id
        helps = {
            "help": self.env._("Something fails, or you want to know how it works."),
            "research": self.env._(
                "We look into a matter and recommend what to do, under fair use."
            ),
            "advice": self.env._(
                "Your consultant thinks along about design and architecture."
            ),
        }
        labels = self._fields["requested_type"]._description_selection(self.env)
        return [
            {
                "key": key,
                "label": label,
                "help": helps[key],
                "why_not": self._word_why_not(TYPE_ENTITLEMENTS.get(key), tier),
            }
            for key, label in labels
        ]

    def _word_why_not(self, code, tier):
        if not code or tier.sudo()._gives(code):
            return ""
        given = self._word_gate(code)
        if tier:
            return self.env._(
                "Not part of %(tier)s. %(given)s", tier=tier.name, given=given
            )
        return self.env._("Part of a subscription. %(given)s", given=given)

    def _prepare_portal_values(self):
        return super()._prepare_portal_values() | {
            "asked_for": self._get_selection_label("requested_type"),
            "beyond_tier": self._word_beyond_tier() if self.beyond_tier else "",
            "outside": self.outside_answer or "",
            "no_emergency": self.reclassified_reason or "",
        }
