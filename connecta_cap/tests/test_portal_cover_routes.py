from datetime import timedelta

from lxml import html

from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common import CapCommon

HEADINGS = "//*[@id='wrap']//*[self::h1 or self::h2 or self::h3 or self::h4]"


def by_class(tree, name, inside=""):
    """Return the elements of a class, or what an XPath finds inside of them."""
    known = f"contains(concat(' ', normalize-space(@class), ' '), ' {name} ')"
    return tree.xpath(f".//*[{known}]{inside}")


PAGES = ("/my/cap", "/my/cap/deliveries", "/my/cap/history")


@tagged("post_install", "-at_install")
class TestPortalCoverRoutes(CapCommon, HttpCase):
    """The pages of a cover as owner, other client, outsider, and with garbage."""

    def login(self, user):
        self.authenticate(user.login, user.login)

    def tree(self, url):
        answer = self.url_open(url)
        self.assertEqual(answer.status_code, 200, url)
        return html.fromstring(answer.content)

    def count(self, url):
        self.url_open(url)  # fills the caches
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.assertEqual(self.url_open(url).status_code, 200)
        return self.env.cr.sql_log_count - before

    def test_the_page_shows_the_backends_figures(self):
        today = self.subscription._cap_today()
        open_ = self.subscription.delivery_ids.filtered(
            lambda row: row.state == "due" and not row.is_upcoming
        )
        open_[0]._set_delivered(today, "Done")
        self.login(self.acme_user)
        tree = self.tree("/my/cap")
        sums = self.subscription._sum_deliveries(*self.subscription._get_service_year())
        self.assertTrue(sums)
        for line in sums:
            code = line["entitlement"].code
            lines = by_class(tree, "o_cap_usage_line")
            (shown,) = [row for row in lines if row.get("data-code") == code]
            for part in ("promised", "delivered", "open", "late", "lapsed"):
                found = by_class(
                    shown,
                    "o_cap_parts",
                    f"//*[@data-part='{part}']/descendant-or-self::*[@data-amount]",
                )
                amount = float(found[0].get("data-amount")) if found else 0
                self.assertEqual(amount, line[part], (code, part))

    def test_the_pages_are_those_of_the_tier(self):
        seen = {}
        for user in (self.acme_user, self.zeta_user, self.lone_user):
            self.login(user)
            tree = self.tree("/my/cap")
            seen[user] = by_class(tree, "o_cap_pages", "//a/@href")
            for url in seen[user]:
                self.tree(url)
        acme, zeta, lone = seen.values()
        self.assertIn("/my/cap/audits", acme)
        self.assertIn("/my/cap/training", acme)
        self.assertNotIn("/my/cap/workshop", acme)
        self.assertNotIn("/my/cap/audits", zeta)
        self.assertIn("/my/cap/library", zeta)
        self.assertEqual(lone, [])

    def test_what_was_promised_leads_to_its_page(self):
        self.login(self.acme_user)
        tree = self.tree("/my/cap")
        links = by_class(tree, "o_cap_usage_line", "//h3/a/@href")
        self.assertIn("/my/cap/audits", links)
        self.assertIn("/my/cap/training", links)

    def test_what_is_late_is_on_the_page(self):
        self.login(self.acme_user)
        late = by_class(self.tree("/my/cap"), "o_cap_late", "//li")
        self.assertEqual(len(late), self.subscription.late_count)
        listed = self.tree("/my/cap/deliveries?filterby=late")
        rows = by_class(listed, "o_cap_deliveries", "/li")
        self.assertEqual(len(rows), self.subscription.late_count)
        self.assertEqual({row.get("data-state") for row in rows}, {"late"})

    def test_the_list_is_paged_and_keeps_its_filter(self):
        self.login(self.acme_user)
        total = len(self.subscription.delivery_ids)
        self.assertGreater(total, 20)
        first = self.tree("/my/cap/deliveries?filterby=all")
        second = self.tree("/my/cap/deliveries/page/2?filterby=all")
        rows = [
            len(by_class(page, "o_cap_deliveries", "/li")) for page in (first, second)
        ]
        self.assertEqual(rows[0], 20)
        self.assertEqual(rows[1], min(total - 20, 20))
        links = by_class(first, "o_portal_pager", "//a/@href")
        self.assertTrue(links)
        self.assertTrue(all("filterby=all" in link for link in links))

    def test_garbage_is_ignored_or_explained(self):
        self.login(self.acme_user)
        for query in ("filterby=moon", "filterby=%27;drop", "page=x", "a=b"):
            self.tree(f"/my/cap/deliveries?{query}")
        for page in ("0", "-1", "99999999999"):
            self.tree(f"/my/cap/deliveries/page/{page}")
        self.tree("/my/cap?x=%3Cscript%3E")
        for day in ("x", "%3Cscript%3Ealert(1)%3C/script%3E", "2026-02-30"):
            tree = self.tree(f"/my/cap/history?day={day}")
            self.assertIn("is not a day", tree.text_content())
            self.assertFalse(tree.xpath("//script[contains(., 'alert(1)')]"))

    @mute_logger("odoo.http")
    def test_a_page_that_is_no_number_does_not_exist(self):
        self.login(self.acme_user)
        for tail in ("abc", "1e9", "%27"):
            answer = self.url_open(f"/my/cap/deliveries/page/{tail}")
            self.assertEqual(answer.status_code, 404, tail)

    def test_a_day_is_looked_up(self):
        self.login(self.acme_user)
        (answer,) = by_class(
            self.tree("/my/cap/history?day=2025-03-12"), "o_cap_answer"
        )
        self.assertIn("Advisor", answer.text_content())
        self.assertIn("every quarter", answer.text_content())
        (answer,) = by_class(
            self.tree("/my/cap/history?day=2024-03-12"), "o_cap_answer"
        )
        self.assertIn("There was no cover", answer.text_content())

    def test_nobody_reads_of_another_client(self):
        day = self.subscription._cap_today() + timedelta(days=30)
        self.subscription._start_tier(self.tiers["alliance"], day, "The secret of acme")
        self.login(self.acme_user)
        self.assertIn("The secret of acme", self.url_open("/my/cap/history").text)
        for user in (self.zeta_user, self.lone_user):
            self.login(user)
            for url in PAGES:
                text = self.tree(url).text_content()
                self.assertNotIn("secret of acme", text)
                self.assertNotIn("Acme", text)
        self.login(self.agent)
        for url in PAGES:
            self.assertIn("no subscription yet", self.tree(url).text_content())

    @mute_logger("odoo.http")
    def test_an_outsider_finds_nothing(self):
        new_test_user(self.env, "cap_outsider", groups="base.group_user")
        self.authenticate("cap_outsider", "cap_outsider")
        for url in PAGES:
            self.assertEqual(self.url_open(url).status_code, 404, url)
        self.authenticate(None, None)
        for url in PAGES:
            self.assertIn("/web/login", self.url_open(url).url)

    def test_a_client_without_cover_gets_a_way_on(self):
        self.login(self.lone_user)
        for url in PAGES[1:]:
            tree = self.tree(url)
            ways = tree.xpath("//*[@id='wrap']//a[@href='/my/cap']")
            self.assertTrue(ways, url)
        page = self.tree("/my/cap")
        for name in ("o_cap_usage", "o_cap_other_tier", "o_cap_late"):
            self.assertFalse(by_class(page, name), name)
        self.assertTrue(by_class(page, "o_cap_matrix"))

    def test_each_other_tier_has_a_place_to_ask_for_it(self):
        self.login(self.acme_user)
        blocks = by_class(self.tree("/my/cap"), "o_cap_tier_ask")
        self.assertEqual(
            [block.get("data-tier") for block in blocks], ["essential", "alliance"]
        )

    def test_headings_are_in_order_and_bars_have_words(self):
        self.login(self.acme_user)
        for url in (*PAGES, "/my/cap/history?day=2025-03-12"):
            tree = self.tree(url)
            levels = [int(heading.tag[1]) for heading in tree.xpath(HEADINGS)]
            self.assertEqual(levels.count(1), 1, url)
            for before, after in zip(levels, levels[1:], strict=False):
                self.assertLessEqual(after - before, 1, (url, levels))
        lines = by_class(self.tree("/my/cap"), "o_cap_usage_line")
        self.assertTrue(lines)
        for line in lines:
            drawn = by_class(line, "o_cap_bar", "/span/@data-part")
            worded = line.xpath(".//li/@data-part")
            self.assertEqual(drawn, worded)

    def test_the_cost_does_not_grow_with_the_past(self):
        self.login(self.acme_user)
        urls = (*PAGES, "/my/cap/history?day=2025-03-12")
        before = {url: self.count(url) for url in urls}
        self.assertGreater(min(before.values()), 5)
        for number in range(20):
            ticket = self.submit("2026-06-01 09:00:00", name=f"T{number}")
            self.assess(ticket, "2026-06-01 10:00:00")
        self.subscription.period_ids.date_start = "2019-01-01"
        self.subscription._start_tier(
            self.tiers["alliance"],
            self.subscription._cap_today() + timedelta(days=40),
            "Later",
        )
        after = {url: self.count(url) for url in urls}
        for url in urls:
            # a planned change is compared once; no row costs a query of its own
            self.assertLessEqual(after[url], before[url] + 4, url)
