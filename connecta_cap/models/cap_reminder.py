import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..const import REMINDER_KINDS
from ..tools.reminders import split_due

_logger = logging.getLogger(__name__)


class CapReminder(models.Model):
    """Proof that somebody was reminded of a date in time, once for each mark.

    One ledger serves everything that ends or lapses: a record, the date that comes
    nearer, and the days before it. A mark that was reached unnoticed, because the job
    did not run, is on record as passed over.
    """

    _name = "cap.reminder"
    _inherit = ["cap.clock.mixin"]
    _description = "CAP Reminder"
    _order = "target_date desc, days, id desc"
    _rec_name = "kind"

    res_model = fields.Char("Document model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        "Record", model_field="res_model", required=True, readonly=True
    )
    company_id = fields.Many2one(
        "res.company", readonly=True, index=True, ondelete="cascade"
    )
    kind = fields.Selection(REMINDER_KINDS, "About", required=True, readonly=True)
    target_date = fields.Date("Date", required=True, readonly=True)
    days = fields.Integer("Days before", required=True, readonly=True, aggregator=None)
    sent_at = fields.Datetime(
        readonly=True, help="Empty: passed over, a nearer reminder went out instead."
    )
    message_id = fields.Many2one(
        "mail.message", readonly=True, index="btree_not_null", ondelete="set null"
    )
    subject = fields.Char(related="message_id.subject", string="What it said")
    reader_ids = fields.Many2many(related="message_id.partner_ids", string="Sent to")
    proof = fields.Char(
        "What became of it",
        compute="_compute_proof",
        compute_sudo=True,
        help="To which addresses the mail went, and what the mail server said.",
    )
    state = fields.Selection(
        [("sent", "Sent"), ("skipped", "Passed over")], compute="_compute_state"
    )

    _once = models.UniqueIndex(
        "(res_model, res_id, kind, target_date, days)",
        "This reminder is in the ledger already.",
    )

    # === COMPUTE METHODS === #

    @api.depends("sent_at")
    def _compute_state(self):
        for reminder in self:
            reminder.state = "sent" if reminder.sent_at else "skipped"

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
            words = ", ".join(
                f"{line.res_partner_id.email or line.res_partner_id.name}:"
                f" {states.get(line.notification_status, '')}"
                for line in sent
            )
            waiting = self.env._("In the queue") if reminder.message_id else ""
            reminder.proof = words or waiting

    # === CRUD METHODS === #

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(
            self.env._("Reminders are on record: nothing about them can be changed.")
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("Reminders are on record: none of them can be deleted.")
        )

    # === ACTION METHODS === #

    def action_open_record(self):
        """Open what the reminder was about.

        :return: action dictionary.
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
        }

    # === BUSINESS METHODS === #

    @api.model
    def _remind_batch(self, records, kind, target, days, template, since=None):
        """Remind of a date of some records where one of the marks is reached.

        Every mark goes out once, whoever asks and how often. The records' model words
        and sends it by `_send_reminder(template, days, day)`, which returns the
        message. A fault of one record is logged and does not stop the others.

        :param records: records of one model with a `company_id`.
        :param kind: a key of `REMINDER_KINDS`.
        :param target: name of the date field that comes nearer.
        :param days: marks in days before that date.
        :param template: XML id of the view that words the mail.
        :param since: name of the field with the day on which the date was set: marks
            from before that day are passed over.
        :return: the records that were reminded of.
        """
        if not records:
            return records
        today = self._cap_today()
        known, reminded = self._read_marks(records, kind), records.browse()
        for record in records.filtered(target):
            day = record[target]
            span = (day - record[since]).days if since and record[since] else None
            marks = known.get((record.id, day), set())
            sent, skipped = split_due(days, (day - today).days, marks, span)
            if sent is None and not skipped:
                continue
            values = {"kind": kind, "target_date": day}
            if self._try_remind(record, values, sent, skipped, template):
                reminded |= record
        return reminded

    def _read_marks(self, records, kind):
        """Return {(record id, date): marks on record} in one query."""
        rows = self._read_group(
            [
                ("res_model", "=", records._name),
                ("res_id", "in", records.ids),
                ("kind", "=", kind),
            ],
            ["res_id", "target_date:day"],
            ["days:array_agg"],
        )
        return {(res_id, day): set(marks) for res_id, day, marks in rows}

    def _try_remind(self, record, values, sent, skipped, template):
        try:
            with self.env.cr.savepoint():
                for mark in skipped:
                    self._claim(record, values | {"days": mark, "sent_at": None})
                return sent is not None and self._send(record, values, sent, template)
        except Exception:
            _logger.exception(
                "No reminder of %s %s could be sent", record._name, record.id
            )
            return False

    def _send(self, record, values, mark, template):
        row_id = self._claim(
            record, values | {"days": mark, "sent_at": self._cap_now()}
        )
        if not row_id:
            return False  # somebody else has just sent it
        message = record._send_reminder(template, mark, values["target_date"])
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE cap_reminder SET message_id = %s WHERE id = %s",
                message.id,
                row_id,
            )
        )
        self.invalidate_model(["message_id"])
        return True

    def _claim(self, record, values):
        """Put a mark on record; return the id of its row, None if it was there."""
        row = values | {
            "res_model": record._name,
            "res_id": record.id,
            "company_id": record.company_id.id,
            "create_uid": self.env.uid,
            "create_date": self._cap_now(),
        }
        rows = self.env.execute_query(
            SQL(
                "INSERT INTO cap_reminder (%s) VALUES %s"
                " ON CONFLICT DO NOTHING RETURNING id",
                SQL(", ").join(map(SQL.identifier, row)),
                tuple(row.values()),
            )
        )
        self.invalidate_model()
        return rows[0][0] if rows else None
