import re

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .material_common import PDF, MaterialCommon


@tagged("post_install", "-at_install")
class TestLibraryRoutes(MaterialCommon, HttpCase):
    """The library by real requests: as who may, who may not, and the public."""

    def setUp(self):
        super().setUp()
        version = self.material.version_id
        self.attachment = self.find_attachment(self.material)
        self.assertTrue(self.attachment)
        self.page = f"/my/cap/library/{self.material.id}"
        self.back_doors = [
            f"/web/content/{self.attachment.id}",
            f"/web/content/{self.attachment.id}?download=true",
            f"/web/content/{version._name}/{version.id}/file",
            f"/web/content/cap.training.material/{self.material.id}/version_id",
            f"/web/image/{self.attachment.id}",
        ]

    def login(self, user):
        self.authenticate(user.login, user.login)

    def status(self, url, **kwargs):
        return self.url_open(url, allow_redirects=False, **kwargs).status_code

    def assert_closed(self, material=None):
        page = f"/my/cap/library/{(material or self.material).id}"
        self.assertEqual(self.status(page), 404)
        self.assertEqual(self.status(f"{page}/file"), 404)

    def assert_back_doors_closed(self):
        for url in self.back_doors:
            answer = self.url_open(url)
            self.assertNotIn(PDF, answer.content, url)
            if "/web/image" not in url:  # that one answers with a placeholder
                self.assertEqual(answer.status_code, 404, url)

    def test_who_may_reads_and_downloads_through_the_library_only(self):
        self.login(self.acme_user)
        shelf = self.url_open("/my/cap/library").text
        self.assertIn("Labels by the hundred", shelf)
        self.assertNotIn("Routing for experts", shelf)
        found = self.url_open("/my/cap/library?search=hundred%00")
        self.assertIn("Labels by the hundred", found.text)
        self.assertIn("guide.pdf", self.url_open(self.page).text)
        answer = self.url_open(f"{self.page}/file")
        self.assertEqual(answer.content, PDF)
        self.assertIn("attachment", answer.headers["Content-Disposition"])
        self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
        self.assertEqual(self.material.mark_ids.view_count, 1)
        self.assert_back_doors_closed()

    @mute_logger("odoo.http")
    def test_a_lower_tier_gets_404_until_it_is_higher(self):
        self.login(self.acme_user)
        self.assert_closed(self.advanced)
        today = self.subscription._cap_today()
        self.subscription._start_tier(self.tiers["alliance"], today, "Up")
        page = f"/my/cap/library/{self.advanced.id}"
        self.assertEqual(self.status(page), 200)
        self.assertEqual(self.url_open(f"{page}/file").content, PDF)
        self.subscription._start_tier(self.tiers["advisor"], today, "Down")
        self.assert_closed(self.advanced)

    @mute_logger("odoo.http")
    def test_suspended_closed_and_lone_get_404(self):
        self.subscription._set_suspended("Unpaid")
        self.login(self.acme_user)
        self.assert_closed()
        self.assert_back_doors_closed()
        self.assertIn("not open to you", self.url_open("/my/cap/library").text)
        self.subscription._set_resumed()
        self.assertEqual(self.status(self.page), 200)
        self.subscription._set_closed()
        self.assert_closed()
        self.assert_back_doors_closed()
        self.login(self.lone_user)
        self.assert_closed()
        self.assert_back_doors_closed()

    @mute_logger("odoo.http")
    def test_the_public_gets_nothing(self):
        self.authenticate(None, None)
        self.assert_back_doors_closed()
        for url in (self.page, f"{self.page}/file", "/my/cap/library"):
            self.assertIn("/web/login", self.url_open(url).url)

    @mute_logger("odoo.http")
    def test_remote_calls_are_closed_as_well(self):
        self.login(self.lone_user)
        for model, ids in (
            ("ir.attachment", self.attachment.ids),
            ("cap.training.material", self.material.ids),
            ("cap.training.material.version", self.material.version_id.ids),
        ):
            with self.assertRaisesRegex(Exception, "AccessError|access"):
                self.make_jsonrpc_request(
                    f"/web/dataset/call_kw/{model}/read",
                    {"model": model, "method": "read", "args": [ids], "kwargs": {}},
                )

    @mute_logger("odoo.http")
    def test_garbage_is_not_found_or_ignored(self):
        self.login(self.acme_user)
        for tail in ("abc", "0", "-1", "99999999999999999999", f"{self.topic.id}/x"):
            self.assertEqual(self.status(f"/my/cap/library/{tail}"), 404, tail)
        for query in (
            "topic=x",
            "kind=%27",
            "show=moon",
            "search=%25%27",
            "search=a+b",
        ):
            self.assertEqual(self.status(f"/my/cap/library?{query}"), 200)
        link = self.make_material("A link", kind="link", url="https://a.example/x")
        self.assertEqual(self.status(f"/my/cap/library/{link.id}/file"), 404)
        self.assertIn(
            'href="https://a.example/x"',
            self.url_open(f"/my/cap/library/{link.id}").text,
        )

    def test_videos_play_from_listed_hosts_only(self):
        self.login(self.acme_user)
        for url, plays in (
            ("https://youtu.be/abc", True),
            ("https://films.example/abc", False),
        ):
            video = self.make_material(url, kind="video", url=url)
            page = self.url_open(f"/my/cap/library/{video.id}").text
            self.assertEqual("<iframe" in page, plays)
            self.assertIn(f'href="{url}"', page)

    @mute_logger("odoo.http")
    def test_a_favourite_needs_post_and_a_token(self):
        self.login(self.acme_user)
        url = f"{self.page}/favourite"
        self.assertEqual(self.status(url), 405)
        self.assertEqual(self.status(url, data={"csrf_token": "x", "keep": "1"}), 400)
        page = self.url_open(self.page).text
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
        self.url_open(url, data={"csrf_token": token, "keep": "1"})
        self.assertTrue(self.material.mark_ids.is_favourite)
        shelf = self.url_open("/my/cap/library?show=favourites").text
        self.assertIn("Labels by the hundred", shelf)
        other = f"/my/cap/library/{self.advanced.id}/favourite"
        self.assertEqual(self.status(other, data={"csrf_token": token}), 404)
        self.url_open(url, data={"csrf_token": token, "keep": "0"})
        self.assertFalse(self.material.mark_ids.is_favourite)
