from odoo import api, fields, models
from odoo.exceptions import UserError


class CapSubscriptionRenew(models.TransientModel):
    """Shows the next term of a subscription, then agrees on it."""

    _name = "cap.subscription.renew"
    _description = "Renewal of a CAP subscription"

    subscription_id = fields.Many2one(
        "cap.subscription", required=True, readonly=True, ondelete="cascade"
    )
    renewal_state = fields.Selection(related="subscription_id.renewal_state")
    renewal_date = fields.Date(related="subscription_id.renewal_date")
    current_tier_id = fields.Many2one(
        "cap.tier",
        "Tier so far",
        compute="_compute_current_tier_id",
    )
    can_choose_start = fields.Boolean(compute="_compute_can_choose_start")
    date_start = fields.Date(
        "Term from",
        compute="_compute_date_start",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        help="The first day of the new term.",
    )
    term_months = fields.Integer(
        "Length in months",
        compute="_compute_term_months",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    tier_id = fields.Many2one(
        "cap.tier",
        "Tier of the term",
        compute="_compute_tier_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        help="Another tier is planned for the first day of the term.",
    )
    note = fields.Char(help="Kept in the history, and told to the client.")
    date_last = fields.Date(
        "Last day", compute="_compute_dates", help="The last day of the new term."
    )
    date_until = fields.Date("Next renewal date", compute="_compute_dates")
    date_grace = fields.Date(
        "Cover until at most",
        compute="_compute_dates",
        help="The last day of grace when nobody renews again.",
    )
    price_words = fields.Char("Price", compute="_compute_price_words")
    comparison_html = fields.Html(
        compute="_compute_comparison_html", sanitize=False, string="What changes"
    )

    # === COMPUTE METHODS === #

    @api.depends("subscription_id", "date_start")
    def _compute_current_tier_id(self):
        for wizard in self:
            subscription = wizard.subscription_id
            today = subscription._cap_today()
            tier = subscription._tier_on(max(wizard.date_start or today, today))
            last = subscription.period_ids.sorted("date_start")[-1:]
            wizard.current_tier_id = tier or last.tier_id

    @api.depends("subscription_id")
    def _compute_can_choose_start(self):
        for wizard in self:
            subscription = wizard.subscription_id
            wizard.can_choose_start = bool(subscription) and (
                subscription._has_run_out() or not subscription.renewal_date
            )

    @api.depends("subscription_id")
    def _compute_date_start(self):
        for wizard in self:
            wizard.date_start = wizard.subscription_id and (
                wizard.subscription_id._get_next_start()
            )

    @api.depends("subscription_id")
    def _compute_term_months(self):
        for wizard in self:
            wizard.term_months = wizard.subscription_id.term_months

    @api.depends("subscription_id")
    def _compute_tier_id(self):
        for wizard in self:
            wizard.tier_id = wizard.current_tier_id

    @api.depends("subscription_id", "date_start", "term_months")
    def _compute_dates(self):
        for wizard in self:
            subscription, start = wizard.subscription_id, wizard.date_start
            if not start or not subscription._is_sound_term(start, wizard.term_months):
                wizard.date_until = wizard.date_last = wizard.date_grace = False
                continue
            until = subscription._get_term_end(start, wizard.term_months)
            wizard.date_until = until
            wizard.date_last = fields.Date.subtract(until, days=1)
            wizard.date_grace = fields.Date.add(
                wizard.date_last, days=subscription.grace_days
            )

    @api.depends("tier_id")
    def _compute_price_words(self):
        for wizard in self:
            wizard.price_words = "".join(wizard.tier_id._list_price_words())

    @api.depends("tier_id", "current_tier_id")
    def _compute_comparison_html(self):
        for wizard in self:
            before, after = wizard.current_tier_id, wizard.tier_id
            changes = bool(before and after) and before != after
            wizard.comparison_html = changes and self.env["ir.qweb"]._render(
                "connecta_cap.tier_change",
                {"before": before, "after": after, **before._compare(after)},
            )

    # === ACTION METHODS === #

    def action_confirm(self):
        """Agree on the term as shown.

        :return: action that closes the dialog, or opens the new subscription.
        :raises UserError: when the subscription cannot be renewed, or was meanwhile.
        """
        self.ensure_one()
        subscription = self.subscription_id
        subscription._check_renewable()
        self._check_start()
        renewed = subscription._renew(
            self.date_start, self.term_months, self.tier_id, (self.note or "").strip()
        )
        if renewed == subscription:
            return {"type": "ir.actions.act_window_close"}
        return {
            "type": "ir.actions.act_window",
            "res_model": "cap.subscription",
            "res_id": renewed.id,
            "view_mode": "form",
            "target": "main",
        }

    def _check_start(self):
        subscription = self.subscription_id
        start = subscription._get_next_start()
        if not self.can_choose_start and self.date_start != start:
            raise UserError(
                self.env._(
                    "%(subscription)s was renewed meanwhile: its next term starts on "
                    "%(day)s. Open the renewal again.",
                    subscription=subscription.display_name,
                    day=subscription._word_day(start),
                )
            )
        if subscription._has_run_out() and self.date_start < start:
            raise UserError(
                self.env._(
                    "A cover cannot begin in the past: choose today or a later day."
                )
            )
        if (
            not subscription._has_run_out()
            and self.date_start < subscription.date_start
        ):
            raise UserError(
                self.env._(
                    "The cover began on %(day)s: a term cannot start before it.",
                    day=subscription._word_day(subscription.date_start),
                )
            )
