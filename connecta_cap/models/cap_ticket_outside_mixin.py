from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class CapTicketOutsideMixin(models.AbstractModel):
    """The outcome *outside CAP*: a reason, a polite answer and a way onward.

    Only an assessed request gets it, so that the promise is kept first; it stays open
    until the client answers or an agent closes it.
    """

    _name = "cap.ticket.outside.mixin"
    _inherit = ["cap.ticket.scope.mixin"]
    _description = "Requests outside the program"

    outside_reason_id = fields.Many2one(
        "cap.outside.reason",
        "Outside CAP",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Why the program is not for this request. The assessment still counts.",
    )
    outside_answer = fields.Text(readonly=True, copy=False)
    outside_at = fields.Datetime(
        "Outside since", readonly=True, copy=False, index="btree_not_null"
    )
    outside_by_id = fields.Many2one(
        "res.users", "Outside CAP by", readonly=True, copy=False
    )

    # === CRUD METHODS === #

    @api.model
    def _get_guarded_fields(self):
        outside = {name for name in self._fields if name.startswith("outside_")}
        return super()._get_guarded_fields() | outside

    # === ACTION METHODS === #

    def action_set_outside(self, reason_id, answer):
        """Tell the client that this is outside the program, and who helps then.

        :param reason_id: id of a `cap.outside.reason`.
        :param answer: what the client reads.
        :raises AccessError: unless a support agent asks.
        :raises UserError: before the assessment, twice, or without reason or answer.
        """
        self.ensure_one()
        self._check_is_agent()
        reason = self.env["cap.outside.reason"].browse(reason_id).exists()
        answer = (answer or "").strip()
        self._check_outside(reason, answer)
        self._guarded_write(
            {
                "outside_reason_id": reason.id,
                "outside_answer": answer,
                "outside_at": self._cap_now(),
                "outside_by_id": self.env.uid,
            }
        )
        self._set_stage("waiting", None)
        client = self._in_client_language()
        self._tell_client(
            client.env._("This is outside the Connecta Assurance Program."), answer
        )
        return True

    def action_set_inside(self, reason):
        """Take *outside CAP* back, with a reason that the client reads.

        :param reason: a sentence.
        :raises AccessError: unless a support agent asks.
        :raises UserError: when it is not outside, or without a reason.
        """
        self.ensure_one()
        self._check_is_agent()
        reason = self._check_reason(reason)
        if not self.outside_reason_id:
            raise UserError(
                self.env._(
                    "%(ticket)s is not marked as outside CAP.",
                    ticket=self.display_name,
                )
            )
        outside = [name for name in self._fields if name.startswith("outside_")]
        self._guarded_write(dict.fromkeys(outside, False))
        if self.stage_kind == "waiting":
            self._set_stage("open", None)
        client = self._in_client_language()
        self._tell_client(client.env._("We take this request up after all."), reason)
        return True

    # === BUSINESS METHODS === #

    def _check_is_agent(self):
        """Refuse who is not a support agent acting in person.

        :raises AccessError: for everybody else.
        """
        is_agent = self.env.user.has_group("connecta_cap.group_cap_agent")
        if not is_agent or not self._is_person():
            raise AccessError(
                self.env._("Only a support agent decides this: ask the support team.")
            )
        self.check_access("write")

    def _check_reason(self, reason):
        """Return a tidied reason.

        :raises UserError: when there is none.
        """
        reason = " ".join((reason or "").split())
        if not reason:
            raise UserError(
                self.env._(
                    "Say why, for %(ticket)s: the client reads it.",
                    ticket=self.display_name,
                )
            )
        return reason

    def _check_outside(self, reason, answer):
        if self._is_unassessed():
            raise UserError(
                self.env._(
                    "%(ticket)s has no priority yet. Assess it first: that is what was "
                    "promised, and it still counts.",
                    ticket=self.display_name,
                )
            )
        if self.outside_reason_id:
            raise UserError(
                self.env._(
                    "%(ticket)s is outside CAP already: %(reason)s. Take that back "
                    "first if it is another reason.",
                    ticket=self.display_name,
                    reason=self.outside_reason_id.name,
                )
            )
        if self.is_closed:
            raise UserError(
                self.env._(
                    "%(ticket)s is closed. Reopen it first, then answer the client.",
                    ticket=self.display_name,
                )
            )
        if not reason or not answer:
            raise UserError(
                self.env._(
                    "Choose a reason for %(ticket)s, and what the client reads.",
                    ticket=self.display_name,
                )
            )
