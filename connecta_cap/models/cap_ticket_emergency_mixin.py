from odoo import api, fields, models
from odoo.exceptions import UserError


class CapTicketEmergencyMixin(models.AbstractModel):
    """An emergency that turns out to be none: re-classified by a person, on record.

    Nobody clears the mark quietly: it takes a reason, an event in the ledger, and the
    client is told.
    """

    _name = "cap.ticket.emergency.mixin"
    _inherit = ["cap.ticket.outside.mixin"]
    _description = "Re-classified emergencies"

    reclassified_at = fields.Datetime(
        "Re-classified on", readonly=True, copy=False, index="btree_not_null"
    )
    reclassified_by_id = fields.Many2one(
        "res.users", "Re-classified by", readonly=True, copy=False
    )
    reclassified_reason = fields.Char(
        "Why no emergency", readonly=True, copy=False, help="The client reads this."
    )

    # === CRUD METHODS === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "reclassified_at",
            "reclassified_by_id",
            "reclassified_reason",
        }

    def write(self, vals):
        if "is_emergency" in vals and "reclassified_at" not in vals:
            self._check_emergency_kept(vals["is_emergency"])
        return super().write(vals)

    def _check_emergency_kept(self, is_emergency):
        for ticket in self:
            if ticket.is_emergency and not is_emergency:
                raise UserError(
                    self.env._(
                        "%(ticket)s came in as an emergency. Use “No emergency”: it "
                        "asks for the reason that the client reads.",
                        ticket=ticket.display_name,
                    )
                )
        # what is an emergency again was not re-classified after all
        again = self.filtered("reclassified_at") if is_emergency else self.browse()
        again._guarded_write(
            {
                "reclassified_at": False,
                "reclassified_by_id": False,
                "reclassified_reason": False,
            }
        )

    # === ACTION METHODS === #

    def action_reclassify(self, reason):
        """Treat an emergency as a usual request from now on.

        :param reason: a sentence that the client reads.
        :raises AccessError: unless a support agent asks.
        :raises UserError: when it is no emergency, or without a reason.
        """
        self.ensure_one()
        self._check_is_agent()
        reason = self._check_reason(reason)
        if not self.is_emergency:
            raise UserError(
                self.env._("%(ticket)s is not an emergency.", ticket=self.display_name)
            )
        now = self._cap_now()
        self._guarded_write(
            {
                "is_emergency": False,
                "reclassified_at": now,
                "reclassified_by_id": self.env.uid,
                "reclassified_reason": reason,
            }
        )
        self._record_numbered("reclassified", at=now, user_id=self.env.uid, note=reason)
        client = self._in_client_language()
        self._tell_client(
            client.env._("We treat this as a usual request from now on."), reason
        )
        return True
