from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..const import CONSULTANT_ROLES, PLAN_BATCH


class CapConsultantAssignment(models.Model):
    """From which day on a person has a role for a client: a history that only grows.

    A role ends where the next row of it starts; a row without a person ends it.
    """

    _name = "cap.consultant.assignment"
    _inherit = ["cap.clock.mixin"]
    _description = "CAP Consultant Assignment"
    _order = "date_start desc, id desc"
    _rec_name = "user_id"

    subscription_id = fields.Many2one(
        "cap.subscription", required=True, readonly=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(related="subscription_id.partner_id", string="Client")
    company_id = fields.Many2one(
        related="subscription_id.company_id", store=True, index=True
    )
    role = fields.Selection(CONSULTANT_ROLES, required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users",
        "Person",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Empty: nobody from that day on.",
    )
    date_start = fields.Date("From", required=True, readonly=True)
    date_end = fields.Date(
        "Until",
        compute="_compute_date_end",
        help="The first day of the next one. Empty: it goes on.",
    )
    introduction = fields.Text(readonly=True, help="What the client was told.")
    decided_by_id = fields.Many2one(
        "res.users", "Decided by", required=True, readonly=True, ondelete="restrict"
    )
    # whether what hangs on the person has followed on the day that it came into force
    is_entered = fields.Boolean(readonly=True)

    _day_idx = models.Index("(subscription_id, role, date_start DESC, id DESC)")
    _to_enter_idx = models.Index("(date_start) WHERE is_entered IS NOT TRUE")

    # === COMPUTE METHODS === #

    @api.depends("subscription_id.assignment_ids.date_start", "role", "date_start")
    def _compute_date_end(self):
        for line in self:
            later = line.subscription_id.assignment_ids.filtered(
                lambda other, line=line: (
                    other.role == line.role
                    and (other.date_start, other.id) > (line.date_start, line.id)
                )
            )
            line.date_end = later.sorted(lambda other: (other.date_start, other.id))[
                :1
            ].date_start

    # === CRUD METHODS === #

    def write(self, vals):
        if not self.env.su or vals.keys() != {"is_entered"}:
            self._refuse_rewriting()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        self._refuse_rewriting()

    def _refuse_rewriting(self):
        raise UserError(
            self.env._(
                "Who was whose consultant when is on record and is not rewritten. Hand "
                "over again instead."
            )
        )

    # === BUSINESS METHODS === #

    def _user_on(self, role, day):
        """Return who has a role on a day among these assignments of one client.

        :param role: a key of `CONSULTANT_ROLES`.
        :param day: date in the program's zone.
        :return: `res.users`, at most one record.
        """
        begun = self.filtered(lambda line: line.role == role and line.date_start <= day)
        return begun.sorted(lambda line: (line.date_start, line._origin.id))[
            -1:
        ].user_id

    @api.model
    def _cron_enter(self):
        """Let tickets follow hand-overs whose planned first day has come."""
        begun = self.sudo().search(
            Domain("date_start", "<=", self._cap_today())
            & Domain("is_entered", "=", False),
            limit=PLAN_BATCH,
        )
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(begun))
        for line in begun.try_lock_for_update(allow_referencing=True):
            line.is_entered = True
            line.subscription_id._follow_assignment(line.role)
            if not cron._commit_progress(1):
                return
