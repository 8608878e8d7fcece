from datetime import timedelta

from lxml import html

from odoo.tests import HttpCase, tagged

from .health_common import HealthCommon


@tagged("post_install", "-at_install")
class TestHealthPageRoutes(HealthCommon, HttpCase):
    """The client's health pages: owner, other client, outsider, and garbage."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # pages are read at the real time, so the story is told just before it
        cls.start = cls.env["cap.environment"]._cap_now().replace(
            minute=0, second=0, microsecond=0
        ) - timedelta(hours=3)

    def play(self):
        errors = [{"class": "Timeout", "message": "<b>No</b> answer", "count": 9}]
        rows = [
            self.window(n, ok=1, failed=9, p95_ms=300, errors=errors)
            for n in range(0, 60, 5)
        ]
        self.send(60, rows + [self.window(n, flow="Stock") for n in range(0, 60, 5)])
        self.watch(60)
        self.roll_up()
        self.env.flush_all()
        return self.flow()

    def login(self, user):
        self.authenticate(user.login, user.login)

    def tree(self, url, status=200):
        answer = self.url_open(url)
        self.assertEqual(answer.status_code, status, url)
        return html.fromstring(answer.content)

    def text(self, tree, xpath="//main"):
        return " ".join(" ".join(tree.xpath(xpath)[0].itertext()).split())

    def test_the_owner_walks_from_the_list_to_a_flow(self):
        flow = self.play()
        self.login(self.acme_user)
        tree = self.tree("/my/cap/health")
        (link,) = tree.xpath("//div[contains(@class, 'o_cap_environments')]/a/@href")
        self.assertEqual(link, f"/my/cap/health/{self.place.id}")
        tree = self.tree(link)
        days = tree.xpath("//ol[contains(@class, 'o_cap_strip')]/li")
        self.assertEqual(len(days), 90)
        self.assertTrue(all(day.get("aria-label") for day in days))
        self.assertIn("All times in Europe/Brussels", self.text(tree))
        self.assertIn("<b>No</b> answer", self.text(tree))
        links = tree.xpath("//div[contains(@class, 'o_cap_flows')]/a/@href")
        self.assertEqual(links[0], f"{link}/flow/{flow.id}")
        tree = self.tree(links[0])
        charts = tree.xpath("//figure/@data-chart")
        self.assertEqual(charts, ["success", "runs", "durations", "queue"])
        filed = "//div[contains(@class, 'o_cap_filing')]/a/@href"
        self.assertEqual(tree.xpath(filed), [f"/my/cap/tickets/new?flow={flow.id}"])

    def test_each_period_is_drawn_and_garbage_gets_the_usual_one(self):
        flow = self.play()
        self.login(self.acme_user)
        url = f"/my/cap/health/{self.place.id}"
        for page in (url, f"{url}/flow/{flow.id}"):
            for period, shown in (
                ("24h", "24 h"),
                ("30d", "30 days"),
                ("90d", "90 days"),
                ("%00'<x>", "7 days"),
                ("", "7 days"),
            ):
                tree = self.tree(f"{page}?period={period}")
                (now,) = tree.xpath("//nav[@aria-label='Period']/a[@aria-current]")
                self.assertEqual(now.text.strip(), shown)
                self.assertTrue(tree.xpath("//figure//path[string(@d)]"))

    def test_others_and_garbage_get_404(self):
        flow = self.play()
        mine = f"/my/cap/health/{self.place.id}"
        urls = [mine, f"{mine}/flow/{flow.id}"]
        for user in (self.zeta_user, self.lone_user):
            self.login(user)
            for url in urls:
                self.tree(url, 404)
        self.login(self.zeta_user)
        # one's own environment opens no flow of another
        self.tree(f"/my/cap/health/{self.other.id}")
        self.tree(f"/my/cap/health/{self.other.id}/flow/{flow.id}", 404)
        self.login(self.acme_user)
        for wrong in ("0", "999999", "x", f"{self.place.id}/flow/0"):
            self.tree(f"/my/cap/health/{wrong}", 404)

    def test_who_is_not_logged_in_is_asked_to(self):
        answer = self.url_open(f"/my/cap/health/{self.place.id}")
        self.assertIn("/web/login", answer.url)

    def test_before_the_first_report_it_says_how_it_starts(self):
        self.login(self.acme_user)
        tree = self.tree("/my/cap/health")
        self.assertIn("It has not reported yet", self.text(tree))
        self.assertIn(
            "Nothing reports yet",
            self.text(self.tree(f"/my/cap/health/{self.place.id}")),
        )
        self.login(self.lone_user)
        self.assertIn("Nothing reports yet", self.text(self.tree("/my/cap/health")))

    def test_many_flows_are_folded_when_they_are_well(self):
        self.play()
        rows = [self.window(50, flow=f"F{n}") for n in range(30)]
        self.send(61, rows)
        self.env["cap.flow"].search([("name", "=like", "F%")])._guarded_write(
            {"state": "ok"}
        )
        self.env.flush_all()
        self.login(self.acme_user)
        tree = self.tree(f"/my/cap/health/{self.place.id}")
        (folded,) = tree.xpath("//details[contains(@class, 'o_cap_calm')]")
        self.assertGreaterEqual(len(folded.xpath(".//a")), 30)
        all_links = tree.xpath("//div[contains(@class, 'o_cap_flows')]/a")
        self.assertEqual(len(all_links), 32)

    def test_a_ticket_from_a_red_flow(self):
        flow = self.play()
        self.login(self.acme_user)
        form = self.tree(f"/my/cap/tickets/new?flow={flow.id}")
        text = form.xpath("//textarea[@name='description']")[0].text_content()
        self.assertTrue(text.startswith("Shop / Orders in Production: Down"), text)
        self.assertIn("108 × Timeout", text)
        data = {
            field.get("name"): field.get("value") or ""
            for field in form.xpath(
                "//form[contains(@class, 'o_cap_ticket_form')]//input"
            )
            if field.get("type") in (None, "hidden")
        }
        self.assertEqual(data["flow_id"], str(flow.id))
        data |= {"description": text, "area": "flow", "requested_urgency": "3"}
        answer = self.url_open("/my/cap/tickets/new", data=data)
        self.assertEqual(answer.status_code, 200)
        ticket = self.env["cap.ticket"].search([("flow_id", "=", flow.id)])
        self.assertIn(f"/my/cap/tickets/{ticket.id}", answer.url)
        self.assertEqual(ticket.partner_id, self.acme_user.partner_id)
        page = self.tree(f"/my/cap/health/{self.place.id}/flow/{flow.id}")
        self.assertIn(ticket.number, self.text(page))

    def test_a_ticket_about_another_clients_flow_keeps_what_was_typed(self):
        flow = self.play()
        self.login(self.zeta_user)
        form = self.tree(f"/my/cap/tickets/new?flow={flow.id}")
        self.assertFalse(
            form.xpath("//textarea[@name='description']")[0].text_content()
        )
        data = {
            "csrf_token": form.xpath("//input[@name='csrf_token']/@value")[0],
            "form_key": "k",
            "flow_id": str(flow.id),
            "name": "Typed",
            "description": "Long text",
            "area": "flow",
            "requested_urgency": "2",
        }
        answer = self.url_open("/my/cap/tickets/new", data=data)
        self.assertEqual(answer.status_code, 422)
        tree = html.fromstring(answer.content)
        self.assertIn("was not found", self.text(tree))
        self.assertIn("Long text", self.text(tree))
        self.assertFalse(self.env["cap.ticket"].search([("flow_id", "=", flow.id)]))
