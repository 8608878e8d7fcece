from datetime import timedelta

from odoo import models

from ..const import SLA_STATES
from ..tools.worktime import from_epoch


class CapTeamDigestMixin(models.AbstractModel):
    """What a lead reads in the morning: what waits, what was missed, how it goes."""

    _name = "cap.team.digest.mixin"
    _inherit = ["cap.team.escalation.mixin"]
    _description = "Morning digest of a team"

    # === BUSINESS METHODS === #

    def _send_digest(self, now):
        """Mail the lead the figures of the team; nothing without an address.

        :param now: naive UTC datetime.
        """
        self.ensure_one()
        lead = self.lead_id
        if not lead.email:
            return
        known = self.with_context(lang=lead.lang or self.env.lang)
        subject = known.env._("%(team)s this morning", team=known.name)
        self.env["mail.mail"].sudo().create(
            known._prepare_notice_mail(
                lead,
                subject,
                "connecta_cap.mail_digest",
                {"team": known, "digest": known._prepare_digest(now)},
            )
        )

    def _prepare_notice_mail(self, user, subject, template, values):
        """Return the values of a mail of the program to one colleague.

        :param user: `res.users` who gets it.
        :param template: XML id of the view that words it.
        :param values: what the view needs.
        """
        company = self.company_id
        sender = company.email_formatted or self.env.user.email_formatted
        body = self.env["ir.qweb"]._render(template, values)
        return {
            "subject": subject,
            "body_html": body,
            "email_from": sender,
            "email_to": user.email_formatted,
            "author_id": company.partner_id.id,
            "headers": repr({"Auto-Submitted": "auto-generated"}),
            "auto_delete": False,
        }

    def _prepare_digest(self, now):
        """Return the figures of the morning.

        :return: dict of `open`, `at_risk`, `overdue` and `breached` (since the last
            morning) as counts, `attainment` in percent of the last 30 days or None,
            and the `next` tickets to look at.
        """
        self.ensure_one()
        tickets = self.env["cap.ticket"].sudo()
        ours = [("team_id", "=", self.id)]
        waiting = [*ours, ("priority", "=", False)]
        since = self._get_last_morning(now)
        return {
            "open": tickets.search_count([*ours, ("is_closed", "=", False)]),
            "unassessed": tickets.search_count(waiting),
            "at_risk": tickets.search_count([*ours, ("sla_is_at_risk", "=", True)]),
            "overdue": tickets.search_count([*ours, ("sla_is_overdue", "=", True)]),
            "breached": self.env["cap.sla.event"]
            .sudo()
            .search_count(
                [
                    ("ticket_id.team_id", "=", self.id),
                    ("ticket_id.merged_into_id", "=", False),
                    ("kind", "=", "breached"),
                    ("at", ">=", since),
                    ("at", "<", now),
                ]
            ),
            "attainment": self._get_attainment(now - timedelta(days=30), now),
            "next": tickets._get_triage_order(domain=ours)[:5],
        }

    def _get_attainment(self, start, end):
        """Return met / (met + breached) in percent, None when nothing was due.

        :param start: naive UTC datetime, of the deadline.
        :param end: naive UTC datetime, of the deadline.
        """
        groups = (
            self.env["cap.ticket"]
            .sudo()
            .with_context(active_test=False)
            ._read_group(
                [
                    ("team_id", "=", self.id),
                    ("sla_deadline", ">=", start),
                    ("sla_deadline", "<", end),
                ],
                ["sla_state"],
                ["__count"],
            )
        )
        counts = dict.fromkeys(dict(SLA_STATES), 0) | dict(groups)
        ended = counts["met"] + counts["breached"]
        return round(100 * counts["met"] / ended) if ended else None

    def _get_last_morning(self, now):
        """Return when the working day before today's began."""
        timeline, _closures = self.calendar_id._cap_timeline(
            now - timedelta(days=21), now
        )
        today = self._cap_date_of(now)
        starts = [
            moment
            for moment in (
                from_epoch(span.start).replace(tzinfo=None) for span in timeline.spans
            )
            if self._cap_date_of(moment) < today
        ]
        if not starts:
            return now - timedelta(days=1)
        last = self._cap_date_of(starts[-1])
        return next(moment for moment in starts if self._cap_date_of(moment) == last)
