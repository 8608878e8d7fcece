from babel.dates import format_date

from odoo import api, fields, models
from odoo.tools import get_lang

ENDS_WAITING = {"stage_id", "priority", "is_emergency", "active", "team_id"}


class CapTicketWaitingMixin(models.AbstractModel):
    """A ticket that waits for its client: reminders, a warning, then it is closed.

    It counts in the team's working days from our last message. Any answer of the client
    ends it. An emergency is never closed like that, nor what nobody has assessed.
    """

    _name = "cap.ticket.waiting.mixin"
    _inherit = ["cap.ticket.link.mixin", "cap.ticket.rating.mixin"]
    _description = "Tickets that wait for the client"

    waiting_since = fields.Datetime("Waiting since", readonly=True, copy=False)
    waiting_step_ids = fields.One2many(
        "cap.ticket.waiting.step", "ticket_id", "Reminders", readonly=True
    )
    waiting_next = fields.Char("Next step", compute="_compute_waiting_next")

    # === COMPUTE METHODS === #

    @api.depends("waiting_step_ids.day", "waiting_step_ids.done_at")
    @api.depends_context("lang")
    def _compute_waiting_next(self):
        steps = self.env["cap.ticket.waiting.step"]._fields["kind"]
        labels = dict(steps._description_selection(self.env))
        for ticket in self:
            todo = ticket.waiting_step_ids.filtered(lambda step: not step.done_at)
            step = todo.sorted("day")[:1]
            ticket.waiting_next = ""
            if step:
                ticket.waiting_next = self.env._(
                    "%(step)s on %(day)s",
                    step=labels[step.kind],
                    day=self._word_waiting_day(step.day),
                )

    # === CRUD METHODS === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"waiting_since"}

    def write(self, vals):
        result = super().write(vals)
        if ENDS_WAITING & vals.keys():
            self._follow_waiting()
        return result

    # === BUSINESS METHODS - PLAN === #

    def _is_waiting(self):
        """Return whether the client is reminded, and at last the ticket closed."""
        self.ensure_one()
        return bool(
            self.stage_kind == "waiting"
            and self.active
            and not self.is_emergency
            and not self._is_unassessed()
        )

    def _follow_waiting(self):
        """Plan the steps of tickets that wait from now on, and drop those of others."""
        waiting = self.filtered(lambda ticket: ticket._is_waiting())
        (self - waiting).filtered("waiting_since")._end_waiting()
        waiting.filtered(lambda ticket: not ticket.waiting_since)._start_waiting()

    def _start_waiting(self):
        """Plan the steps, counted from today."""
        if not self:
            return
        now = self._cap_now()
        today = self._cap_date_of(now)
        self._guarded_write({"waiting_since": now})
        rows = []
        for team, tickets in self.sudo().grouped("team_id").items():
            if not team:
                continue
            days = team._plan_waiting(today)
            rows += [
                {"ticket_id": ticket.id, "since": now, "kind": kind, "day": day}
                for ticket in tickets
                for kind, day in days.items()
            ]
        self.env["cap.ticket.waiting.step"].sudo().create(rows)

    def _end_waiting(self):
        """Forget what was still to be done."""
        if not self:
            return
        steps = self.sudo().waiting_step_ids
        steps.filtered(lambda step: not step.done_at).unlink()
        self._guarded_write({"waiting_since": False})

    def _message_post_after_hook(self, message, msg_values):
        result = super()._message_post_after_hook(message, msg_values)
        for ticket in self.sudo().filtered("waiting_since"):
            if ticket._is_question(message.sudo()):
                # it counts from our last message
                ticket._end_waiting()
                ticket._start_waiting()
        return result

    def _is_question(self, message):
        """Return whether a message is a colleague's, and the client reads it."""
        author = message.author_id
        is_ours = author and not author.partner_share
        return is_ours and message.message_type == "comment" and not message.is_internal

    def _take_in(self, ticket, now, reason):
        # the merged ticket may hold what this one waits for
        is_answer = ticket.stage_kind in ("new", "open")
        result = super()._take_in(ticket, now, reason)
        if is_answer and self.stage_kind == "waiting":
            self._set_stage("open", None)
        return result

    # === BUSINESS METHODS - STEPS === #

    def _take_waiting_step(self, kind, close_day):
        """Remind or warn the client, or close the ticket.

        :param kind: a key of `WAITING_STEPS`.
        :param close_day: date on which it is closed, False for never.
        """
        self.ensure_one()
        told = self.with_context(lang=self.partner_id.lang or self.env.lang)
        if kind != "close":
            told._post_notice(told._word_waiting(kind, close_day))
            return
        days = self.team_id.waiting_close
        note = self.env._("Closed: the client did not answer.")
        self._message_log(body=note)
        told.with_context(cap_waited_days=days)._set_closed(None)

    def _word_waiting(self, kind, close_day):
        """Return what the client reads, in the language of this environment."""
        ask = self.env._(
            "We wait for your answer about %(number)s: %(name)s. Answer this mail, or "
            "write in the portal.",
            number=self.number,
            name=self.name,
        )
        if kind == "reminder" or not close_day:
            return ask
        return self.env._(
            "We have not heard from you about %(number)s: %(name)s. Without an answer "
            "we close it on %(day)s. A short answer keeps it open; if all is well, you "
            "need not do anything.",
            number=self.number,
            name=self.name,
            day=self._word_waiting_day(close_day),
        )

    def _word_closing_reason(self):
        days = self.env.context.get("cap_waited_days")
        if not days:
            return super()._word_closing_reason()
        return self.env._(
            "We did not hear from you for %(days)s working days, so we assume that all "
            "is well.",
            days=days,
        )

    @api.model
    def _word_waiting_day(self, day):
        return format_date(day, "EEE d MMM", locale=get_lang(self.env).code)

    # === BUSINESS METHODS - PORTAL === #

    def _portal_readable_fields(self):
        return super()._portal_readable_fields() | {"waiting_since"}

    def _prepare_portal_values(self):
        todo = self.sudo().waiting_step_ids.filtered(lambda step: not step.done_at)
        close_day = todo.filtered(lambda step: step.kind == "close").day
        return super()._prepare_portal_values() | {
            "is_waiting": self.stage_kind == "waiting",
            "closes_on": self._word_waiting_day(close_day) if close_day else "",
        }
