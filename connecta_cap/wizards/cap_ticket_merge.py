from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_list


class CapTicketMerge(models.TransientModel):
    """Shows what a merge comes to before it is done, or only marks duplicates."""

    _name = "cap.ticket.merge"
    _description = "Merge tickets"

    ticket_ids = fields.Many2many("cap.ticket", string="Chosen", required=True)
    mode = fields.Selection(
        [
            ("merge", "Merge into one ticket"),
            ("duplicate", "Only mark as duplicates: nothing moves"),
        ],
        "What to do",
        default="merge",
        required=True,
    )
    client_ids = fields.Many2many("res.partner", compute="_compute_client_ids")
    target_id = fields.Many2one(
        "cap.ticket",
        "Goes on in",
        compute="_compute_target_id",
        store=True,
        readonly=False,
        required=True,
        domain="[('commercial_partner_id', 'in', client_ids),"
        " ('is_closed', '=', False)]",
    )
    other_ids = fields.Many2many("cap.ticket", compute="_compute_preview")
    problem = fields.Char(compute="_compute_preview")
    promise = fields.Char("Assess before", compute="_compute_preview")
    assessment = fields.Char("Assessed", compute="_compute_preview")
    content = fields.Char("Goes along", compute="_compute_preview")
    left_behind = fields.Char("Stays behind", compute="_compute_preview")
    reason = fields.Char("Note for colleagues")
    tell_client = fields.Boolean("Tell the client")
    words = fields.Text(
        "What the client reads", compute="_compute_words", store=True, readonly=False
    )

    # === COMPUTE METHODS === #

    @api.depends("ticket_ids")
    def _compute_client_ids(self):
        for wizard in self:
            wizard.client_ids = wizard.ticket_ids.commercial_partner_id

    @api.depends("ticket_ids")
    def _compute_target_id(self):
        for wizard in self:
            tickets = wizard.ticket_ids
            several = len(tickets) > 1
            wizard.target_id = tickets._suggest_target() if several else False

    @api.depends("ticket_ids", "target_id", "mode")
    def _compute_preview(self):
        for wizard in self:
            target = wizard.target_id._origin
            others = wizard.ticket_ids._origin - target
            wizard.other_ids = others
            problem = target and wizard._find_problem(target, others)
            wizard.problem = problem
            is_shown = target and not problem and wizard.mode == "merge"
            preview = wizard._preview(target, others) if is_shown else {}
            for name in ("promise", "assessment", "content", "left_behind"):
                wizard[name] = preview.get(name, "")

    @api.depends("other_ids", "target_id")
    def _compute_words(self):
        for wizard in self:
            target = wizard.target_id._origin
            if not target:
                wizard.words = False
                continue
            told = target._in_client_language()
            wizard.words = told.env._(
                "We handle your requests together, in %(number)s: %(others)s.",
                number=target.number,
                others=format_list(told.env, wizard.other_ids.mapped("number")),
            )

    def _find_problem(self, target, others):
        if self.mode == "merge":
            return target._find_merge_problem(others)
        if not others:
            return self.env._("Choose at least two tickets, or another original.")
        return target._find_other_client(others)

    def _preview(self, target, others):
        """Return what survives a merge and what goes along, in words."""
        joined = target._join(others, target._cap_now())[0]
        terms = target.browse(joined.terms_id or [])
        first = target.browse(joined.assessed_id or [])
        behind = target._list_left_behind(others).mapped("name")
        states = dict(target._fields["sla_state"]._description_selection(self.env))
        return {
            "promise": self.env._(
                "%(moment)s, as promised for %(number)s: %(state)s",
                moment=terms._word_moment(terms.sla_deadline),
                number=terms.number,
                state=states[joined.state],
            )
            if terms
            else "",
            "assessment": self.env._(
                "%(moment)s by %(user)s, on %(number)s",
                moment=first._word_moment(first.priority_assigned_at),
                user=first.priority_assigned_by_id.name,
                number=first.number,
            )
            if first
            else "",
            "content": self._word_content(target, others),
            "left_behind": self.env._(
                "%(people)s: not of this client", people=format_list(self.env, behind)
            )
            if behind
            else "",
        }

    def _word_content(self, target, others):
        messages = sum(len(target._get_moved_messages(one)) for one in others)
        files = sum(len(target._get_moved_files(one)) for one in others)
        return self.env._(
            "Messages: %(messages)s, files: %(files)s, hours spent: %(hours)g; people "
            "of the client, tags and tasks",
            messages=messages,
            files=files,
            hours=sum(others.mapped("time_hours")),
        )

    # === CRUD METHODS === #

    @api.model
    def default_get(self, fields):
        defaults = super().default_get(fields)
        if "ticket_ids" not in defaults:
            active = self.env.context.get("active_ids") or []
            tickets = self.env["cap.ticket"].browse(active).exists()
            tickets.check_access("read")
            if len(tickets.commercial_partner_id) > 1 or len(tickets.company_id) > 1:
                raise UserError(tickets[0]._find_other_client(tickets))
            defaults["ticket_ids"] = [(6, 0, tickets.ids)]
        return defaults

    # === ACTION METHODS === #

    def action_confirm(self):
        """Do it, and open the ticket that goes on."""
        self.ensure_one()
        target, others = self.target_id, self.ticket_ids - self.target_id
        if self.mode == "merge":
            target.action_merge(others.ids, self.reason)
            if self.tell_client and self.words:
                target._tell_client(self.words)
        else:
            target.action_mark_duplicates(others.ids)
        return {
            "type": "ir.actions.act_window",
            "res_model": "cap.ticket",
            "res_id": target.id,
            "views": [[False, "form"]],
        }
