from datetime import timedelta

from odoo import models
from odoo.fields import Domain
from odoo.tools import format_datetime

# What ended longer ago is not told any more; a rule of working hours has its weekend.
TELL_CLOSED = timedelta(days=4)


class CapEnvironmentAlertMixin(models.AbstractModel):
    """Tells people about incidents, as the environment's rules say, and each once."""

    _name = "cap.environment.alert.mixin"
    _inherit = ["cap.clock.mixin"]
    _description = "Notices about incidents"

    # === BUSINESS METHODS === #

    def _make_first_rules(self):
        """Give new environments the rules that they start with."""
        rules = self.env["cap.health.rule"].sudo()
        for environment in self:
            if not environment.rule_ids:
                rules.create(rules._prepare_first_rules(environment))

    def _tell_incidents(self, now):
        """Tell about open incidents, and about the end of those that were told of."""
        incidents = self.env["cap.health.incident"].search(
            Domain("environment_id", "in", self.ids)
            & (
                Domain("closed_at", "=", False)
                | Domain("closed_at", ">", now - TELL_CLOSED)
            )
        )
        told = self.env["cap.health.notice"]._read_told(incidents)
        for incident in incidents:
            for rule in incident.environment_id.rule_ids:
                known = told.get((incident.id, rule.id), set())
                event = self._choose_event(incident, rule, known, now)
                if event and rule._may_tell(now):
                    self._tell_incident(incident, rule, event, now)

    def _choose_event(self, incident, rule, known, now):
        """Return what a rule has to tell now, None for nothing.

        :param known: events that it told already.
        """
        if incident.closed_at:
            was_told = known and "closed" not in known
            return "closed" if was_told and rule.on_closed else None
        if not rule._concerns(incident, now):
            return None
        if not known:
            return "down" if incident.kind == "down" else "opened"
        worse = incident.kind == "down" and "down" not in known
        return "down" if worse else None

    def _tell_incident(self, incident, rule, event, now):
        readers = rule._list_readers()
        self.env["cap.health.notice"].create(
            {
                "incident_id": incident.id,
                "rule_id": rule.id,
                "event": event,
                "sent_at": now,
                "partner_ids": readers.ids,
            }
        )
        for reader in readers:
            self.env["mail.mail"].sudo().create(
                incident.environment_id._prepare_incident_mail(incident, reader, event)
            )

    def _prepare_incident_mail(self, incident, reader, event):
        """Return the values of the mail that tells one person."""
        told = incident.with_context(lang=reader.lang or self.env.lang)
        environment = told.environment_id
        company = environment.company_id
        values = {
            "incident": told,
            "event": event,
            "since": environment._word_moment(told.opened_at),
            "until": environment._word_moment(told.closed_at),
            "is_staff": any(not user.share for user in reader.user_ids),
        }
        subject = (
            told.env._("Over: %(name)s", name=told.display_name)
            if event == "closed"
            else told.display_name
        )
        return {
            "subject": f"[{environment.name}] {subject}",
            "body_html": told.env["ir.qweb"]._render(
                "connecta_cap.mail_health_incident", values
            ),
            "email_from": company.email_formatted or self.env.user.email_formatted,
            "email_to": reader.email_formatted,
            "author_id": company.partner_id.id,
            "headers": repr({"Auto-Submitted": "auto-generated"}),
            "auto_delete": False,
        }

    def _word_moment(self, moment):
        """Return a moment in the environment's zone, which is named."""
        self.ensure_one()
        if not moment:
            return ""
        text = format_datetime(self.env, moment, tz=self.tz, dt_format="d MMM y HH:mm")
        return f"{text} ({self.tz})"
