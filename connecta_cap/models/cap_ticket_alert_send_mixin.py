from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..const import ALERT_BATCH, ALERT_LEVELS

# Odoo's own mail job takes over what the alert job was not able to send by then.
MAIL_NET = timedelta(minutes=2)


class CapTicketAlertSendMixin(models.AbstractModel):
    """Alerts that repeat and climb until somebody acknowledges an emergency.

    Each round belongs to a moment that follows from the emergency's own; its rows in
    the ledger, mails and messages are written in one transaction. A job that ends in
    between leaves nothing, and the next one does the round.
    """

    _name = "cap.ticket.alert.send.mixin"
    _inherit = ["cap.ticket.emergency.mixin"]
    _description = "Alerts to people on call"

    emergency_at = fields.Datetime("Emergency since", readonly=True, copy=False)
    alert_at = fields.Datetime(
        "Next alert",
        readonly=True,
        copy=False,
        help="Empty when nobody is to be alerted any more.",
    )
    alert_ids = fields.One2many("cap.alert", "ticket_id", "Alerts", readonly=True)

    _alert_idx = models.Index("(alert_at) WHERE alert_at IS NOT NULL")

    # === CRUD METHODS === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"emergency_at", "alert_at"}

    # === BUSINESS METHODS - ROUNDS === #

    @api.model
    def _cron_alert(self):
        """Alert to emergencies that nobody has acknowledged; safe side by side."""
        cron = self.env["ir.cron"]
        domain = Domain("alert_at", "<=", self._cap_now())
        records = self.sudo().with_context(active_test=False)
        while True:
            due = records.search(domain, order="alert_at, id", limit=ALERT_BATCH)
            locked = due.try_lock_for_update(allow_referencing=True)
            if not locked:
                return
            mails, failed = locked._alert_again()
            domain &= Domain("id", "not in", failed.ids)
            left = records.search_count(domain, limit=ALERT_BATCH + 1)
            more = cron._commit_progress(len(locked), remaining=left)
            # on record now: sent at once, and by nobody else
            mails.send()
            if not more:
                return

    def _alert_again(self):
        """Do the round that is due for each emergency, and plan the next one.

        Each is done as a whole or not at all, and keeps no other from its round.

        :return: the `mail.mail` records to send once this is committed, and the
            tickets whose round failed.
        """
        now, mails = self._cap_now(), []
        failed = self._each_alone(
            self, lambda ticket: mails.append(ticket._do_alert_round(now))
        )
        (self - failed)._trigger_alerts()
        return self.env["mail.mail"].sudo().union(*mails), failed

    def _do_alert_round(self, now):
        self.ensure_one()
        due = self._get_alert_round(now)
        first = due == self.emergency_at
        # the screens were alerted when the emergency came in
        channels = ("email", "sms") if first else ("screen", "email", "sms")
        mails = self._alert(channels, due)
        every = timedelta(minutes=self._get_alert_team().alert_every)
        self._guarded_write({"alert_at": due + every})
        # what a constraint refuses is refused here, and not at the end for all
        self.env.flush_all()
        return mails

    def _get_alert_round(self, now):
        """Return the moment of the latest round until now; missed ones are skipped."""
        every = timedelta(minutes=self._get_alert_team().alert_every)
        latest = self.emergency_at + (now - self.emergency_at) // every * every
        # the team may have changed how often it is alerted
        return max(latest, self.alert_at)

    def _get_alert_level(self, due):
        """Return how far a round has climbed: 1 on call, 2 lead, 3 manager."""
        climb = timedelta(minutes=self._get_alert_team().alert_climb)
        return min(len(ALERT_LEVELS), 1 + (due - self.emergency_at) // climb)

    def _get_alert_team(self):
        teams = self.env["cap.team"].sudo()
        return self.team_id.sudo() or teams._get_default_team(self.company_id)

    def _trigger_alerts(self):
        """Have the job called when the next rounds are due, at once if they are."""
        moments = {ticket.alert_at for ticket in self if ticket.alert_at}
        if moments:
            cron = self.env.ref("connecta_cap.ir_cron_cap_alert").sudo()
            cron._trigger(at=sorted(moments))

    # === BUSINESS METHODS - CHANNELS === #

    def _alert(self, channels, due):
        """Alert whose turn it is, and put it on record.

        :param channels: keys of `ALERT_CHANNELS`.
        :param due: the moment of the round, naive UTC.
        :return: the `mail.mail` records to send.
        """
        self.ensure_one()
        known = self.sudo()
        level = known._get_alert_level(due)
        users = known._list_readers(known._get_alert_team()._list_alerted(level))
        reached = {
            "screen": users,
            "email": users.filtered("email"),
            "sms": known._filter_sms(users),
        }
        vals = {
            "ticket_id": known.id,
            "company_id": known.company_id.id,
            "level": str(level),
            "due_at": due,
            "sent_at": known._cap_now(),
        }
        known.env["cap.alert"].create(
            [
                {**vals, "channel": channel, "user_id": user.id}
                for channel in channels
                for user in reached[channel]
            ]
        )
        if "screen" in channels:
            for user in users:
                told = known.with_context(lang=user.lang or known.env.lang)
                user._bus_send("cap.alert/raised", told._prepare_alert())
        if "sms" in channels:
            known._send_alert_sms(reached["sms"])
        return known._create_alert_mails(
            reached["email"] if "email" in channels else users.browse(), level
        )

    def _list_readers(self, users):
        """Return those of some users who see this ticket; leads when none does."""
        self.ensure_one()
        readers = [user for user in users if self._find_reader([user])]
        readers = readers or self._get_alert_team()._list_program_leads()
        return self.env["res.users"].union(*readers)

    def _prepare_alert(self):
        """Return what a screen shows of the emergency, in words and as plain JSON."""
        self.ensure_one()
        return {
            "ticket_id": self.id,
            "number": self.number,
            "name": self.name,
            "client": self.commercial_partner_id.name or "",
            "process": self.blocked_process or "",
            "phone": self.callback_phone or "",
            "since": self._word_moment(self.blocked_since),
            "deadline": self._word_moment(self.ack_deadline),
        }

    def _create_alert_mails(self, users, level):
        mails = self.env["mail.mail"].sudo()
        for user in users:
            ticket = self.with_context(lang=user.lang or self.env.lang)
            subject = ticket.env._(
                "Emergency %(number)s: %(name)s", number=ticket.number, name=ticket.name
            )
            values = {
                "ticket": ticket,
                "level": level,
                "deadline": ticket._word_moment(ticket.ack_deadline),
                "since": ticket._word_moment(ticket.blocked_since),
            }
            vals = ticket._get_alert_team()._prepare_notice_mail(
                user, subject, "connecta_cap.mail_alert", values
            )
            mails |= mails.create(vals)
        if mails:
            queue = self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()
            queue._trigger(at=fields.Datetime.now() + MAIL_NET)
        return mails

    def _filter_sms(self, users):
        """Return who gets an SMS: nobody without the service or the team's wish."""
        if "sms.sms" not in self.env or not self._get_alert_team().alert_by_sms:
            return users.browse()
        return users.filtered("phone")

    def _send_alert_sms(self, users):
        if not users:
            return
        self.env["sms.sms"].sudo().create(
            [
                {
                    "number": user.phone,
                    "partner_id": user.partner_id.id,
                    "body": self.env._(
                        "Emergency %(number)s, %(client)s: %(process)s. Call %(phone)s",
                        number=self.number,
                        client=self.commercial_partner_id.name,
                        process=self.blocked_process or self.name,
                        phone=self.callback_phone or "-",
                    ),
                }
                for user in users
            ]
        )
        # Odoo's own job sends it, and keeps what went wrong on the message
        job = self.env.ref("sms.ir_cron_sms_scheduler_action", raise_if_not_found=False)
        if job:
            job.sudo()._trigger()
