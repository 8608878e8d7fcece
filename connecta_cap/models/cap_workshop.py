from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..const import WORKSHOP


class CapWorkshop(models.Model):
    """The yearly custom workshop of a client, from the wish to the report.

    Each one uses up one delivery of the ledger, found when the wish is made.
    """

    _name = "cap.workshop"
    _inherit = [
        "cap.workshop.portal.mixin",
        "cap.workshop.state.mixin",
        "mail.activity.mixin",
    ]
    _description = "CAP Workshop"
    _order = "start desc nulls first, id desc"
    _rec_names_search = ["name", "subscription_id.partner_id.name"]

    # client
    subscription_id = fields.Many2one(
        "cap.subscription", required=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        related="subscription_id.partner_id", string="Client", store=True
    )
    company_id = fields.Many2one(
        related="subscription_id.company_id", store=True, index=True
    )
    delivery_id = fields.Many2one(
        "cap.delivery", required=True, readonly=True, ondelete="restrict", copy=False
    )
    lapse_date = fields.Date(related="delivery_id.lapse_date")

    # wish
    name = fields.Char("Topic", required=True, tracking=True)
    goals = fields.Text(help="What the client wants to be able to do afterwards.")
    wish_start = fields.Date("Wished from")
    wish_end = fields.Date("Wished until")
    participants = fields.Text(help="Who takes part, and what they know already.")
    wished_by_id = fields.Many2one("res.partner", "Wished by", readonly=True)

    # plan
    user_id = fields.Many2one(
        "res.users", "Held by", tracking=True, domain="[('share', '=', False)]"
    )
    attendee_ids = fields.Many2many(
        "res.partner",
        "cap_workshop_attendee_rel",
        string="Attendees",
        domain="[('id', 'child_of', partner_id), ('is_company', '=', False)]",
        help="The client's people who get the invitation.",
    )
    file_ids = fields.One2many("cap.workshop.file", "workshop_id", "Files")

    _delivery_unique = models.UniqueIndex(
        "(delivery_id)", "The workshop of this year has been wished for already."
    )
    _wish_ordered = models.Constraint(
        "CHECK(wish_start IS NULL OR wish_end IS NULL OR wish_start <= wish_end)",
        "The wished period ends before it starts.",
    )

    # === COMPUTE METHODS === #

    @api.depends("name", "partner_id")
    def _compute_display_name(self):
        for workshop in self:
            client = workshop.sudo().partner_id.name
            parts = [workshop.name, client]
            workshop.display_name = " – ".join(filter(None, parts))

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        subscriptions = self.env["cap.subscription"]
        for vals in vals_list:
            subscription = subscriptions.browse(vals.get("subscription_id"))
            vals["delivery_id"] = self._find_delivery(subscription).id
            vals.setdefault("user_id", subscription._get_acting_consultant().id)
        workshops = super().create(vals_list)
        workshops._ask_to_plan()
        return workshops

    def write(self, vals):
        if {"subscription_id", "delivery_id"} & vals.keys():
            raise UserError(
                self.env._(
                    "A workshop stays with its client and its year. Delete the wish "
                    "and make another one."
                )
            )
        if "report" in vals:
            self._check_not_reported()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_wish(self):
        for workshop in self:
            if workshop.state != "wish":
                raise UserError(
                    self.env._(
                        "%(workshop)s is past a wish: call it off first, or leave it "
                        "on record.",
                        workshop=workshop.display_name,
                    )
                )

    def _check_not_reported(self):
        for workshop in self:
            if workshop.state == "reported":
                raise UserError(
                    self.env._(
                        "The report of %(workshop)s is published and stays as it is.",
                        workshop=workshop.display_name,
                    )
                )

    # === ACTION METHODS === #

    def action_plan(self):
        """Ask when and with whom the workshop takes place.

        :return: action dictionary.
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "connecta_cap.cap_workshop_plan_action"
        )
        return action | {"context": {"default_workshop_id": self.id}}

    def action_call_off(self):
        """Call a planned workshop off; it becomes a wish again."""
        self._set_wish()
        self._ask_to_plan()
        return True

    def action_hold(self):
        """Record that the workshop took place."""
        self._set_held()
        return True

    def action_report(self):
        """Publish the report to the client."""
        self._set_reported()
        return True

    # === BUSINESS METHODS === #

    @api.model
    def _find_delivery(self, subscription):
        """Return the delivery that a workshop of today would use up.

        :param subscription: `cap.subscription`, at most one record.
        :raises UserError: without the entitlement, or when this year's is taken.
        """
        if not subscription:
            raise UserError(self.env._("Choose the client whose workshop it is."))
        if not subscription._entitled(WORKSHOP):
            raise UserError(
                self.env._(
                    "The cover of %(subscription)s includes no workshop today. The "
                    "account manager knows which tier does.",
                    subscription=subscription.sudo().partner_id.name,
                )
            )
        today = self._cap_today()
        taken = self.sudo().search([("subscription_id", "=", subscription.id)])
        deliveries = self.env["cap.delivery"].sudo()
        free = deliveries.search(
            Domain("subscription_id", "=", subscription.id)
            & Domain("entitlement_id.code", "=", WORKSHOP)
            & Domain("date_start", "<=", today)
            & Domain("state", "in", ("late", "due", "planned"))
            & Domain("id", "not in", taken.delivery_id.ids),
            order="lapse_date, date_start",
            limit=1,
        )
        if not free:
            raise UserError(
                self.env._(
                    "%(client)s has one workshop a year, and this year's is taken or "
                    "used. Change the wish that is there, or wait for the next year.",
                    client=subscription.sudo().partner_id.name,
                )
            )
        return free

    def _ask_to_plan(self):
        """Ask the consultant, else the account manager, to plan what was wished for."""
        for workshop in self.sudo():
            manager = workshop.subscription_id.account_manager_id
            responsible = workshop.user_id or manager
            if responsible:
                workshop.activity_schedule(
                    "connecta_cap.mail_activity_type_workshop",
                    user_id=responsible.id,
                )

    def _set_planned(self, start, stop, user, attendees, location=""):
        result = super()._set_planned(start, stop, user, attendees, location)
        self.sudo().activity_feedback(["connecta_cap.mail_activity_type_workshop"])
        return result
