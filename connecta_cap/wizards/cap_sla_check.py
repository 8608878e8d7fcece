from datetime import timedelta

from odoo import api, fields, models

DAYS = 90
# Tickets that are compared at a time.
CHECK_BATCH = 500


class CapSlaCheck(models.TransientModel):
    """Compares tickets with their ledger, shows what differs, and puts it right."""

    _name = "cap.sla.check"
    _inherit = ["cap.clock.mixin"]
    _description = "Check against the ledger"

    ticket_ids = fields.Many2many("cap.ticket", string="Tickets")
    days = fields.Integer(
        "Received in the last days",
        default=DAYS,
        help="Which tickets are compared when none are chosen.",
    )
    checked_count = fields.Integer("Compared", compute="_compute_differences")
    difference_count = fields.Integer("Differences", compute="_compute_differences")
    differences_html = fields.Html(compute="_compute_differences", sanitize=False)
    reason = fields.Char("Why", help="It goes into the ledger of each ticket.")

    # === COMPUTE METHODS === #

    @api.depends("ticket_ids", "days")
    def _compute_differences(self):
        for check in self:
            tickets = check._list_tickets()
            found = check._compare(tickets)
            check.checked_count = len(tickets)
            check.difference_count = len(found)
            check.differences_html = check._render(found)

    # === ACTION METHODS === #

    def action_repair(self):
        """Set what differs to what the ledger says.

        :return: action that shows the check anew.
        """
        self.ensure_one()
        found = self._compare(self._list_tickets())
        wrong = self.env["cap.ticket"].union(*(item.ticket for item in found))
        wrong._repair_from_ledger(self.reason)
        self.invalidate_recordset()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Check against the ledger"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [[False, "form"]],
            "target": "new",
        }

    # === BUSINESS METHODS === #

    def _list_tickets(self):
        tickets = self.env["cap.ticket"].with_context(active_test=False)
        if self.ticket_ids:
            return tickets.browse(self.ticket_ids.ids)
        since = self._cap_now() - timedelta(days=max(self.days, 0))
        return tickets.search([("sla_start", ">=", since)], order="id")

    @api.model
    def _compare(self, tickets):
        found = []
        for start in range(0, len(tickets), CHECK_BATCH):
            found += tickets[start : start + CHECK_BATCH]._compare_with_ledger()
        return found

    def _render(self, found):
        """Return the differences as a table; False without any."""
        if not found:
            return False
        rows = [
            {
                "ticket": item.ticket.display_name,
                "field": item.ticket._fields[item.name]._description_string(self.env),
                "stored": self._word(item.ticket, item.name, item.stored),
                "recorded": self._word(item.ticket, item.name, item.recorded),
            }
            for item in found
        ]
        return self.env["ir.qweb"]._render("connecta_cap.sla_check", {"rows": rows})

    def _word(self, ticket, name, value):
        """Return a value as people read it."""
        field = ticket._fields[name]
        if value in (None, False, 0):
            return "–"
        if field.type == "many2one":
            return self.env[field.comodel_name].sudo().browse(value).display_name
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, value)
        if field.type == "datetime":
            local = fields.Datetime.context_timestamp(
                self.with_context(tz=self._cap_zone().zone), value
            )
            return local.strftime("%Y-%m-%d %H:%M:%S %Z")
        if field.type == "json":
            return self.env._("%(count)s stretches of time", count=len(value["work"]))
        return str(value)
