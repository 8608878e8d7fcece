from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import CONTEST_STATES, FAIR_USE_MEASURES

LONGEST_MESSAGE = 2000


class CapFairUseContest(models.Model):
    """A client says that a ticket should not count in its fair use; a person decides.

    What is accepted is not counted any more. Either way the client is told.
    """

    _name = "cap.fair.use.contest"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "cap.guarded.mixin",
        "cap.clock.mixin",
    ]
    _description = "CAP Fair Use Contest"
    _order = "state desc, id desc"

    ticket_id = fields.Many2one(
        "cap.ticket", required=True, readonly=True, ondelete="restrict"
    )
    subscription_id = fields.Many2one(
        "cap.subscription", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="subscription_id.company_id", store=True, index=True
    )
    partner_id = fields.Many2one(
        "res.partner", "By", required=True, readonly=True, ondelete="restrict"
    )
    measure = fields.Selection(FAIR_USE_MEASURES, required=True, readonly=True)
    message = fields.Text("What the client says", required=True, readonly=True)
    state = fields.Selection(
        CONTEST_STATES, default="open", required=True, readonly=True
    )
    answer = fields.Text(help="The client reads this.")
    decided_by_id = fields.Many2one("res.users", "Decided by", readonly=True)
    decided_at = fields.Datetime("Decided on", readonly=True)

    _once = models.UniqueIndex(
        "(ticket_id, measure)", "This ticket was contested already."
    )

    # === COMPUTE METHODS === #

    @api.depends("ticket_id", "measure")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["measure"]._description_selection(self.env))
        for contest in self:
            number = contest.sudo().ticket_id.number or ""
            contest.display_name = f"{number} {labels.get(contest.measure, '')}".strip()

    # === CRUD METHODS === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "state",
            "decided_by_id",
            "decided_at",
        }

    def write(self, vals):
        kept = {"ticket_id", "subscription_id", "partner_id", "measure", "message"}
        decided = self.filtered(lambda contest: contest.state != "open")
        if kept & vals.keys() or ("answer" in vals and decided):
            raise UserError(
                self.env._(
                    "What a client contested, and what was answered, stays as it is."
                )
            )
        return super().write(vals)

    # === ACTION METHODS === #

    def action_accept(self):
        """Agree: the ticket is not counted in this measure any more."""
        self._decide("accepted")
        return True

    def action_reject(self):
        """Keep counting the ticket, with an answer that the client reads."""
        for contest in self:
            if not (contest.answer or "").strip():
                raise UserError(
                    self.env._(
                        "Answer the client before you reject %(contest)s: say why the "
                        "ticket counts.",
                        contest=contest.display_name,
                    )
                )
        self._decide("rejected")
        return True

    # === BUSINESS METHODS === #

    def _decide(self, state):
        """Move open contests to `state`, tell the clients and count again."""
        self.check_access("write")
        for contest in self:
            if contest.state != "open":
                raise UserError(
                    self.env._(
                        "%(contest)s was decided by %(user)s already.",
                        contest=contest.display_name,
                        user=contest.decided_by_id.name,
                    )
                )
        self._guarded_write(
            {
                "state": state,
                "decided_by_id": self.env.uid,
                "decided_at": self._cap_now(),
            }
        )
        for contest in self:
            lang = contest.sudo().partner_id.lang or self.env.lang
            decision = contest.with_context(lang=lang)._word_decision()
            ticket = contest.sudo().ticket_id
            ticket._tell_client(decision, (contest.answer or "").strip())
        self.sudo().activity_unlink(["connecta_cap.mail_activity_type_contest"])
        self.subscription_id._refresh_fair_use()

    def _word_decision(self):
        labels = dict(self._fields["measure"]._description_selection(self.env))
        if self.state == "accepted":
            return self.env._(
                "You are right: this ticket does not count under “%(measure)s” any "
                "more.",
                measure=labels[self.measure],
            )
        return self.env._(
            "We looked at it again: this ticket still counts under “%(measure)s”.",
            measure=labels[self.measure],
        )

    @api.model
    def _portal_contest(self, ticket, measure, message):
        """Contest a counted ticket as the client who asks.

        :param ticket: `cap.ticket`, in the client's own environment.
        :param measure: a key of `FAIR_USE_MEASURES`.
        :param message: why it should not count.
        :raises AccessError: when the ticket is not the client's.
        :raises UserError: when it does not count, was contested, or words are missing.
        """
        ticket._check_is_own()
        message = (message or "").strip()
        subscription = ticket.sudo().subscription_id
        self._check_contest(ticket, subscription, measure, message)
        contest = self.sudo().create(
            {
                "ticket_id": ticket.id,
                "subscription_id": subscription.id,
                "partner_id": self.env.user.partner_id.id,
                "measure": measure,
                "message": message,
            }
        )
        subscription._schedule_fair_use(
            contest,
            "connecta_cap.mail_activity_type_contest",
            self.env._("A client contests a counted ticket"),
        )
        return contest

    def _check_contest(self, ticket, subscription, measure, message):
        count = subscription._count_fair_use().get(subscription.id)
        counted = {(use.ticket, use.measure) for use in count.counted} if count else ()
        known = self.sudo().search_count(
            [("ticket_id", "=", ticket.id), ("measure", "=", measure)]
        )
        if known:
            raise UserError(
                self.env._(
                    "You contested %(ticket)s already: our answer is or comes on its "
                    "page.",
                    ticket=ticket.number,
                )
            )
        if (ticket.id, measure) not in counted:
            raise UserError(
                self.env._(
                    "%(ticket)s does not count in your fair use.", ticket=ticket.number
                )
            )
        if not message or len(message) > LONGEST_MESSAGE:
            raise UserError(
                self.env._(
                    "Say why %(ticket)s should not count, in at most %(most)s "
                    "characters.",
                    ticket=ticket.number,
                    most=LONGEST_MESSAGE,
                )
            )
