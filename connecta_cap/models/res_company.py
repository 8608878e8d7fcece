from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.reminders import parse_days


class ResCompany(models.Model):
    """A company that offers the program, with its choices."""

    _inherit = "res.company"

    cap_show_prices = fields.Boolean(
        "Show prices to clients",
        help="Clients read the price of each tier where tiers are compared.",
    )
    cap_grace_days = fields.Integer(
        "Grace after the renewal date",
        default=14,
        help="Days of cover after the renewal date when nobody renews. It holds for "
        "new subscriptions.",
    )
    cap_reminder_days = fields.Char(
        "Reminders",
        default="60, 30, 7",
        help="Days before a date on which client and account manager are reminded.",
    )
    cap_renewal_task_days = fields.Integer(
        "Renewal task",
        default=30,
        help="From which reminder on the account manager gets a task to renew.",
    )
    cap_reopen_days = fields.Integer(
        "Reopening",
        default=14,
        help="Days in which a client's answer reopens a closed ticket. Later it makes "
        "a new one that follows up on it.",
    )

    # health
    cap_health_interval = fields.Integer(
        "Reports every", default=15, help="Minutes; for new environments."
    )
    cap_health_grace = fields.Integer(
        "Grace of reports", default=30, help="Minutes; for new environments."
    )
    cap_health_degraded_percent = fields.Float(
        "Degraded from", default=10.0, help="Percent of failed runs."
    )
    cap_health_down_percent = fields.Float(
        "Down from", default=50.0, help="Percent of failed runs."
    )
    cap_health_ticket_after = fields.Integer(
        "Ticket after", default=30, help="Minutes that a critical flow is down."
    )
    cap_health_rate = fields.Integer(
        "Reports in a minute", default=120, help="Of one token; more are refused."
    )

    _cap_health_limits = models.Constraint(
        "CHECK(cap_health_interval > 0 AND cap_health_grace >= 0"
        " AND cap_health_ticket_after >= 0 AND cap_health_rate >= 0"
        " AND cap_health_degraded_percent BETWEEN 0 AND 100"
        " AND cap_health_down_percent BETWEEN 0 AND 100)",
        "Times are not negative, reports come every minute at most, and shares are "
        "from 0 to 100 percent.",
    )
    _cap_days_positive = models.Constraint(
        "CHECK(cap_grace_days >= 0 AND cap_renewal_task_days >= 0"
        " AND cap_reopen_days >= 0)",
        "Days of grace, of the renewal task and of reopening cannot be negative.",
    )

    # === CONSTRAINT METHODS === #

    @api.constrains("cap_reminder_days")
    def _check_cap_reminder_days(self):
        for company in self:
            try:
                company._get_cap_reminder_days()
            except ValueError as error:
                raise ValidationError(
                    company.env._(
                        "%(text)s is no list of days: write whole numbers above zero "
                        "with commas between them, such as 60, 30, 7.",
                        text=company.cap_reminder_days,
                    )
                ) from error

    # === BUSINESS METHODS === #

    def _get_cap_reminder_days(self):
        """Return the marks of reminders, in days before a date, the furthest first."""
        self.ensure_one()
        return parse_days(self.cap_reminder_days)

    def _get_cap_horizon(self):
        """Return from how many days before it a renewal is coming."""
        self.ensure_one()
        return max(self._get_cap_reminder_days(), default=0)
