from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from ..const import FAIR_USE_MEASURES
from ..tools.fair_use import (
    Offer,
    list_exceeded,
    merge_by_ticket,
    suggest_offer,
    tally,
)


class CapFairUseEvidenceMixin(models.AbstractModel):
    """What a review rests on: frozen figures and tickets, and the tier that would fit.

    The evidence is kept as data, so that it reads the same after tickets, thresholds
    and the window have moved on.
    """

    _name = "cap.fair.use.evidence.mixin"
    _description = "Evidence of fair use"

    evidence = fields.Json(readonly=True, copy=False)
    evidence_html = fields.Html(
        "What it rests on", compute="_compute_evidence_html", sanitize=False
    )

    # === COMPUTE METHODS === #

    @api.depends("evidence")
    @api.depends_context("lang")
    def _compute_evidence_html(self):
        labels = dict(FAIR_USE_MEASURES)
        usages = self.env["cap.fair.use.usage"]
        labels |= dict(usages._fields["measure"]._description_selection(self.env))
        for record in self:
            record.evidence_html = bool(record.evidence) and self.env[
                "ir.qweb"
            ]._render(
                "connecta_cap.fair_use_evidence",
                {
                    "evidence": record.evidence,
                    "labels": labels,
                    "to_date": fields.Date.to_date,
                },
            )

    # === BUSINESS METHODS === #

    @api.model
    def _calls_for_review(self, count):
        """Return whether a `Count` is a reason for a person to look."""
        limit = count.policy.declined_limit
        if limit and len(count.declined) >= limit:
            return True
        return bool(list_exceeded(tally(count.counted), count.policy._get_thresholds()))

    @api.model
    def _prepare_evidence(self, count, today):
        """Return figures, thresholds and tickets of a `Count`, fit for JSON."""
        figures = tally(count.counted)
        lines = [
            {
                "measure": line.measure,
                "figure": figures.get(line.measure, 0),
                "threshold": line.threshold,
                "above": figures.get(line.measure, 0) > line.threshold,
                "tickets": self._list_evidence(
                    use for use in count.counted if use.measure == line.measure
                ),
            }
            for line in count.policy.line_ids
        ]
        codes = sorted({use.code for use in count.declined})
        names = {
            entitlement.code: entitlement.name
            for entitlement in self.env["cap.entitlement"]
            .sudo()
            .with_context(active_test=False)
            .search([("code", "in", codes)])
        }
        declined = [
            {
                "code": code,
                "name": names.get(code, code),
                "tickets": self._list_evidence(
                    use for use in count.declined if use.code == code
                ),
            }
            for code in codes
        ]
        return {
            "day": today.isoformat(),
            "window_days": count.policy.window_days,
            "tier": count.policy.tier_id.name,
            "lines": lines,
            "declined": declined,
        }

    def _list_evidence(self, uses):
        uses = merge_by_ticket(uses)
        tickets = self.env["cap.ticket"].sudo().browse([use.ticket for use in uses])
        return [
            {
                "id": ticket.id,
                "number": ticket.number,
                "name": ticket.name,
                "day": use.day.isoformat(),
                "amount": use.amount,
            }
            for use, ticket in zip(uses, tickets, strict=True)
        ]

    @api.model
    def _suggest_tier(self, count):
        """Return the larger tier that would fit a `Count`, empty when none does."""
        tiers = self.env["cap.tier"].sudo()
        current = count.policy.tier_id
        rank = (current.sequence, current.id)
        larger = tiers.search(Domain("active", "=", True)).filtered(
            lambda tier: (tier.sequence, tier.id) > rank
        )
        policies = {
            policy.tier_id: policy
            for policy in self.env["cap.fair.use.policy"]
            .sudo()
            .search([("tier_id", "in", larger.ids)])
        }
        offers = [
            Offer(
                tier.id,
                policies[tier]._get_thresholds() if tier in policies else {},
                frozenset(tier.tier_entitlement_ids.mapped("code")),
            )
            for tier in larger
        ]
        figures = tally(count.counted)
        exceeded = list_exceeded(figures, count.policy._get_thresholds())
        wanted = {use.code for use in count.declined}
        return tiers.browse(suggest_offer(offers, figures, exceeded, wanted))

    def _word_evidence(self):
        """Return the reasons in short sentences, in the language of the context."""
        labels = dict(
            self.env["cap.fair.use.usage"]
            ._fields["measure"]
            ._description_selection(self.env)
        )
        evidence = self.evidence
        reasons = [
            self.env._(
                "%(measure)s: %(figure)g, where %(threshold)g is fair",
                measure=labels[line["measure"]],
                figure=line["figure"],
                threshold=line["threshold"],
            )
            for line in evidence["lines"]
            if line["above"]
        ]
        reasons += [
            self.env._(
                "%(count)s × %(what)s, which is not part of %(tier)s",
                what=line["name"],
                count=len(line["tickets"]),
                tier=evidence["tier"],
            )
            for line in evidence["declined"]
        ]
        return reasons

    def _word_message(self, tier):
        """Return the message to the client that a person may change before it goes.

        :param tier: the suggested `cap.tier`, possibly empty.
        """
        items = Markup().join(
            Markup("<li>%s</li>") % reason for reason in self._word_evidence()
        )
        opening = self.env._(
            "We looked at how you used the program in the %(days)s days up to %(day)s:",
            days=self.evidence["window_days"],
            day=format_date(self.env, self.evidence["day"], date_format="d MMMM y"),
        )
        link = Markup('<a href="%s/my/cap/fair-use">%s</a>') % (
            self.get_base_url(),
            self.env._("your fair use page"),
        )
        closing = self.env._(
            "Nothing is blocked, and your tickets are answered as always. Every ticket "
            "that counts is on %(link)s, where you may contest it.",
            link=link,
        )
        paragraphs = [opening, Markup("<ul>%s</ul>") % items]
        if tier:
            paragraphs.append(
                self.env._(
                    "%(tier)s would fit this better. Shall we go through it together?",
                    tier=tier.name,
                )
            )
        paragraphs.append(closing)
        return Markup().join(
            part if part.startswith("<ul>") else Markup("<p>%s</p>") % part
            for part in paragraphs
        )
