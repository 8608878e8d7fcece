from datetime import date, datetime

from odoo import api, models
from odoo.tools import format_date, format_datetime

from ..const import HEALTH_STATES
from ..tools.figures import word_share

ICONS = {
    "ok": "fa-check-circle",
    "degraded": "fa-exclamation-triangle",
    "down": "fa-times-circle",
    "no_data": "fa-question-circle",
    "paused": "fa-pause-circle",
}
MARK_ICONS = {
    "deploy": "fa-rocket",
    "version": "fa-tag",
    "added": "fa-plus",
    "renamed": "fa-pencil",
}


class CapHealthWordsMixin(models.AbstractModel):
    """The figures of the dashboards in words, the same in the backend and the portal.

    Moments and days come as the dashboards' data has them, and are told in the
    environment's zone.
    """

    _name = "cap.health.words.mixin"
    _description = "Health in words"

    # === BUSINESS METHODS === #

    @api.model
    def _dress_state(self, state):
        """Return a state with its word and icon, so that no colour stands alone."""
        label = self._get_labels("cap.environment", "state")[state]
        return {"state": state, "label": label, "icon": ICONS[state]}

    def _get_labels(self, model, name):
        """Return the words of a selection field, by key."""
        return dict(self.env[model]._fields[name]._description_selection(self.env))

    @api.model
    def _word_at(self, text, zone):
        """Return a moment of the data as '1 Jun 10:05', "" for none."""
        if not text:
            return ""
        moment = datetime.fromisoformat(text.removesuffix("Z"))
        return format_datetime(self.env, moment, tz=zone, dt_format="d MMM HH:mm")

    @api.model
    def _word_day(self, text):
        """Return a day of the data as 'Mon 1 Jun'."""
        day = date.fromisoformat(text)
        return format_date(self.env, day, date_format="EEE d MMM")

    @api.model
    def _word_minutes(self, minutes):
        """Return a duration as '45 min', '2 h 5 min' or '3 d 4 h'."""
        if minutes < 60:
            return self.env._("%(minutes)s min", minutes=int(minutes))
        hours, rest = divmod(int(minutes), 60)
        if hours < 24:
            if not rest:
                return self.env._("%(hours)s h", hours=hours)
            return self.env._("%(hours)s h %(minutes)s min", hours=hours, minutes=rest)
        days, rest = divmod(hours, 24)
        if not rest:
            return self.env._("%(days)s d", days=days)
        return self.env._("%(days)s d %(hours)s h", days=days, hours=rest)

    @api.model
    def _word_ms(self, milliseconds):
        """Return a duration as '350 ms' or '1.2 s', '–' for none."""
        if milliseconds is None:
            return "–"
        if milliseconds < 1000:
            return self.env._("%(ms)s ms", ms=round(milliseconds))
        return self.env._("%(s)s s", s=f"{milliseconds / 1000:,.1f}")

    @api.model
    def _word_since(self, row, zone, now):
        """Return since when a state holds, and how long that is."""
        if not row["state_since"]:
            return ""
        since = datetime.fromisoformat(row["state_since"].removesuffix("Z"))
        here = datetime.fromisoformat(now.removesuffix("Z"))
        minutes = max(0, (here - since).total_seconds() // 60)
        return self.env._(
            "Since %(at)s, for %(time)s",
            at=self._word_at(row["state_since"], zone),
            time=self._word_minutes(minutes),
        )

    @api.model
    def _word_runs(self, row):
        """Return how many of the runs went well."""
        runs = row.get("runs", 0) or row.get("ok", 0) + row.get("failed", 0)
        if not runs:
            return self.env._("nothing ran")
        return self.env._(
            "%(share)s of %(runs)s runs good, %(failed)s failed",
            share=word_share(row["success_share"]),
            runs=f"{runs:,}",
            failed=f"{row['failed']:,}",
        )

    # === BUSINESS METHODS - STRIP === #

    @api.model
    def _dress_strip(self, strip):
        """Return the days of a strip, each with its words, and what they count to.

        :return: dict of `strip` (`day`, `status`, `label`, `icon`, `name`, `words`),
            `legend` (states with the `count` of their days) and `troubles` (the days
            that were not well, the latest first).
        """
        days = []
        for row in strip:
            state = self._dress_state(row["status"])
            days.append(
                state
                | {
                    "day": row["day"],
                    "status": row["status"],
                    "name": self._word_day(row["day"]),
                    "words": self._word_strip_day(row),
                }
            )
        legend = [
            self._dress_state(state)
            | {"count": sum(day["status"] == state for day in days)}
            for state, _label in HEALTH_STATES
            if state != "paused"
        ]
        troubles = [day for day in days if day["status"] in ("down", "degraded")]
        return {"strip": days, "legend": legend, "troubles": troubles[::-1]}

    def _word_strip_day(self, row):
        parts = []
        if row["down_minutes"]:
            time = self._word_minutes(row["down_minutes"])
            parts.append(self.env._("down for %(time)s", time=time))
        if row["degraded_minutes"] > row["down_minutes"]:
            time = self._word_minutes(row["degraded_minutes"])
            parts.append(self.env._("not well for %(time)s", time=time))
        if row["silent_minutes"]:
            time = self._word_minutes(row["silent_minutes"])
            parts.append(self.env._("no data for %(time)s", time=time))
        if row["runs"] or row["status"] != "no_data":
            parts.append(self._word_runs(row))
        return "; ".join(parts) or self.env._("nothing was reported")

    # === BUSINESS METHODS - ROWS === #

    @api.model
    def _dress_incidents(self, rows, zone):
        """Return incidents with their words."""
        return [
            row
            | self._dress_state(row["kind"])
            | {
                "since": self._word_at(row["opened_at"], zone),
                "until": self._word_at(row["closed_at"], zone),
                "lasted": self._word_minutes(row["minutes"]),
                "ack": self._word_at(row["ack_at"], zone),
            }
            for row in rows
        ]

    @api.model
    def _dress_errors(self, rows):
        """Return groups of errors with their days in words."""
        return [
            row
            | {
                "count": f"{row['count']:,}",
                "first": self._word_day(row["first_day"]),
                "last": self._word_day(row["last_day"]),
            }
            for row in rows
        ]

    @api.model
    def _dress_marks(self, rows, zone):
        """Return changes with their words, the latest first."""
        labels = self._get_labels("cap.health.mark", "kind")
        return [
            row
            | {
                "when": self._word_at(row["at"], zone),
                "label": labels[row["kind"]],
                "icon": MARK_ICONS[row["kind"]],
            }
            for row in sorted(rows, key=lambda row: row["at"], reverse=True)
        ]
