from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import LockError, UserError, ValidationError


class CapTrainingSlot(models.Model):
    """A time at which a consultant offers to hold a training session with one client.

    The first client that takes it has it. It may be kept for one client.
    """

    _name = "cap.training.slot"
    _inherit = ["cap.clock.mixin", "cap.guarded.mixin"]
    _description = "CAP Training Slot"
    _order = "start, id"

    user_id = fields.Many2one(
        "res.users",
        "Consultant",
        required=True,
        index=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    start = fields.Datetime(required=True)
    hours = fields.Float("Length", required=True, default=1.5)
    stop = fields.Datetime("End", compute="_compute_stop", store=True, precompute=True)
    topic = fields.Char(help="Empty: the client says what it wants to learn.")
    partner_id = fields.Many2one(
        "res.partner",
        "Only for",
        index="btree_not_null",
        domain="[('parent_id', '=', False)]",
        help="The one client that is offered this time. Empty: whoever comes first.",
    )
    offered_on = fields.Date(
        readonly=True, default=lambda self: self._cap_today(), copy=False
    )
    session_id = fields.Many2one(
        "cap.training.session",
        "Taken by",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    state = fields.Selection(
        [("free", "Free"), ("taken", "Taken"), ("past", "Past")],
        compute="_compute_state",
    )

    _length = models.Constraint(
        "CHECK(hours > 0 AND hours <= 12)",
        "A training slot is between a few minutes and 12 hours long.",
    )
    _no_overlap = models.Constraint(
        "EXCLUDE USING gist (int4range(user_id, user_id, '[]') WITH &&, "
        "tsrange(start, stop) WITH &&)",
        "This consultant offers another slot at that time: choose another time.",
    )

    # === COMPUTE METHODS === #

    @api.depends("start", "hours")
    def _compute_stop(self):
        for slot in self:
            slot.stop = slot.start and slot.start + timedelta(hours=slot.hours)

    @api.depends("session_id", "start")
    def _compute_state(self):
        now = self._cap_now()
        for slot in self:
            if slot.session_id:
                slot.state = "taken"
            else:
                slot.state = "past" if slot.start and slot.start <= now else "free"

    @api.depends("user_id", "start", "hours")
    def _compute_display_name(self):
        for slot in self:
            start = slot.start and fields.Datetime.context_timestamp(slot, slot.start)
            slot.display_name = self.env._(
                "%(start)s, %(hours)g h with %(consultant)s",
                start=start.strftime("%Y-%m-%d %H:%M") if start else "",
                hours=slot.hours,
                consultant=slot.sudo().user_id.name or "",
            )

    # === CONSTRAINT METHODS === #

    @api.constrains("start", "user_id")
    def _check_to_come(self):
        now = self._cap_now()
        for slot in self:
            if slot.start <= now:
                raise ValidationError(
                    self.env._("A slot lies in the future: choose a later start.")
                )

    @api.constrains("start", "hours", "user_id")
    def _check_consultant_free(self):
        bookings = self.env["cap.consultant.booking"]
        for slot in self:
            bookings._check_free(slot.user_id, slot.start, slot.stop)

    @api.constrains("partner_id")
    def _check_client(self):
        for slot in self:
            if slot.partner_id != slot.partner_id.commercial_partner_id:
                raise ValidationError(
                    self.env._(
                        "%(contact)s is a contact: offer the slot to its organisation.",
                        contact=slot.partner_id.display_name,
                    )
                )

    # === CRUD METHODS === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"session_id", "offered_on"}

    def write(self, vals):
        if {"user_id", "start", "hours", "partner_id", "company_id"} & vals.keys():
            self._check_free()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_taken(self):
        self._check_free()

    # === BUSINESS METHODS === #

    def _check_free(self):
        """Refuse to touch a slot that a client has taken.

        :raises UserError: naming its session.
        """
        for slot in self:
            if slot.session_id:
                raise UserError(
                    self.env._(
                        "%(slot)s is taken by %(session)s. Reschedule or cancel that "
                        "session instead.",
                        slot=slot.display_name,
                        session=slot.session_id.display_name,
                    )
                )

    @api.model
    def _list_free(self, subscription):
        """Return the slots that a client may take, the next one in front.

        What the consultant has planned since has taken the time away.
        """
        found = self.sudo().search(
            [
                ("session_id", "=", False),
                ("start", ">", self._cap_now()),
                ("company_id", "=", subscription.company_id.id),
                ("partner_id", "in", [False, subscription.partner_id.id]),
            ],
            limit=50,
        )
        if not found:
            return found
        bookings = self.env["cap.consultant.booking"]._find_between(
            found.user_id, found[0].start, max(found.mapped("stop"))
        )
        return found.filtered(
            lambda slot: (
                not any(
                    booking.user_id == slot.user_id
                    and booking.start < slot.stop
                    and booking.stop > slot.start
                    for booking in bookings
                )
            )
        )

    def _take(self, session):
        """Give the slot to a session.

        :raises UserError: when somebody else has it, or takes it at this moment.
        """
        self.ensure_one()
        taken = self.env._(
            "This time has just been taken by somebody else. Choose another one."
        )
        try:
            self.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(taken) from error
        if self.session_id:
            raise UserError(taken)
        # writing the row makes a second one who looked before this was saved retry
        self._guarded_write({"session_id": session.id})

    def _give_back(self):
        """Let the slot be taken by somebody else."""
        self._guarded_write({"session_id": False})
