import re

from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common import CapCommon

PAGE = "/my/cap/fair-use"


@tagged("post_install", "-at_install")
class TestFairUseRoutes(CapCommon, HttpCase):
    """A client's page about fair use, and contesting, as everybody and with garbage."""

    def setUp(self):
        super().setUp()
        reason = self.env.ref("connecta_cap.cap_outside_reason_odoo")
        self.tickets = []
        for user in (self.acme_user, self.zeta_user):
            values = {
                "name": f"Invoice of {user.login}",
                "description": "Wrong VAT.",
                "area": "other",
                "requested_urgency": "2",
            }
            ticket = self.env["cap.ticket"].with_user(user)._portal_submit(values)
            ticket.with_user(self.agent).action_assess("2", "question", "Why.")
            ticket.with_user(self.agent).action_set_outside(reason.id, "Not ours.")
            self.tickets.append(self.env["cap.ticket"].browse(ticket.id))
        self.mine, self.theirs = self.tickets

    def login(self, user):
        self.authenticate(user.login, user.login)

    def contest(self, **values):
        page = self.url_open(PAGE).text
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        data = {
            "csrf_token": token[1] if token else "",
            "ticket_id": self.mine.id,
            "measure": "outside",
            "message": "It is a connector.",
        }
        return self.url_open(f"{PAGE}/contest", data=data | values)

    def test_the_page_shows_rule_figure_threshold_and_tickets(self):
        self.login(self.acme_user)
        page = self.url_open(PAGE)
        self.assertEqual(page.status_code, 200)
        for text in (
            "The rule of Advisor",
            "90",
            "Requests outside CAP",
            self.mine.number,
            "Contest it",
        ):
            self.assertIn(text, page.text)
        self.assertNotIn(self.theirs.number, page.text)
        self.assertIn(PAGE, self.url_open("/my").text)
        ticket = self.url_open(f"/my/cap/tickets/{self.mine.id}").text
        self.assertIn("This is outside the Connecta Assurance Program", ticket)
        self.assertIn("Not ours.", ticket)

    def test_without_cover_there_is_an_empty_page(self):
        self.login(self.lone_user)
        page = self.url_open(PAGE)
        self.assertIn("Nothing is counted for you", page.text)
        self.assertEqual(page.status_code, 200)

    def test_a_contest_is_sent_once(self):
        self.login(self.acme_user)
        answer = self.contest()
        self.assertTrue(answer.url.endswith("contested=1"))
        self.assertIn("We got it", answer.text)
        self.assertIn("You contested it", answer.text)
        again = self.contest(csrf_token=self.token())
        self.assertEqual(again.status_code, 422)
        self.assertIn("already", again.text)

    def token(self):
        page = self.url_open("/my/cap/tickets/new").text
        return re.search(r'name="csrf_token" value="([^"]+)"', page)[1]

    def test_what_is_wrong_is_said_and_nothing_typed_is_lost(self):
        self.login(self.acme_user)
        answer = self.contest(message="My long story. " * 150)
        self.assertEqual(answer.status_code, 422)
        self.assertIn("at most 2000", answer.text)
        self.assertIn("My long story. My long story.", answer.text)
        self.assertFalse(
            self.env["cap.fair.use.contest"].search([("ticket_id", "=", self.mine.id)])
        )

    @mute_logger("odoo.http")
    def test_for_others_and_garbage_there_is_nothing(self):
        self.login(self.acme_user)
        for value in (self.theirs.id, "", "abc", "-1", "0", "9" * 30, "1e9", "²"):
            self.assertEqual(self.contest(ticket_id=value).status_code, 404, value)
        self.assertEqual(self.contest(measure="moon").status_code, 422)
        self.assertEqual(self.contest(csrf_token="").status_code, 400)
        self.assertEqual(self.url_open(f"{PAGE}/contest").status_code, 405)
        self.authenticate(None, None)
        self.assertIn("/web/login", self.url_open(PAGE).url)

    @mute_logger("odoo.http")
    def test_staff_without_a_role_gets_no_figures(self):
        new_test_user(self.env, "cap_outsider", groups="base.group_user")
        self.authenticate("cap_outsider", "cap_outsider")
        self.assertIn(self.url_open(PAGE).status_code, (403, 404))

    def test_the_form_offers_what_the_tier_gives(self):
        self.login(self.zeta_user)
        page = self.url_open("/my/cap/tickets/new").text
        self.assertIn("Not part of Essential.", page)
        self.assertIn("It comes with Advisor and Alliance.", page)
        option = r'id="cap_type_research"[^>]*disabled'
        self.assertRegex(page, option)
        asked = self.url_open("/my/cap/tickets/new?ask=research").text
        self.assertNotRegex(asked, option)
        self.assertIn("We read and assess your request, and keep it", asked)
        self.login(self.acme_user)
        self.assertNotRegex(self.url_open("/my/cap/tickets/new").text, option)

    def test_asking_all_the_same_is_kept_and_said(self):
        self.login(self.zeta_user)
        page = self.url_open("/my/cap/tickets/new").text
        data = {
            name: re.search(rf'name="{name}" value="([^"]+)"', page)[1]
            for name in ("csrf_token", "form_key")
        } | {
            "name": "Please look into retries",
            "description": "What do you recommend?",
            "area": "flow",
            "requested_urgency": "1",
            "requested_type": "research",
        }
        answer = self.url_open("/my/cap/tickets/new", data=data)
        self.assertIn("is not part of Essential", answer.text)
        ticket = self.env["cap.ticket"].search([("name", "=", data["name"])])
        self.assertTrue(ticket.beyond_tier)

    def test_the_page_costs_the_same_with_one_and_thirty(self):
        def cost():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            portal = self.env["cap.subscription"].with_user(self.acme_user)
            portal._prepare_portal_fair_use()
            return self.env.cr.sql_log_count - before

        cost()
        few = cost()
        contact = self.acme_user.partner_id.id
        tickets = self.env["cap.ticket"].create(
            [{"name": f"T{n}", "partner_id": contact} for n in range(30)]
        )
        now = tickets._cap_now()
        reason = self.mine.outside_reason_id.id
        tickets._guarded_write({"outside_at": now, "outside_reason_id": reason})
        self.assertEqual(cost(), few)
