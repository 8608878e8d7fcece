from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class CapConsultantAbsence(models.Model):
    """Days on which a consultant is away and the deputy acts.

    First and last day both count, in the program's time zone.
    """

    _name = "cap.consultant.absence"
    _inherit = ["cap.clock.mixin"]
    _description = "CAP Consultant Absence"
    _order = "date_start desc, id desc"
    _rec_name = "user_id"

    user_id = fields.Many2one(
        "res.users",
        "Who",
        required=True,
        ondelete="cascade",
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
    )
    date_start = fields.Date("First day", required=True)
    date_end = fields.Date("Last day", required=True)
    note = fields.Char(help="For colleagues; clients do not see it.")
    without_deputy_count = fields.Integer(
        "Clients without deputy",
        compute="_compute_without_deputy_count",
        help="Clients of this consultant for whom nobody would stand in today.",
    )

    _dates_ordered = models.Constraint(
        "CHECK(date_start <= date_end)", "The last day cannot be before the first."
    )
    _no_overlap = models.Constraint(
        "EXCLUDE USING gist (int4range(user_id, user_id, '[]') WITH &&, "
        "daterange(date_start, date_end, '[]') WITH &&)",
        "This person is absent on some of these days already: change that line.",
    )

    # === COMPUTE METHODS === #

    @api.depends("user_id", "date_start", "date_end")
    def _compute_display_name(self):
        for absence in self:
            dates = f"{absence.date_start} – {absence.date_end}"
            absence.display_name = f"{absence.user_id.name}: {dates}"

    @api.depends("user_id")
    def _compute_without_deputy_count(self):
        alone = self.env["cap.subscription"].search(
            Domain("consultant_id", "in", self.user_id.ids)
            & Domain("deputy_id", "=", False)
            & Domain("state", "=", "active")
        )
        groups = alone.grouped("consultant_id")
        for absence in self:
            absence.without_deputy_count = len(groups.get(absence.user_id, ()))

    # === CONSTRAINT METHODS === #

    @api.constrains("user_id")
    def _check_colleague(self):
        for absence in self:
            if absence.user_id.share:
                raise ValidationError(
                    self.env._(
                        "%(user)s is a client: absences are for colleagues.",
                        user=absence.user_id.name,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        absences = super().create(vals_list)
        absences._forget_acting()
        return absences

    def write(self, vals):
        result = super().write(vals)
        self._forget_acting()
        return result

    def unlink(self):
        self._forget_acting()
        return super().unlink()

    def _forget_acting(self):
        """Let who acts be looked up again within this transaction."""
        subscriptions = self.env["cap.subscription"]
        subscriptions.invalidate_model(["acting_consultant_id"], flush=False)

    # === BUSINESS METHODS === #

    @api.model
    def _get_absent(self, users, day):
        """Return who of some people is absent on a day.

        :param users: `res.users` records.
        :param day: date in the program's zone.
        """
        if not users:
            return users
        away = self.sudo().search(
            Domain("user_id", "in", users.ids)
            & Domain("date_start", "<=", day)
            & Domain("date_end", ">=", day)
        )
        return away.user_id & users
