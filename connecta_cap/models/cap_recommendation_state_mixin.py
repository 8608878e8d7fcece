from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..const import PUBLISHED_STATES, RECOMMENDATION_STATES, RECOMMENDATION_STEPS


class CapRecommendationStateMixin(models.AbstractModel):
    """The life of a recommendation: one verb for each step, each step on record."""

    _name = "cap.recommendation.state.mixin"
    _inherit = ["cap.clock.mixin", "cap.state.moves.mixin"]
    _description = "State of a recommendation"

    state = fields.Selection(
        RECOMMENDATION_STATES,
        default="proposed",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        group_expand=True,
    )
    state_since = fields.Datetime(
        readonly=True, copy=False, default=lambda self: self._cap_now()
    )
    decline_reason = fields.Char("Why declined", readonly=True, copy=False)
    planned_on = fields.Date("Planned for", readonly=True, copy=False)
    done_on = fields.Date(readonly=True, copy=False)
    verified_on = fields.Date(readonly=True, copy=False)
    verified_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    verify_note = fields.Char("How verified", readonly=True, copy=False)
    event_ids = fields.One2many(
        "cap.recommendation.event", "recommendation_id", "History"
    )

    is_overdue = fields.Boolean(
        "Overdue",
        compute="_compute_is_overdue",
        search="_search_is_overdue",
        help="Planned for a day that has passed, and not done.",
    )

    # === COMPUTE METHODS === #

    @api.depends("state", "planned_on")
    def _compute_is_overdue(self):
        overdue = self.filtered_domain(self._get_overdue_domain())
        for record in self:
            record.is_overdue = record in overdue

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._get_overdue_domain()

    @api.model
    def _get_overdue_domain(self):
        return Domain("state", "=", "planned") & Domain(
            "planned_on", "<", self._cap_today()
        )

    # === CRUD METHODS === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "state_since",
            "decline_reason",
            "planned_on",
            "done_on",
            "verified_on",
            "verified_by_id",
            "verify_note",
        }

    # === BUSINESS METHODS === #

    @api.model
    def _get_moves(self):
        moves = {}
        for allowed, target in RECOMMENDATION_STEPS.values():
            moves[target] = (*moves.get(target, ()), *allowed)
        return moves

    def _take_step(self, step, vals=None, note=""):
        """Take one step, from the states that allow it only, and put it on record.

        :param step: key of `RECOMMENDATION_STEPS`.
        :param vals: other guarded values that go with it.
        :param note: why, in the words of who decided it.
        :raises UserError: naming the first recommendation that cannot go there.
        """
        allowed, target = RECOMMENDATION_STEPS[step]
        before = {recommendation: recommendation.state for recommendation in self}
        now = self._cap_now()
        self._update_state(target, {"state_since": now, **(vals or {})}, allowed)
        self.env["cap.recommendation.event"].sudo().create(
            [
                {
                    "recommendation_id": recommendation.id,
                    "state_before": before[recommendation],
                    "state": target,
                    "at": now,
                    "user_id": self.env.uid,
                    "note": note,
                }
                for recommendation in self
            ]
        )

    def _check_move(self, target, allowed=None):
        self.check_access("write")
        for recommendation in self:
            if recommendation.sudo().audit_id.state not in PUBLISHED_STATES:
                raise UserError(
                    self.env._(
                        "“%(recommendation)s” is part of an audit that the client has "
                        "not read yet. Publish the audit first.",
                        recommendation=recommendation.name,
                    )
                )
        return super()._check_move(target, allowed)

    def _set_accepted(self, note=""):
        """Put on record that the client wants it.

        :param note: a remark of who says so.
        """
        self._take_step("accept", {"decline_reason": False}, note)

    def _set_declined(self, reason):
        """Put on record that the client does not want it, and why.

        :param reason: a sentence; without one nothing is declined.
        """
        reason = self._clean_words(
            reason, self.env._("Say why it is declined: the next audit builds on it.")
        )
        self._take_step("decline", {"decline_reason": reason}, reason)

    def _set_planned(self, day, note=""):
        """Say for which day the improvement is planned; another day replaces it.

        :param day: date in the program's zone, today or later.
        :param note: a remark of who says so.
        """
        if not day or day < self._cap_today():
            raise UserError(
                self.env._("A plan needs a day to come: choose today or later.")
            )
        self._take_step("plan", {"planned_on": day}, note)

    def _set_done(self, day=None, note=""):
        """Put on record since when the improvement is in place.

        :param day: date in the program's zone, today by default.
        :param note: a remark of who says so.
        """
        day = day or self._cap_today()
        if day > self._cap_today():
            raise UserError(
                self.env._("It cannot be done on a day to come: plan it instead.")
            )
        self._take_step("finish", {"done_on": day}, note)
        self._measure()

    def _set_verified(self, note):
        """Put on record that somebody looked whether it helped.

        :param note: what was seen; without a note nothing is verified.
        """
        note = self._clean_words(
            note, self.env._("Say what you looked at and what you saw.")
        )
        self._measure()
        vals = {
            "verified_on": self._cap_today(),
            "verified_by_id": self.env.uid,
            "verify_note": note,
        }
        self._take_step("verify", vals, note)

    def _set_reopened(self, reason):
        """Bring back what was done or verified but does not hold.

        :param reason: a sentence.
        """
        reason = self._clean_words(reason, self.env._("Say why it is re-opened."))
        vals = dict.fromkeys(
            ("done_on", "verified_on", "verified_by_id", "verify_note"), False
        )
        self._take_step("reopen", vals | {"planned_on": False}, reason)

    def _set_proposed(self, reason):
        """Propose again what was declined.

        :param reason: a sentence: what changed since.
        """
        reason = self._clean_words(reason, self.env._("Say why it is proposed again."))
        self._take_step("reconsider", {"decline_reason": False}, reason)

    def _measure(self):
        """Look at the figures of before and after; a hook."""

    @api.model
    def _clean_words(self, text, complaint):
        text = " ".join((text or "").split())
        if not text:
            raise UserError(complaint)
        return text
