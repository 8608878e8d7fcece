from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import NOTICE_DELAY, PRIORITIES, TICKET_TYPES


class CapAssessmentMixin(models.AbstractModel):
    """The one act that keeps the promise: a person looked and gave a priority.

    "We believe that assigning a priority level to tickets is a true response."
    Defaults, clients, mail, imports, automation and superuser code cannot do it; the
    first assessment is final for the promise, later changes are history.
    """

    _name = "cap.assessment.mixin"
    _inherit = ["cap.breach.mixin", "cap.person.mixin"]
    _description = "Assessment by a person"

    priority_assigned_at = fields.Datetime("Assessed on", readonly=True, copy=False)
    priority_assigned_by_id = fields.Many2one(
        "res.users", "Assessed by", readonly=True, copy=False, ondelete="restrict"
    )
    priority_reason = fields.Char(
        "Why this priority", readonly=True, copy=False, help="The client reads this."
    )

    # === ACTION METHODS === #

    def action_assess(self, priority, ticket_type, reason):
        """Give a first priority, which stops the clock of the promise.

        :param priority: a key of `PRIORITIES`, '1' low to '4' critical.
        :param ticket_type: a key of `TICKET_TYPES`.
        :param reason: a sentence that the client reads.
        :raises AccessError: unless a person of the support agents asks.
        :raises UserError: when it was assessed before, or a value is missing.
        """
        self.ensure_one()
        self._check_is_person()
        self.check_access("write")
        reason = self._check_assessment(priority, ticket_type, reason)
        if not self._is_unassessed():
            raise UserError(
                self.env._(
                    "%(ticket)s was assessed by %(user)s already, %(when)s. Reload it, "
                    "then change its priority with a reason if you see it differently.",
                    ticket=self.display_name,
                    user=self.priority_assigned_by_id.name,
                    when=self._word_moment(self.priority_assigned_at),
                )
            )
        self._set_assessed(priority, ticket_type, reason)
        return True

    def action_change_priority(self, priority, reason):
        """Change the priority of an assessed ticket; the promise stays as it was kept.

        :param priority: a key of `PRIORITIES`.
        :param reason: a sentence that the client reads.
        :raises AccessError: unless a person of the support agents asks.
        :raises UserError: when it has not been assessed yet, or a value is missing.
        """
        self.ensure_one()
        self._check_is_person()
        self.check_access("write")
        if self._is_unassessed():
            raise UserError(
                self.env._(
                    "%(ticket)s has no priority yet: assess it first.",
                    ticket=self.display_name,
                )
            )
        reason = self._check_assessment(priority, self.ticket_type, reason)
        if priority != self.priority:
            self._guarded_write({"priority": priority, "priority_reason": reason})
            self._record_numbered(
                "reassessed",
                user_id=self.env.uid,
                note=reason,
                payload={"priority": priority},
            )
            self._tell_assessment(self.env._("Priority changed"), reason)
        return True

    @api.model
    def get_assessment_choices(self):
        """Return what the assessment dialog offers.

        :return: dict of `priorities` and `types`, lists of [key, label], and `reasons`,
            lists of sentences by priority; the first of each is the suggestion.
        """
        reasons = {key: [] for key, _label in PRIORITIES}
        for reason in self.env["cap.assessment.reason"].search([("active", "=", True)]):
            reasons[reason.priority].append(reason.text)
        return {
            "priorities": self._fields["priority"]._description_selection(self.env),
            "types": self._fields["ticket_type"]._description_selection(self.env),
            "reasons": reasons,
        }

    # === BUSINESS METHODS === #

    def _guarded_write(self, vals):
        # the last door before the record, for code that goes round the actions
        if self._get_assessed_fields() & vals.keys() or vals.get("sla_state") == "met":
            self._check_is_person()
        return super()._guarded_write(vals)

    @api.model
    def _get_assessed_fields(self):
        """Return the names of the fields that only a person's assessment sets."""
        return {
            "priority",
            "priority_reason",
            "priority_assigned_at",
            "priority_assigned_by_id",
        }

    def _check_assessment(self, priority, ticket_type, reason):
        """Return the tidied reason of an assessment whose values are complete.

        :raises UserError: naming what is missing.
        """
        if priority not in dict(PRIORITIES):
            raise UserError(
                self.env._(
                    "Choose a priority for %(ticket)s: low, normal, high or critical.",
                    ticket=self.display_name,
                )
            )
        if ticket_type not in dict(TICKET_TYPES):
            raise UserError(
                self.env._(
                    "Choose what kind of request %(ticket)s is.",
                    ticket=self.display_name,
                )
            )
        reason = " ".join((reason or "").split())
        if not reason:
            raise UserError(
                self.env._(
                    "Say in a few words why %(ticket)s gets this priority: the client "
                    "reads it.",
                    ticket=self.display_name,
                )
            )
        return reason

    def _set_assessed(self, priority, ticket_type, reason):
        """Stop the clock: met before the deadline, breached at it or later.

        The moment is read once: what is compared is what is stored.

        :param priority: a key of `PRIORITIES`.
        :param ticket_type: a key of `TICKET_TYPES`.
        :param reason: a sentence that the client reads.
        """
        now = self._cap_now()
        self._mark_breached(now)
        vals = {
            "priority": priority,
            "ticket_type": ticket_type,
            "priority_reason": reason,
            "priority_assigned_at": now,
            "priority_assigned_by_id": self.env.uid,
            "sla_worked": self._count_worked(now),
        }
        if self.sla_state == "running":
            vals["sla_state"] = "met"
        # the notice says it all: a second message with tracked values would not help
        quiet = self.with_context(mail_notrack=True)
        quiet._guarded_write(vals | self._prepare_assessed_vals())
        event = {
            "at": now,
            "user_id": self.env.uid,
            "note": reason,
            "payload": {
                "priority": priority,
                "ticket_type": ticket_type,
                "worked": self.sla_worked,
            },
        }
        self._record_sla_events("assessed", {self.id: event})
        self._tell_assessment(self.env._("Assessed"), reason)

    def _recount_worked(self):
        """Count anew how long an assessed record waited, after its terms moved."""
        for record in self.filtered("priority_assigned_at"):
            worked = record._count_worked(record.priority_assigned_at)
            record._guarded_write({"sla_worked": worked})

    def _prepare_assessed_vals(self):
        """Return what else an assessment sets; a hook."""
        return {}

    def _tell_assessment(self, title, reason):
        """Post priority, reason and person where the client reads them."""
        labels = dict(self._fields["priority"]._description_selection(self.env))
        thread = self.sudo().with_context(mail_post_autofollow_author_skip=True)
        thread.message_post(
            body=Markup("<p><b>%s: %s</b></p><p>%s</p>")
            % (title, labels[self.priority], reason),
            message_type="auto_comment",
            subtype_xmlid="mail.mt_comment",
            # the mail goes out by Odoo's own queue: the agent need not wait for it
            scheduled_date=fields.Datetime.now() + NOTICE_DELAY,
        )
