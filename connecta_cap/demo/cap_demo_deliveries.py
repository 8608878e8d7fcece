from datetime import timedelta

from odoo import models

# what was due longer ago has been delivered, what was due since is late
LATE_DAYS = timedelta(days=45)
EARLY = timedelta(days=6)


class CapDemo(models.AbstractModel):
    """Lets the demonstration's older promises be kept, and a few be late."""

    _inherit = "cap.demo"

    def _subscribe(self, client, periods):
        result = super()._subscribe(client, periods)
        subscription = self._get("cap.subscription", "manager").search(
            [("partner_id", "=", self._ref(client).id)]
        )
        recent = subscription._cap_today() - LATE_DAYS
        old = subscription.delivery_ids.filtered(
            lambda row: row.state == "late" and row.due_date < recent
        )
        for delivery in old:
            day = max(delivery.date_start, delivery.due_date - EARLY)
            delivery._set_delivered(day)
        return result
