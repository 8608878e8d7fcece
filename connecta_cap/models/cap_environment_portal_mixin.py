from odoo import models


class CapEnvironmentPortalMixin(models.AbstractModel):
    """What a client sees of its own environments."""

    _name = "cap.environment.portal.mixin"
    _inherit = ["cap.portal.whitelist.mixin"]
    _description = "Environment in the portal"

    # === BUSINESS METHODS === #

    def _portal_readable_fields(self):
        return super()._portal_readable_fields() | {
            "name",
            "code",
            "kind",
            "active",
            "partner_id",
            "company_id",
            "subscription_id",
            "connecta_version",
            "odoo_version",
            "tz",
            "state",
            "state_since",
            "is_paused",
            "last_report_at",
            "report_interval",
            "grace",
            "score",
            "has_score",
            "flow_count",
            "incident_count",
        }
