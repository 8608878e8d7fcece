from odoo import api, fields, models

from ..const import FAIR_USE_MEASURES
from ..tools.fair_use import tally


class CapFairUseUsage(models.Model):
    """How much of one measure a client used in the window, as last counted.

    Rows are a reading of tickets and time: counting again gives them anew.
    """

    _name = "cap.fair.use.usage"
    _description = "CAP Fair Use"
    _order = "subscription_id, sequence, id"
    _rec_name = "measure"

    subscription_id = fields.Many2one(
        "cap.subscription", required=True, ondelete="cascade", readonly=True
    )
    partner_id = fields.Many2one(related="subscription_id.partner_id", store=True)
    company_id = fields.Many2one(
        related="subscription_id.company_id", store=True, index=True
    )
    account_manager_id = fields.Many2one(
        related="subscription_id.account_manager_id", store=True
    )
    tier_id = fields.Many2one("cap.tier", readonly=True, ondelete="cascade")
    sequence = fields.Integer(readonly=True)
    measure = fields.Selection(FAIR_USE_MEASURES, required=True, readonly=True)
    figure = fields.Float("Used", readonly=True)
    threshold = fields.Float("Fair up to", readonly=True)
    window_days = fields.Integer("Window (days)", readonly=True)
    day = fields.Date("Counted on", readonly=True)
    is_above = fields.Boolean("Above", compute="_compute_is_above", store=True)
    share = fields.Float("Share (%)", compute="_compute_share")
    standing = fields.Selection(
        [("fair", "Fair"), ("above", "Above")], compute="_compute_is_above", store=True
    )

    _measure_unique = models.UniqueIndex(
        "(subscription_id, measure)",
        "Fair use of this measure is counted for the subscription already.",
    )

    # === COMPUTE METHODS === #

    @api.depends("figure", "threshold")
    def _compute_is_above(self):
        for usage in self:
            usage.is_above = usage.figure > usage.threshold
            usage.standing = "above" if usage.is_above else "fair"

    @api.depends("figure", "threshold")
    def _compute_share(self):
        for usage in self:
            if usage.threshold:
                usage.share = 100 * usage.figure / usage.threshold
            else:
                usage.share = 100 if usage.figure else 0

    # === ACTION METHODS === #

    def action_view_tickets(self):
        """Open the tickets that count in this figure now.

        :return: action dictionary.
        """
        self.ensure_one()
        subscription = self.subscription_id
        count = subscription._count_fair_use().get(subscription.id)
        ids = (
            {u.ticket for u in count.counted if u.measure == self.measure}
            if count
            else ()
        )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "connecta_cap.cap_ticket_action"
        )
        return action | {
            "domain": [("id", "in", sorted(ids))],
            "context": {"active_test": False},
        }

    # === BUSINESS METHODS === #

    @api.model
    def _store(self, subscriptions, counts, today):
        """Bring the rows of some subscriptions up to date.

        :param counts: `Count` by subscription id.
        """
        rows = self.sudo().search([("subscription_id", "in", subscriptions.ids)])
        known = {(row.subscription_id.id, row.measure): row for row in rows}
        new, kept = [], self.browse()
        for subscription_id, count in counts.items():
            figures = tally(count.counted)
            for line in count.policy.line_ids:
                vals = self._prepare_usage_vals(line, figures, today)
                row = known.get((subscription_id, line.measure))
                if row:
                    row.write(vals)
                    kept |= row
                else:
                    new.append(vals | {"subscription_id": subscription_id})
        (rows - kept).unlink()
        self.sudo().create(new)

    def _prepare_usage_vals(self, line, figures, today):
        return {
            "tier_id": line.policy_id.tier_id.id,
            "sequence": line.sequence,
            "measure": line.measure,
            "figure": figures.get(line.measure, 0),
            "threshold": line.threshold,
            "window_days": line.policy_id.window_days,
            "day": today,
        }
