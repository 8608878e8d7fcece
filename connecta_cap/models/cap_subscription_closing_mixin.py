from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import CLOSE_REASONS, LIVE_STATES


class CapSubscriptionClosingMixin(models.AbstractModel):
    """How a cover ends: by decision, today or on a later day, or by itself.

    The last period carries the end, so that the cover is over at midnight of the
    program's zone whether or not a job has run; the job only draws the line under it.
    """

    _name = "cap.subscription.closing.mixin"
    _inherit = ["cap.subscription.foresight.mixin"]
    _description = "End of a subscription"

    close_date = fields.Date(
        "Cover ends on",
        readonly=True,
        copy=False,
        tracking=True,
        help="The first day without cover, by decision or because nobody renewed it.",
    )
    close_reason = fields.Selection(
        CLOSE_REASONS, "Closed because", readonly=True, copy=False
    )
    close_note = fields.Char("Reason of the closing", readonly=True, copy=False)

    # === CRUD METHODS === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "close_date",
            "close_reason",
            "close_note",
        }

    # === ACTION METHODS === #

    def action_change_state(self):
        """Open the wizard that shows what the asked operation brings.

        :return: action dictionary.
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "connecta_cap.cap_subscription_change_state_action"
        )
        operation = self.env.context.get("default_operation", "close")
        names = {
            "suspend": self.env._("Suspend the cover"),
            "resume": self.env._("Resume the cover"),
            "close": self.env._("Close the subscription"),
        }
        return action | {
            "name": names[operation],
            "context": {
                "default_subscription_id": self.id,
                "default_operation": operation,
            },
        }

    def action_keep_cover(self):
        """Call off a planned closing: the cover goes on as agreed before."""
        self.ensure_one()
        known = self._in_client_language()
        self._keep_cover()
        known._tell(
            "connecta_cap.mail_cover_kept",
            known.env._("Your Connecta cover goes on"),
            until=known._word_last_day(),
        )
        return True

    # === BUSINESS METHODS === #

    def _set_closed(self, note="", reason="decided"):
        """End the cover today, or note that it has ended; its history stays.

        :param note: why, in the words of who decided it.
        :param reason: a key of `CLOSE_REASONS`.
        """
        self._update_state("closed")
        self._end_suspensions(note)
        today = self._cap_today()
        for subscription in self:
            end = subscription.date_end
            subscription._guarded_write(
                {
                    "close_date": min(end or today, today),
                    "close_reason": reason,
                    "close_note": note,
                }
            )
            subscription.period_ids._end_on(today)
        self._after_succession_change()

    def _plan_close(self, day, note):
        """Let the cover end on a later day; changes planned for then are dropped.

        :param day: the first day without cover.
        :param note: why, in the words of who decided it.
        :raises UserError: unless it is live and `day` lies ahead, within the cover.
        """
        self.ensure_one()
        self.check_access("write")
        self._check_live()
        if day <= self._cap_today():
            raise UserError(self.env._("Choose a later day, or close it today."))
        if self.date_end and day >= self.date_end:
            raise UserError(
                self.env._(
                    "The cover of %(subscription)s ends on %(day)s by itself: choose "
                    "an earlier day.",
                    subscription=self.display_name,
                    day=self._word_day(self.date_end),
                )
            )
        self._guarded_write({"close_date": day, "close_note": note})
        self._set_cover_end(day)

    def _keep_cover(self):
        """Call off a planned closing.

        :raises UserError: when none is planned, or the cover has ended already.
        """
        self.ensure_one()
        self.check_access("write")
        if self.state not in LIVE_STATES or not self.close_date:
            raise UserError(
                self.env._(
                    "No end is planned for %(subscription)s.",
                    subscription=self.display_name,
                )
            )
        if self.close_date <= self._cap_today():
            raise UserError(
                self.env._(
                    "The cover of %(subscription)s ended on %(day)s. Create a new "
                    "subscription for this client instead.",
                    subscription=self.display_name,
                    day=self._word_day(self.close_date),
                )
            )
        self._guarded_write({"close_date": False, "close_note": False})
        self._set_cover_end(self._get_cover_end())

    def _check_live(self):
        """Refuse what only makes sense while there is cover.

        :raises UserError: naming the state.
        """
        self.ensure_one()
        if self.state not in LIVE_STATES:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(subscription)s is %(state)s: only a live subscription can be "
                    "changed. Reload the page to see where it stands.",
                    subscription=self.display_name,
                    state=labels[self.state].lower(),
                )
            )

    def _get_cover_end(self):
        """Return the day on which the cover is to end as decided; False for never."""
        self.ensure_one()
        return self.close_date

    def _check_cover_end(self):
        result = super()._check_cover_end()
        for subscription in self:
            end = subscription._get_cover_end()
            known = subscription.period_ids and subscription.state != "closed"
            if known and end and subscription.date_end != end:
                raise UserError(
                    self.env._(
                        "The cover of %(subscription)s ends on %(day)s as agreed. "
                        "Renew or close it to move its end.",
                        subscription=subscription.display_name,
                        day=subscription._word_day(end),
                    )
                )
        return result

    def _tell_state(self, operation, day, reason, sections):
        """Tell of a suspension, a resumption or a closing, as it was foreseen.

        :param operation: 'suspend', 'resume' or 'close'.
        :param day: the day from which it holds.
        :param reason: why.
        :param sections: what `_foresee` said before it was done.
        """
        words = {"day": self._word_day(day)}
        subjects = {
            "suspend": self.env._("Your Connecta cover is suspended"),
            "resume": self.env._("Your Connecta cover is back"),
            "close": self.env._("Your Connecta cover ends on %(day)s", **words),
        }
        self._tell(
            "connecta_cap.mail_state_change",
            subjects[operation],
            operation=operation,
            day=words["day"],
            reason=reason,
            sections=sections,
        )

    def _word_last_day(self):
        """Return the last day under cover in words, empty when it goes on."""
        end = self.date_end
        return self._word_day(fields.Date.subtract(end, days=1)) if end else ""
