from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CapChangeAnswerMixin(models.AbstractModel):
    """What follows from a confirmed change: the client's request is answered.

    For the wizard that changes a tier.
    """

    _name = "cap.change.answer.mixin"
    _description = "Answer to a change request"

    change_request_id = fields.Many2one(
        "cap.change.request", "Asked for by the client", readonly=True
    )

    # === CONSTRAINT METHODS === #

    @api.constrains("change_request_id", "subscription_id")
    def _check_same_subscription(self):
        for wizard in self:
            asked = wizard.change_request_id
            if asked and asked.subscription_id != wizard.subscription_id:
                raise ValidationError(
                    self.env._(
                        "“%(request)s” belongs to another subscription than "
                        "%(subscription)s: change the tier from the request itself.",
                        request=asked.display_name,
                        subscription=wizard.subscription_id.display_name,
                    )
                )

    # === BUSINESS METHODS === #

    def _after_confirm(self, period, figures):
        """Answer the client's request, and tell the hook for invoicing, once.

        :param period: the new `cap.subscription.period`.
        :param figures: what `_prepare_proration` said before the change.
        """
        self.ensure_one()
        subscription = self.subscription_id
        values = subscription._prepare_change_billing(period, figures)
        subscription._handle_change_billing(values)
        asked = self.change_request_id or subscription.open_change_request_id.filtered(
            lambda request: request.tier_id == period.tier_id
        )
        if asked:
            asked._set_accepted(period)
