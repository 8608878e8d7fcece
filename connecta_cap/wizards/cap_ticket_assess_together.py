from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import PRIORITIES, TICKET_TYPES

# Tickets that one look can cover.
MOST = 80


class CapTicketAssessTogether(models.TransientModel):
    """Gives several tickets the same priority, after one look at all of them.

    Say, many clients report the same outage. It is explicit, with one type, priority
    and reason that all of these clients read. What somebody else has assessed by then
    is left to them, and told.
    """

    _name = "cap.ticket.assess.together"
    _description = "Assess together"

    ticket_ids = fields.Many2many("cap.ticket", string="Tickets", required=True)
    priority = fields.Selection(PRIORITIES)
    ticket_type = fields.Selection(TICKET_TYPES, "Type")
    reason = fields.Char("Why this priority", help="All of these clients read this.")
    waiting_count = fields.Integer("To assess", compute="_compute_waiting")
    conflict_html = fields.Html(compute="_compute_waiting", sanitize=False)
    is_done = fields.Boolean(readonly=True)
    done_ids = fields.Many2many(
        "cap.ticket", "cap_ticket_assessed_together_rel", readonly=True
    )

    # === COMPUTE METHODS === #

    @api.depends("ticket_ids", "done_ids")
    def _compute_waiting(self):
        for wizard in self:
            waiting = wizard.ticket_ids.filtered(lambda one: one._is_unassessed())
            others = wizard.ticket_ids - waiting - wizard.done_ids
            wizard.waiting_count = len(waiting)
            wizard.conflict_html = wizard._render_conflicts(others)

    @api.onchange("priority")
    def _onchange_priority(self):
        choices = self.env["cap.ticket"].get_assessment_choices()["reasons"]
        known = [text for texts in choices.values() for text in texts]
        if not self.reason or self.reason in known:
            self.reason = next(iter(choices.get(self.priority, ())), False)

    # === ACTION METHODS === #

    def action_assess(self):
        """Assess those that nobody has assessed yet.

        :return: action that closes the dialog, or shows what was left to others.
        :raises AccessError: unless a support agent asks in person.
        :raises UserError: when something is missing, or all are assessed already.
        """
        self.ensure_one()
        tickets = self.ticket_ids
        self._check_number(tickets)
        # what somebody works on at this moment is left to them
        locked = tickets.sudo().try_lock_for_update(allow_referencing=True)
        free = tickets.browse(locked.ids).filtered(lambda one: one._is_unassessed())
        for ticket in free:
            ticket.action_assess(self.priority, self.ticket_type, self.reason)
        self.write({"is_done": True, "done_ids": [fields.Command.set(free.ids)]})
        if free == tickets:
            return self._get_closing(len(free))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Assessed together: %(count)s", count=len(free)),
            "res_model": self._name,
            "res_id": self.id,
            "views": [[False, "form"]],
            "target": "new",
        }

    # === BUSINESS METHODS === #

    def _check_number(self, tickets):
        if len(tickets) > MOST:
            raise UserError(
                self.env._(
                    "These are %(count)s tickets: nobody looks at more than %(most)s "
                    "at once. Choose fewer.",
                    count=len(tickets),
                    most=MOST,
                )
            )
        if not tickets.filtered(lambda one: one._is_unassessed()):
            raise UserError(
                self.env._(
                    "All of these tickets are assessed already: reload the list."
                )
            )

    def _render_conflicts(self, tickets):
        """Return what was left to others, by whom and when; False for nothing."""
        if not tickets:
            return False
        rows = [
            {
                "ticket": ticket.display_name,
                "text": self.env._(
                    "assessed by %(user)s, %(when)s",
                    user=ticket.priority_assigned_by_id.sudo().name,
                    when=ticket._word_moment(ticket.priority_assigned_at),
                )
                if ticket.priority
                else self.env._("somebody is working on it at this moment"),
            }
            for ticket in tickets
        ]
        return self.env["ir.qweb"]._render(
            "connecta_cap.assess_conflicts", {"rows": rows}
        )

    def _get_closing(self, count):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("Assessed together: %(count)s", count=count),
                "next": {
                    "type": "ir.actions.client",
                    "tag": "soft_reload",
                },
            },
        }
