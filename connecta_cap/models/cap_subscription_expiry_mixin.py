import logging

from odoo import api, models
from odoo.fields import Domain

from ..const import CLOSE_BATCH, LIVE_STATES

_logger = logging.getLogger(__name__)


class CapSubscriptionExpiryMixin(models.AbstractModel):
    """Draws the line under covers that are over, and tells of those that ran out."""

    _name = "cap.subscription.expiry.mixin"
    _inherit = ["cap.subscription.closing.mixin"]
    _description = "Expiry of a subscription"

    @api.model
    def _get_ended_domain(self):
        """Return the domain of live subscriptions whose cover is over."""
        today = self._cap_today()
        running = Domain("date_end", "=", False) | Domain("date_end", ">", today)
        return Domain("state", "in", LIVE_STATES) & Domain(
            "period_ids", "not any", running
        )

    @api.model
    def _cron_close(self):
        """Close subscriptions whose cover has ended; safe to run side by side."""
        records = self.sudo().with_context(active_test=False)

        def close(batch):
            for subscription in batch:
                subscription._try_close_ended()

        self._work_through(records, self._get_ended_domain(), CLOSE_BATCH, close)

    def _try_close_ended(self):
        """Close one whose cover is over; a fault of one does not stop the others."""
        try:
            with self.env.cr.savepoint():
                self._close_ended()
        except Exception:
            _logger.exception("The cover of %s ended, but closing it failed", self.name)

    def _close_ended(self):
        """Draw the line under a cover that is over; tell of it unless it was decided.

        The client was told of a planned end when it was decided.
        """
        self.ensure_one()
        if self.close_date:
            self._set_closed(self.close_note, "decided")
            return
        known = self._in_client_language()
        day = self.date_end
        sections = known._foresee("close", day)
        self._set_closed(reason="expired")
        known._tell(
            "connecta_cap.mail_cover_ended",
            known.env._(
                "Your Connecta cover ended on %(day)s", day=known._word_day(day)
            ),
            day=known._word_day(day),
            sections=sections,
        )
