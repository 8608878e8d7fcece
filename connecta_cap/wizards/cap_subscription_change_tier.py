from odoo import api, fields, models
from odoo.exceptions import UserError


class CapSubscriptionChangeTier(models.TransientModel):
    """Shows what another tier would give and take, then makes the change."""

    _name = "cap.subscription.change.tier"
    _description = "Change of a CAP tier"

    subscription_id = fields.Many2one(
        "cap.subscription", required=True, readonly=True, ondelete="cascade"
    )
    current_tier_id = fields.Many2one(
        "cap.tier", "From", related="subscription_id.tier_id"
    )
    tier_id = fields.Many2one("cap.tier", "To", required=True)
    direction = fields.Selection(
        [("first", "First tier"), ("up", "Upgrade"), ("down", "Downgrade")],
        compute="_compute_direction",
    )
    date_start = fields.Date(
        "From day",
        required=True,
        default=lambda self: self.env["cap.subscription"]._cap_today(),
        help="The first day of the new tier, in the program's time zone.",
    )
    reason = fields.Char(help="Kept in the history of the subscription.")
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

    @api.depends("tier_id", "current_tier_id")
    def _compute_comparison_html(self):
        for wizard in self:
            before, after = wizard.current_tier_id, wizard.tier_id
            wizard.comparison_html = bool(after) and self.env["ir.qweb"]._render(
                "connecta_cap.tier_change",
                {"before": before, "after": after, **before._compare(after)},
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
        before = self.current_tier_id
        subscription._start_tier(self.tier_id, self.date_start, self.reason.strip())
        if subscription.state == "draft":
            subscription.action_activate()
        subscription.message_post(
            body=self.env._(
                "Tier %(before)s → %(after)s from %(day)s: %(reason)s",
                before=before.name or "–",
                after=self.tier_id.name,
                day=self.date_start,
                reason=self.reason.strip(),
            )
        )
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
        if self.date_start < subscription._cap_today():
            raise UserError(
                self.env._(
                    "A tier cannot change in the past: choose today or a later day."
                )
            )
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
