from odoo import api, fields, models

from ..const import HEALTH_ICONS, HEALTH_ORDER, HEALTH_STATES
from ..tools.figures import word_share
from .cap_health_reader import success_share


class CapSubscriptionHealthMixin(models.AbstractModel):
    """A client's environments on its subscription, in lists and in service reports."""

    _name = "cap.subscription.health.mixin"
    _inherit = ["cap.subscription.panel.mixin", "cap.subscription.health.order.mixin"]
    _description = "Health of a subscription"

    environment_ids = fields.One2many(
        "cap.environment", "subscription_id", "Environments"
    )
    environment_count = fields.Integer(compute="_compute_health")
    health_state = fields.Selection(
        HEALTH_STATES,
        "Health",
        compute="_compute_health",
        search="_search_health_state",
        help="The worst state of the client's production environments.",
    )
    health_score = fields.Integer(
        compute="_compute_health", help="The lowest score of its production."
    )
    has_health_score = fields.Boolean(compute="_compute_health")

    # === COMPUTE METHODS === #

    @api.depends("environment_ids.state", "environment_ids.score")
    def _compute_health(self):
        rows = (
            self.env["cap.environment"]
            .sudo()
            ._read_group(
                [("subscription_id", "in", self.ids)],
                ["subscription_id", "kind", "state", "has_score"],
                ["__count", "score:min"],
            )
        )
        found = {}
        for subscription, *row in rows:
            found.setdefault(subscription.id, []).append(row)
        for subscription in self:
            known = found.get(subscription.id, [])
            live = [row for row in known if row[0] == "production"] or known
            states = {state for _kind, state, *_rest in live}
            scores = [score for *_row, has_score, _count, score in live if has_score]
            subscription.environment_count = sum(row[3] for row in known)
            subscription.health_state = next(
                (state for state in HEALTH_ORDER if state in states), False
            )
            subscription.has_health_score = bool(scores)
            subscription.health_score = min(scores, default=0)

    # === ACTION METHODS === #

    def action_view_environments(self):
        """Open the client's environments.

        :return: action dictionary.
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "connecta_cap.cap_environment_action"
        )
        return action | {
            "domain": [("subscription_id", "=", self.id)],
            "context": {"default_subscription_id": self.id},
        }

    def action_view_health(self):
        """Open the dashboard of the client's environment, or of all when it has more.

        :return: action dictionary.
        """
        self.ensure_one()
        page = self.env["cap.health.page"]
        if self.environment_count == 1:
            return page._open_dashboard("environment", self.environment_ids.id)
        action = page._open_dashboard("portfolio", False)
        return action | {"context": {"cap_subscription_id": self.id}}

    # === BUSINESS METHODS === #

    def _get_client_panel_health(self):
        if not self.health_state:
            return super()._get_client_panel_health()
        labels = dict(self._fields["health_state"]._description_selection(self.env))
        text = ""
        if self.has_health_score:
            text = self.env._("Score %(score)s of 100", score=self.health_score)
        return {
            "state": self.health_state,
            "icon": HEALTH_ICONS[self.health_state],
            "label": labels[self.health_state],
            "text": text,
        }

    def _prepare_health_lines(self, date_from, date_to):
        """Return what a report says about the client's environments.

        :param date_from: first day.
        :param date_to: first day after.
        :return: dict of `rows`, lists of label and value; None without environments
            that have reported.
        """
        self.ensure_one()
        known = self.sudo().environment_ids.filtered("last_report_at")
        if not known:
            return None
        reader = self.env["cap.health.reader"]
        sums = {
            row["environment_id"]: row
            for row in reader._sum_by(
                "cap_health_day",
                ("environment_id",),
                "day",
                (date_from, date_to),
                known,
            )
        }
        rows = []
        for environment in known:
            row = sums.get(environment.id)
            if row:
                runs = row["ok"] + row["failed"]
                share = word_share(success_share(row))
                text = self.env._(
                    "%(share)s of %(runs)s runs good", share=share, runs=f"{runs:,}"
                )
            else:
                text = self.env._("nothing was reported")
            rows.append([environment.name, text])
        rows += self._list_incident_lines(known, date_from, date_to)
        return {"rows": rows}

    def _list_incident_lines(self, environments, date_from, date_to):
        """Return how many incidents began in some days, by kind."""
        clock = self.env["cap.environment"]
        incidents = self.env["cap.health.incident"].sudo()
        counts = incidents._read_group(
            [
                ("environment_id", "in", environments.ids),
                ("opened_at", ">=", clock._cap_start_of(date_from)),
                ("opened_at", "<", clock._cap_start_of(date_to)),
            ],
            ["kind"],
            ["__count"],
        )
        kinds = dict(incidents._fields["kind"]._description_selection(self.env))
        return [
            [self.env._("Incidents: %(kind)s", kind=kinds[kind]), str(count)]
            for kind, count in counts
        ]
