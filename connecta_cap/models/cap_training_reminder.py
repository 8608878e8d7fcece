from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..const import TRAINING_REMINDER_DAYS


class CapTrainingReminder(models.Model):
    """That a client was told about hours which are about to lapse, with the proof.

    One for each lot and number of days, whoever sends it: the database sees to it.
    """

    _name = "cap.training.reminder"
    _inherit = ["cap.clock.mixin"]
    _description = "CAP Training Reminder"
    _order = "day desc, id desc"
    _rec_name = "days"

    lot_id = fields.Many2one(
        "cap.training.lot", "Hours", required=True, readonly=True, index=True
    )
    subscription_id = fields.Many2one(related="lot_id.subscription_id")
    partner_id = fields.Many2one(related="lot_id.partner_id", string="Client")
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    days = fields.Integer(
        "Days before", required=True, help="How long before the hours lapse."
    )
    day = fields.Date("Sent on", required=True)
    hours = fields.Float(
        "Unused (h)", digits=(8, 2), help="Unused when the reminder was sent."
    )
    message_id = fields.Many2one("mail.message", ondelete="set null")
    proof = fields.Char(compute="_compute_proof", compute_sudo=True)

    _once = models.UniqueIndex(
        "(lot_id, days)", "The client was reminded of these hours already."
    )

    # === COMPUTE METHODS === #

    @api.depends("message_id.notification_ids.notification_status")
    def _compute_proof(self):
        """Say to whom the mail went and what became of it, from the mail itself."""
        states = dict(
            self.env["mail.notification"]
            ._fields["notification_status"]
            ._description_selection(self.env)
        )
        for reminder in self:
            sent = reminder.message_id.notification_ids.filtered("res_partner_id")
            reminder.proof = ", ".join(
                f"{line.res_partner_id.email or line.res_partner_id.name}:"
                f" {states.get(line.notification_status, '')}"
                for line in sent
            ) or self.env._("In the queue")

    # === CRUD METHODS === #

    def write(self, vals):
        if not self.env.su:
            raise UserError(self.env._("A reminder that was sent is on record."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A reminder that was sent is never deleted."))

    # === BUSINESS METHODS === #

    @api.model
    def _cron_remind(self):
        """Remind clients of hours that lapse in 60, 30 or 7 days, once each."""
        todo = self._list_due()
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(todo))
        for lot, days in todo:
            self._remind(lot, days)
            if not cron._commit_progress(1):
                return

    @api.model
    def _list_due(self):
        """Return (lot, days) pairs that the client is to be reminded of now.

        When several of them have passed unseen, only the nearest one is sent.
        """
        today = self._cap_today()
        horizon = today + timedelta(days=max(TRAINING_REMINDER_DAYS))
        lots = (
            self.env["cap.training.lot"]
            .sudo()
            .search(
                [
                    ("expires_on", ">", today),
                    ("expires_on", "<=", horizon),
                    ("available", ">", 0),
                ]
            )
        )
        reminded = {}
        for lot, days in self.sudo()._read_group(
            [("lot_id", "in", lots.ids)], ["lot_id"], ["days:min"]
        ):
            reminded[lot.id] = days
        due = []
        for lot in lots:
            left = (lot.expires_on - today).days
            nearest = min(days for days in TRAINING_REMINDER_DAYS if days >= left)
            if nearest < reminded.get(lot.id, nearest + 1):
                due.append((lot, nearest))
        return due

    @api.model
    def _remind(self, lot, days):
        """Remind a client of one lot, unless somebody else has done so meanwhile."""
        self.env.flush_all()
        taken = self.env.execute_query(
            SQL(
                """INSERT INTO cap_training_reminder
                    (lot_id, days, day, hours, company_id, create_uid, create_date)
                VALUES (%s, %s, %s, %s, %s, %s, %s)
                ON CONFLICT DO NOTHING RETURNING id""",
                lot.id,
                days,
                self._cap_today(),
                lot.available,
                lot.company_id.id,
                self.env.uid,
                self._cap_now(),
            )
        )
        if taken:
            reminder = self.sudo().browse(taken[0])
            reminder.message_id = lot.subscription_id._tell_training_lapses(lot)
            self.env["cap.training.lot"].invalidate_model(["reminded_on"])
