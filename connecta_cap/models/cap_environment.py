import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..const import ENVIRONMENT_KINDS
from ..tools.health_state import Damping, Thresholds


class CapEnvironment(models.Model):
    """A client's Connecta installation, which reports by itself how its flows do.

    What comes in is in `cap.health.intake`, how it is judged in
    `cap.environment.watch.mixin`, what the dashboards read in
    `cap.environment.dashboard.mixin`.
    """

    _name = "cap.environment"
    _inherit = [
        "cap.environment.watch.mixin",
        "cap.environment.score.mixin",
        "cap.environment.dashboard.mixin",
        "cap.environment.board.mixin",
        "cap.environment.portal.mixin",
        "cap.health.history.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _description = "CAP Environment"
    _order = "partner_id, kind, name, id"
    _rec_names_search = ["name", "partner_id.name", "code"]

    # client
    name = fields.Char(required=True, tracking=True)
    code = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: secrets.token_hex(4),
        help="A reporter may name it, so that no report lands in a wrong environment.",
    )
    subscription_id = fields.Many2one(
        "cap.subscription", required=True, index=True, ondelete="restrict"
    )
    partner_id = fields.Many2one(
        related="subscription_id.partner_id", string="Client", store=True, index=True
    )
    company_id = fields.Many2one(
        related="subscription_id.company_id", store=True, index=True
    )
    kind = fields.Selection(
        ENVIRONMENT_KINDS, default="production", required=True, tracking=True
    )
    active = fields.Boolean(default=True, tracking=True)
    note = fields.Text("Notes")

    # expectations
    report_interval = fields.Integer(
        "Reports every",
        default=lambda self: self.env.company.cap_health_interval,
        required=True,
        tracking=True,
        help="Minutes between two reports.",
    )
    grace = fields.Integer(
        default=lambda self: self.env.company.cap_health_grace,
        required=True,
        tracking=True,
        help="Minutes that a report may be late before there is “no data”.",
    )

    # when a window is bad, for flows without limits of their own
    degraded_percent = fields.Float(
        "Degraded from",
        default=lambda self: self.env.company.cap_health_degraded_percent,
        help="Share of failed runs in a window, in percent.",
    )
    down_percent = fields.Float(
        "Down from",
        default=lambda self: self.env.company.cap_health_down_percent,
        help="Share of failed runs in a window, in percent.",
    )

    # how much it takes to change a state
    bad_windows = fields.Integer(
        default=3, required=True, help="So many bad windows change a state ..."
    )
    of_windows = fields.Integer(
        "Of the last", default=5, required=True, help="... among so many of the last."
    )
    good_windows = fields.Integer(
        default=3, required=True, help="So many good windows in a row end it."
    )
    ticket_after = fields.Integer(
        "Ticket after",
        default=lambda self: self.env.company.cap_health_ticket_after,
        help="Minutes that a critical flow is down before a ticket opens by itself; "
        "0 for never.",
    )

    # parts
    flow_ids = fields.One2many("cap.flow", "environment_id", "Flows")
    token_ids = fields.One2many("cap.environment.token", "environment_id", "Tokens")
    maintenance_ids = fields.One2many(
        "cap.environment.maintenance", "environment_id", "Maintenance windows"
    )
    rule_ids = fields.One2many("cap.health.rule", "environment_id", "Who is told")
    incident_ids = fields.One2many("cap.health.incident", "environment_id", "Incidents")
    flow_count = fields.Integer(compute="_compute_counts")
    incident_count = fields.Integer("Open incidents", compute="_compute_counts")

    _code_unique = models.UniqueIndex("(code)", "This code is in use.")
    _expectations = models.Constraint(
        "CHECK(report_interval > 0 AND grace >= 0 AND ticket_after >= 0)",
        "Reports come every minute at most, and no time is negative.",
    )
    _damping = models.Constraint(
        "CHECK(bad_windows > 0 AND bad_windows <= of_windows AND of_windows <= 100"
        " AND good_windows > 0 AND good_windows <= 100)",
        "Bad windows are at least one, and no more than the windows looked at (100 at "
        "most).",
    )
    _percents = models.Constraint(
        "CHECK(degraded_percent >= 0 AND down_percent >= 0"
        " AND degraded_percent <= 100 AND down_percent <= 100)",
        "A share of failed runs is from 0 to 100 percent.",
    )

    # === COMPUTE METHODS === #

    def _compute_counts(self):
        flows = dict(
            self.env["cap.flow"]._read_group(
                [("environment_id", "in", self.ids)], ["environment_id"], ["__count"]
            )
        )
        incidents = dict(
            self.env["cap.health.incident"]._read_group(
                [("environment_id", "in", self.ids), ("closed_at", "=", False)],
                ["environment_id"],
                ["__count"],
            )
        )
        for environment in self:
            environment.flow_count = flows.get(environment, 0)
            environment.incident_count = incidents.get(environment, 0)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        environments = super().create(vals_list)
        environments._make_first_rules()
        return environments

    def write(self, vals):
        if "subscription_id" in vals:
            self._check_same_client(vals["subscription_id"])
        moved = self.filtered(lambda one: "tz" in vals and one.tz != vals["tz"])
        result = super().write(vals)
        self.env["cap.health.rollup"].sudo()._recount_days(moved)
        return result

    def unlink(self):
        flows = self.with_context(active_test=False).flow_ids
        talk = Domain("model", "=", flows._name) & Domain("res_id", "in", flows.ids)
        result = super().unlink()
        # the database takes the flows along, and knows nothing of their messages
        self.env["mail.message"].sudo().search(talk).unlink()
        return result

    # === ACTION METHODS === #

    def action_view_flows(self):
        """Open the environment's flows.

        :return: action dictionary.
        """
        return self._open_parts("connecta_cap.cap_flow_action")

    def action_view_incidents(self):
        """Open the environment's incidents.

        :return: action dictionary.
        """
        return self._open_parts("connecta_cap.cap_health_incident_action")

    def action_issue_token(self):
        """Open the wizard that makes a token and shows it once.

        :return: action dictionary.
        """
        return self._open_parts("connecta_cap.cap_environment_token_issue_action")

    def _open_parts(self, xmlid):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        return action | {
            "domain": [("environment_id", "=", self.id)],
            "context": {"default_environment_id": self.id},
        }

    # === BUSINESS METHODS === #

    def _check_same_client(self, subscription_id):
        """Refuse to hand what one client's reports left to another client.

        :param subscription_id: id of the `cap.subscription` that it would belong to.
        :raises UserError: naming the environment and both clients.
        """
        client = self.env["cap.subscription"].sudo().browse(subscription_id).partner_id
        others = self.sudo().filtered(lambda one: one.partner_id != client)
        for environment in others._filter_reported():
            raise UserError(
                self.env._(
                    "%(environment)s has reported for %(client)s: its figures would be "
                    "shown to %(other)s. Make a new environment for %(other)s instead.",
                    environment=environment.name,
                    client=environment.partner_id.name,
                    other=client.name,
                )
            )

    def _get_reported_sql(self):
        return SQL(
            """SELECT e.id FROM cap_environment e WHERE e.id IN %s AND (
                EXISTS (SELECT FROM cap_health_report r WHERE r.environment_id = e.id)
                OR EXISTS (
                    SELECT FROM cap_health_incident i WHERE i.environment_id = e.id)
                OR EXISTS (SELECT FROM cap_flow f WHERE f.environment_id = e.id AND %s)
            )""",
            self._ids,
            self._get_reported_test(SQL("f.id")),
        )

    def _get_incident_domain(self):
        return Domain("environment_id", "in", self.ids)

    def _get_damping(self):
        """Return how much it takes to change the state of a flow of this one."""
        self.ensure_one()
        return Damping(self.bad_windows, self.of_windows, self.good_windows)

    def _get_thresholds(self):
        """Return from when on a window is bad, for flows without their own limits."""
        self.ensure_one()
        return Thresholds(self.degraded_percent, self.down_percent)
