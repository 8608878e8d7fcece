from odoo import api, fields, models


class RatingRating(models.Model):
    """A client's vote about a closed ticket, with who worked on it then.

    Team, tier and agent are frozen when the client is asked: a ticket that changes
    hands later does not change whose work was rated.
    """

    _inherit = "rating.rating"

    cap_ticket_id = fields.Many2one(
        "cap.ticket", "Ticket", readonly=True, index="btree_not_null"
    )
    cap_round = fields.Integer(
        "Closing", readonly=True, help="1 for the first closing, 2 after a reopening."
    )
    cap_team_id = fields.Many2one("cap.team", "Team", readonly=True)
    cap_tier_id = fields.Many2one("cap.tier", "Tier", readonly=True)
    cap_user_id = fields.Many2one("res.users", "Agent", readonly=True)
    cap_client_id = fields.Many2one("res.partner", "Client", readonly=True)
    cap_company_id = fields.Many2one("res.company", "Company", readonly=True)

    # one question for each closing, whoever asks at the same moment
    _cap_once = models.UniqueIndex(
        "(cap_ticket_id, cap_round) WHERE cap_ticket_id IS NOT NULL",
        "The client was asked about this closing already.",
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        ratings = super().create(vals_list)
        for rating in ratings.filtered(lambda one: one.res_model == "cap.ticket"):
            ticket = self.env["cap.ticket"].sudo().browse(rating.res_id)
            rating.sudo().write(ticket._prepare_rating_vals())
        return ratings
