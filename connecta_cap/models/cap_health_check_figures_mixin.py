from collections import Counter
from datetime import date, datetime

from odoo import api, fields, models
from odoo.tools import format_date, format_datetime

from ..tools.figures import word_fine_share, word_share

# the icon and the colour of a state; its words stand beside them
LOOKS = {
    "ok": ("fa-check-circle", "text-success"),
    "degraded": ("fa-exclamation-triangle", "text-warning-emphasis"),
    "down": ("fa-times-circle", "text-danger"),
    "no_data": ("fa-question-circle", "text-muted"),
    "paused": ("fa-pause-circle", "text-muted"),
}


class CapHealthCheckFiguresMixin(models.AbstractModel):
    """The frozen figures in words: the same for the form, the client's page, the PDF.

    They are read from the snapshot only, never from what monitoring says today.
    """

    _name = "cap.health.check.figures.mixin"
    _inherit = ["cap.health.check.snapshot.mixin"]
    _description = "Figures of a Health Check in words"

    figures_html = fields.Html(
        "Figures", compute="_compute_figures_html", sanitize=False
    )

    # === COMPUTE METHODS === #

    @api.depends("snapshot")
    def _compute_figures_html(self):
        for check in self:
            check.figures_html = self.env["ir.qweb"]._render(
                "connecta_cap.health_check_figures", {"figures": check._get_figures()}
            )

    # === BUSINESS METHODS === #

    def _get_figures(self):
        """Return the snapshot in words; None before the meeting.

        :return: dict of `at` (with its zone) and `environments`, see
            `_prepare_environment`.
        """
        self.ensure_one()
        snapshot = self.sudo().snapshot
        if not snapshot:
            return None
        zone = self._cap_zone().zone
        return {
            "at": self._word_moment(snapshot["at"], zone),
            "environments": [
                self._prepare_environment(data) for data in snapshot["environments"]
            ],
        }

    @api.model
    def _prepare_environment(self, data):
        """Return the figures of an environment in words.

        :param data: what the snapshot keeps of it.
        :return: dict of texts `name`, `about`, `tz`, `score`, `reason`,
            `uptime`, `runs`, `good`, `strip_words`; of `label`, `icon` and `look` of
            the state; lists `strip`, `deductions`, `flows`, `errors`, `incidents`.
        """
        runs = sum(day["runs"] for day in data["strip"])
        failed = sum(day["failed"] for day in data["strip"])
        share = (runs - failed) / runs if runs else None
        return self._prepare_state(data["state"]) | {
            "name": data["name"],
            "about": self._word_about(data),
            "tz": data["tz"],
            "score": "–" if data["score"] is None else str(data["score"]),
            "reason": data["score_reason"],
            "uptime": word_fine_share(data["uptime"]),
            "runs": f"{runs:,}",
            "good": word_fine_share(share),
            "strip": [self._prepare_day(day) for day in data["strip"]],
            "strip_words": self._word_strip(data["strip"]),
            "deductions": [
                f"−{line['points']:g}: {line['label']}" for line in data["deductions"]
            ],
            "flows": [self._prepare_flow(row) for row in data["flow_rows"]],
            "errors": [self._prepare_error(row) for row in data["errors"]],
            "incidents": [
                self._prepare_incident(row, data["tz"]) for row in data["incidents"]
            ],
        }

    @api.model
    def _word_about(self, data):
        """Return what kind of environment it is, unless its name says so; versions."""
        kind = self._word_key("kind", data["kind"])
        parts = [
            kind if kind.lower() != data["name"].lower() else "",
            data["connecta_version"] and f"Connecta {data['connecta_version']}",
            data["odoo_version"] and f"Odoo {data['odoo_version']}",
        ]
        return ", ".join(filter(None, parts))

    @api.model
    def _prepare_state(self, state):
        icon, look = LOOKS[state]
        return {
            "state": state,
            "label": self._word_key("state", state),
            "icon": icon,
            "look": look,
        }

    @api.model
    def _prepare_day(self, day):
        words = format_date(self.env, date.fromisoformat(day["day"]))
        return {
            "status": day["status"],
            "title": f"{words}: {self._word_key('state', day['status']).lower()}",
        }

    @api.model
    def _prepare_flow(self, row):
        took = row["p95_ms"]
        return self._prepare_state(row["state"]) | {
            "name": ": ".join(filter(None, (row["connector"], row["name"]))),
            "good": word_share(row["success_share"]),
            "took": "–" if took is None else f"{round(took):,} ms",
            "queue": "–" if row["queue_max"] is None else str(row["queue_max"]),
        }

    @api.model
    def _prepare_error(self, row):
        text = self.env._(
            "%(flow)s: %(error)s, %(count)s times",
            flow=row["flow"],
            error=row["title"],
            count=row["count"],
        )
        return {"text": text, "is_new": row["is_new"]}

    @api.model
    def _prepare_incident(self, row, zone):
        values = {
            "kind": self._word_key("incident", row["kind"]),
            "where": row["flow"] or self.env._("the whole environment"),
            "since": self._word_moment(row["opened_at"], zone),
        }
        text = self.env._("%(kind)s: %(where)s, since %(since)s", **values)
        if row["closed_at"]:
            text = self.env._(
                "%(kind)s: %(where)s, %(since)s, for %(minutes)s minutes",
                minutes=row["minutes"],
                **values,
            )
        if row["ticket"]:
            text = f"{text} ({row['ticket']})"
        return {"text": text, "is_open": not row["closed_at"]}

    @api.model
    def _word_strip(self, strip):
        """Return how many days were how, so that no colour has to say it."""
        counts = Counter(day["status"] for day in strip)
        parts = (
            self.env._("OK on %(days)s days", days=counts["ok"]),
            self.env._("degraded on %(days)s", days=counts["degraded"]),
            self.env._("down on %(days)s", days=counts["down"]),
            self.env._("no data on %(days)s", days=counts["no_data"]),
        )
        return ", ".join(parts)

    @api.model
    def _word_key(self, kind, key):
        """Return the label of a value in the reader's language."""
        model, name = {
            "state": ("cap.environment", "state"),
            "kind": ("cap.environment", "kind"),
            "incident": ("cap.health.incident", "kind"),
        }[kind]
        labels = self.env[model]._fields[name]._description_selection(self.env)
        return dict(labels).get(key, key)

    @api.model
    def _word_moment(self, text, zone):
        """Return a kept moment in a zone, which is named."""
        moment = datetime.fromisoformat(text.removesuffix("Z"))
        words = format_datetime(self.env, moment, tz=zone, dt_format="d MMM y HH:mm")
        return f"{words} ({zone})"
