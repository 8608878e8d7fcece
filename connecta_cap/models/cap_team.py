from odoo import api, fields, models
from odoo.tools import email_normalize


class CapTeam(models.Model):
    """The people who work on tickets, their mailbox and the hours that they promise."""

    _name = "cap.team"
    _inherit = [
        "cap.team.alert.mixin",
        "cap.team.digest.mixin",
        "cap.team.waiting.mixin",
        "mail.alias.mixin",
        "mail.thread",
    ]
    _description = "CAP Support Team"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    color = fields.Integer()
    lead_id = fields.Many2one(
        "res.users",
        "Team lead",
        tracking=True,
        domain="[('share', '=', False)]",
        help="Is told when a deadline is missed.",
    )
    member_ids = fields.Many2many(
        "res.users", string="Members", domain="[('share', '=', False)]"
    )
    calendar_id = fields.Many2one(
        "resource.calendar",
        "Response hours",
        required=True,
        tracking=True,
        default=lambda self: self._default_calendar_id(),
        help="The hours in which the promise counts. A change holds for new tickets "
        "only: open ones keep the terms that they were received under.",
    )
    with_rating = fields.Boolean(
        "Ask for ratings",
        default=True,
        help="The mail about a closed ticket asks its contact for a vote.",
    )
    rating_count = fields.Integer(compute="_compute_rating_figures")
    rating_avg = fields.Float("Average rating", compute="_compute_rating_figures")
    ticket_ids = fields.One2many("cap.ticket", "team_id", "Tickets")
    unassessed_count = fields.Integer(compute="_compute_queue_counts")
    breached_count = fields.Integer(compute="_compute_queue_counts")

    # === COMPUTE METHODS === #

    def _default_calendar_id(self):
        return self.env.ref(
            "connecta_cap.resource_calendar_response", raise_if_not_found=False
        )

    def _compute_queue_counts(self):
        waiting = self._count_unassessed([])
        late = self._count_unassessed([("sla_state", "=", "breached")])
        for team in self:
            team.unassessed_count = waiting.get(team, 0)
            team.breached_count = late.get(team, 0)

    def _count_unassessed(self, domain):
        groups = self.env["cap.ticket"]._read_group(
            [("team_id", "in", self.ids), ("priority", "=", False), *domain],
            ["team_id"],
            ["__count"],
        )
        return dict(groups)

    def _compute_rating_figures(self):
        groups = self.env["rating.rating"]._read_group(
            [("cap_team_id", "in", self.ids), ("consumed", "=", True)],
            ["cap_team_id"],
            ["__count", "rating:avg"],
        )
        figures = {team: (count, average) for team, count, average in groups}
        for team in self:
            team.rating_count, team.rating_avg = figures.get(team, (0, 0.0))

    # === CONSTRAINT METHODS === #

    @api.constrains("calendar_id")
    def _check_calendar(self):
        self.calendar_id.sudo()._ensure_countable()

    # === ACTION METHODS === #

    def action_open_ratings(self):
        """Open the ratings of the team's tickets."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "connecta_cap.rating_action_cap"
        )
        return action | {
            "domain": [("cap_team_id", "=", self.id), ("consumed", "=", True)]
        }

    def action_check_calendar(self):
        """Check the deadlines of this year in the team's response hours.

        :return: action that opens what was found.
        """
        self.ensure_one()
        checks = self.env["cap.calendar.check"]
        year = checks._cap_today().year
        return checks._check(self.calendar_id, year)._get_opening()

    # === BUSINESS METHODS === #

    def _alias_get_creation_values(self):
        values = super()._alias_get_creation_values()
        values["alias_model_id"] = self.env["ir.model"]._get_id("cap.ticket")
        if self.id:
            values["alias_defaults"] = {"team_id": self.id}
        return values

    def _partner_find_from_emails_single(self, emails, **options):
        # the gateway asks who writes to the mailbox: of an unknown address one query
        # tells that it is nobody
        addresses = [email_normalize(email) or email for email in emails]
        found = self.env["res.partner"].sudo()
        if options.get("no_create") and not found.search_count(
            [("email_normalized", "in", addresses)], limit=1
        ):
            return self.env["res.partner"]
        return super()._partner_find_from_emails_single(emails, **options)

    @api.model
    def _get_default_team(self, company):
        """Return the team that takes a request of `company` when none is named.

        A company without a team of its own is served by the first team there is: a
        promise needs somebody who keeps it.
        """
        teams = self.sudo()
        return teams.search([("company_id", "=", company.id)], limit=1) or teams.search(
            [], limit=1
        )
