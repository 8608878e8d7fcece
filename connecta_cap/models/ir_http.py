from odoo import models


class IrHttp(models.AbstractModel):
    """Tells the web client at its start which emergencies ring for its user."""

    _inherit = "ir.http"

    def session_info(self):
        info = super().session_info()
        if self.env.user.has_group("connecta_cap.group_cap_user"):
            info["cap_alerts"] = self.env["cap.alert"]._list_ringing()
            info["cap_may_acknowledge"] = self.env.user.has_group(
                "connecta_cap.group_cap_agent"
            )
        return info
