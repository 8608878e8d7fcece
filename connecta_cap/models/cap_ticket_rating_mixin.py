from odoo import fields, models
from odoo.addons.rating.models.rating_data import RATING_HAPPY_VALUE

from ..const import LOW_RATING, MAX_RATING_ROUNDS, NOTICE_DELAY


class CapTicketRatingMixin(models.AbstractModel):
    """The mail about a closing, and the client's vote about the work.

    A closing is asked about once, a ticket twice at most. A vote can be corrected on
    its page; the last one counts. A low one is looked at by the lead.
    """

    _name = "cap.ticket.rating.mixin"
    _inherit = ["cap.ticket.notice.mixin", "rating.mixin"]
    _description = "Rating of a closed ticket"

    # a new ticket has no votes: nothing is looked up for it
    rating_last_value = fields.Float(
        compute="_compute_rating_last_value", store=True, precompute=True
    )

    # === CRUD METHODS === #

    def write(self, vals):
        opened = self.filtered(lambda ticket: not ticket.is_closed)
        result = super().write(vals)
        if "stage_id" in vals:
            opened.filtered("is_closed")._tell_closed()
        return result

    # === ACTION METHODS === #

    def action_open_ratings(self):
        """Open the ratings of the ticket."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "connecta_cap.rating_action_cap"
        )
        return action | {
            "domain": [("cap_ticket_id", "=", self.id), ("consumed", "=", True)],
            "context": {},
            "views": [[False, "list"], [False, "form"]],
        }

    # === BUSINESS METHODS - ASKING === #

    def _tell_closed(self):
        """Mail the contact that the ticket is closed, and ask for a vote.

        Only the contact gets the question: whoever opens its link can vote. So it does
        not stand in the conversation.
        """
        for ticket in self.sudo():
            contact = ticket.partner_id
            reachable = contact.email and contact.active
            if not reachable or not ticket.active or not ticket._is_insider(contact):
                continue
            told = ticket.with_context(lang=contact.lang or self.env.lang)
            link = told._get_rating_link()
            body = told.env["ir.qweb"]._render(
                "connecta_cap.mail_ticket_closed",
                {
                    "ticket": told,
                    "because": told._word_closing_reason(),
                    "link": link,
                    "choices": told._get_rating_choices(),
                },
                minimal_qcontext=True,
                raise_if_not_found=False,
            )
            told.message_notify(
                body=body,
                subject=told.env._("Closed: %(name)s", name=told.name),
                author_id=ticket.company_id.partner_id.id,
                partner_ids=contact.ids,
                email_layout_xmlid="mail.mail_notification_light",
                notify_author=True,
                scheduled_date=fields.Datetime.now() + NOTICE_DELAY,
            )

    def _word_closing_reason(self):
        """Return why the ticket is closed, "" when that needs no word; a hook."""
        return ""

    def _get_rating_link(self):
        """Return where to vote about this closing, "" when nobody is asked.

        A question that was not answered is asked again, as that of the new closing.
        """
        self.ensure_one()
        if not self.team_id.with_rating:
            return ""
        asked = self._get_rating_requests()
        number = max(asked.mapped("cap_round"), default=0) + 1
        if number > MAX_RATING_ROUNDS:
            return ""
        still_open = asked.filtered(lambda rating: not rating.consumed)[:1]
        if still_open:
            still_open.write(self._prepare_rating_vals() | {"cap_round": number})
        token = self._rating_get_access_token(self.partner_id)
        return f"{self.get_base_url()}/rate/{token}"

    def _get_rating_requests(self):
        ratings = self.env["rating.rating"].sudo()
        return ratings.search([("cap_ticket_id", "in", self.ids)], order="cap_round")

    def _prepare_rating_vals(self):
        """Return what a new question about the ticket remembers."""
        self.ensure_one()
        last = max(self._get_rating_requests().mapped("cap_round"), default=0)
        return {
            "cap_ticket_id": self.id,
            "cap_round": last + 1,
            "cap_team_id": self.team_id.id,
            "cap_tier_id": self.tier_id.id,
            "cap_user_id": self._get_rated_user().id,
            "cap_client_id": self.commercial_partner_id.id,
            "cap_company_id": self.company_id.id,
        }

    def _get_rated_user(self):
        return self.user_id or self.priority_assigned_by_id

    def _rating_get_operator(self):
        return self._get_rated_user().sudo().partner_id

    def _get_rating_choices(self):
        """Return the votes that the core's page takes: points, label and picture."""
        return [
            {"points": 5, "label": self.env._("Good"), "image": "rating_5.png"},
            {"points": 3, "label": self.env._("Fair"), "image": "rating_3.png"},
            {"points": 1, "label": self.env._("Bad"), "image": "rating_1.png"},
        ]

    # === BUSINESS METHODS - VOTES === #

    def _get_allowed_message_params(self):
        # a vote answers a question; a message in the portal carries none
        return super()._get_allowed_message_params() - {"rating_value"}

    def rating_apply(self, rate, token=None, rating=None, feedback=None, **kwargs):
        vote = super().rating_apply(
            rate, token=token, rating=rating, feedback=feedback, **kwargs
        )
        if vote.rating <= LOW_RATING:
            self._tell_low_vote(vote)
        return vote

    def _tell_low_vote(self, vote):
        """Ask the lead to look at a low vote, once for each closing."""
        ticket = self.sudo()
        kind = self.env.ref("connecta_cap.mail_activity_type_low_rating")
        known = self.env["mail.activity"].sudo().with_context(active_test=False)
        told = known.search_count(
            [
                ("res_model", "=", self._name),
                ("res_id", "=", ticket.id),
                ("activity_type_id", "=", kind.id),
            ]
        )
        if told >= vote.cap_round:
            return
        team = ticket.team_id
        lead = ticket._find_reader([team.lead_id, *team.member_ids])
        if lead:
            ticket.activity_schedule(
                "connecta_cap.mail_activity_type_low_rating",
                user_id=lead.id,
                note=vote.feedback or "",
            )

    def _prepare_portal_rating(self):
        """Return the client's own vote for its page, and where to give one.

        :return: dict of `text`, `feedback` and `link`, each possibly "".
        """
        self.ensure_one()
        asked = self.sudo()._get_rating_requests()
        given = asked.filtered("consumed").sorted("rated_on")[-1:]
        labels = {line["points"]: line["label"] for line in self._get_rating_choices()}
        mine = asked.filtered(
            lambda rating: (
                not rating.consumed and rating.partner_id == self.env.user.partner_id
            )
        )[:1]
        return {
            "text": labels.get(round(given.rating), ""),
            "feedback": given.feedback or "",
            "link": f"/rate/{mine.access_token}/{RATING_HAPPY_VALUE:g}" if mine else "",
        }
