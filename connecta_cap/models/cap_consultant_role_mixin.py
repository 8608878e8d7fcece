from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..const import CONSULTANT, LIVE_STATES

ROLE_FIELDS = {"consultant_id": "consultant", "deputy_id": "deputy"}
TODAYS_USER = """(SELECT assignment.user_id FROM cap_consultant_assignment assignment
    WHERE assignment.subscription_id = %(subscription)s AND assignment.role = %(role)s
    AND assignment.date_start <= %(today)s
    ORDER BY assignment.date_start DESC, assignment.id DESC LIMIT 1)"""


class CapConsultantRoleMixin(models.AbstractModel):
    """The client's named consultant and deputy: who on which day, and who acts today.

    Both follow from the assignments, an append-only history, so that "who was yours
    when" has an exact answer for any day.
    """

    _name = "cap.consultant.role.mixin"
    _inherit = ["cap.subscription.notice.mixin"]
    _description = "Consultant of a client"

    assignment_ids = fields.One2many(
        "cap.consultant.assignment", "subscription_id", "Consultants over time"
    )
    consultant_id = fields.Many2one(
        "res.users",
        compute="_compute_consultants",
        search="_search_consultant_id",
        inverse="_inverse_consultant_id",
        compute_sudo=True,
        domain="[('share', '=', False)]",
        help="The consultant of today. Hand over to change it.",
    )
    deputy_id = fields.Many2one(
        "res.users",
        compute="_compute_consultants",
        search="_search_deputy_id",
        inverse="_inverse_deputy_id",
        compute_sudo=True,
        domain="[('share', '=', False)]",
        help="Stands in while the consultant is absent.",
    )
    acting_consultant_id = fields.Many2one(
        "res.users",
        "Acts today",
        compute="_compute_acting_consultant_id",
        compute_sudo=True,
        help="The consultant, or the deputy while the consultant is absent. Empty when "
        "the tier gives no consultant.",
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "assignment_ids.user_id", "assignment_ids.date_start", "assignment_ids.role"
    )
    @api.depends_context("cap_clock")
    def _compute_consultants(self):
        today = self._cap_today()
        for subscription in self:
            for name, role in ROLE_FIELDS.items():
                subscription[name] = subscription.assignment_ids._user_on(role, today)

    @api.depends("consultant_id", "deputy_id", "state", "period_ids")
    @api.depends_context("cap_clock")
    def _compute_acting_consultant_id(self):
        today = self._cap_today()
        absences = self.env["cap.consultant.absence"]
        absent = absences._get_absent(self.consultant_id | self.deputy_id, today)
        entitled = self._filter_entitled(CONSULTANT, today)
        for subscription in self:
            # each one keeps the prefetch of all
            known = subscription if subscription in entitled else self.browse()
            subscription.acting_consultant_id = known._choose_acting(today, absent)

    def _inverse_consultant_id(self):
        self._assign_today("consultant_id")

    def _inverse_deputy_id(self):
        self._assign_today("deputy_id")

    def _assign_today(self, name):
        for subscription in self:
            subscription._assign(
                ROLE_FIELDS[name], subscription[name], self._cap_today()
            )

    def _search_consultant_id(self, operator, value):
        return self._search_role("consultant_id", operator, value)

    def _search_deputy_id(self, operator, value):
        return self._search_role("deputy_id", operator, value)

    def _search_role(self, name, operator, value):
        if operator in ("any", "any!"):
            value = self.env["res.users"].sudo().search(Domain(value)).ids
        elif operator != "in":
            return NotImplemented
        wanted = {user_id or False for user_id in value}
        users = tuple(wanted - {False}) or (0,)

        def to_sql(model, alias, query):
            column = model._field_to_sql(alias, name, query)
            found = SQL("%s IN %s", column, users)
            if False in wanted:
                return SQL("(%s OR %s IS NULL)", found, column)
            return found

        return Domain.custom(
            to_sql=to_sql,
            predicate=lambda subscription: subscription[name].id in wanted,
        )

    def _field_to_sql(self, alias, field_expr, query=None):
        # lists sort, group and search by people that no column holds
        if field_expr not in ROLE_FIELDS:
            return super()._field_to_sql(alias, field_expr, query)
        return SQL(
            TODAYS_USER,
            subscription=SQL.identifier(alias, "id"),
            role=ROLE_FIELDS[field_expr],
            today=self._cap_today(),
        )

    # === BUSINESS METHODS === #

    def _consultant_on(self, day, role="consultant"):
        """Return who had a role on a day, empty when nobody had it.

        :param day: date in the program's zone.
        :param role: a key of `CONSULTANT_ROLES`.
        """
        self.ensure_one()
        return self.sudo().assignment_ids._user_on(role, day)

    def _get_acting_consultant(self, day=None):
        """Return who acts as the client's consultant on a day.

        The deputy while the consultant is absent and the deputy is not; nobody when
        the tier of that day gives no consultant.

        :param day: date in the program's zone, today by default.
        :return: `res.users`, at most one record.
        """
        self.ensure_one()
        day = day or self._cap_today()
        people = self._consultant_on(day) | self._consultant_on(day, "deputy")
        if not people:
            return people
        entitled = self._filter_entitled(CONSULTANT, day)
        absent = self.env["cap.consultant.absence"]._get_absent(people, day)
        return entitled._choose_acting(day, absent)

    def _filter_entitled(self, code, day):
        """Return those whose tier gives an entitlement on a day, looked up by tier.

        :param code: a constant of `const.py`.
        :param day: date in the program's zone.
        """
        answers, entitled = {}, []
        for subscription in self.sudo():
            if subscription.state not in LIVE_STATES:
                continue
            paused = subscription.suspension_ids._covers(day)
            key = (subscription._tier_on(day), paused)
            if key not in answers:
                answers[key] = subscription._entitled(code, day)
            if answers[key]:
                entitled.append(subscription.id)
        return self.browse(entitled).with_prefetch(self._prefetch_ids)

    def _choose_acting(self, day, absent):
        """Return who of the two acts on `day`, nobody for an empty recordset.

        :param absent: `res.users` who are absent on that day.
        """
        if not self:
            return self.env["res.users"]
        consultant = self._consultant_on(day)
        deputy = self._consultant_on(day, "deputy")
        stand_in = deputy and deputy not in absent
        if stand_in and (not consultant or consultant in absent):
            return deputy
        return consultant
