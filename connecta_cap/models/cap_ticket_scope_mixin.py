from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_list

from ..const import NOTICE_DELAY, REQUEST_TYPES, TYPE_ENTITLEMENTS


class CapTicketScopeMixin(models.AbstractModel):
    """Whether the client's tier gives what a request asks for.

    A request beyond the tier is accepted, assessed and answered like any other, and its
    promise counts. It is kept as declined demand, and the client reads the way onward.
    """

    _name = "cap.ticket.scope.mixin"
    _inherit = ["cap.ticket.intake.mixin", "cap.assessment.mixin"]
    _description = "What a tier gives of a request"

    requested_type = fields.Selection(
        REQUEST_TYPES,
        "Asks for",
        default="help",
        required=True,
        help="What the client asks for. The type that an agent gives has the last "
        "word.",
    )
    beyond_tier = fields.Boolean(
        "Beyond the tier",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The client's tier, on the day of receipt, does not give what is asked "
        "for: declined demand. The ticket is answered all the same.",
    )
    declined_entitlement_id = fields.Many2one(
        "cap.entitlement",
        "Asked beyond the tier",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    # === CRUD METHODS === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "beyond_tier",
            "declined_entitlement_id",
        }

    def write(self, vals):
        result = super().write(vals)
        if {"tier_id", "ticket_type", "requested_type"} & vals.keys():
            self._freeze_beyond_tier()
        return result

    # === BUSINESS METHODS === #

    def _freeze_beyond_tier(self):
        """Keep which tickets ask for more than the tier of their receipt gives."""
        by_code, known = {}, {}
        for ticket in self:
            code = TYPE_ENTITLEMENTS.get(ticket.ticket_type or ticket.requested_type)
            if code and code in ticket._get_given_codes(known):
                code = None
            by_code[code] = by_code.get(code, self.browse()) | ticket
        for code, tickets in by_code.items():
            entitlement = self._get_entitlement_named(code)
            changed = tickets.filtered(
                lambda ticket, now=entitlement: ticket.declined_entitlement_id != now
            )
            changed._guarded_write(
                {
                    "beyond_tier": bool(entitlement),
                    "declined_entitlement_id": entitlement.id,
                }
            )

    def _get_given_codes(self, known):
        """Return what the tier of the receipt gave on that day.

        :param known: dict that remembers the answers, for many tickets at once.
        :return: set of entitlement codes.
        """
        self.ensure_one()
        tier, day = self.sudo().tier_id, self._cap_date_of(self.sla_start)
        if (tier, day) not in known:
            known[tier, day] = set(tier._terms_on(day).mapped("code"))
        return known[tier, day]

    @api.model
    def _get_entitlement_named(self, code):
        entitlements = self.env["cap.entitlement"].sudo()
        if not code:
            return entitlements
        return entitlements.with_context(active_test=False).search(
            [("code", "=", code)], limit=1
        )

    @api.model
    def _get_tiers_giving(self, code):
        """Return the tiers on offer that give an entitlement, the smallest first."""
        return (
            self.env["cap.tier"]
            .sudo()
            .search(
                [
                    ("active", "=", True),
                    ("tier_entitlement_ids.entitlement_id.code", "=", code),
                ]
            )
        )

    @api.model
    def get_assessment_choices(self):
        """Add what the types need: the tiers that give it, and that in words.

        :return: the usual dict with `gates`: a dict of `tiers` (ids) and `text` by
            type, for the types that not every tier gives.
        """
        gates = {
            ticket_type: {
                "tiers": self._get_tiers_giving(code).ids,
                "text": self._word_gate(code),
            }
            for ticket_type, code in TYPE_ENTITLEMENTS.items()
        }
        return super().get_assessment_choices() | {"gates": gates}

    def _word_gate(self, code):
        """Return which tiers give an entitlement, as a sentence about it."""
        tiers = self._get_tiers_giving(code).mapped("name")
        if not tiers:
            return self.env._("No tier on offer gives it.")
        return self.env._(
            "It comes with %(tiers)s.", tiers=format_list(self.env, tiers)
        )

    def _word_beyond_tier(self):
        """Return the sentence with the way onward, for a ticket beyond its tier."""
        self.ensure_one()
        entitlement = self.sudo().declined_entitlement_id
        if not entitlement:
            return ""
        return self._word_not_included(entitlement, self.sudo().tier_id)

    @api.model
    def _word_not_included(self, entitlement, tier):
        given = self._word_gate(entitlement.code)
        if tier:
            return self.env._(
                "%(what)s is not part of %(tier)s. %(given)s Your account manager "
                "gladly tells you more.",
                what=entitlement.name,
                tier=tier.name,
                given=given,
            )
        return self.env._(
            "%(what)s is part of a subscription. %(given)s We gladly tell you more.",
            what=entitlement.name,
            given=given,
        )

    def _set_assessed(self, priority, ticket_type, reason):
        telling = self.with_context(cap_tell_way_onward=True)
        return super(CapTicketScopeMixin, telling)._set_assessed(
            priority, ticket_type, reason
        )

    def _tell_assessment(self, title, reason):
        # the first time only: a later change of priority need not repeat it
        if self.env.context.get("cap_tell_way_onward") and self.beyond_tier:
            reason = f"{reason} {self._in_client_language()._word_beyond_tier()}"
        return super()._tell_assessment(title, reason)

    def _in_client_language(self):
        """Return this ticket with the language that its contact reads."""
        self.ensure_one()
        return self.with_context(lang=self.sudo().partner_id.lang or self.env.lang)

    def _tell_client(self, *sentences):
        """Post sentences that the client reads, mailed by Odoo's own queue.

        :param sentences: plain text; empty ones are left out.
        """
        self.ensure_one()
        thread = self.sudo().with_context(mail_post_autofollow_author_skip=True)
        thread.message_post(
            body=Markup().join(
                Markup("<p>%s</p>") % text for text in sentences if text
            ),
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            scheduled_date=fields.Datetime.now() + NOTICE_DELAY,
        )
