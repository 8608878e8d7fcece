from odoo import api, fields, models


class CapTrainingPolicy(models.Model):
    """The written rules about training hours: when they return, lapse or last longer.

    One for each company; a company without one follows the program's own figures.
    """

    _name = "cap.training.policy"
    _description = "CAP Training Rules"
    _order = "company_id"
    _rec_name = "company_id"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    cancel_hours = fields.Float(
        "Cancel in time (working hours)",
        default=24.0,
        help="A session that the client cancels at least so many working hours before "
        "it starts costs no training hours. Counted in the program's response hours.",
    )
    grace_days = fields.Integer(
        "Held after expiry (days)",
        default=30,
        help="A session booked before its hours expire still counts when it is held "
        "within so many days after that.",
    )
    extension_days = fields.Integer(
        "Longest extension (days)",
        default=30,
        help="An account manager may extend hours that are about to lapse once, by at "
        "most so many days, with a reason. Zero: never.",
    )

    _company_unique = models.UniqueIndex(
        "(company_id)", "This company has training rules already: change those."
    )
    _figures_positive = models.Constraint(
        "CHECK(cancel_hours >= 0 AND grace_days >= 0 AND extension_days >= 0)",
        "The figures of the training rules cannot be negative: enter zero for none.",
    )

    # === BUSINESS METHODS === #

    @api.model
    def _get_policy(self, company):
        """Return the rules of a company, the program's own figures without a record.

        :param company: `res.company` record.
        """
        policy = self.sudo().search([("company_id", "=", company.id)], limit=1)
        return policy or self.sudo().new({"company_id": company.id})
