import pytz

from odoo import api, fields, models
from odoo.tools import SQL


class CapEnvironmentNewsMixin(models.AbstractModel):
    """What the latest reports say about an environment itself."""

    _name = "cap.environment.news.mixin"
    _inherit = ["cap.health.state.mixin", "cap.clock.mixin"]
    _description = "News of an environment"

    connecta_version = fields.Char(readonly=True, copy=False)
    odoo_version = fields.Char(readonly=True, copy=False)
    last_report_at = fields.Datetime("Last report", readonly=True, copy=False)
    skew_seconds = fields.Integer(
        "Clock behind by",
        readonly=True,
        copy=False,
        aggregator=None,
        help="Seconds; negative when the reporter's clock is ahead of ours.",
    )
    seen_report_id = fields.Integer(readonly=True, copy=False)

    # === CRUD METHODS === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "connecta_version",
            "odoo_version",
            "last_report_at",
            "skew_seconds",
            "seen_report_id",
        }

    # === BUSINESS METHODS === #

    def _take_news(self):
        """Take over versions, time zone and clock from the latest reports."""
        marks = []
        for news in self._read_news():
            environment = self.browse(news["environment_id"])
            facts = news["facts"] or {}
            vals = {
                "last_report_at": news["received_at"],
                "skew_seconds": news["skew_seconds"],
                "seen_report_id": news["id"],
            }
            marks += environment._list_version_marks(facts, news["received_at"])
            for name in ("connecta_version", "odoo_version"):
                if facts.get(name):
                    vals[name] = facts[name]
            zone = facts.get("time_zone")
            if zone in pytz.all_timezones_set and zone != environment.tz:
                environment.tz = zone
            environment._write_changed(vals)
        self.env["cap.health.mark"].create(marks)
        self._note_tokens()

    def _read_news(self):
        """Return the latest report of each environment that has a new one.

        What facts say is taken from the latest report that says something.
        """
        self.env.flush_all()
        return self.env.execute_query_dict(
            SQL(
                """SELECT e.id AS environment_id, r.id, r.received_at, r.skew_seconds,
                    f.facts
                FROM cap_environment e
                JOIN LATERAL (
                    SELECT id, received_at, skew_seconds FROM cap_health_report
                    WHERE environment_id = e.id ORDER BY id DESC LIMIT 1
                ) r ON r.id > coalesce(e.seen_report_id, 0)
                LEFT JOIN LATERAL (
                    SELECT facts FROM cap_health_report
                    WHERE environment_id = e.id AND id > coalesce(e.seen_report_id, 0)
                        AND origin = 'report'
                    ORDER BY id DESC LIMIT 1
                ) f ON true
                WHERE e.id = ANY(%s)""",
                self.ids,
            )
        )

    def _list_version_marks(self, facts, at):
        """Return the values of marks for versions that are others than before."""
        self.ensure_one()
        marks = []
        for name in ("connecta_version", "odoo_version"):
            before, after = self[name], facts.get(name)
            if before and after and before != after:
                label = "Connecta" if name == "connecta_version" else "Odoo"
                marks.append(
                    {
                        "environment_id": self.id,
                        "at": at,
                        "kind": "version",
                        "text": f"{label} {before} → {after}",
                        "key": f"{name}/{at.isoformat()}",
                    }
                )
        return marks

    def _note_tokens(self):
        """Note when tokens were last used: this job does, no report."""
        rows = self.env.execute_query(
            SQL(
                """SELECT t.id, r.received_at FROM cap_environment_token t
                JOIN LATERAL (
                    SELECT received_at FROM cap_health_report WHERE token_id = t.id
                    ORDER BY received_at DESC LIMIT 1
                ) r ON t.last_used_at IS NULL OR r.received_at > t.last_used_at
                WHERE t.environment_id = ANY(%s) AND t.revoked_at IS NULL""",
                self.ids,
            )
        )
        for token_id, used_at in rows:
            token = self.env["cap.environment.token"].browse(token_id)
            token._guarded_write({"last_used_at": used_at})
