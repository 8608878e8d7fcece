import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL


class CapConsultantBooking(models.Model):
    """A time at which a consultant is with one client, whatever it is for.

    Training sessions and workshops each write a row here. The database refuses a
    second one at the same time, also when two people plan at the same moment.
    """

    _name = "cap.consultant.booking"
    _inherit = ["cap.clock.mixin"]
    _description = "CAP Consultant Booking"
    _order = "start, id"
    _rec_name = "user_id"

    user_id = fields.Many2one(
        "res.users", "Consultant", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", readonly=True, index=True, ondelete="cascade"
    )
    start = fields.Datetime(required=True, readonly=True)
    stop = fields.Datetime("End", required=True, readonly=True)
    res_model = fields.Char("Document model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        "Record", model_field="res_model", required=True, readonly=True
    )

    _once = models.UniqueIndex(
        "(res_model, res_id)", "This record has booked its time already."
    )
    # int4range stands in for an equality operator, which gist has for ranges only
    _no_overlap = models.Constraint(
        "EXCLUDE USING gist (int4range(user_id, user_id, '[]') WITH &&, "
        "tsrange(start, stop) WITH &&)",
        "This consultant is booked at that time already: choose another time or "
        "another consultant.",
    )

    # === BUSINESS METHODS === #

    @api.model
    def _keep(self, record, user, start, stop):
        """Book a consultant for a record, in the place of what it had booked before.

        Whoever books at the same moment collides in the database and tries again, and
        then reads here what was first.

        :param record: the record that takes up the time, with a `company_id`.
        :param user: `res.users`, the consultant.
        :param start: naive UTC datetime.
        :param stop: naive UTC datetime, the first moment that is free again.
        :raises UserError: naming what the consultant has then.
        """
        mine = self._find_of(record)
        if (mine.user_id, mine.start, mine.stop) == (user, start, stop):
            return
        self._check_free(user, start, stop, record)
        mine.unlink()
        row = {
            "user_id": user.id,
            "start": start,
            "stop": stop,
            "res_model": record._name,
            "res_id": record.id,
            "company_id": record.company_id.id or None,
            "create_uid": self.env.uid,
            "create_date": self._cap_now(),
        }
        self.env.flush_all()
        taken = self.env.execute_query(
            SQL(
                "INSERT INTO cap_consultant_booking (%s) VALUES %s"
                " ON CONFLICT DO NOTHING RETURNING id",
                SQL(", ").join(map(SQL.identifier, row)),
                tuple(row.values()),
            )
        )
        if not taken:
            raise UserError(self._word_taken())
        self.invalidate_model()

    @api.model
    def _forget(self, records):
        """Let go of the time that some records had booked."""
        self._find_of(records).unlink()

    @api.model
    def _find_of(self, records):
        return self.sudo().search(
            [("res_model", "=", records._name), ("res_id", "in", records.ids)]
        )

    @api.model
    def _find_between(self, users, start, stop):
        """Return what some consultants have booked within some time.

        :param users: `res.users` records.
        :param start: naive UTC datetime.
        :param stop: naive UTC datetime.
        """
        return self.sudo().search(
            Domain("user_id", "in", users.ids)
            & Domain("start", "<", stop)
            & Domain("stop", ">", start)
        )

    @api.model
    def _check_free(self, user, start, stop, record=None):
        """Refuse a time at which a consultant is absent or booked.

        :param user: `res.users`, the consultant.
        :param start: naive UTC datetime.
        :param stop: naive UTC datetime.
        :param record: what may be moved, and so does not stand in its own way.
        :raises UserError: saying why; a client does not read about other clients.
        """
        day = self._cap_date_of(start)
        if user in self.env["cap.consultant.absence"]._get_absent(user, day):
            raise UserError(self._word_absent(user, day))
        others = self._find_between(user, start, stop)
        for other in others:
            if record is None or (other.res_model, other.res_id) != (
                record._name,
                record.id,
            ):
                raise UserError(other._word_taken())

    # === BUSINESS METHODS - WORDS === #

    def _word_absent(self, user, day):
        if self.env.user.share:
            return self._word_taken()
        return self.env._(
            "%(user)s is absent on %(day)s. Choose another day or another consultant.",
            user=user.name,
            day=day,
        )

    def _word_taken(self):
        """Return why a time is not free, naming what is there to who may read it."""
        known = self[:1].sudo()
        record = self.env[known.res_model].browse(known.res_id) if known else known
        reader = self.env.user
        if not known or reader.share:
            return self.env._(
                "Your consultant is not free at that time any more: choose another one."
            )
        zone = pytz.timezone(reader.tz or self._cap_zone().zone)
        word = self.env["cap.ticket"]._word_moment_in
        is_readable = record.with_user(reader).has_access("read")
        return self.env._(
            "%(consultant)s has %(other)s from %(start)s to %(stop)s. Choose another "
            "time or another consultant.",
            consultant=known.user_id.name,
            other=f"“{record.sudo().display_name}”"
            if is_readable
            else self.env._("another appointment"),
            start=word(known.start, zone),
            stop=word(known.stop, zone),
        )
