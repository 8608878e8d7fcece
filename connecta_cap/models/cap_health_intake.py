import json
from datetime import UTC, timedelta

from odoo import api, models
from odoo.tools import SQL

from ..tools.clean import clean_text
from ..tools.health_report import (
    ReportError,
    digest_body,
    load_body,
    read_report,
)

MAX_KEY = 200
RATE_SPAN = timedelta(minutes=1)
# Reports of one token in a minute, unless the company says otherwise.
DEFAULT_RATE = 120
# A minute has room for a success and for a failure: neither hides the other.
BEAT = timedelta(seconds=30)
BEATS = {"ok": 2, "fail": 1}
DETAILS = ("connector", "status", "message")


class CapHealthIntake(models.AbstractModel):
    """The way in for reports: who sends it, whether it came before, what it says.

    It only adds rows; nothing that two reports would wait for each other at is
    changed. A report that a server did not finish leaves nothing, and is sent again.
    """

    _name = "cap.health.intake"
    _inherit = ["cap.health.store.mixin"]
    _description = "Intake of health reports"

    # === BUSINESS METHODS === #

    @api.model
    def _receive(self, secret, key, raw):
        """Take a report in.

        :param secret: the token that came with it.
        :param key: its idempotency key.
        :param raw: the body, as bytes.
        :return: dict to answer with.
        :raises ReportError: when it is refused as a whole.
        """
        intake, now = self.sudo(), self._cap_now()
        sender = intake.env["cap.environment.token"]._authenticate(secret, now)
        key = intake._check_key(key)
        body = load_body(raw)
        digest = digest_body(body)
        known = intake._find_answer(sender, key, digest)
        if known is not None:
            return known | {"replayed": True}
        intake._check_rate(sender, now)
        report = read_report(body, now.replace(tzinfo=UTC))
        code = report.facts.get("code")
        if code and code != sender["code"]:
            raise ReportError(
                404,
                "other_environment",
                "There is no such environment for this token: “environment.code” "
                "names another one.",
            )
        return intake._keep(sender, report, key, digest, now)

    @api.model
    def _beat(self, secret, values):
        """Take in that a small script ran.

        :param secret: the token that came with it.
        :param values: `flow`, `connector`, `status` (ok or fail) and `message`; none of
            them only says that the reporter is alive.
        :return: dict to answer with.
        :raises ReportError: when it is refused.
        """
        intake, now = self.sudo(), self._cap_now()
        sender = intake.env["cap.environment.token"]._authenticate(secret, now)
        intake._check_rate(sender, now)
        body = {"sent_at": now.replace(tzinfo=UTC).isoformat()}
        if values.get("flow") or any(values.get(name) for name in DETAILS):
            body["windows"] = [self._prepare_beat(values, now.replace(tzinfo=UTC))]
        report = read_report(body, now.replace(tzinfo=UTC))
        return intake._keep(sender, report, None, None, now)

    @api.model
    def _prepare_beat(self, values, now):
        """Return the window of one run that a heartbeat stands for."""
        if not values.get("flow"):
            raise ReportError(
                422, "no_flow", "Say with “flow” what the other fields are about."
            )
        status = values.get("status") or "ok"
        if status not in BEATS:
            raise ReportError(422, "bad_status", "“status” has to be ok or fail.")
        # the minute that is over: a window never ends in the future
        start = now.replace(second=0, microsecond=0) - BEATS[status] * BEAT
        window = {
            "flow": values["flow"],
            "connector": values.get("connector") or "",
            "start": start.isoformat(),
            "end": (start + BEAT).isoformat(),
            "ok" if status == "ok" else "failed": 1,
        }
        if status == "fail":
            message = values.get("message") or "The script reported a failure."
            window["errors"] = [{"class": "Heartbeat", "message": message}]
        return window

    @api.model
    def _check_key(self, key):
        key = (key or "").strip()
        if not key or len(key) > MAX_KEY or clean_text(key) != key:
            raise ReportError(
                400,
                "bad_key",
                f"Send an “Idempotency-Key” header of 1 to {MAX_KEY} characters: a "
                "new one for each report, the same one when it is sent again.",
            )
        return key

    @api.model
    def _find_answer(self, sender, key, digest):
        """Return what was answered to this report before, None for a new one.

        :raises ReportError: 409 when the key came with another body.
        """
        rows = self.env.execute_query(
            SQL(
                "SELECT digest, answer FROM cap_health_report"
                " WHERE environment_id = %s AND key = %s",
                sender["environment_id"],
                key,
            )
        )
        if not rows:
            return None
        if rows[0][0] != digest:
            raise ReportError(
                409,
                "key_reused",
                "This idempotency key came with another body before. Use a new key "
                "for a new report.",
            )
        answer = rows[0][1]
        return json.loads(answer) if isinstance(answer, str) else answer

    @api.model
    def _check_rate(self, sender, now):
        """Refuse more reports of a token than a minute holds.

        :raises ReportError: 429, with the seconds to wait.
        """
        company = self.env["res.company"].browse(sender["company_id"])
        most = company.cap_health_rate or DEFAULT_RATE
        rows = self.env.execute_query(
            SQL(
                "SELECT received_at FROM cap_health_report WHERE token_id = %s"
                " AND received_at > %s ORDER BY received_at DESC OFFSET %s LIMIT 1",
                sender["token_id"],
                now - RATE_SPAN,
                most - 1,
            )
        )
        if rows:
            wait = (rows[0][0] + RATE_SPAN - now).total_seconds()
            raise ReportError(
                429,
                "too_many_reports",
                f"More than {most} reports in a minute: put more windows into each.",
                retry_after=max(1, round(wait)),
            )
