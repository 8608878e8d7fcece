from odoo import api, fields, models

from ..const import CRITICALITIES


class CapHealthRule(models.Model):
    """Who is told about what, when: the rules of the Notification Center."""

    _name = "cap.health.rule"
    _description = "CAP Notification Rule"
    _order = "environment_id, sequence, id"

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    environment_id = fields.Many2one(
        "cap.environment", required=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(related="environment_id.partner_id", string="Client")
    company_id = fields.Many2one(related="environment_id.company_id")

    # about what
    on_down = fields.Boolean("Down", default=True)
    on_degraded = fields.Boolean("Degraded")
    on_no_data = fields.Boolean(
        "No data", default=True, help="Tell when nothing is reported any more."
    )
    on_closed = fields.Boolean(
        "When it is over", default=True, help="Tell once more that it is over."
    )
    min_criticality = fields.Selection(
        CRITICALITIES,
        "Flows from",
        default="2",
        required=True,
        help="Flows below this criticality are left out.",
    )
    delay = fields.Integer(
        "After", help="Minutes that it lasts before anybody is told; 0 for at once."
    )
    calendar_id = fields.Many2one(
        "resource.calendar",
        "In the hours of",
        ondelete="restrict",
        help="What happens outside of these hours, and lasts, is told when they begin "
        "again; empty for at any time.",
    )

    # who
    to_account_manager = fields.Boolean("Account manager")
    to_consultant = fields.Boolean("Consultant")
    to_contacts = fields.Boolean(
        "The client's contacts", help="Those of the subscription."
    )
    partner_ids = fields.Many2many(
        "res.partner",
        "cap_health_rule_partner_rel",
        string="Also",
        help="Others who are told, of the client or of ours.",
    )

    _delay_positive = models.Constraint(
        "CHECK(delay >= 0)", "Nobody is told before it begins."
    )

    # === BUSINESS METHODS === #

    @api.model
    def _prepare_first_rules(self, environment):
        """Return the values of the rules that a new environment starts with."""
        return [
            {
                "environment_id": environment.id,
                "name": self.env._("Our people"),
                "to_account_manager": True,
                "to_consultant": True,
            }
        ]

    def _concerns(self, incident, now):
        """Return whether the rule tells about an incident by now.

        :param now: naive UTC.
        """
        self.ensure_one()
        wanted = {
            "down": self.on_down,
            "degraded": self.on_degraded,
            "no_data": self.on_no_data,
        }
        # what the whole environment does not report concerns everybody
        weight = incident.flow_id.criticality or CRITICALITIES[-1][0]
        lasts = (now - incident.opened_at).total_seconds() >= self.delay * 60
        return wanted[incident.kind] and weight >= self.min_criticality and lasts

    def _may_tell(self, now):
        """Return whether it is one of the hours of the rule.

        :param now: naive UTC.
        """
        self.ensure_one()
        hours = self.calendar_id
        return not hours or hours._cap_next_work(now) == now

    def _list_readers(self):
        """Return the `res.partner` records with an address that the rule names."""
        self.ensure_one()
        subscription = self.environment_id.subscription_id.sudo()
        readers = self.partner_ids
        if self.to_account_manager:
            readers |= subscription.account_manager_id.partner_id
        if self.to_consultant:
            readers |= subscription.consultant_id.partner_id
        if self.to_contacts:
            readers |= subscription._get_notice_partners()
        return readers.filtered("email")
