from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common_mail import CapMailCommon

MONDAY = "2026-06-01 09:00:00"
NOON = "2026-06-01 12:00:00"
ACME = "acme_user@test.example"


class RatingCommon(CapMailCommon):
    def closed(self, **values):
        ticket = self.submit(MONDAY, **values)
        self.assess(ticket, NOON)
        self.at(ticket, NOON).action_close()
        return ticket

    def asked(self, ticket):
        ratings = self.env["rating.rating"].sudo()
        return ratings.search([("cap_ticket_id", "=", ticket.id)], order="cap_round")

    def closing_mails(self):
        return self.mails_to(ACME).filtered(lambda mail: "Closed:" in mail.subject)

    def vote(self, ticket, points, feedback=None):
        rating = self.asked(ticket)[-1:]
        return ticket.sudo().rating_apply(points, rating=rating, feedback=feedback)

    def low_activities(self, ticket):
        kind = self.env.ref("connecta_cap.mail_activity_type_low_rating")
        return ticket.activity_ids.filtered(lambda one: one.activity_type_id == kind)


@tagged("post_install", "-at_install")
class TestRatings(RatingCommon):
    """A closing is asked about once, and its vote is the client's alone."""

    def test_the_closing_mail_asks_for_a_vote(self):
        ticket = self.closed()
        mail = self.closing_mails()
        self.assertEqual(len(mail), 1)
        self.assertEqual(mail.subject, f"[{ticket.number}] Closed: Orders stop")
        token = self.asked(ticket).access_token
        for points in (1, 3, 5):
            self.assertIn(f"/rate/{token}/{points}", mail.body_html)
        self.assertIn("'Auto-Submitted': 'auto-generated'", mail.headers)
        self.assertEqual(mail.recipient_ids, self.acme_user.partner_id)

    def test_the_question_does_not_stand_in_the_conversation(self):
        ticket = self.closed()
        token = self.asked(ticket).access_token
        shown = ticket.with_user(self.acme_user).website_message_ids
        self.assertNotIn(token, "".join(shown.mapped("body")))
        self.assertNotIn(token, "".join(ticket.message_ids.mapped("body")))

    def test_the_question_remembers_who_did_the_work(self):
        ticket = self.submit(MONDAY)
        self.assess(ticket, NOON)
        ticket.user_id = self.users["lead"]
        self.at(ticket, NOON).action_close()
        asked = self.asked(ticket)
        ticket.user_id = self.agent
        self.assertEqual(asked.cap_user_id, self.users["lead"])
        self.assertEqual(asked.rated_partner_id, self.users["lead"].partner_id)
        self.assertEqual(asked.cap_team_id, self.team)
        self.assertEqual(asked.cap_tier_id, self.tiers["advisor"])
        self.assertEqual(asked.cap_client_id, self.acme)
        self.assertEqual(asked.cap_round, 1)
        unassigned = self.asked(self.closed())
        self.assertEqual(unassigned.cap_user_id, self.agent)

    def test_a_team_can_do_without(self):
        self.team.with_rating = False
        ticket = self.closed()
        self.assertFalse(self.asked(ticket))
        self.assertNotIn("/rate/", self.closing_mails().body_html)

    def test_a_client_who_closes_is_asked_as_well(self):
        ticket = self.submit(MONDAY)
        self.at(ticket, NOON, self.acme_user)._portal_close()
        self.assertEqual(len(self.asked(ticket)), 1)

    def test_a_vote_reopens_nothing_and_counts_once(self):
        ticket = self.closed()
        self.vote(ticket, 3, "Fine.")
        self.vote(ticket, 5, "Better than I said.")
        self.assertTrue(ticket.is_closed)
        given = self.asked(ticket)
        self.assertEqual((len(given), given.rating), (1, 5))
        self.assertEqual(given.feedback, "Better than I said.")
        self.assertEqual(ticket.rating_count, 1)
        votes = ticket.message_ids.filtered(lambda one: "rating_" in one.body)
        self.assertEqual(len(votes), 1)

    def test_a_low_vote_is_looked_at_by_the_lead_once(self):
        ticket = self.closed()
        self.vote(ticket, 3)
        self.assertFalse(self.low_activities(ticket))
        self.vote(ticket, 1, "Too slow.")
        self.vote(ticket, 5)
        self.vote(ticket, 1)
        activity = self.low_activities(ticket)
        self.assertEqual(len(activity), 1)
        self.assertEqual(activity.user_id, self.users["lead"])
        self.assertIn("Too slow.", activity.note)

    def test_a_reopened_ticket_is_asked_about_once_more_and_never_again(self):
        ticket = self.closed()
        self.vote(ticket, 1)
        for _time in range(3):
            self.at(ticket, NOON).action_reopen()
            self.at(ticket, NOON).action_close()
        self.assertEqual(self.asked(ticket).mapped("cap_round"), [1, 2])
        asking = self.closing_mails().filtered(lambda one: "/rate/" in one.body_html)
        self.assertEqual(len(asking), 2)
        self.vote(ticket, 1)
        self.assertEqual(len(self.low_activities(ticket)), 2)

    def test_a_question_without_answer_is_asked_again_as_the_same(self):
        ticket = self.closed()
        token = self.asked(ticket).access_token
        self.at(ticket, NOON).action_reopen()
        self.at(ticket, NOON).action_close()
        asked = self.asked(ticket)
        self.assertEqual((asked.access_token, asked.cap_round), (token, 2))

    def test_writing_a_closed_ticket_asks_nothing_more(self):
        ticket = self.closed()
        ticket.stage_id = ticket.stage_id
        ticket.name = "Another name"
        self.assertEqual(len(self.closing_mails()), 1)

    def test_nobody_is_asked_who_cannot_be_reached(self):
        ticket = self.submit(MONDAY)
        self.assess(ticket, NOON)
        ticket.partner_id.email = False
        self.at(ticket, NOON).action_close()
        self.assertFalse(self.asked(ticket))

    def test_figures_per_agent_team_and_tier(self):
        for points in (5, 1):
            self.vote(self.closed(), points)
        zeta = self.submit(MONDAY, self.zeta_user)
        self.assess(zeta, NOON)
        self.at(zeta, NOON, self.users["lead"]).action_close()
        self.vote(zeta, 3)
        ratings = self.env["rating.rating"].with_user(self.users["lead"])
        domain = [("consumed", "=", True), ("cap_user_id", "=", self.agent.id)]
        groups = ratings._read_group(domain, ["cap_tier_id"], ["rating:avg", "__count"])
        self.assertEqual(
            {tier.code: (average, count) for tier, average, count in groups},
            {"advisor": (3.0, 2), "essential": (3.0, 1)},
        )
        self.assertGreaterEqual(self.team.rating_count, 3)
        self.assertEqual(self.team.action_open_ratings()["res_model"], "rating.rating")
        self.assertEqual(zeta.action_open_ratings()["res_model"], "rating.rating")

    def test_staff_reads_votes_of_its_company_and_changes_none(self):
        ticket = self.closed()
        self.vote(ticket, 1)
        given = self.asked(ticket)
        for name in ("agent", "lead", "admin"):
            with self.subTest(name):
                mine = given.with_user(self.users[name])
                self.assertEqual(mine.rating, 1)
                with self.assertRaises(AccessError):
                    mine.rating = 5
                with self.assertRaises(AccessError):
                    mine.reset()
        outsider = new_test_user(self.env, "rating_outsider", "base.group_user")
        company = self.env["res.company"].create({"name": "Two"})
        elsewhere = new_test_user(
            self.env,
            "rating_elsewhere",
            "connecta_cap.group_cap_lead",
            company_id=company.id,
            company_ids=company.ids,
        )
        for user in (outsider, elsewhere, self.acme_user):
            with self.subTest(user.login), self.assertRaises(AccessError):
                given.with_user(user).read(["feedback"])


@tagged("post_install", "-at_install")
class TestRatingRoutes(RatingCommon, HttpCase):
    """The vote's page, as a browser without a login and with others' logins sees it."""

    def post(self, token, points, feedback=""):
        page = self.url_open(f"/rate/{token}/{points}")
        csrf = page.text.split('name="csrf_token" value="')[1].split('"')[0]
        data = {"rate": points, "feedback": feedback, "csrf_token": csrf}
        return self.url_open(f"/rate/{token}/submit_feedback", data=data)

    def test_looking_is_no_vote_and_sending_is_one(self):
        ticket = self.closed()
        token = self.asked(ticket).access_token
        for points in (1, 5):
            self.assertEqual(self.url_open(f"/rate/{token}/{points}").status_code, 200)
        self.url_open(f"/rate/{token}/submit_feedback?rate=1")
        self.assertFalse(self.asked(ticket).consumed)
        self.assertEqual(self.post(token, 1, "Too slow.").status_code, 200)
        self.assertEqual(self.post(token, 5, "All good now.").status_code, 200)
        given = self.asked(ticket)
        self.assertEqual((given.rating, given.feedback), (5, "All good now."))
        self.assertEqual(len(self.low_activities(ticket)), 1)
        self.assertTrue(ticket.is_closed)

    def test_garbage_is_no_vote(self):
        ticket = self.closed()
        token = self.asked(ticket).access_token
        with mute_logger("odoo.http"):
            self.assertEqual(self.url_open("/rate/nonsense/5").status_code, 404)
            self.assertGreaterEqual(self.url_open(f"/rate/{token}/4").status_code, 400)
        data = {"rate": 5}
        with mute_logger("odoo.http"):
            answer = self.url_open(f"/rate/{token}/submit_feedback", data=data)
        self.assertEqual(answer.status_code, 400)
        self.assertFalse(self.asked(ticket).consumed)

    def test_the_portal_shows_ones_own_vote_and_offers_the_page(self):
        ticket = self.closed()
        url = f"/my/cap/tickets/{ticket.id}"
        colleague = self.make_contact(self.acme, "acme_second")
        self.authenticate("acme_user", "acme_user")
        token = self.asked(ticket).access_token
        self.assertIn(f"/rate/{token}/5", self.url_open(url).text)
        self.authenticate(colleague.login, colleague.login)
        self.assertNotIn(token, self.url_open(url).text)
        self.vote(ticket, 5, "Quick and clear.")
        page = self.url_open(url).text
        self.assertIn("Your rating", page)
        self.assertIn("Quick and clear.", page)

    def test_a_message_in_the_portal_carries_no_vote(self):
        ticket = self.closed()
        self.authenticate("acme_user", "acme_user")
        with mute_logger("odoo.addons.mail.controllers.thread"):
            self.make_jsonrpc_request(
                "/mail/message/post",
                {
                    "thread_model": "cap.ticket",
                    "thread_id": ticket.id,
                    "post_data": {"body": "Hm", "rating_value": 5},
                },
            )
        self.assertFalse(self.asked(ticket).filtered("consumed"))


@tagged("post_install", "-at_install")
class TestKeys(RatingCommon, HttpCase):
    """A forwarded mail opens nothing: no key of it, and none that Odoo knows."""

    def setUp(self):
        super().setUp()
        mail = self.compose(Cc=f"{self.zeta_user.email}, eve@evil.example")
        mail.add_attachment(
            b"secret orders", maintype="text", subtype="csv", filename="orders.csv"
        )
        self.ticket = self.receive(mail, MONDAY)
        self.ticket._portal_ensure_token()
        self.secret = self.ticket.message_ids.attachment_ids

    def keys(self):
        """Return the parameters that would open a record of another model."""
        pid = self.ticket.partner_id.id
        return {
            "access_token": self.ticket.access_token,
            "token": self.ticket.access_token,
            "pid": pid,
            "hash": self.ticket._sign_token(pid),
        }

    def urls(self):
        ticket, secret = self.ticket, self.secret
        query = "&".join(f"{name}={value}" for name, value in self.keys().items())
        return [
            f"/my/cap/tickets/{ticket.id}?{query}",
            f"/mail/view?model=cap.ticket&res_id={ticket.id}&{query}",
            f"/mail/view?message_id={ticket.message_ids[0].id}&{query}",
            f"/web/content/{secret.id}?{query}",
            f"/web/image/{secret.id}?{query}",
            f"/my/cap?{query}",
        ]

    def check_shut(self):
        ticket = self.ticket
        for url in self.urls():
            with self.subTest(url), mute_logger("odoo.http"):
                answer = self.url_open(url)
                for word in ("secret orders", "Orders stop", "Acme", ticket.number):
                    self.assertNotIn(word, answer.text)
        self.assertFalse(self.fetch())
        self.assertFalse(self.fetch("token", "hash", "pid"))

    def fetch(self, *names):
        params = {"thread_model": "cap.ticket", "thread_id": self.ticket.id}
        keys = {name: self.keys()[name] for name in names}
        with mute_logger("odoo.http"):
            answer = self.opener.post(
                f"{self.base_url()}/mail/chatter_fetch",
                json={"params": params | keys},
            ).json()
        return answer.get("result", {}).get("messages")

    def answer(self):
        with mute_logger("odoo.http"):
            return self.opener.post(
                f"{self.base_url()}/mail/message/post",
                json={
                    "params": {
                        "thread_model": "cap.ticket",
                        "thread_id": self.ticket.id,
                        "post_data": {"body": "I am Acme"},
                    }
                    | {name: self.keys()[name] for name in ("token", "hash", "pid")}
                },
            ).json()

    def test_without_a_login_nothing_opens(self):
        self.check_shut()
        self.assertIn("error", self.answer())
        self.assertNotIn("I am Acme", "".join(self.ticket.message_ids.mapped("body")))

    def test_the_login_of_another_client_opens_nothing(self):
        self.authenticate("zeta_user", "zeta_user")
        self.check_shut()
        self.assertIn("error", self.answer())

    def test_even_a_follower_of_another_client_sees_nothing(self):
        self.ticket.message_subscribe(self.zeta_user.partner_id.ids)
        self.authenticate("zeta_user", "zeta_user")
        self.check_shut()

    def test_the_clients_own_login_opens_all_of_it(self):
        self.authenticate("acme_user", "acme_user")
        page = self.url_open(f"/my/cap/tickets/{self.ticket.id}")
        self.assertIn("Orders stop", page.text)
        # the conversation hands out the key of each file, one by one
        self.assertTrue(self.fetch())
        key = self.secret.sudo().access_token or self.secret.generate_access_token()[0]
        file = self.url_open(f"/web/content/{self.secret.id}?access_token={key}")
        self.assertEqual(file.content, b"secret orders")
