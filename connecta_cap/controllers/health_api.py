import logging

from psycopg2 import OperationalError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from odoo.http import Controller, request, route

from ..tools.health_report import MAX_BODY_BYTES, ReportError

_logger = logging.getLogger(__name__)
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
# An answer to a wrong request never says more than what is wrong with it.
WITH = {
    "type": "http",
    "auth": "public",
    "csrf": False,
    "save_session": False,
    "readonly": False,
}


class CapHealthApi(Controller):
    """Where Connecta reports how its flows do; described in docs/health-api.yaml."""

    @route("/cap/v1/health/report", **WITH)
    def cap_health_report(self, **_values):
        """Take a report in."""
        return self._answer(self._take_report)

    @route("/cap/v1/health/heartbeat", **WITH)
    def cap_health_heartbeat(self, **values):
        """Take in that a script ran: made for `curl` in a line of cron."""
        return self._answer(self._take_heartbeat, values)

    @route("/cap/v1/<path:rest>", **WITH)
    def cap_health_unknown(self, rest, **_values):
        """Say that there is nothing at this address."""
        error = ReportError(404, "not_found", f"There is nothing at /cap/v1/{rest}.")
        return self._refuse(error)

    # === HELPERS === #

    def _take_report(self):
        self._check_method()
        self._check_type("application/json")
        body = self._read_body()
        key = request.httprequest.headers.get("Idempotency-Key")
        intake = request.env["cap.health.intake"]
        return intake._receive(self._get_token(), key, body)

    def _take_heartbeat(self, values):
        self._check_method()
        self._check_form()
        return request.env["cap.health.intake"]._beat(self._get_token(), values)

    def _check_method(self):
        if request.httprequest.method != "POST":
            raise ReportError(405, "bad_method", "Send it with POST.")

    def _check_type(self, wanted):
        headers = request.httprequest.headers
        coding = headers.get("Content-Encoding", "identity")
        if request.httprequest.mimetype != wanted or coding != "identity":
            raise ReportError(
                415, "bad_type", f"Send the body as {wanted}, not compressed."
            )

    def _check_form(self):
        """Refuse a body that is no form: what it says would not be heard."""
        asked = request.httprequest
        coding = asked.headers.get("Content-Encoding", "identity")
        if (asked.mimetype and asked.mimetype not in FORMS) or coding != "identity":
            raise ReportError(
                415, "bad_type", "Send the fields as a form, such as -d flow=Nightly."
            )
        if (asked.content_length or 0) > MAX_BODY_BYTES:
            raise self._prepare_too_large()

    def _prepare_too_large(self):
        return ReportError(
            413,
            "too_large",
            f"A report has at most {MAX_BODY_BYTES:,} bytes: split it.",
            limit=MAX_BODY_BYTES,
        )

    def _read_body(self):
        too_large = self._prepare_too_large()
        if (request.httprequest.content_length or 0) > MAX_BODY_BYTES:
            raise too_large
        # for a body that does not say its length
        request.httprequest.max_content_length = MAX_BODY_BYTES
        try:
            body = request.httprequest.get_data()
        except RequestEntityTooLarge as error:
            raise too_large from error
        if len(body) > MAX_BODY_BYTES:
            raise too_large
        return body

    def _get_token(self):
        text = request.httprequest.headers.get("Authorization", "")
        scheme, _space, token = text.partition(" ")
        return token.strip() if scheme.lower() == "bearer" else ""

    def _answer(self, take, *args):
        """Return the answer as JSON, whatever happens; faults leave nothing behind."""
        try:
            return request.make_json_response(take(*args))
        except ReportError as error:
            request.env.cr.rollback()
            return self._refuse(error)
        except (OperationalError, HTTPException):
            raise  # the server does it again, or answers by itself
        except Exception:
            _logger.exception("A health report could not be taken in")
            request.env.cr.rollback()
            return self._refuse(
                ReportError(500, "fault", "Our fault: please send it again later.")
            )

    def _refuse(self, error):
        headers = []
        if error.status == 401:
            headers.append(("WWW-Authenticate", 'Bearer realm="cap-health"'))
        if error.status == 405:
            headers.append(("Allow", "POST"))
        if error.status == 429:
            headers.append(("Retry-After", str(error.details["retry_after"])))
        body = {"code": error.code, "message": error.message, **error.details}
        return request.make_json_response({"error": body}, headers, status=error.status)
