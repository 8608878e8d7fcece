from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_datetime

from ..const import DESK_ROWS


class CapDeskHealth(models.AbstractModel):
    """The Health Checks on a consultant's screen, and what to read up on for them."""

    _inherit = "cap.consultant.desk"

    # === BUSINESS METHODS === #

    @api.model
    def _get_desk_providers(self):
        providers = super()._get_desk_providers()
        place = providers.index("_prepare_desk_calendar")
        return [*providers[:place], "_prepare_desk_checks", *providers[place:]]

    @api.model
    def _prepare_desk_checks(self, desk):
        """Return the section of Health Checks that wait for the user's next step."""
        checks = self.env["cap.health.check"]
        domain = Domain("user_id", "=", self.env.uid)
        domain &= Domain("state", "!=", "published")
        words = {
            "planned": (self.env._("to prepare"), "warning"),
            "prepared": (self.env._("prepared"), "info"),
            "held": (self.env._("minutes to publish"), "warning"),
        }
        zone = self.env.user.tz or self._cap_zone().zone
        rows = [
            self._prepare_row(
                check,
                check.partner_id.name,
                format_datetime(
                    self.env, check.start, tz=zone, dt_format="EEE d MMM HH:mm"
                )
                if check.start
                else self.env._("no day yet"),
                *words[check.state],
            )
            for check in checks.search(domain, order="start, id", limit=DESK_ROWS)
        ]
        return self._prepare_section(
            "checks",
            self.env._("Health Checks"),
            "fa-heartbeat",
            self.env._("No Health Check waits for you."),
            rows,
            checks.search_count(domain),
            action="connecta_cap.cap_health_check_action",
            context={"search_default_mine": 1, "search_default_unpublished": 1},
        )

    @api.model
    def _get_preparation_batch(self, deliveries):
        found = super()._get_preparation_batch(deliveries)
        checks = self.env["cap.health.check"].search(
            [("delivery_id", "in", deliveries.ids), ("state", "=", "planned")]
        )
        for check in checks:
            found[check.delivery_id.id].insert(
                0, self.env._("Write the agenda: %(check)s", check=check.name)
            )
        return found
