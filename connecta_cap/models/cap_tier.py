from odoo import api, fields, models, tools
from odoo.exceptions import UserError
from odoo.fields import Domain


class CapTier(models.Model):
    """A level of the program that a client can buy, with what it gives."""

    _name = "cap.tier"
    _inherit = [
        "cap.tier.price.mixin",
        "cap.portal.whitelist.mixin",
        "cap.clock.mixin",
    ]
    _description = "CAP Tier"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True, copy=False, help="A short lasting name, such as 'advisor'."
    )
    sequence = fields.Integer(
        default=10,
        help="From the smallest tier to the largest: says what an upgrade is.",
    )
    active = fields.Boolean(default=True)
    color = fields.Integer()
    tagline = fields.Char(translate=True)
    description = fields.Text(translate=True)
    tier_entitlement_ids = fields.One2many(
        "cap.tier.entitlement", "tier_id", string="Entitlements", copy=True
    )
    term_ids = fields.One2many("cap.tier.term", "tier_id", "Terms over time")
    matrix_html = fields.Html(
        "Comparison", compute="_compute_matrix_html", sanitize=False
    )

    cover_html = fields.Html("Gives", compute="_compute_cover_html", sanitize=False)

    _code_unique = models.UniqueIndex(
        "(code)", "A tier with this code exists: choose another code."
    )

    # === COMPUTE METHODS === #

    @api.depends_context("lang")
    @api.depends("tier_entitlement_ids", "name", "price", "billing_months")
    def _compute_matrix_html(self):
        for tier in self:
            values = self._prepare_matrix_values(tier)
            values["prices"] = values["tiers"]._list_price_words()
            tier.matrix_html = self.env["ir.qweb"]._render(
                "connecta_cap.tier_matrix", values
            )

    @api.depends_context("lang")
    @api.depends("tier_entitlement_ids")
    def _compute_cover_html(self):
        for tier in self:
            tier.cover_html = self.env["ir.qweb"]._render(
                "connecta_cap.tier_cover", {"tier": tier}
            )

    # === CRUD METHODS === #

    def copy_data(self, default=None):
        vals_list = super().copy_data(default=default)
        for tier, vals in zip(self, vals_list, strict=True):
            vals.setdefault("code", self.env._("%(code)s_copy", code=tier.code))
            vals["name"] = self.env._("%(name)s (copy)", name=tier.name)
        return vals_list

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        used = (
            self.env["cap.subscription.period"]
            .sudo()
            .search([("tier_id", "in", self.ids)], limit=1)
        )
        if used:
            raise UserError(
                self.env._(
                    "The tier %(tier)s is part of the history of %(client)s. "
                    "Archive the tier instead of deleting it.",
                    tier=used.tier_id.name,
                    client=used.subscription_id.display_name,
                )
            )

    # === BUSINESS METHODS === #

    def _portal_readable_fields(self):
        return super()._portal_readable_fields() | {
            "name",
            "code",
            "sequence",
            "active",
            "color",
            "tagline",
            "description",
            "tier_entitlement_ids",
        }

    def _get_entitlement(self, code):
        """Return this tier's row of an entitlement, empty when it gives none.

        :param code: a constant of `const.py`.
        :return: `cap.tier.entitlement`, at most one record.
        """
        return self.tier_entitlement_ids.filtered(lambda line: line.code == code)

    def _terms_on(self, day):
        """Return what this tier gave on `day`, in the words of that day.

        :param day: date in the program's zone.
        :return: `cap.tier.term` records.
        """
        terms = self.env["cap.tier.term"].sudo()
        return terms.search(
            Domain("tier_id", "in", self.ids) & terms._get_day_domain(day)
        )

    def _get_codes_on(self, day):
        """Return the codes of what this tier gave on `day`; from memory once asked.

        :param day: date in the program's zone.
        :return: frozenset of entitlement codes, empty without a tier.
        """
        return self._origin._read_codes_on(day) if self else frozenset()

    @tools.ormcache("self.id", "day")
    def _read_codes_on(self, day):
        return frozenset(self._terms_on(day).mapped("code"))

    def _get_quantity(self, code):
        """Return how much of an entitlement this tier gives; from memory once asked.

        :param code: a constant of `const.py`.
        :return: float in the entitlement's unit, 0 when it gives none.
        """
        return self._origin._read_quantities().get(code, 0) if self else 0

    @tools.ormcache("self.id")
    def _read_quantities(self):
        lines = self.sudo().tier_entitlement_ids
        return {line.code: line.quantity for line in lines}

    def _follow_terms(self):
        """Put today's rows of these tiers on record as the terms from today on."""
        self.env["cap.tier.term"].sudo()._follow(self, self._cap_today())

    def _gives(self, code):
        """Return whether this tier gives the entitlement `code`."""
        return bool(self._get_entitlement(code))

    def _compare(self, other):
        """Return what changes for a client who goes from this tier to `other`.

        A line counts as gained when only `other` has it or when its figures differ,
        then the old figures are listed as lost.

        :return: dict of `gained`, `lost` and `kept` `cap.tier.entitlement` records.
        """
        mine = {line.code: line for line in self.tier_entitlement_ids}
        theirs = {line.code: line for line in other.tier_entitlement_ids}
        lines = self.env["cap.tier.entitlement"]
        result = {"gained": lines, "lost": lines, "kept": lines}
        for code, line in theirs.items():
            same = code in mine and mine[code].summary == line.summary
            result["kept" if same else "gained"] |= line
        for code, line in mine.items():
            if code not in theirs or theirs[code].summary != line.summary:
                result["lost"] |= line
        return result

    @api.model
    def _prepare_matrix_values(self, highlighted=None):
        """Return the values of the comparison template, shared by form and portal.

        :param highlighted: the tier whose column stands out.
        :return: dict of `tiers`, `highlighted` and `rows`; a row is a dict of the
            `entitlement` and its `cells`: the tier's line or an empty record each.
        """
        tiers = self.search([("active", "=", True)])
        lines = {
            (line.tier_id, line.entitlement_id): line
            for line in tiers.tier_entitlement_ids
        }
        empty = self.env["cap.tier.entitlement"]
        return {
            "tiers": tiers,
            "highlighted": highlighted or self.browse(),
            "rows": [
                {
                    "entitlement": entitlement,
                    "cells": [lines.get((tier, entitlement), empty) for tier in tiers],
                }
                for entitlement in self.env["cap.entitlement"].search(
                    [("active", "=", True)]
                )
            ],
        }
