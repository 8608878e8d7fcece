from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import is_html_empty

from ..const import AUDIT_MOVES, AUDIT_STATES, PUBLISHED_STATES


class CapAuditStateMixin(models.AbstractModel):
    """The life of an audit, from planned to acknowledged: one verb for each step.

    Publishing is the delivery: it cannot be taken back.
    """

    _name = "cap.audit.state.mixin"
    _inherit = ["cap.publication.mixin", "cap.audit.meeting.mixin"]
    _description = "State of an audit"

    state = fields.Selection(
        AUDIT_STATES,
        default="planned",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    acknowledged_on = fields.Date(readonly=True, copy=False)
    acknowledged_by_id = fields.Many2one("res.partner", readonly=True, copy=False)

    # === CRUD METHODS === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "acknowledged_on",
            "acknowledged_by_id",
        }

    # === ACTION METHODS === #

    def action_prepare(self):
        """Start the work: copy the checklist, bring back what is unfinished."""
        for audit in self:
            audit._set_preparing()
        return True

    def action_review(self):
        """Hand the audit to a colleague's eyes before the client reads it."""
        self._set_review()
        return True

    def action_publish(self):
        """Show the audit to the client; it cannot be taken back."""
        for audit in self:
            audit._set_published()
        return True

    # === BUSINESS METHODS === #

    @api.model
    def _get_moves(self):
        return AUDIT_MOVES

    def _set_preparing(self):
        """Start the work, or take it up again after the review."""
        self.ensure_one()
        self._update_state("preparing")
        self._copy_checklist()
        self._carry_over()

    def _set_review(self):
        """Hand the audits over for a colleague's review."""
        self._update_state("review")

    def _set_published(self):
        """Show the audit to the client, and count it as delivered today."""
        self.ensure_one()
        today = self._cap_today()
        if self.state in AUDIT_MOVES["published"]:
            self._check_complete()
        self._update_state(
            "published", {"published_on": today, "published_by_id": self.env.uid}
        )
        self.carryover_ids._freeze()
        # somebody may have recorded it by hand before
        if not self.delivery_id.delivered_on:
            self.delivery_id._set_delivered(
                today,
                note=self.env._("Audit %(number)s", number=self.name),
                record=self,
            )
        self._tell_published()

    def _set_acknowledged(self, partner):
        """Record that the client has read the audit.

        :param partner: `res.partner` of who says so.
        """
        self._update_state(
            "acknowledged",
            {"acknowledged_on": self._cap_today(), "acknowledged_by_id": partner.id},
        )

    def _list_missing(self):
        missing = super()._list_missing()
        if self.delivery_id._get_state_on(self._cap_today()) == "lapsed":
            missing.append(
                self.env._(
                    "The client is not owed it any more: it lapsed on %(day)s, with "
                    "the tier. Delete it, or have the tier changed back.",
                    day=self.subscription_id._word_day(self.delivery_id.lapse_date),
                )
            )
        return missing + self._list_missing_findings() + self._list_missing_checks()

    def _list_missing_findings(self):
        missing = []
        sentence = (self.no_findings_reason or "").strip()
        if self.finding_ids and self.no_findings:
            missing.append(
                self.env._("It has findings and says that there are none: drop one.")
            )
        elif not self.finding_ids and not self.no_findings:
            missing.append(
                self.env._("Add a finding, or tick “No findings” and say why.")
            )
        elif self.no_findings and not sentence:
            missing.append(self.env._("Say in a sentence why there are no findings."))
        for finding in self.finding_ids:
            if is_html_empty(finding.evidence):
                missing.append(
                    self.env._("“%(title)s” has no evidence yet.", title=finding.name)
                )
        return missing

    def _list_missing_checks(self):
        missing = []
        for check in self.check_ids:
            if check.state == "open":
                missing.append(
                    self.env._(
                        "“%(check)s” is not done: finish it, or mark it as not "
                        "applicable.",
                        check=check.name,
                    )
                )
            elif check.state == "not_applicable" and not (check.note or "").strip():
                missing.append(
                    self.env._(
                        "Say in the remark why “%(check)s” does not apply.",
                        check=check.name,
                    )
                )
        return missing

    def _is_published(self):
        """Return whether the client can read the audit."""
        self.ensure_one()
        return self.state in PUBLISHED_STATES

    def _check_unpublished(self):
        """Refuse to change what the client has read.

        :raises UserError: naming the audit, and how to correct it.
        """
        for audit in self:
            if audit._is_published():
                raise UserError(
                    self.env._(
                        "%(audit)s is published: its content stays as the client read "
                        "it. Add a correction instead.",
                        audit=audit.display_name,
                    )
                )

    def _copy_checklist(self):
        """Copy the checks of the chosen checklist, once."""
        self.ensure_one()
        if self.check_ids:
            return
        self.env["cap.audit.check"].create(
            [
                {
                    "audit_id": self.id,
                    "sequence": number,
                    "name": line.name,
                    "hint": line.hint,
                }
                for number, line in enumerate(self.template_id.line_ids)
            ]
        )
