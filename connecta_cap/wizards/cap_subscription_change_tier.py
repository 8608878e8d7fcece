from odoo import api, fields, models
from odoo.exceptions import UserError


class CapSubscriptionChangeTier(models.TransientModel):
    """Shows what another tier would give and take, then makes or plans the change."""

    _name = "cap.subscription.change.tier"
    _inherit = [
        "cap.what.if.mixin",
        "cap.proration.mixin",
        "cap.change.answer.mixin",
    ]
    _description = "Change of a CAP tier"

    subscription_id = fields.Many2one(
        "cap.subscription", required=True, readonly=True, ondelete="cascade"
    )
    state = fields.Selection(related="subscription_id.state")
    current_tier_id = fields.Many2one(
        "cap.tier", "From", related="subscription_id.tier_id"
    )
    tier_id = fields.Many2one("cap.tier", "To", required=True)
    direction = fields.Selection(
        [("first", "First tier"), ("up", "Upgrade"), ("down", "Downgrade")],
        compute="_compute_direction",
    )
    timing = fields.Selection(
        [
            ("now", "Today"),
            ("lossless", "When the running periods end"),
            ("day", "On a day of your choice"),
        ],
        "When",
        compute="_compute_timing",
        store=True,
        readonly=False,
        help="An upgrade holds at once. A downgrade is planned for the day on which "
        "the running periods of what is lost are over, unless the client wants it at "
        "once.",
    )
    date_start = fields.Date(
        "From day",
        compute="_compute_date_start",
        store=True,
        readonly=False,
        help="The first day of the new tier, in the program's time zone.",
    )
    renewal_date = fields.Date(
        "First renewal on",
        compute="_compute_renewal_date",
        store=True,
        readonly=False,
        help="The first day of the next term. Empty: the cover goes on without an end.",
    )
    reason = fields.Char(help="Kept in the history, and told to the client.")
    planned_ids = fields.Many2many(
        "cap.subscription.period", compute="_compute_planned_ids"
    )
    planned_html = fields.Html(
        "Planned already", compute="_compute_planned_ids", sanitize=False
    )
    keep_plans = fields.Boolean(
        "Keep planned changes",
        default=True,
        help="Otherwise the changes that are planned for later days are cancelled.",
    )
    comparison_html = fields.Html(
        compute="_compute_comparison_html", sanitize=False, string="What changes"
    )

    # === COMPUTE METHODS === #

    @api.depends("tier_id", "current_tier_id")
    def _compute_direction(self):
        for wizard in self:
            before, after = wizard.current_tier_id, wizard.tier_id
            if not before or not after:
                wizard.direction = "first" if after else False
            else:
                rank = (before.sequence, before.id) < (after.sequence, after.id)
                wizard.direction = "up" if rank else "down"

    @api.depends("direction")
    def _compute_timing(self):
        for wizard in self:
            wizard.timing = "lossless" if wizard.direction == "down" else "now"

    @api.depends("timing", "tier_id")
    def _compute_date_start(self):
        today = self.env["cap.subscription"]._cap_today()
        for wizard in self:
            if wizard.timing == "lossless":
                subscription = wizard.subscription_id
                wizard.date_start = subscription._get_lossless_day(wizard.tier_id)
            elif wizard.timing == "now" or not wizard.date_start:
                wizard.date_start = today

    @api.depends("subscription_id", "date_start")
    def _compute_renewal_date(self):
        for wizard in self:
            start = wizard.state == "draft" and wizard.date_start
            start = start and start <= wizard.subscription_id._cap_last_day() and start
            wizard.renewal_date = start and wizard.subscription_id._get_first_end(start)

    @api.depends("subscription_id")
    def _compute_planned_ids(self):
        for wizard in self:
            periods = wizard.subscription_id.period_ids
            plans = periods.filtered("is_planned").sorted("date_start")
            wizard.planned_ids = plans
            wizard.planned_html = bool(plans) and self.env["ir.qweb"]._render(
                "connecta_cap.tier_plans", {"plans": plans}
            )

    @api.depends("tier_id", "current_tier_id", "date_start")
    def _compute_comparison_html(self):
        for wizard in self:
            before, after = wizard.current_tier_id, wizard.tier_id
            subscription = wizard.subscription_id
            wizard.comparison_html = bool(after) and self.env["ir.qweb"]._render(
                "connecta_cap.tier_change",
                {
                    "before": before,
                    "after": after,
                    "consequences": subscription._list_cut_short(
                        after, wizard.date_start
                    ),
                    **before._compare(after),
                },
            )

    # === ACTION METHODS === #

    def action_confirm(self):
        """Let the new tier hold from the chosen day.

        :return: action that closes the dialog.
        :raises UserError: for the same tier, a day in the past, a missing reason or a
            subscription that is closed.
        """
        self.ensure_one()
        self._check_change()
        subscription = self.subscription_id
        before = subscription._tier_on(self.date_start) or self.current_tier_id
        figures = self._prepare_proration()
        renewal = subscription.state == "draft" and self.renewal_date
        period = subscription._start_tier(
            self.tier_id, self.date_start, self.reason.strip(), self.keep_plans
        )
        if renewal:
            subscription._set_term(period.date_start, renewal, period.reason)
        if subscription.state == "draft":
            subscription.action_activate()
        subscription._tell_tier_change(before, period)
        self._after_confirm(period, figures)
        return {"type": "ir.actions.act_window_close"}

    def _check_change(self):
        subscription = self.subscription_id
        if subscription.state == "closed":
            raise UserError(
                self.env._(
                    "%(subscription)s is closed. Create a new subscription for this "
                    "client instead.",
                    subscription=subscription.display_name,
                )
            )
        if not (self.reason or "").strip():
            raise UserError(
                self.env._("Say why the tier changes: it is kept in the history.")
            )
        if not self.date_start:
            raise UserError(self.env._("Choose the first day of the new tier."))
        if self.date_start < subscription._cap_today() and subscription.period_ids:
            raise UserError(
                self.env._(
                    "A tier cannot change in the past: choose today or a later day."
                )
            )
        subscription._check_coverable(self.date_start)
        if subscription._tier_on(self.date_start) == self.tier_id:
            raise UserError(
                self.env._(
                    "%(subscription)s has %(tier)s on %(day)s already: choose another "
                    "tier or another day.",
                    subscription=subscription.display_name,
                    tier=self.tier_id.name,
                    day=self.date_start,
                )
            )
