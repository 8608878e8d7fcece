from odoo import api, models

from ..const import CONSULTANT, PRIORITY_LINE, RESEARCH, TRAINING


class CapWhatIfWordsMixin(models.AbstractModel):
    """The sentences of a what-if, as client and account manager read them."""

    _name = "cap.what.if.words.mixin"
    _description = "Words of a what-if"

    # === BUSINESS METHODS === #

    @api.model
    def _word_finding(self, finding, before, after):
        """Return a finding as a sentence or two that speak to the client.

        :param finding: a `Finding` of `tools.what_if`.
        :param before: the `cap.tier` of today.
        :param after: the `cap.tier` that is compared.
        """
        line = (after | before)._get_entitlement(finding.code)[:1]
        words = {
            "tier": after.name,
            "name": line.entitlement_id.name,
            "summary": line.summary,
            **finding.figures,
        }
        if finding.key == "demand":
            return self._word_demand(finding, words)
        if finding.key == "response":
            return self._word_response(words)
        phrases = {
            "brings": self.env._("%(tier)s would have brought %(name)s: %(summary)s."),
            "ends": self.env._(
                "%(name)s, delivered in %(days)s days: %(count)s. %(tier)s does not "
                "include it."
            ),
            "late": self.env._(
                "Deliveries that we are late with: %(count)s. That is ours to mend, "
                "whatever the tier."
            ),
            "lapsed": self.env._(
                "Hours of training that lapsed unused in %(days)s days: %(hours)g."
            ),
            "early": self.env._(
                "You have had this cover for %(days)s days: too short to say what you "
                "would have needed."
            ),
        }
        return phrases[finding.key] % words

    @api.model
    def _word_demand(self, finding, words):
        """Return what was needed, and what that says of the tier."""
        phrases = self._get_needed() if words["needed"] else self._get_unneeded()
        verdicts = {
            ("for", 1): self.env._("%(tier)s includes %(name)s."),
            ("against", 1): self.env._("You would not have needed it."),
            ("for", 0): self.env._("You would not have missed it."),
            ("against", 0): self.env._("%(tier)s does not include %(name)s."),
        }
        sentences = [phrases[finding.code]]
        if words["declined"]:
            sentences.append(
                self.env._("Not part of your tier at that time: %(declined)s.")
            )
        sentences.append(verdicts[finding.speaks, words["gained"]])
        return " ".join(sentence % words for sentence in sentences)

    @api.model
    def _get_needed(self):
        return {
            RESEARCH: self.env._("Research requests in %(days)s days: %(needed)g."),
            CONSULTANT: self.env._(
                "Questions for a consultant in %(days)s days: %(needed)g."
            ),
            TRAINING: self.env._(
                "Hours of training booked or used in %(days)s days: %(needed)g."
            ),
            PRIORITY_LINE: self.env._(
                "Tickets assessed late in %(days)s days: %(needed)g of %(tickets)s."
            ),
        }

    @api.model
    def _get_unneeded(self):
        return {
            RESEARCH: self.env._("No research was asked for in %(days)s days."),
            CONSULTANT: self.env._("No question needed a consultant in %(days)s days."),
            TRAINING: self.env._("No training was booked or used in %(days)s days."),
            PRIORITY_LINE: self.env._(
                "Tickets in %(days)s days: %(tickets)s, none of them assessed late."
            ),
        }

    @api.model
    def _word_response(self, words):
        """Return how fast tickets were assessed, and what the promise would be."""
        minutes = round(words["minutes"])
        words = words | {"median": self._word_minutes(minutes)}
        if minutes >= words["before"] * 60 > 0:
            # what came too late is counted up to the promise only
            measured = self.env._("Median time to an assessment: %(median)s or more.")
        else:
            measured = self.env._("Median time to an assessment: %(median)s.")
        promise = self.env._(
            "The promise would be under %(after)g working hours instead of %(before)g."
        )
        if words["before"] == words["after"]:
            promise = self.env._(
                "The promise is the same in both tiers: under %(after)g working hours."
            )
        return f"{measured % words} {promise % words}"

    @api.model
    def _word_minutes(self, minutes):
        hours, left = divmod(minutes, 60)
        if not hours:
            return self.env._("%(minutes)s min", minutes=left)
        if not left:
            return self.env._("%(hours)s h", hours=hours)
        return self.env._("%(hours)s h %(minutes)s min", hours=hours, minutes=left)
