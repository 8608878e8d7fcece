from odoo import api, fields, models
from odoo.exceptions import UserError


class CapSubscriptionChangeState(models.TransientModel):
    """Shows what a suspension, a resumption or a closing brings, then does it."""

    _name = "cap.subscription.change.state"
    _description = "Suspension, resumption or closing of a CAP subscription"

    subscription_id = fields.Many2one(
        "cap.subscription", required=True, readonly=True, ondelete="cascade"
    )
    operation = fields.Selection(
        [("suspend", "Suspend"), ("resume", "Resume"), ("close", "Close")],
        required=True,
        readonly=True,
    )
    timing = fields.Selection(
        [("now", "Today"), ("day", "On a later day")],
        "When",
        required=True,
        default="now",
    )
    date = fields.Date(
        "First day without cover",
        compute="_compute_date",
        store=True,
        readonly=False,
        help="In the program's time zone. The day before is the last one under cover.",
    )
    reason = fields.Char(help="Kept in the history, and told to the client.")
    preview_html = fields.Html(
        compute="_compute_preview_html", sanitize=False, string="What it brings"
    )

    # === COMPUTE METHODS === #

    @api.depends("timing")
    def _compute_date(self):
        today = self.env["cap.subscription"]._cap_today()
        for wizard in self:
            if wizard.timing == "now":
                wizard.date = today
            elif not wizard.date or wizard.date <= today:
                wizard.date = fields.Date.add(today, months=1)

    @api.depends("subscription_id", "operation", "date")
    def _compute_preview_html(self):
        for wizard in self:
            subscription, day = wizard.subscription_id, wizard.date
            ready = bool(subscription and wizard.operation and day)
            wizard.preview_html = ready and self.env["ir.qweb"]._render(
                "connecta_cap.state_preview",
                {"sections": subscription._foresee(wizard.operation, day)},
            )

    # === ACTION METHODS === #

    def action_confirm(self):
        """Do what was shown, and tell client and account manager in the same words.

        :return: action that closes the dialog.
        :raises UserError: without a reason, for a day that makes no sense, or when the
            subscription is in another state by now.
        """
        self.ensure_one()
        subscription, reason = self.subscription_id, (self.reason or "").strip()
        subscription._check_live()
        if not reason:
            raise UserError(self.env._("Say why: it is kept in the history."))
        if not self.date:
            raise UserError(self.env._("Choose the first day without cover."))
        day = subscription._cap_today() if self.timing == "now" else self.date
        known = subscription._in_client_language()
        sections = known._foresee(self.operation, day)
        self._apply(day, reason)
        known._tell_state(self.operation, day, reason, sections)
        return {"type": "ir.actions.act_window_close"}

    def _apply(self, day, reason):
        subscription = self.subscription_id
        match self.operation:
            case "suspend":
                subscription._set_suspended(reason)
            case "resume":
                subscription._set_resumed(reason)
            case _ if self.timing == "now":
                subscription._set_closed(reason)
            case _:
                subscription._plan_close(day, reason)
