import re

from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common import CapCommon

PAGE = "/my/cap/change"


@tagged("post_install", "-at_install")
class TestChangeRoutes(CapCommon, HttpCase):
    """The page about another tier as owner, colleague, other client and outsider."""

    def login(self, user):
        self.authenticate(user.login, user.login)

    def token(self):
        page = self.url_open("/my/cap/tickets/new").text
        return re.search(r'name="csrf_token" value="([^"]+)"', page)[1]

    def ask(self, **values):
        data = {"csrf_token": self.token(), "tier": "alliance"} | values
        return self.url_open(PAGE, data=data)

    def requests(self):
        return self.env["cap.change.request"].search(
            [("subscription_id", "=", self.subscription.id)]
        )

    def test_a_client_looks_asks_and_withdraws(self):
        self.login(self.acme_user)
        self.assertIn(f"{PAGE}?tier=alliance", self.url_open("/my/cap").text)
        self.assertNotIn(f"{PAGE}?tier=advisor", self.url_open("/my/cap").text)
        page = self.url_open(f"{PAGE}?tier=alliance").text
        for text in ("Custom workshop", "Priority Line", "Ask for", "Nothing is lost"):
            self.assertIn(text.lower(), page.lower())
        for name in ("message", "date_wished", "tier"):
            self.assertIn(f'name="{name}"', page)
        page = self.ask(message="More flows <b>soon</b>").text
        request = self.requests()
        self.assertEqual(request.tier_id, self.tiers["alliance"])
        self.assertIn("We received your request", page)
        self.assertIn("More flows &lt;b&gt;soon&lt;/b&gt;", page)
        self.assertIn("Withdraw request", page)
        self.assertIn("asked for", self.url_open("/my/cap").text)
        url = f"{PAGE}/{request.id}/withdraw"
        page = self.url_open(url, data={"csrf_token": self.token()}).text
        self.assertIn("is withdrawn", page)
        request.invalidate_recordset()
        self.assertEqual(request.state, "withdrawn")
        again = self.url_open(url, data={"csrf_token": self.token()})
        self.assertEqual(again.status_code, 422)
        self.assertIn("cannot become “Withdrawn”", again.text)

    def test_a_second_request_shows_the_open_one(self):
        self.login(self.acme_user)
        self.ask()
        self.login(self.make_contact(self.acme, "acme_colleague"))
        answer = self.ask(tier="essential")
        self.assertEqual(answer.status_code, 422)
        self.assertIn("has asked for a change already", answer.text)
        self.assertIn("Withdraw request", answer.text)
        self.assertEqual(len(self.requests()), 1)

    def test_a_refused_form_loses_nothing(self):
        self.login(self.acme_user)
        answer = self.ask(message="Kept words", date_wished="2001-01-01")
        self.assertEqual(answer.status_code, 422)
        for text in ("Kept words", "2001-01-01", "in the past", "Custom workshop"):
            self.assertIn(text.lower(), answer.text.lower())
        for values in ({"tier": "moon"}, {"tier": ""}, {"date_wished": "%00'"}):
            self.assertEqual(self.ask(**values).status_code, 422, values)
        self.assertFalse(self.requests())

    def test_garbage_in_the_address_is_ignored(self):
        self.login(self.acme_user)
        for query in ("tier=moon", "tier=%27;--", "tier=", "done=x", "done=asked"):
            page = self.url_open(f"{PAGE}?{query}")
            self.assertEqual(page.status_code, 200, query)
            self.assertNotIn("We received your request", page.text)

    @mute_logger("odoo.http")
    def test_for_others_the_request_does_not_exist(self):
        self.login(self.acme_user)
        self.ask(message="Secret of acme")
        request = self.requests()
        self.login(self.zeta_user)
        self.assertNotIn("Secret of acme", self.url_open(PAGE).text)
        for number in (request.id, 999999999):
            answer = self.url_open(
                f"{PAGE}/{number}/withdraw", data={"csrf_token": self.token()}
            )
            self.assertEqual(answer.status_code, 404)
        token = self.token()
        for tail in ("abc", "-1", "1e9", "%27"):
            answer = self.url_open(
                f"{PAGE}/{tail}/withdraw", data={"csrf_token": token}
            )
            self.assertEqual(answer.status_code, 404, tail)
        self.assertEqual(request.state, "open")

    @mute_logger("odoo.http")
    def test_staff_outside_the_program_finds_no_page(self):
        new_test_user(self.env, "cap_outsider", groups="base.group_user")
        self.authenticate("cap_outsider", "cap_outsider")
        self.assertEqual(self.url_open(PAGE).status_code, 404)

    def test_staff_of_the_program_sees_no_client_there(self):
        self.login(self.acme_user)
        self.ask(message="Secret of acme")
        self.authenticate("cap_agent", "cap_agent")
        page = self.url_open(PAGE)
        self.assertEqual(page.status_code, 200)
        self.assertNotIn("Secret of acme", page.text)

    @mute_logger("odoo.http")
    def test_changes_need_post_and_a_token(self):
        self.login(self.acme_user)
        self.assertEqual(self.ask(csrf_token="x").status_code, 400)
        self.ask()
        url = f"{PAGE}/{self.requests().id}/withdraw"
        self.assertEqual(self.url_open(url).status_code, 405)
        self.assertEqual(self.url_open(url, data={"csrf_token": "x"}).status_code, 400)
        self.assertEqual(self.requests().state, "open")

    def test_the_public_is_asked_to_log_in(self):
        self.authenticate(None, None)
        self.assertIn("/web/login", self.url_open(PAGE).url)

    def test_without_cover_there_is_a_way_onward(self):
        self.login(self.lone_user)
        page = self.url_open(PAGE).text
        self.assertIn("no running tier to change", page)
        self.assertIn("/my/cap/tickets/new", page)
        self.assertEqual(self.ask().status_code, 422)

    def test_a_suspended_client_may_ask_too(self):
        self.subscription._set_suspended()
        self.login(self.acme_user)
        self.ask()
        self.assertEqual(self.requests().state, "open")

    def test_prices_are_shown_where_the_company_says_so(self):
        for tier, price in (("advisor", 1200), ("alliance", 2400)):
            self.tiers[tier].write({"price": price, "billing_months": "12"})
        self.login(self.acme_user)
        for url in ("/my/cap", f"{PAGE}?tier=alliance"):
            self.assertNotIn("2,400.00", self.url_open(url).text)
        self.env.company.cap_show_prices = True
        for url in ("/my/cap", f"{PAGE}?tier=alliance"):
            page = self.url_open(url).text
            self.assertIn("2,400.00", page)
            self.assertIn("every 12 months", page)
