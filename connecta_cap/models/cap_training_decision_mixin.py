from datetime import timedelta

from odoo import api, models
from odoo.exceptions import AccessError, UserError

from ..tools.ledger import Row, clean


class CapTrainingDecisionMixin(models.AbstractModel):
    """What a person decides about training hours: a correction, an extension.

    Each is a row with a reason that the client reads.
    """

    _name = "cap.training.decision.mixin"
    _inherit = ["cap.training.ledger.mixin"]
    _description = "Decisions about training hours"

    # === VERBS === #

    @api.model
    def _correct(self, lot, hours, reason):
        """Add hours to a lot, or take some away, with a reason that the client reads.

        :param lot: `cap.training.lot` record.
        :param hours: more or less than zero.
        :raises UserError: without a reason, on an expired lot, or beyond what is left.
        """
        self._check_decision(lot, reason)
        self._take(lot.subscription_id.sudo())
        lot.invalidate_recordset()
        if not hours:
            raise UserError(self.env._("Enter the hours to add or to take away."))
        if lot.available + hours < 0:
            raise UserError(
                self.env._(
                    "Only %(available)g h of these are left to take away: the rest is "
                    "booked or used.",
                    available=lot.available,
                )
            )
        row = Row(lot.id, "correct", clean(hours), self._cap_today())
        self._decide(row, reason)

    @api.model
    def _extend(self, lot, until, reason):
        """Let a lot be booked longer, once, within what the rules allow.

        :param lot: `cap.training.lot` record.
        :param until: the last day on which it can be booked.
        :raises UserError: for a second time, or beyond the longest extension.
        """
        self._check_decision(lot, reason)
        self._take(lot.subscription_id.sudo())
        policy = self.env["cap.training.policy"]._get_policy(lot.company_id)
        expires = until + timedelta(days=1)
        latest = lot.expires_on + timedelta(days=policy.extension_days)
        if lot.is_extended or not lot.expires_on < expires <= latest:
            raise UserError(
                self.env._(
                    "These hours can be extended once, up to %(day)s at the latest: "
                    "that is the longest extension of the training rules.",
                    day=latest - timedelta(days=1),
                )
                if not lot.is_extended
                else self.env._("These hours were extended before: that happens once.")
            )
        self._decide(Row(lot.id, "extend", 0, self._cap_today(), expires), reason)
        lot.sudo().delivery_id._set_extended(expires)

    def _check_decision(self, lot, reason):
        if not self.env.user.has_group("connecta_cap.group_cap_account_manager"):
            raise AccessError(
                self.env._("Only an account manager corrects or extends hours.")
            )
        lot.check_access("read")
        if not (reason or "").strip():
            raise UserError(self.env._("Say why: the client reads it."))
        if not lot._as_lot().is_live(self._cap_today()):
            raise UserError(
                self.env._(
                    "%(lot)s cannot be booked any more: nothing can be changed about "
                    "hours that have lapsed.",
                    lot=lot.display_name,
                )
            )

    def _decide(self, row, reason):
        vals = self._prepare_row_vals(row)
        self._add([vals | {"reason": reason.strip(), "user_id": self.env.uid}])
