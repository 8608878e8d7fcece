from odoo import fields, models

from ..const import PUBLISHED_STATES, UNFINISHED_STATES

LISTED = 15


class CapHealthCheckAgendaMixin(models.AbstractModel):
    """What the meeting talks about: drafted from the figures, then the consultant's."""

    _name = "cap.health.check.agenda.mixin"
    _inherit = ["cap.health.check.figures.mixin"]
    _description = "Agenda of a Health Check"

    agenda = fields.Html(
        copy=False, help="Drafted when the check is prepared. The client reads it."
    )
    minutes = fields.Html(
        copy=False, help="What was said and agreed. The client reads it."
    )

    # === ACTION METHODS === #

    def action_write_agenda(self):
        """Write the agenda again from today's figures."""
        for check in self:
            check._check_unpublished()
            check._carry_over()
            check._write_agenda()
        return True

    # === BUSINESS METHODS === #

    def _write_agenda(self):
        """Draft the agenda in the client's language."""
        self.ensure_one()
        known = self.with_context(lang=self._get_client_lang())
        html = known.env["ir.qweb"]._render(
            "connecta_cap.health_check_agenda", known._prepare_agenda()
        )
        self.write({"agenda": html})

    def _prepare_agenda(self):
        """Return what is worth talking about.

        :return: dict of `environments` (list of dicts of `name`, `state`, `score`,
            `deductions`, `incidents`, `errors`: texts), `actions`, `recommendations`,
            `tickets` and `checklists`: lists of texts.
        """
        self.ensure_one()
        known = self.sudo()
        return {
            "environments": [
                self._prepare_agenda_part(data) for data in known._read_environments()
            ],
            "actions": [action._word() for action in known._find_unfinished()],
            "recommendations": known._list_agenda_advice(),
            "tickets": known._list_agenda_tickets(),
            "checklists": [
                checklist._word_progress()
                for checklist in known.subscription_id.checklist_ids
                if checklist.state == "open"
            ],
        }

    def _prepare_agenda_part(self, data):
        words = self._prepare_environment(data)
        return {
            "name": words["name"],
            "state": words["label"],
            "score": words["score"],
            "deductions": words["deductions"],
            "incidents": [row["text"] for row in words["incidents"] if row["is_open"]],
            "errors": [row["text"] for row in words["errors"] if row["is_new"]],
        }

    def _list_agenda_advice(self):
        advice = self.env["cap.recommendation"].search(
            [
                ("subscription_id", "=", self.subscription_id.id),
                ("state", "in", UNFINISHED_STATES),
                ("audit_id.state", "in", PUBLISHED_STATES),
            ],
            limit=LISTED,
        )
        labels = dict(advice._fields["state"]._description_selection(self.env))
        return [f"{line.name} ({labels[line.state].lower()})" for line in advice]

    def _list_agenda_tickets(self):
        tickets = self.env["cap.ticket"].search(
            [
                ("subscription_id", "=", self.subscription_id.id),
                ("is_closed", "=", False),
            ],
            order="priority desc, id",
            limit=LISTED,
        )
        return [
            f"{ticket.number} {ticket.name} ({ticket.stage_id.name.lower()})"
            for ticket in tickets
        ]

    def _find_unfinished(self):
        """Return the actions that the meeting asks about: its own and what is left."""
        self.ensure_one()
        return self.action_ids.filtered(lambda action: action.state == "open")

    def _carry_over(self):
        """Bring back the client's unfinished actions of earlier checks, each once."""
        self.ensure_one()
        unfinished = self.env["cap.health.action"].search(
            [
                ("subscription_id", "=", self.subscription_id.id),
                ("state", "=", "open"),
                ("check_id.state", "=", "published"),
                ("check_id", "!=", self.id),
            ],
            order="date_due, id",
        )
        unfinished._carry_to(self)
