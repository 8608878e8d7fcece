from datetime import timedelta

from odoo import models
from odoo.exceptions import UserError

from ..const import LIVE_STATES
from ..tools.terms import first_end_after, next_term


class CapSubscriptionRenewMixin(models.AbstractModel):
    """Renewing: early it adds to the end, in grace it goes on without a gap.

    A cover that had ended is not brought back to life: a new subscription continues it.
    """

    _name = "cap.subscription.renew.mixin"
    _inherit = ["cap.subscription.renewal.mixin"]
    _description = "Renewal of a subscription"

    # === ACTION METHODS === #

    def action_renew(self):
        """Open the wizard that shows the next term.

        :return: action dictionary.
        :raises UserError: for what cannot be renewed, saying why.
        """
        self.ensure_one()
        self._check_renewable()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "connecta_cap.cap_subscription_renew_action"
        )
        return action | {"context": {"default_subscription_id": self.id}}

    # === BUSINESS METHODS === #

    def _has_run_out(self):
        """Return whether the cover ended because nobody renewed it."""
        self.ensure_one()
        return self._get_renewal_state_on(self._cap_today()) == "expired"

    def _get_next_start(self):
        """Return the first day of the next term: today for what has no end, or had."""
        self.ensure_one()
        if self._has_run_out() or not self.renewal_date:
            return self._cap_today()
        return self.renewal_date

    def _get_lossless_day(self, tier):
        day = super()._get_lossless_day(tier)
        if not self.date_end or day < self.date_end:
            return day
        # what runs goes on beyond the term: the tier changes with the next one
        tomorrow = self._cap_today() + timedelta(1)
        day = max(self.renewal_date or tomorrow, tomorrow)
        return min(day, self.date_end - timedelta(1))

    def _get_term_end(self, start, months):
        """Return the first day after a term of some months that begins on `start`."""
        self.ensure_one()
        terms = self.renewal_ids.sorted("date_from")[:1]
        first = start if self._has_run_out() else terms.date_from or start
        return next_term(first, start, months)

    def _get_first_end(self, start):
        """Return the proposed first renewal date of a cover that begins on `start`."""
        self.ensure_one()
        return first_end_after(start, self._cap_today(), self.term_months)

    def _is_sound_term(self, start, months):
        """Return whether a term is at least a month, and no slip of a key."""
        last = self._cap_last_day()
        longest = (last.year - start.year) * 12 + last.month - start.month
        return 1 <= months <= longest

    def _check_renewal_day(self, day, last):
        """Refuse a renewal that does not lie behind `last`, or much too far ahead."""
        self._cap_check_near(day)
        if day <= last:
            raise UserError(
                self.env._(
                    "The next renewal of %(subscription)s has to lie ahead: choose a "
                    "day after %(day)s.",
                    subscription=self.display_name,
                    day=self._word_day(last),
                )
            )

    def _check_coverable(self, day):
        """Refuse another tier from a day on that the cover does not reach.

        :raises UserError: saying until when it reaches.
        """
        self.ensure_one()
        self._cap_check_near(day)
        if self.date_end and day >= self.date_end:
            raise UserError(
                self.env._(
                    "The cover of %(subscription)s ends on %(end)s: renew it first, "
                    "or choose an earlier day.",
                    subscription=self.display_name,
                    end=self._word_day(self.date_end),
                )
            )

    def _check_renewable(self):
        """Refuse to renew what cannot be renewed.

        :raises UserError: saying what can be done instead.
        """
        self.ensure_one()
        words = {"subscription": self.display_name}
        if self.state == "draft":
            message = self.env._(
                "%(subscription)s has not started: choose its first tier.", **words
            )
        elif self.state == "closed" and self.close_reason != "expired":
            message = self.env._(
                "%(subscription)s was closed by decision. Create a new subscription "
                "for this client instead.",
                **words,
            )
        elif self.state in LIVE_STATES and self.close_date:
            message = self.env._(
                "%(subscription)s is to end on %(day)s by decision. Keep the cover "
                "first, then renew it.",
                day=self._word_day(self.close_date),
                **words,
            )
        elif other := self._find_successor():
            message = self.env._(
                "%(other)s covers this client already: renew that one instead of "
                "%(subscription)s.",
                other=other.display_name,
                **words,
            )
        else:
            return
        raise UserError(message)

    def _find_successor(self):
        """Return what continues this subscription, or covers its client by now."""
        others = self.env["cap.subscription"].sudo().with_context(active_test=False)
        found = others.search(
            [
                ("id", "!=", self.id),
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
                "|",
                ("state", "in", LIVE_STATES),
                ("origin_id", "=", self.id),
            ],
            order="id desc",
            limit=1,
        )
        return found if self._has_run_out() else found.browse()

    def _renew(self, start, months, tier, note=""):
        """Agree on another term, and tell client and account manager.

        :param start: first day of the term; for what goes on, the renewal date.
        :param months: its length.
        :param tier: `cap.tier` that holds from then on.
        :param note: what was agreed.
        :return: the subscription that has the term: a new one when this had ended.
        :raises UserError: when it cannot be renewed, or was meanwhile.
        """
        self.ensure_one()
        self.check_access("write")
        self._check_renewable()
        if not self._is_sound_term(start, months):
            raise UserError(
                self.env._(
                    "A term lasts at least a month, and ends before %(last)s.",
                    last=self._word_day(self._cap_last_day()),
                )
            )
        until = self._get_term_end(start, months)
        if self._has_run_out():
            before, renewed = self.env["cap.tier"], self._renew_ended()
            day = start
            renewed._start_tier(tier, day, note or self.env._("Renewal"))
        else:
            renewed, day = self, max(start, self._cap_today())
            before = self._tier_on(day)
        renewed._set_term(start, until, note, tier)
        if renewed.state == "draft":
            renewed._set_active()
        elif tier != before:
            reason = note or self.env._("With the renewal")
            renewed._start_tier(tier, day, reason)
        renewed._tell_renewal(start, before, tier, note)
        return renewed

    def _renew_ended(self):
        """Return a draft that continues this subscription."""
        if self.state in LIVE_STATES:  # the job that closes it has not run yet
            self._set_closed(reason="expired")
        fresh = self.create(
            {
                "partner_id": self.partner_id.id,
                "company_id": self.company_id.id,
                "account_manager_id": self.account_manager_id.id,
                "consultant_id": self.consultant_id.id,
                "contact_ids": self.contact_ids.ids,
                "term_months": self.term_months,
                "grace_days": self.grace_days,
            }
        )
        fresh._guarded_write({"origin_id": self.id})
        return self.browse(fresh.id)

    def _tell_renewal(self, start, before, after, note):
        """Tell until when the cover is renewed, and with which tier."""
        known = self._in_client_language()
        before = known.env["cap.tier"].browse(before.id)
        after = known.env["cap.tier"].browse(after.id)
        last = known._word_day(known._get_last_day_of_term())
        known._tell(
            "connecta_cap.mail_renewal",
            known.env._("Your Connecta cover is renewed until %(day)s", day=last),
            start=known._word_day(start),
            last=last,
            before=before,
            after=after,
            note=note,
            changes=before and before != after and before._compare(after),
        )
