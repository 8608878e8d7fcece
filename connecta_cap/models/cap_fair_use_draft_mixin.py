from odoo import api, models
from odoo.fields import Domain

ACTIVITY = "connecta_cap.mail_activity_type_fair_use"


class CapFairUseDraftMixin(models.AbstractModel):
    """When the program drafts a review by itself, and when it leaves people alone."""

    _name = "cap.fair.use.draft.mixin"
    _inherit = ["cap.fair.use.evidence.mixin", "cap.clock.mixin", "cap.guarded.mixin"]
    _description = "Drafting of a fair use review"

    # === BUSINESS METHODS === #

    @api.model
    def _follow_up(self, subscriptions, counts, today):
        """Draft the reviews that fresh figures call for, and wake snoozed ones.

        One that was sent or dismissed is not repeated within the policy's window: its
        evidence would still be the same.

        :param counts: `Count` by subscription id.
        """
        latest = {}
        known = self.sudo().search([("subscription_id", "in", subscriptions.ids)])
        for review in known:
            latest.setdefault(review.subscription_id, review)
        for subscription in subscriptions:
            count = counts.get(subscription.id)
            called = count and self._calls_for_review(count)
            review = latest.get(subscription)
            if review and review.state == "snoozed":
                review._end_snooze(count if called else None, today)
            elif called and not (review and review._holds(count, today)):
                self.sudo()._draft(subscription, count, today)

    def _holds(self, count, today):
        """Return whether this review makes another one superfluous."""
        if self.state == "draft":
            return True
        return (today - self.decided_on).days < count.policy.window_days

    def _draft(self, subscription, count, today):
        review = self.create(
            {
                "subscription_id": subscription.id,
                "recipient_ids": self._find_recipients(subscription).ids,
            }
        )
        review._freeze(count, today)

    def _freeze(self, count, today):
        """Keep the evidence of today, and ask the account manager to look at it."""
        tier = self._suggest_tier(count)
        self.write(
            {
                "evidence": self._prepare_evidence(count, today),
                "tier_id": count.policy.tier_id.id,
                "suggested_tier_id": tier.id,
            }
        )
        lang = self.recipient_ids[:1].lang or self.env.lang
        worded = self.with_context(lang=lang)
        self.message = worded._word_message(tier.with_context(lang=lang))
        self.subscription_id._schedule_fair_use(
            self, ACTIVITY, self.env._("Look at this client's fair use")
        )

    def _end_snooze(self, count, today):
        if self.snooze_until > today:
            return
        self._guarded_write({"state": "draft", "snooze_until": False})
        if count:
            self._freeze(count, today)
            return
        reason = self.env._("When the snooze ended nothing was above any more.")
        self._guarded_write(
            {"state": "dismissed", "reason": reason, "decided_on": today}
        )

    def _find_recipients(self, subscription):
        """Return the client's people with a login, else the organisation itself."""
        client = subscription.partner_id
        people = self.env["res.partner"].search(
            Domain("id", "child_of", client.id)
            & Domain("user_ids", "!=", False)
            & Domain("email", "!=", False)
        )
        return people or client.filtered("email")
