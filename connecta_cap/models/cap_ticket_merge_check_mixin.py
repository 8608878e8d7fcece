from odoo import api, fields, models
from odoo.exceptions import UserError


class CapTicketMergeCheckMixin(models.AbstractModel):
    """Where a merged ticket goes on, and which tickets may be merged at all.

    Never across clients, never so that an emergency or a request gets out of sight.
    """

    _name = "cap.ticket.merge.check.mixin"
    _inherit = ["cap.ticket.intake.mixin", "mail.thread", "cap.claim.mixin"]
    _description = "Which tickets are merged"

    merged_into_id = fields.Many2one(
        "cap.ticket",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    merged_at = fields.Datetime("Merged on", readonly=True, copy=False)
    merged_by_id = fields.Many2one(
        "res.users", "Merged by", readonly=True, copy=False, ondelete="restrict"
    )
    merged_ids = fields.One2many(
        "cap.ticket",
        "merged_into_id",
        "Merged tickets",
        readonly=True,
        context={"active_test": False},
    )

    # === CRUD METHODS === #

    @api.model
    def _get_guarded_fields(self):
        merged = {"merged_into_id", "merged_at", "merged_by_id"}
        return super()._get_guarded_fields() | merged

    def write(self, vals):
        if "stage_id" in vals or vals.get("active"):
            self._check_not_merged()
        return super().write(vals)

    def _check_not_merged(self):
        """Refuse to bring back to work what goes on elsewhere."""
        for ticket in self:
            if ticket.merged_into_id:
                raise UserError(
                    self.env._(
                        "%(ticket)s was merged into %(target)s. Work on that one: it "
                        "holds the whole conversation.",
                        ticket=ticket.number,
                        target=ticket.merged_into_id.display_name,
                    )
                )

    # === ACTION METHODS === #

    def action_open_merged_into(self):
        """Open the ticket that this one goes on in."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "cap.ticket",
            "res_id": self.merged_into_id.id,
            "views": [[False, "form"]],
        }

    # === BUSINESS METHODS - CHECKS === #

    def _find_merge_problem(self, others):
        """Return why other tickets cannot be merged into this one, "" when they can.

        :param others: tickets that are to end in this one.
        """
        self.ensure_one()
        if not others:
            return self.env._("Choose at least two tickets, or another one to go on.")
        problems = [ticket._find_unmergeable() for ticket in self | others]
        problems += [self._find_other_client(others), self._find_out_of_sight(others)]
        return next(filter(None, problems), "")

    def _find_unmergeable(self):
        """Return why a ticket cannot be part of any merge, "" when it can."""
        if self.merged_into_id:
            return self.env._(
                "%(ticket)s was merged into %(target)s already. Reload the page.",
                ticket=self.number,
                target=self.merged_into_id.display_name,
            )
        if not self.commercial_partner_id:
            return self.env._(
                "The client of %(ticket)s is not known yet. Link it to a client first.",
                ticket=self.display_name,
            )
        return ""

    def _find_other_client(self, others):
        for ticket in others:
            is_same = ticket.commercial_partner_id == self.commercial_partner_id
            if not is_same or ticket.company_id != self.company_id:
                return self.env._(
                    "%(ticket)s is of %(other)s, but %(target)s of %(client)s: what "
                    "one client wrote must never reach another. Link the two tickets "
                    "instead; clients do not see that.",
                    ticket=ticket.number,
                    other=ticket._name_client(),
                    target=self.number,
                    client=self._name_client(),
                )
        return ""

    def _name_client(self):
        """Return the client's name, with the company where that makes a difference."""
        name = self.commercial_partner_id.name
        if self.env.user.has_group("base.group_multi_company"):
            return f"{name} ({self.company_id.name})"
        return name

    def _find_out_of_sight(self, others):
        if self.is_closed or not self.active:
            return self.env._(
                "%(ticket)s is closed. Reopen it first, or merge into an open one.",
                ticket=self.display_name,
            )
        urgent = others.filtered(lambda one: one.is_emergency and not one.is_closed)
        if urgent and not self.is_emergency:
            return self.env._(
                "%(ticket)s is an emergency. Merge the others into it, so that nobody "
                "overlooks it.",
                ticket=urgent[0].display_name,
            )
        return ""

    def _suggest_target(self):
        """Return which of these tickets had best go on, empty when none is open.

        An emergency before others, then the one that is due first.
        """
        open_ones = self.filtered(lambda one: not one.is_closed and one.active)
        return open_ones.sorted(
            lambda one: (
                not one.is_emergency,
                not one.sla_deadline,
                one.sla_deadline or one.sla_start,
                one.id,
            )
        )[:1]
