from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_datetime

from ..const import DESK_DAYS, DESK_ROWS


class CapDeskTrainingMixin(models.AbstractModel):
    """Training sessions that wait for a consultant: to record, to confirm, to hold."""

    _name = "cap.desk.training.mixin"
    _description = "Training sessions on a consultant's screen"

    # === BUSINESS METHODS === #

    @api.model
    def _prepare_desk_training(self, desk):
        sessions = self.env["cap.training.session"]
        domains = self._get_desk_training_domains(desk)
        parts = {
            part: sessions.search(domain, order="start, id", limit=DESK_ROWS)
            for part, domain in domains.items()
        }
        # names and lines are read for all of them at once
        found = sessions.concat(*parts.values())
        words = {
            "record": (self.env._("attendance to record"), "danger"),
            "confirm": (self.env._("to confirm"), "warning"),
            "upcoming": (self.env._("upcoming"), "info"),
        }
        rows = [
            self._prepare_training_row(session.with_prefetch(found.ids), *words[part])
            for part, part_sessions in parts.items()
            for session in part_sessions
        ]
        return self._prepare_section(
            "training",
            self.env._("Training sessions"),
            "fa-graduation-cap",
            self.env._("No training session waits for you."),
            rows[:DESK_ROWS],
            sessions.search_count(Domain.OR(domains.values())),
            action="connecta_cap.cap_training_session_action",
            context={"search_default_open": 1},
        )

    @api.model
    def _get_desk_training_domains(self, desk):
        """Return the domain of each part of the section, the most urgent in front."""
        now = self._cap_now()
        mine = Domain("user_id", "=", self.env.uid)
        of_clients = Domain("user_id", "=", False) & Domain(
            "subscription_id", "in", desk.clients.ids
        )
        confirmed = Domain("state", "=", "confirmed") & mine
        return {
            "record": confirmed & Domain("stop", "<=", now),
            "confirm": Domain("state", "=", "requested") & (mine | of_clients),
            "upcoming": confirmed
            & Domain("stop", ">", now)
            & Domain("start", "<=", now + timedelta(DESK_DAYS)),
        }

    @api.model
    def _prepare_training_row(self, session, badge, tone):
        zone = self.env.user.tz or self._cap_zone().zone
        moments = [session.start] if session.start else session._get_wishes()
        when = self.env._(" or ").join(
            format_datetime(self.env, moment, tz=zone, dt_format="EEE d MMM HH:mm")
            for moment in moments
        )
        names = ", ".join(session.sudo().attendance_ids.partner_id.mapped("name"))
        lines = [
            self.env._("%(hours)g h with %(names)s", hours=session.hours, names=names),
            *filter(None, [session.message]),
        ]
        return self._prepare_row(
            session,
            session.topic,
            f"{session.partner_id.name}, {when}" if when else session.partner_id.name,
            badge,
            tone,
            lines=lines,
        )
