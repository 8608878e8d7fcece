from odoo import api, fields, models

from ..const import TRIAGE_LIMIT, WARNING_SHARES
from ..tools.triage import find_conflicts


class CapTeamEscalationMixin(models.AbstractModel):
    """When a team is told that a promise is at risk, and how many it can keep."""

    _name = "cap.team.escalation.mixin"
    _inherit = ["cap.clock.mixin", "mail.activity.mixin"]
    _description = "Escalation side of a team"

    first_warning = fields.Integer(
        "First warning at",
        default=WARNING_SHARES[0],
        required=True,
        help="Percent of the working time after which the assignee, else the team, is "
        "told. Holds for new tickets.",
    )
    second_warning = fields.Integer(
        "Second warning at", default=WARNING_SHARES[1], required=True
    )
    manager_after = fields.Float(
        "Manager after",
        default=1.0,
        required=True,
        help="Working hours after a breach until the manager is told.",
    )
    handling_minutes = fields.Integer(
        "Minutes per look",
        default=10,
        required=True,
        help="How long it takes to give a ticket its priority. It says how far the "
        "Priority Line may go ahead, and when there are too few people.",
    )

    _warnings_in_order = models.Constraint(
        "CHECK(0 < first_warning AND first_warning < second_warning"
        " AND second_warning < 100)",
        "The warnings come at two shares of the working time, the first before the "
        "second, between 1 and 99 percent.",
    )
    _manager_later = models.Constraint(
        "CHECK(manager_after > 0 AND manager_after <= 80)",
        "The manager is told more than 0 and at most 80 working hours after a breach.",
    )
    _handling_takes_time = models.Constraint(
        "CHECK(handling_minutes > 0)", "A look at a ticket takes at least a minute."
    )

    # === BUSINESS METHODS - PEOPLE === #

    def _get_warning_shares(self):
        """Return the shares, in percent, at which a ticket of the team warns."""
        if not self:
            return WARNING_SHARES
        return (self.first_warning, self.second_warning)

    def _count_on_duty(self, now):
        """Return how many members are not on leave, at least one, by team.

        :param now: naive UTC datetime.
        """
        known = self.sudo()
        leaves = known.env["resource.calendar.leaves"].search(
            [
                ("resource_id.user_id", "in", known.member_ids.ids),
                ("time_type", "=", "leave"),
                ("date_from", "<=", now),
                ("date_to", ">", now),
            ]
        )
        away = leaves.resource_id.user_id
        return {
            team: max(1, len(team.member_ids.filtered("active") - away))
            for team in known
        }

    # === BUSINESS METHODS - NOTICES === #

    def _find_too_many(self, now):
        """Return the tickets that are missed although each alone could be met."""
        self.ensure_one()
        tickets = (
            self.env["cap.ticket"]
            .sudo()
            .search(
                [("team_id", "=", self.id), ("priority", "=", False)],
                limit=TRIAGE_LIMIT,
            )
        )
        missed = find_conflicts(
            tickets._list_queue_items(now),
            self.handling_minutes * 60,
            self._count_on_duty(now)[self],
        )
        return tickets.browse(item.id for item in missed)

    def _is_open(self, now):
        """Return whether the response hours count at a moment."""
        self.ensure_one()
        return self.calendar_id._cap_next_work(now) == now

    @api.model
    def _cron_watch_teams(self):
        """Send leads their morning digest, and warn them when people are too few.

        Each at most once a day and team, in the team's response hours.
        """
        now = self._cap_now()
        for team in self.sudo().search([("lead_id", "!=", False)]):
            if team._is_open(now):
                team._watch(now)
            self.env["ir.cron"]._commit_progress(1)

    def _watch(self, now):
        self.ensure_one()
        notices = self.env["cap.team.notice"].sudo()
        day = self._cap_date_of(now)
        if notices._take(self, "digest", day):
            self._send_digest(now)
        missed = self._find_too_many(now)
        if missed and notices._take(self, "capacity", day):
            self._warn_capacity(missed)

    def _warn_capacity(self, missed):
        """Ask the lead for help with tickets that these people cannot all meet."""
        lead = self.lead_id
        known = self.with_context(lang=lead.lang or self.env.lang)
        text = known.env._(
            "The people on duty cannot meet all that is open. Missed as it stands: "
            "%(count)s (%(tickets)s). Call somebody in, or help out yourself.",
            count=len(missed),
            tickets=", ".join(missed[:5].mapped("number")),
        )
        known.activity_schedule(
            "connecta_cap.mail_activity_type_capacity", user_id=lead.id, note=text
        )
        lead._bus_send(
            "cap.ticket/escalated",
            {
                "title": known.env._("Too few people in %(team)s", team=known.name),
                "text": text,
                "urgent": True,
                "ticket_id": missed[:1].id,
            },
        )
