from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import (
    AREAS,
    STAGE_KINDS,
    TICKET_TYPES,
    URGENCIES,
)


class CapTicket(models.Model):
    """A client's request, from receipt over the assessment to its closing.

    What was promised is in `cap.sla.mixin`, who may assess in `cap.assessment.mixin`,
    and what a client sees and does in `cap.ticket.portal.mixin`.
    """

    _name = "cap.ticket"
    _inherit = [
        "cap.ticket.flow.mixin",
        "cap.ticket.waiting.mixin",
        "cap.ticket.desk.detail.mixin",
        "cap.ticket.consultant.mixin",
        "cap.ticket.contact.mixin",
        "cap.ticket.alert.portal.mixin",
        "cap.ticket.start.mixin",
        "cap.ticket.escalation.mixin",
        "cap.ticket.triage.mixin",
        "cap.ticket.scope.portal.mixin",
        "cap.ticket.time.mixin",
        "cap.ticket.identify.mixin",
        "cap.ticket.rating.mixin",
        "cap.assessment.mixin",
        "cap.ticket.reopen.mixin",
        "mail.activity.mixin",
    ]
    _description = "CAP Ticket"
    _order = "is_emergency desc, sla_deadline, priority_line desc, id desc"
    _rec_names_search = ["number", "name", "partner_id.name"]
    _mail_post_access = "read"
    _mail_flat_thread = False

    # request
    name = fields.Char("Subject", required=True, tracking=True, index="trigram")
    description = fields.Text()
    area = fields.Selection(AREAS, "Concerns", default="other", required=True)
    requested_urgency = fields.Selection(
        URGENCIES,
        default="2",
        required=True,
        help="How urgent the client finds it. It informs the assessment and never "
        "replaces it.",
    )
    ticket_type = fields.Selection(TICKET_TYPES, "Type", tracking=True)
    is_emergency = fields.Boolean(
        "Emergency",
        tracking=True,
        help="An incident that blocks a core business process.",
    )
    tag_ids = fields.Many2many("cap.ticket.tag", string="Tags")
    active = fields.Boolean(default=True)
    origin_ticket_id = fields.Many2one(
        "cap.ticket", "Follows up on", index="btree_not_null", ondelete="set null"
    )

    # work
    user_id = fields.Many2one(
        "res.users",
        "Assigned to",
        index="btree_not_null",
        tracking=True,
        domain="[('share', '=', False)]",
    )
    stage_id = fields.Many2one(
        "cap.ticket.stage",
        tracking=True,
        index=True,
        copy=False,
        default=lambda self: self.env["cap.ticket.stage"]._get_first("new"),
        group_expand="_read_group_expand_full",
        ondelete="restrict",
    )
    stage_kind = fields.Selection(
        STAGE_KINDS, compute="_compute_stage_kind", store=True, precompute=True
    )
    is_closed = fields.Boolean(
        compute="_compute_stage_kind", store=True, precompute=True
    )
    closed_at = fields.Datetime(readonly=True, copy=False)
    sla_event_ids = fields.One2many(
        "cap.sla.event", "ticket_id", "SLA ledger", readonly=True
    )

    _unassessed_idx = models.Index(
        "(is_emergency DESC, sla_deadline, priority_line DESC, id DESC) "
        "WHERE priority IS NULL"
    )
    # === COMPUTE METHODS === #

    @api.depends("number", "name")
    def _compute_display_name(self):
        for ticket in self:
            ticket.display_name = f"{ticket.number} {ticket.name or ''}".strip()

    @api.depends("stage_id.kind")
    def _compute_stage_kind(self):
        for ticket in self:
            kind = ticket.stage_id._get_kind()
            ticket.stage_kind = kind
            ticket.is_closed = kind == "closed"

    # === CRUD METHODS === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"closed_at"}

    def write(self, vals):
        # who may not write is told so first, whatever else is wrong
        self.check_access("write")
        if "stage_id" in vals:
            self._check_stage_change(vals["stage_id"])
        if not vals.get("active", True):
            self._check_assessed(
                self.env._(
                    "%(ticket)s has no priority yet. Assess it before you archive it: "
                    "its clock is still running.",
                )
            )
        return super().write(vals)

    def _check_stage_change(self, stage_id):
        """Refuse that staff closes what nobody has assessed, and date a closing."""
        kind = self.env["cap.ticket.stage"].browse(stage_id).kind
        closing = self.filtered(lambda ticket: not ticket.is_closed)
        if kind != "closed":
            self.filtered("is_closed")._guarded_write({"closed_at": False})
            return
        closing._check_assessed(
            self.env._(
                "%(ticket)s has no priority yet. Assess it before you close it: its "
                "clock is still running.",
            )
        )
        closing._guarded_write({"closed_at": self._cap_now()})

    def _check_assessed(self, refusal):
        """Refuse that staff puts away what nobody has assessed.

        :param refusal: what to say, with `%(ticket)s` for its name.
        """
        for ticket in self:
            if ticket._is_unassessed() and not self.env.su:
                raise UserError(refusal % {"ticket": ticket.display_name})

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._(
                "A ticket is never deleted: its promise is on record. Close it, or "
                "archive what should be out of sight."
            )
        )

    # === ACTION METHODS === #

    def action_assign_to_me(self):
        """Take the tickets on; one that is somebody's already is left to them.

        :return: True, or a notice that says whose the others are.
        """
        self.check_access("write")
        free = self.filtered(lambda ticket: not ticket.user_id)
        taken = (self - free).filtered(lambda ticket: ticket.user_id != self.env.user)
        free.user_id = self.env.user
        return taken._prepare_taken_notice() if taken else True

    def action_close(self):
        """Close assessed tickets."""
        self._set_closed(None)
        return True

    def action_reopen(self):
        """Bring closed tickets back to work."""
        self._set_reopened(None)
        return True

    # === BUSINESS METHODS === #

    def _prepare_taken_notice(self):
        """Return the notice that these tickets are with colleagues already."""
        words = [
            self.env._(
                "%(number)s is with %(user)s already.",
                number=ticket.number,
                user=ticket.user_id.sudo().name,
            )
            for ticket in self
        ]
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "message": " ".join(words),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _prepare_assessed_vals(self):
        # a new ticket has been looked at: it moves on by itself
        stage = self.env["cap.ticket.stage"]._get_first("open")
        if self.stage_kind == "new" and stage:
            return {"stage_id": stage.id}
        return {}

    def _set_closed(self, note):
        self._set_stage("closed", note)

    def _set_reopened(self, note):
        self._set_stage("new" if self._is_unassessed() else "open", note)

    def _set_stage(self, kind, note):
        """Move to the first stage of a kind.

        :param note: what the conversation should say about it, None for nothing.
        """
        self.stage_id = self.env["cap.ticket.stage"]._get_first(kind)
        for ticket in self if note else ():
            ticket.message_post(body=note, subtype_xmlid="mail.mt_comment")
