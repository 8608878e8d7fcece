from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..const import FULFILMENTS


class CapTierTerm(models.Model):
    """What a tier gave from one day up to another, in the words of that time.

    A copy of the tier's rows is kept for every day, so that a dispute about the past is
    answered from the record. The rows follow the tier by themselves; nobody edits them.
    """

    _name = "cap.tier.term"
    _description = "CAP Tier Term"
    _order = "tier_id, sequence, date_start desc nulls last, id"

    tier_id = fields.Many2one(
        "cap.tier", required=True, readonly=True, ondelete="cascade", index=True
    )
    entitlement_id = fields.Many2one(
        "cap.entitlement", required=True, readonly=True, ondelete="restrict"
    )
    code = fields.Char(required=True, readonly=True)
    name = fields.Char("Entitlement then", readonly=True, translate=True)
    description = fields.Text("Wording then", readonly=True, translate=True)
    sequence = fields.Integer(readonly=True)
    fulfilment = fields.Selection(FULFILMENTS, readonly=True)
    quantity = fields.Float(readonly=True)
    unit = fields.Selection([("hour", "Hours"), ("time", "Times")], readonly=True)
    interval_months = fields.Integer(readonly=True)
    validity_months = fields.Integer(readonly=True)
    due_days = fields.Integer(readonly=True)
    date_start = fields.Date(
        "From", readonly=True, help="Empty: since the tier exists."
    )
    date_end = fields.Date(
        "Until", readonly=True, help="The first day on which it no longer holds."
    )
    summary = fields.Char(compute="_compute_summary")

    _no_overlap = models.Constraint(
        "EXCLUDE USING gist (int4range(tier_id, tier_id, '[]') WITH &&, "
        "int4range(entitlement_id, entitlement_id, '[]') WITH &&, "
        "daterange(date_start, date_end) WITH &&)",
        "A tier gives an entitlement under one set of terms a day.",
    )

    # === COMPUTE METHODS === #

    @api.depends("quantity", "unit", "interval_months", "validity_months")
    @api.depends_context("lang")
    def _compute_summary(self):
        for term in self:
            term.summary = self.env["cap.tier.entitlement"]._word_figures(term)

    # === CRUD METHODS === #

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(
            self.env._(
                "The terms of the past are on record and never change. Change the "
                "tier: its new terms hold from today."
            )
        )

    # === BUSINESS METHODS === #

    @api.model
    def _get_day_domain(self, day):
        """Return the domain of the terms that hold on `day`."""
        return (Domain("date_start", "=", False) | Domain("date_start", "<=", day)) & (
            Domain("date_end", "=", False) | Domain("date_end", ">", day)
        )

    @api.model
    def _follow(self, tiers, day):
        """Let the record of terms agree with the tiers' rows from `day` on.

        Rows that changed get a new set of terms; nothing of an earlier day is touched.
        Set-based, so that its cost does not grow with the number of rows.

        :param tiers: `cap.tier` records.
        :param day: today's date in the program's zone.
        """
        if not tiers:
            return
        self.env.flush_all()
        scope = {"wanted": self._get_wanted_sql(tiers), "day": day}
        scope["tiers"] = tuple(tiers.ids)
        changed = 0
        for statement in (_DROP_SAME_DAY, _END_CHANGED, _START_MISSING):
            self.env.cr.execute(SQL(statement, **scope))
            changed += self.env.cr.rowcount
        self.env.cr.execute(SQL(_TRANSLATE, **scope))
        self.invalidate_model()
        self.env.registry.clear_cache()  # what `cap.tier` keeps in memory
        if changed:
            self._ask_for_plan(tiers)

    @api.model
    def _ask_for_plan(self, tiers):
        """Let the planner look at the clients of these tiers within a minute."""
        self.env.cr.execute(
            SQL(
                """UPDATE cap_subscription SET plan_date = NULL WHERE id IN (
                    SELECT subscription_id FROM cap_subscription_period
                    WHERE tier_id IN %s) AND plan_date IS NOT NULL""",
                tuple(tiers.ids),
            )
        )
        cron = self.env.ref("connecta_cap.ir_cron_cap_plan", raise_if_not_found=False)
        if cron and self.env.cr.rowcount:
            cron.sudo()._trigger()

    @api.model
    def _get_wanted_sql(self, tiers):
        return SQL(
            """SELECT line.tier_id, line.entitlement_id, e.code, e.name, e.description,
                e.sequence, e.fulfilment, line.quantity, line.unit,
                line.interval_months, line.validity_months, line.due_days
            FROM cap_tier_entitlement line
            JOIN cap_entitlement e ON e.id = line.entitlement_id
            WHERE line.tier_id IN %s""",
            tuple(tiers.ids),
        )


# A translation that is only added does not change the terms; a changed sentence does.
_SAME = """
    wanted.tier_id = term.tier_id AND wanted.entitlement_id = term.entitlement_id
    AND (wanted.code, wanted.fulfilment, wanted.quantity, wanted.unit,
         wanted.interval_months, wanted.validity_months, wanted.due_days)
    IS NOT DISTINCT FROM
        (term.code, term.fulfilment, term.quantity, term.unit,
         term.interval_months, term.validity_months, term.due_days)
    AND wanted.name @> term.name
    AND coalesce(wanted.description, '{}') @> coalesce(term.description, '{}')
"""
_UNUSED = """
    NOT EXISTS (SELECT 1 FROM cap_subscription_period period
                WHERE period.tier_id = %(tier)s AND period.date_start < %%(day)s)
"""
_DROP_SAME_DAY = f"""
    WITH wanted AS (%(wanted)s)
    DELETE FROM cap_tier_term term
    WHERE term.tier_id IN %(tiers)s AND term.date_end IS NULL
    AND (term.date_start = %(day)s
         OR term.date_start IS NULL AND {_UNUSED % {"tier": "term.tier_id"}})
    AND NOT EXISTS (SELECT 1 FROM wanted WHERE {_SAME})
"""
_END_CHANGED = f"""
    WITH wanted AS (%(wanted)s)
    UPDATE cap_tier_term term SET date_end = %(day)s
    WHERE term.tier_id IN %(tiers)s AND term.date_end IS NULL
    AND NOT EXISTS (SELECT 1 FROM wanted WHERE {_SAME})
"""
_START_MISSING = f"""
    WITH wanted AS (%(wanted)s)
    INSERT INTO cap_tier_term (
        tier_id, entitlement_id, code, name, description, sequence, fulfilment,
        quantity, unit, interval_months, validity_months, due_days, date_start)
    SELECT wanted.*, CASE WHEN {_UNUSED % {"tier": "wanted.tier_id"}}
        AND NOT EXISTS (SELECT 1 FROM cap_tier_term term
                        WHERE term.tier_id = wanted.tier_id
                        AND term.entitlement_id = wanted.entitlement_id)
        THEN NULL ELSE %(day)s END
    FROM wanted
    WHERE NOT EXISTS (SELECT 1 FROM cap_tier_term term
                      WHERE term.tier_id = wanted.tier_id
                      AND term.entitlement_id = wanted.entitlement_id
                      AND term.date_end IS NULL)
"""
_TRANSLATE = f"""
    WITH wanted AS (%(wanted)s)
    UPDATE cap_tier_term term
    SET name = wanted.name, description = wanted.description
    FROM wanted WHERE term.tier_id IN %(tiers)s AND term.date_end IS NULL AND {_SAME}
    AND (wanted.name, wanted.description)
        IS DISTINCT FROM (term.name, term.description)
"""
