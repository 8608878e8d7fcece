from odoo import models
from odoo.tools import format_datetime

from ..const import UPTIME_DAYS
from ..tools.figures import word_share
from .cap_health_reader import success_share

WINDOWS_SHOWN = 12
ERRORS_SHOWN = 5


class CapFlowTicketMixin(models.AbstractModel):
    """What a ticket about a flow has to say: its figures, nobody copies them."""

    _name = "cap.flow.ticket.mixin"
    _inherit = ["cap.clock.mixin"]
    _description = "Tickets about a flow"

    # === BUSINESS METHODS === #

    def _get_ticket_context(self):
        """Return what is known about a flow's trouble, for a ticket about it.

        Checks that the user may read the flow, then reads its figures.

        :return: dict of `flow`, `environment`, `state`, `since` and `zone` (text),
            `windows` (the latest, newest first: `start`, `ok`, `failed`, `p95_ms`,
            `queue_depth`), `errors` (the most frequent of the last days: `name`,
            `count`, `first_day`, `last_day`), `mark` (the last change: `at`, `text`;
            None without one), `urgency` (a key of `URGENCIES` to suggest) and `text`
            (all of it in words).
        """
        self.ensure_one()
        self.check_access("read")
        flow = self.sudo()
        environment = flow.environment_id
        context = {
            "flow": flow.display_name,
            "environment": environment.name,
            "state": flow.state,
            "since": environment._word_moment(flow.state_since),
            "zone": environment.tz,
            "windows": flow._list_latest_windows(),
            "errors": flow._list_errors(UPTIME_DAYS)[:ERRORS_SHOWN],
            "mark": flow._find_last_change(),
            "urgency": "4" if flow.criticality == "4" else "3",
        }
        return context | {"text": self._word_context(context)}

    def _list_latest_windows(self):
        rows = self.env["cap.health.sample"].search(
            [("flow_id", "=", self.id)], order="window_start desc", limit=WINDOWS_SHOWN
        )
        return [
            {
                "start": self._word_clock(row.window_start),
                "ok": row.ok,
                "failed": row.failed,
                "p95_ms": row.p95_ms,
                "queue_depth": row.queue_depth,
            }
            for row in rows
        ]

    def _find_last_change(self):
        """Return the last change of the flow or its environment, None for none."""
        mark = self.env["cap.health.mark"].search(
            [
                ("environment_id", "=", self.environment_id.id),
                ("flow_id", "in", [False, self.id]),
                ("kind", "in", ["deploy", "version", "renamed"]),
            ],
            limit=1,
        )
        if not mark:
            return None
        return {"at": self.environment_id._word_moment(mark.at), "text": mark.text}

    def _prepare_ticket_vals(self):
        """Return the values of a ticket about this flow, with all that is known."""
        context = self._get_ticket_context()
        states = dict(self._fields["state"]._description_selection(self.env))
        return {
            "name": self.env._(
                "%(flow)s: %(state)s", flow=self.display_name, state=states[self.state]
            ),
            "description": context["text"],
            "area": "flow",
            "requested_urgency": context["urgency"],
            "flow_id": self.id,
        }

    def _word_clock(self, moment):
        zone = self.environment_id.tz
        return format_datetime(self.env, moment, tz=zone, dt_format="d MMM HH:mm")

    def _word_context(self, context):
        """Return a context as lines of text."""
        env, states = (
            self.env,
            dict(self._fields["state"]._description_selection(self.env)),
        )
        lines = [
            env._(
                "%(flow)s in %(environment)s: %(state)s since %(since)s.",
                flow=context["flow"],
                environment=context["environment"],
                state=states[context["state"]],
                since=context["since"] or "?",
            )
        ]
        if context["mark"]:
            lines.append(env._("Last change: %(text)s, %(at)s.", **context["mark"]))
        if context["errors"]:
            lines += ["", env._("Errors:")]
            lines += [
                f"- {error['count']} × {error['name']}" for error in context["errors"]
            ]
        if context["windows"]:
            lines += ["", env._("Latest windows (%(zone)s):", zone=context["zone"])]
            lines += [self._word_window(row) for row in context["windows"]]
        return "\n".join(lines)

    def _word_window(self, row):
        return self.env._(
            "- %(start)s: %(ok)s good, %(failed)s failed (%(share)s good)",
            start=row["start"],
            ok=row["ok"],
            failed=row["failed"],
            share=word_share(success_share(row)),
        )
