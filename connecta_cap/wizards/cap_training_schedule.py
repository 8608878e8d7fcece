from odoo import api, fields, models

from ..const import SESSION_HOURS


class CapTrainingSchedule(models.TransientModel):
    """Gives a training session its time: offered, confirmed at once, or moved.

    Without a session it books one for a client that asked by phone or mail.
    """

    _name = "cap.training.schedule"
    _description = "Plan a training session"

    session_id = fields.Many2one("cap.training.session", ondelete="cascade")
    subscription_id = fields.Many2one(
        "cap.subscription",
        required=True,
        compute="_compute_from_session",
        store=True,
        precompute=True,
        readonly=False,
        domain="[('state', '!=', 'draft')]",
    )
    client_id = fields.Many2one(related="subscription_id.partner_id")
    available = fields.Float(related="subscription_id.training_available")
    session_state = fields.Selection(related="session_id.state")
    step = fields.Selection(
        [
            ("offer", "Offer it: the client accepts or declines"),
            ("confirm", "Confirm it: invitations go out now"),
        ],
        required=True,
        default="confirm",
    )
    user_id = fields.Many2one(
        "res.users",
        "Consultant",
        required=True,
        compute="_compute_from_session",
        store=True,
        precompute=True,
        readonly=False,
        domain="[('share', '=', False)]",
    )
    start = fields.Datetime(
        required=True,
        compute="_compute_from_session",
        store=True,
        precompute=True,
        readonly=False,
    )
    wishes = fields.Char("The client's wishes", compute="_compute_wishes")
    # only for a new session
    topic = fields.Char()
    hours = fields.Selection(
        [(f"{hours:g}", f"{hours:g} h") for hours in SESSION_HOURS], "Length"
    )
    attendee_ids = fields.Many2many("res.partner", string="Attendees")

    # === COMPUTE METHODS === #

    @api.depends("session_id")
    def _compute_from_session(self):
        for wizard in self:
            session = wizard.session_id
            known = session.subscription_id or wizard.subscription_id
            wizard.subscription_id = known
            wizard.user_id = session.user_id or known.consultant_id or self.env.user
            wizard.start = session.start or session.wish_1

    @api.depends("session_id")
    def _compute_wishes(self):
        for wizard in self:
            session = wizard.session_id
            wishes = [session.wish_1, session.wish_2, session.wish_3]
            local = [
                fields.Datetime.context_timestamp(wizard, wish).strftime(
                    "%Y-%m-%d %H:%M"
                )
                for wish in wishes
                if wish
            ]
            wizard.wishes = self.env._(" or ").join(local)

    # === ACTION METHODS === #

    def action_confirm(self):
        """Offer, confirm or move the session; a new one is booked first.

        :return: action that opens the session.
        """
        self.ensure_one()
        session = self.session_id or self._book()
        if session.state == "confirmed":
            session._set_rescheduled(self.user_id, self.start)
        elif self.step == "offer":
            session._set_offered(self.user_id, self.start)
        else:
            session._set_confirmed(self.user_id, self.start)
        return {
            "type": "ir.actions.act_window",
            "res_model": "cap.training.session",
            "res_id": session.id,
            "view_mode": "form",
        }

    # === BUSINESS METHODS === #

    def _book(self):
        sessions = self.env["cap.training.session"]
        sessions.check_access("write")
        session = sessions._book(
            self.subscription_id,
            {
                "topic": self.topic,
                "hours": float(self.hours or 0),
                "attendees": self.attendee_ids,
                "contact": self.attendee_ids[:1],
            },
        )
        return sessions.browse(session.id)
