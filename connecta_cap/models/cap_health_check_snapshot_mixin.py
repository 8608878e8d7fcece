from odoo import api, fields, models

from .cap_health_reader import iso

# What is kept of an environment; everything that a later page may show of the day.
KEPT = (
    "name",
    "kind",
    "tz",
    "connecta_version",
    "odoo_version",
    "state",
    "state_since",
    "last_report_at",
    "score",
    "score_reason",
    "flows",
    "open_incidents",
    "day",
    "strip",
    "uptime",
    "deductions",
    "score_history",
)
KEPT_OF_FLOWS = ("name", "connector", "state", "success_share", "p95_ms", "queue_max")
KEPT_OF_ERRORS = ("flow", "title", "count", "last_day", "is_new")
KEPT_OF_INCIDENTS = ("flow", "kind", "opened_at", "closed_at", "minutes", "ticket")
MOST_FLOWS = 30
MOST_ERRORS = 10
MOST_INCIDENTS = 10


class CapHealthCheckSnapshotMixin(models.AbstractModel):
    """The figures of the client's environments as the meeting saw them.

    They are copied when the meeting is held: samples are purged and states change, but
    what was talked about stays as it was.
    """

    _name = "cap.health.check.snapshot.mixin"
    _inherit = ["cap.health.check.state.mixin"]
    _description = "Figures of a Health Check"

    snapshot = fields.Json(readonly=True, copy=False)
    snapshot_at = fields.Datetime("Figures of", readonly=True, copy=False)

    # === CRUD METHODS === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"snapshot", "snapshot_at"}

    # === BUSINESS METHODS === #

    def _take_snapshot(self):
        """Return the client's figures of this moment, in the client's language.

        :return: dict of `at`, `environments` and `checklists`, ready for JSON.
        """
        self.ensure_one()
        known = self.sudo().with_context(lang=self._get_client_lang())
        subscription = known.subscription_id
        return {
            "at": iso(self._cap_now()),
            "environments": known._read_environments(),
            "checklists": subscription.checklist_ids._prepare_rows(),
        }

    def _read_environments(self):
        """Return what is kept of each environment, production first."""
        return [
            _trim(environment._get_environment_data())
            for environment in self._find_environments()
        ]

    def _find_environments(self):
        """Return the client's environments as superuser, production first."""
        self.ensure_one()
        environments = self.env["cap.environment"].sudo()
        return environments.search(
            [("subscription_id", "=", self.subscription_id.id)], order="kind, name, id"
        )


def _trim(data):
    """Return the part of a dashboard's data that a snapshot keeps."""
    return {key: data[key] for key in KEPT} | {
        name: [{key: row[key] for key in keys} for row in data[source][:most]]
        for name, source, keys, most in (
            ("flow_rows", "flow_rows", KEPT_OF_FLOWS, MOST_FLOWS),
            ("errors", "errors", KEPT_OF_ERRORS, MOST_ERRORS),
            ("incidents", "incidents", KEPT_OF_INCIDENTS, MOST_INCIDENTS),
        )
    }
