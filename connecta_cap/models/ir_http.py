from odoo import models
from odoo.http import request

NUL = "\0"


class IrHttp(models.AbstractModel):
    """What the web client is told at its start, and what a client's forms may hold."""

    _inherit = "ir.http"

    @classmethod
    def _dispatch(cls, endpoint):
        # the database refuses this one character: a client's words go on without it
        if "/my/cap" in request.httprequest.path:
            for name, value in request.params.items():
                if isinstance(value, str) and NUL in value:
                    request.params[name] = value.replace(NUL, "")
        return super()._dispatch(endpoint)

    def session_info(self):
        info = super().session_info()
        if self.env.user.has_group("connecta_cap.group_cap_user"):
            info["cap_alerts"] = self.env["cap.alert"]._list_ringing()
            info["cap_may_acknowledge"] = self.env.user.has_group(
                "connecta_cap.group_cap_agent"
            )
        return info
