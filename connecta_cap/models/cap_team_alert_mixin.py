import pytz

from odoo import api, fields, models

from ..const import PRIORITY_LINE
from ..tools.worktime import from_epoch, to_epoch


class CapTeamAlertMixin(models.AbstractModel):
    """Who is alerted to an emergency, how fast, and how to reach the Priority Line."""

    _name = "cap.team.alert.mixin"
    _inherit = ["cap.clock.mixin"]
    _description = "On-call side of a team"

    on_call_ids = fields.Many2many(
        "res.users",
        "cap_team_on_call_rel",
        string="On call",
        domain="[('share', '=', False)]",
        help="Alerted to emergencies at once. Empty: the lead, else the members.",
    )
    manager_id = fields.Many2one(
        "res.users",
        tracking=True,
        domain="[('share', '=', False)]",
        help="Told when even the lead does not react.",
    )
    on_call_calendar_id = fields.Many2one(
        "resource.calendar",
        "On-call hours",
        required=True,
        tracking=True,
        default=lambda self: self._default_on_call_calendar_id(),
        help="The hours in which somebody acknowledges emergencies.",
    )
    ack_minutes = fields.Integer(
        "Acknowledge within",
        default=15,
        required=True,
        help="Minutes of on-call time until somebody has acknowledged an emergency.",
    )
    alert_every = fields.Integer(
        "Repeat every",
        default=5,
        required=True,
        help="Minutes between two alerts, until somebody acknowledges.",
    )
    alert_climb = fields.Integer(
        "Climb after",
        default=10,
        required=True,
        help="Minutes without acknowledgement after which the lead is alerted too, and "
        "after as many again the manager.",
    )
    alert_by_sms = fields.Boolean(
        "Alert by SMS",
        help="Needs Odoo's SMS service, and a phone number of the people on call.",
    )
    priority_phone = fields.Char(
        "Priority Line phone", help="Shown to clients whose tier has the Priority Line."
    )
    priority_email = fields.Char(
        "Priority Line e-mail",
        help="Shown to clients whose tier has the Priority Line.",
    )

    _alert_minutes = models.Constraint(
        "CHECK(ack_minutes > 0 AND alert_every > 0 AND alert_climb > 0)",
        "The minutes of an emergency are at least 1.",
    )

    # === COMPUTE METHODS === #

    def _default_on_call_calendar_id(self):
        return self.env.ref(
            "connecta_cap.resource_calendar_on_call", raise_if_not_found=False
        )

    # === CONSTRAINT METHODS === #

    @api.constrains("on_call_calendar_id")
    def _check_on_call_calendar(self):
        self.on_call_calendar_id.sudo()._ensure_countable()

    # === BUSINESS METHODS === #

    def _list_alerted(self, level):
        """Return who is alerted to an emergency, the first ones first.

        :param level: 1 the people on call, 2 the lead as well, 3 the manager as well.
        :return: list of `res.users` that are active; leads of the program when the
            team has nobody.
        """
        self.ensure_one()
        users = [
            *(self.on_call_ids or self.lead_id or self.member_ids),
            *(self.lead_id if level >= 2 else ()),
            *(self.manager_id if level >= 3 else ()),
        ]
        active = [user for user in dict.fromkeys(users) if user.active]
        return active or self._list_program_leads()

    def _list_program_leads(self):
        """Return the program's active leads in the team's company, as a list."""
        leads = self.env.ref("connecta_cap.group_cap_lead").sudo().all_user_ids
        return [
            user
            for user in leads.sorted("id")
            if user.active and self.company_id in user.company_ids
        ]

    def _get_on_call_state(self, now):
        """Return what holds for an emergency that comes in at a moment.

        :param now: naive UTC datetime.
        :return: dict of `deadline` of the acknowledgement, whether it is `inside` the
            on-call hours, when they begin (`opens`), all naive UTC, and the `zone`.
        """
        self.ensure_one()
        calendar = self.on_call_calendar_id
        terms = calendar._cap_terms_batch([now], self.ack_minutes / 60)[0]
        start = terms.spans[0].start
        return {
            "deadline": terms.deadline,
            "inside": start == to_epoch(pytz.utc.localize(now)),
            "opens": from_epoch(start).replace(tzinfo=None),
            "zone": pytz.timezone(calendar.sudo().tz),
            "minutes": self.ack_minutes,
        }

    def _get_priority_contact(self, tier):
        """Return phone and e-mail of the Priority Line, empty without it.

        :param tier: the client's `cap.tier`, may be empty.
        """
        known = self.sudo()
        if not tier or not tier.sudo()._gives(PRIORITY_LINE):
            return {}
        contact = {"phone": known.priority_phone, "email": known.priority_email}
        return contact if any(contact.values()) else {}
