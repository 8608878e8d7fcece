from datetime import timedelta

from odoo import fields, models


class CapMeetingPlanMixin(models.AbstractModel):
    """Plans or moves a meeting with a client: when, where, by whom and with whom.

    Its wizards know the client as `partner_id`, and say in `_get_meeting` what they
    move; each adds what its computed fields depend on.
    """

    _name = "cap.meeting.plan.mixin"
    _description = "Plan of a meeting"

    start = fields.Datetime(required=True)
    hours = fields.Float("Length (hours)", required=True)
    location = fields.Char(compute="_compute_location", store=True, readonly=False)
    user_id = fields.Many2one(
        "res.users",
        "Held by",
        required=True,
        domain="[('share', '=', False)]",
        compute="_compute_people",
        store=True,
        readonly=False,
    )
    attendee_ids = fields.Many2many(
        "res.partner",
        string="Attendees",
        domain="[('id', 'child_of', partner_id), ('is_company', '=', False)]",
        compute="_compute_people",
        store=True,
        readonly=False,
    )

    # === COMPUTE METHODS === #

    def _compute_location(self):
        for wizard in self:
            wizard.location = wizard._get_meeting().location

    def _compute_people(self):
        for wizard in self:
            meeting = wizard._get_meeting()
            wizard.user_id = meeting.user_id or wizard._find_host() or self.env.user
            wizard.attendee_ids = meeting.attendee_ids or wizard._find_attendees()

    # === BUSINESS METHODS === #

    def _get_meeting(self):
        """Return the meeting that is moved, empty for a new one; a hook.

        :return: at most one record of a model with `cap.client.meeting.mixin`.
        """
        raise NotImplementedError

    def _find_host(self):
        """Return who holds a meeting that nobody holds yet; a hook."""
        return self.env["res.users"]

    def _find_attendees(self):
        """Return whom to invite at first; a hook."""
        return self.env["res.partner"]

    def _plan(self, meeting):
        """Plan or move a meeting as the dialog says, and invite everybody.

        :param meeting: one record of a model with `cap.client.meeting.mixin`.
        """
        self.ensure_one()
        meeting._set_planned(
            self.start,
            self.start + timedelta(hours=self.hours),
            self.user_id,
            self.attendee_ids,
            (self.location or "").strip(),
        )
