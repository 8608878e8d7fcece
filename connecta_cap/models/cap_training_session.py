from odoo import api, fields, models
from odoo.exceptions import UserError

# what a session is about from its first day on
FROZEN = {"subscription_id", "hours", "contact_id", "company_id"}


class CapTrainingSession(models.Model):
    """A training session with one client, paid with its training hours.

    Asking for one books the hours, holding it uses them. A certificate names who came.
    """

    _name = "cap.training.session"
    _inherit = [
        "cap.training.session.move.mixin",
        "mail.activity.mixin",
    ]
    _description = "CAP Training Session"
    _order = "start desc, id desc"
    _rec_names_search = ["number", "topic", "partner_id.name"]

    number = fields.Char(required=True, readonly=True, copy=False, default="/")
    subscription_id = fields.Many2one(
        "cap.subscription", required=True, index=True, ondelete="restrict"
    )
    partner_id = fields.Many2one(
        related="subscription_id.partner_id", string="Client", store=True, index=True
    )
    company_id = fields.Many2one(
        related="subscription_id.company_id", store=True, index=True
    )
    account_manager_id = fields.Many2one(related="subscription_id.account_manager_id")
    contact_id = fields.Many2one(
        "res.partner", "Asked by", readonly=True, ondelete="restrict"
    )

    # what the client wishes
    topic = fields.Char(required=True, tracking=True)
    message = fields.Text("Wish", help="What the client wants to learn.")
    wish_1 = fields.Datetime("Wished time")
    wish_2 = fields.Datetime("or")
    wish_3 = fields.Datetime("or else")

    # what comes of it
    material = fields.Text(
        help="Links and notes for the attendees; the client reads it."
    )
    attendance_ids = fields.One2many(
        "cap.training.attendance", "session_id", "Attendees"
    )
    attendee_count = fields.Integer(compute="_compute_attendee_count")
    credit_ids = fields.One2many(
        "cap.training.credit", "session_id", "Hours", readonly=True
    )

    _length = models.Constraint(
        "CHECK(hours > 0)", "A training session takes more than no time."
    )

    # === COMPUTE METHODS === #

    @api.depends("number", "topic")
    def _compute_display_name(self):
        for session in self:
            session.display_name = f"{session.number} {session.topic or ''}".strip()

    @api.depends("attendance_ids")
    def _compute_attendee_count(self):
        for session in self:
            session.attendee_count = len(session.attendance_ids)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("number", "/") == "/":
                vals["number"] = self.env["ir.sequence"].next_by_code(self._name)
        return super().create(vals_list)

    def write(self, vals):
        self._refuse_by_hand(FROZEN & vals.keys())
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._(
                "A training session is never deleted: its hours are on record. Cancel "
                "it instead."
            )
        )

    # === ACTION METHODS === #

    def action_schedule(self):
        """Ask for the time of the session, to offer, confirm or move it.

        :return: action dictionary.
        """
        return self._open_wizard("cap_training_schedule_action")

    def action_confirm(self):
        """Confirm the time that the client chose or was offered; invitations go out."""
        for session in self:
            session._set_confirmed()
        return True

    def action_held(self):
        """Record that the session was held; whoever is not absent was there."""
        for session in self:
            session._set_held()
        return True

    def action_cancel(self):
        """Ask why the session does not take place, and what becomes of the hours.

        :return: action dictionary.
        """
        return self._open_wizard("cap_training_cancel_action")

    def action_certificate(self):
        """Print the certificates of those who attended.

        :return: action dictionary.
        """
        self.ensure_one()
        self._check_certificate()
        report = self.env.ref("connecta_cap.cap_training_certificate_report")
        return report.report_action(self)

    def _open_wizard(self, name):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(f"connecta_cap.{name}")
        return action | {"context": {"default_session_id": self.id}}

    # === BUSINESS METHODS === #

    def _get_report_base_filename(self):
        self.ensure_one()
        return self.env._("Certificate %(number)s", number=self.number)
