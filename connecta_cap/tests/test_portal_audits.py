import re

from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .test_audits import PNG, AuditCommon


@tagged("post_install", "-at_install")
class TestPortalAudits(AuditCommon, HttpCase):
    """Every page about audits as owner, other client, outsider, and with garbage."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.colleague = cls.make_contact(cls.acme, "acme_colleague")

    def setUp(self):
        super().setUp()
        self.audit = self.prepare(scope="The night run", summary="<p>Quite sound</p>")
        finding = self.audit.finding_ids
        finding.attachment_ids = [Command.create({"name": "a.png", "raw": PNG})]
        self.picture = finding.attachment_ids
        self.advice = self.advise(self.audit, finding_id=finding.id, flow="Orders")
        self.publish(self.audit)
        self.url = f"/my/cap/audits/{self.audit.id}"
        self.answer = f"/my/cap/recommendations/{self.advice.id}"
        self.screenshot = f"{self.url}/screenshots/{self.picture.id}"

    def login(self, user):
        self.authenticate(user.login, user.login)

    def token(self, url="/my/cap/tickets/new"):
        page = self.url_open(url).text
        return re.search(r'name="csrf_token" value="([^"]+)"', page)[1]

    def post(self, url, **values):
        return self.url_open(url, data={"csrf_token": self.token(), **values})

    def test_owner_and_colleague_read_it(self):
        for user in (self.acme_user, self.colleague):
            self.login(user)
            self.assertIn(self.audit.name, self.url_open("/my/cap/audits").text)
            page = self.url_open(self.url)
            self.assertEqual(page.status_code, 200)
            for text in (
                "Quite sound",
                "The night run",
                "Retries hide errors",
                "Severity: High",
                "Seen on Monday",
                "Stop after five tries",
                self.screenshot,
                "Documentation",
            ):
                self.assertIn(text, page.text)
            self.assertIn(
                "Stop after five tries", self.url_open("/my/cap/recommendations").text
            )
            self.assertEqual(self.url_open("/my").status_code, 200)

    def test_the_pictures_are_the_owners_alone(self):
        self.login(self.acme_user)
        answer = self.url_open(self.screenshot)
        self.assertEqual(answer.content, PNG)
        self.assertEqual(answer.headers["Content-Type"], "image/png")
        foreign = self.env["ir.attachment"].create({"name": "b.png", "raw": PNG})
        with mute_logger("odoo.http"):
            other = self.url_open(f"{self.url}/screenshots/{foreign.id}")
            self.assertEqual(other.status_code, 404)
        by_number = [f"/web/{kind}/{self.picture.id}" for kind in ("content", "image")]
        for user in (self.zeta_user, self.lone_user):
            self.login(user)
            for url in (self.screenshot, *by_number):
                with mute_logger("odoo.http"):
                    answer = self.url_open(url)
                self.assertNotEqual(answer.content, PNG, url)
        self.authenticate(None, None)
        self.assertIn("/web/login", self.url_open(self.screenshot).url)
        for url in by_number:
            with mute_logger("odoo.http"):
                self.assertNotEqual(self.url_open(url).content, PNG, url)

    @mute_logger("odoo.http")
    def test_for_others_it_does_not_exist(self):
        draft = self.prepare()
        hidden = self.advise(draft)
        outsider = new_test_user(self.env, "cap_outsider", groups="base.group_user")
        for login, password in ((self.zeta_user.login, None), (outsider.login, None)):
            self.authenticate(login, password or login)
            for url in (self.url, f"{self.url}/pdf", self.screenshot):
                self.assertEqual(self.url_open(url).status_code, 404, url)
        self.login(self.zeta_user)
        for url in (f"{self.url}/acknowledge", f"{self.answer}/accept"):
            self.assertEqual(self.post(url).status_code, 404)
        self.assertEqual(self.advice.state, "proposed")
        self.assertEqual(self.audit.state, "published")
        self.login(self.acme_user)
        for url in (
            f"/my/cap/audits/{draft.id}",
            f"/my/cap/audits/{draft.id}/pdf",
            "/my/cap/audits/999999999",
            "/my/cap/audits/abc",
        ):
            self.assertEqual(self.url_open(url).status_code, 404, url)
        url = f"/my/cap/recommendations/{hidden.id}/accept"
        self.assertEqual(self.post(url).status_code, 404)
        self.assertEqual(self.post(f"{self.answer}/verify").status_code, 404)

    def test_the_public_is_asked_to_log_in(self):
        self.authenticate(None, None)
        for url in ("/my/cap/audits", "/my/cap/recommendations", self.url):
            self.assertIn("/web/login", self.url_open(url).url)

    def test_a_client_accepts(self):
        self.login(self.acme_user)
        page = self.post(f"{self.answer}/accept", back="audit")
        self.assertIn(self.url, page.url)
        self.assertEqual(self.advice.state, "accepted")
        self.assertEqual(self.advice.event_ids.user_id, self.acme_user)
        page = self.post(f"{self.answer}/accept")
        self.assertEqual(page.status_code, 422)
        self.assertIn("cannot become", page.text)

    def test_a_client_declines_with_a_reason(self):
        self.login(self.acme_user)
        for back in ("audit", "list"):
            page = self.post(f"{self.answer}/decline", back=back, reason=" ")
            self.assertEqual(page.status_code, 422)
            self.assertIn("Say why it is declined", page.text)
            self.assertEqual(self.advice.state, "proposed")
        self.post(f"{self.answer}/decline", reason="Too dear <b>now</b>")
        self.assertEqual(self.advice.state, "declined")
        page = self.url_open("/my/cap/recommendations?filterby=declined").text
        self.assertIn("Too dear &lt;b&gt;now&lt;/b&gt;", page)
        answer = self.post(f"{self.answer}/accept")
        self.assertEqual(answer.status_code, 422)

    def test_a_client_cannot_decline_what_it_accepted(self):
        self.login(self.acme_user)
        self.post(f"{self.answer}/accept")
        answer = self.post(f"{self.answer}/decline", reason="Changed my mind")
        self.assertEqual(answer.status_code, 422)
        self.assertEqual(self.advice.state, "accepted")

    def test_a_client_acknowledges_once(self):
        self.login(self.acme_user)
        page = self.post(f"{self.url}/acknowledge").text
        self.assertIn("Acknowledged by Acme_User", page)
        self.assertEqual(self.audit.state, "acknowledged")
        self.assertEqual(self.audit.acknowledged_by_id, self.acme_user.partner_id)
        self.login(self.colleague)
        self.assertEqual(self.post(f"{self.url}/acknowledge").status_code, 200)
        self.assertEqual(self.audit.acknowledged_by_id, self.acme_user.partner_id)

    @mute_logger("odoo.http")
    def test_changes_need_post_and_a_token(self):
        self.login(self.acme_user)
        for url in (
            f"{self.url}/acknowledge",
            f"{self.answer}/accept",
            f"{self.answer}/decline",
        ):
            self.assertEqual(self.url_open(url).status_code, 405)
            answer = self.url_open(url, data={"csrf_token": "x", "reason": "y"})
            self.assertEqual(answer.status_code, 400)
        self.assertEqual(self.audit.state, "published")
        self.assertEqual(self.advice.state, "proposed")

    def test_the_pdf_is_the_same_audit(self):
        self.login(self.acme_user)
        answer = self.url_open(f"{self.url}/pdf")
        self.assertEqual(answer.status_code, 200)
        number = self.audit.name.replace("-", "_")
        self.assertIn(number, answer.headers["Content-Disposition"])
        # Odoo's test mode gives the page that the PDF is made of
        self.assertIn("Retries hide errors", answer.text)

    def test_without_audits_the_page_says_why(self):
        self.login(self.zeta_user)
        page = self.url_open("/my/cap/audits").text
        self.assertIn("does not include audits", page)
        lone = self.subscribe(self.lone, "advisor", "2025-01-01")
        self.assertTrue(self.owed(lone))
        self.login(self.lone_user)
        self.assertIn("Your tier includes audits", self.url_open("/my/cap/audits").text)
        page = self.url_open("/my/cap/recommendations?filterby=moon")
        self.assertIn("There are no recommendations", page.text)

    def test_recommendations_are_paged(self):
        audit = self.prepare()
        for number in range(20):
            self.advise(audit, name=f"Bulk {number:02}", impact="1")
        self.publish(audit)
        self.login(self.acme_user)
        first = self.url_open("/my/cap/recommendations").text
        second = self.url_open("/my/cap/recommendations/page/2").text
        self.assertIn("Bulk 18", first)
        self.assertNotIn("Bulk 19", first)
        self.assertIn("Bulk 19", second)
        # a refused answer shows its recommendation wherever it stood
        last = audit.recommendation_ids.filtered(lambda a: a.name == "Bulk 19")
        page = self.post(f"/my/cap/recommendations/{last.id}/decline").text
        self.assertIn("Bulk 19", page)

    def test_staff_notes_stay_inside(self):
        self.audit.message_post(body="secret note", subtype_xmlid="mail.mt_note")
        self.login(self.acme_user)
        self.assertNotIn("secret note", self.url_open(self.url).text)


@tagged("post_install", "-at_install")
class TestPortalAuditCounts(AuditCommon):
    """The client's pages cost the same for little and for much."""

    def count(self, call):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        call()
        return self.env.cr.sql_log_count - before

    def fill(self, number):
        audit = self.prepare()
        for place in range(number):
            finding = self.find(audit, name=f"Finding {place}")
            finding.attachment_ids = [
                Command.create({"name": f"{place}.png", "raw": PNG})
            ]
            self.advise(audit, name=f"Advice {place}", finding_id=finding.id)
        return self.publish(audit)

    def test_a_page_costs_the_same_for_two_and_twelve_findings(self):
        self.fill(1)  # what both of the others bring back
        small, large = self.fill(2), self.fill(12)
        costs = []
        for audit in (large, small, large):
            page = audit.with_user(self.acme_user)
            costs.append(self.count(page._prepare_document))
        self.assertEqual(costs[2], costs[1])
        self.assertLessEqual(costs[2], 30)

    def test_lists_cost_the_same_for_one_and_many(self):
        self.fill(2)
        audits = self.env["cap.audit"].with_user(self.acme_user)
        advice = self.env["cap.recommendation"].with_user(self.acme_user)

        def cost():
            return (
                self.count(audits._portal_list),
                self.count(lambda: advice.search([])._prepare_portal_rows()),
            )

        cost()
        few = cost()
        for _n in range(3):
            self.fill(8)
        cost()
        self.assertEqual(cost(), few)
