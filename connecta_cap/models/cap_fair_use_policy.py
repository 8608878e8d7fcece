from odoo import fields, models


class CapFairUsePolicy(models.Model):
    """What is fair use of a tier: a rolling window, and a threshold for each measure.

    A policy never blocks a ticket. It says what is shown to the client, and when an
    account manager is asked to look.
    """

    _name = "cap.fair.use.policy"
    _description = "CAP Fair Use Policy"
    _order = "tier_id, id"
    _rec_name = "tier_id"

    tier_id = fields.Many2one("cap.tier", required=True, ondelete="cascade", index=True)
    active = fields.Boolean(default=True)
    window_days = fields.Integer(
        "Window (days)",
        default=90,
        required=True,
        help="Things count for so many days, today among them.",
    )
    declined_limit = fields.Integer(
        "Requests beyond the tier",
        default=3,
        help="From so many on, within the window, a review is drafted too. They are "
        "never counted as use. Zero: never.",
    )
    rule = fields.Text(
        translate=True, help="What fair use means, in words that the client reads."
    )
    line_ids = fields.One2many(
        "cap.fair.use.line", "policy_id", "Thresholds", copy=True
    )

    _tier_unique = models.UniqueIndex(
        "(tier_id)", "This tier has a fair use policy already: change that one."
    )
    _figures_sound = models.Constraint(
        "CHECK(window_days BETWEEN 1 AND 731 AND declined_limit >= 0)",
        "A window is 1 to 731 days long, and a number of requests is not negative.",
    )

    # === BUSINESS METHODS === #

    def _get_thresholds(self):
        """Return the threshold by measure."""
        return {line.measure: line.threshold for line in self.line_ids}
