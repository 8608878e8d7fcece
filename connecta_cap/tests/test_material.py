import base64
from datetime import timedelta

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..const import TRAINING_MATERIAL
from ..tools.clock import FixedClock
from .common import utc
from .material_common import PDF, MaterialCommon


@tagged("post_install", "-at_install")
class TestMaterial(MaterialCommon):
    """Versions, publication and the files that are handed out."""

    def upload(self, material=None, user="consultant", **vals):
        wizard = self.env["cap.training.material.upload"].with_user(self.users[user])
        return wizard.create(
            {
                "material_id": (material or self.material).id,
                "note": "Better",
                "file": self.pack(PDF),
                "file_name": "guide-2.pdf",
            }
            | vals
        ).action_confirm()

    def test_a_new_version_is_one_step_and_the_old_one_stays(self):
        self.upload()
        self.assertEqual(self.material.version_ids.mapped("number"), [2, 1])
        self.assertEqual(self.material.version_id.number, 2)
        self.assertEqual(self.material.version_id.note, "Better")
        self.assertEqual(self.material.version_id.file_size, len(PDF))
        self.assertEqual(self.material.version_ids[1].file_name, "guide.pdf")

    def test_a_version_may_wait(self):
        self.upload(is_published=False)
        waiting = self.material.version_ids[0]
        self.assertEqual(self.material.version_id.number, 1)
        waiting.with_user(self.users["consultant"]).action_publish()
        self.assertEqual(self.material.version_id, waiting)
        with self.assertRaisesRegex(UserError, "already"):
            self.material.version_ids[1].action_publish()

    def test_a_published_version_stays_as_it_is(self):
        version = self.material.version_id
        for vals in ({"file": self.pack(PDF + b"x")}, {"note": "Other"}):
            with self.assertRaisesRegex(UserError, "stays as it is"):
                version.write(vals)
        with self.assertRaisesRegex(UserError, "stays as it is"):
            version.unlink()
        with self.assertRaisesRegex(UserError, "cannot be set by hand"):
            version.write({"published_at": False})
        with self.assertRaisesRegex(UserError, "Archive it"):
            self.material.unlink()
        with self.assertRaisesRegex(UserError, "cannot be set by hand"):
            self.material.write({"state": "draft"})
        with self.assertRaisesRegex(UserError, "its kind"):
            self.material.kind = "link"

    def test_nothing_is_published_without_a_version(self):
        draft = self.env["cap.training.material"].create(
            {"name": "Empty", "topic_id": self.topic.id}
        )
        with self.assertRaisesRegex(UserError, "nothing to show"):
            draft.action_publish()
        self.upload(draft, is_published=False)
        self.assertEqual(draft.state, "draft")
        draft.action_publish()
        self.assertEqual(draft.version_id.number, 1)
        draft.action_archive_material()
        with self.assertRaisesRegex(UserError, "cannot become"):
            draft.action_archive_material()
        draft.action_redraft()
        draft.action_publish()
        self.assertEqual(draft.state, "published")

    def test_forbidden_files_leave_nothing_behind(self):
        kinds = self.env.ref("connecta_cap.cap_file_type_pdf")
        kinds.max_megabytes = 1
        html = b"<html><script>alert(1)</script></html>"
        cases = [
            ("not handed out", "setup.exe", PDF),
            ("not handed out", "noname", PDF),
            ("not handed out", "page.svg", html),
            ("not what its name says", "guide.pdf", html),
            ("not what its name says", "picture.png", PDF),
            ("larger than 1 MB", "guide.pdf", PDF + b"0" * 1024 * 1024),
            ("Choose the file", "guide.pdf", b""),
        ]
        for words, name, content in cases:
            with (
                self.subTest(name),
                self.assertRaisesRegex(UserError, words),
                self.env.cr.savepoint(),
            ):
                self.upload(file=self.pack(content), file_name=name)
            self.assertEqual(len(self.material.version_ids), 1)
        with self.assertRaisesRegex(UserError, "what is new"):
            self.upload(note="  ")
        kinds.active = False
        with self.assertRaisesRegex(UserError, "not handed out"):
            self.upload()

    def test_a_link_needs_a_web_address(self):
        for kind in ("link", "video"):
            material = self.make_material(f"A {kind}", kind=kind)
            for url in ("javascript:alert(1)", "a.example", ""):
                with (
                    self.subTest(url),
                    self.assertRaises(ValidationError),
                    self.env.cr.savepoint(),
                ):
                    self.upload(material, file=False, url=url)
            self.assertEqual(len(material.version_ids), 1)

    def test_only_listed_hosts_play(self):
        hosts = self.env["cap.video.host"]
        self.assertEqual(
            hosts._find_player("https://www.youtube.com/watch?v=abc_DEF-1"),
            "https://www.youtube-nocookie.com/embed/abc_DEF-1",
        )
        self.assertEqual(hosts._find_player("https://films.example/watch?v=abc"), "")
        hosts.search([]).active = False
        self.assertEqual(hosts._find_player("https://youtu.be/abc"), "")
        with self.assertRaisesRegex(ValidationError, "one group"):
            hosts.create(
                {
                    "host": "a.example",
                    "pattern": "x",
                    "player": "https://b.example/{id}",
                }
            )

    def test_who_may_change_it(self):
        for user in ("agent", "account_manager", "user"):
            with self.assertRaises(AccessError):
                self.upload(user=user)
        form = Form(
            self.env["cap.training.material"].with_user(self.users["consultant"])
        )
        form.name, form.topic_id = "By a consultant", self.topic
        self.assertEqual(form.save().state, "draft")

    @mute_logger("odoo.sql_db")
    def test_one_number_and_one_mark(self):
        version = self.material.version_id
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.env.cr.execute(
                "INSERT INTO cap_training_material_version (material_id, number, note)"
                " VALUES (%s, %s, 'x')",
                [self.material.id, version.number],
            )
        mine = self.material.with_user(self.acme_user)
        for _time in range(3):
            mine._portal_open()
        mine._portal_set_favourite(True)
        mark = self.material.mark_ids
        self.assertEqual(len(mark), 1)
        self.assertEqual((mark.view_count, mark.is_favourite), (3, True))
        self.assertEqual(self.material.reader_count, 1)
        self.assertEqual(self.material.view_count, 3)


@tagged("post_install", "-at_install")
class TestMaterialAccess(MaterialCommon):
    """What a client finds follows its cover of this moment, in rules and searches."""

    def test_the_tier_decides_at_once(self):
        self.assertEqual(self.offered(self.acme_user), self.material)
        self.assertFalse(self.advanced.with_user(self.acme_user).has_access("read"))
        today = self.subscription._cap_today()
        self.subscription._start_tier(self.tiers["alliance"], today, "Up")
        self.assertEqual(self.offered(self.acme_user), self.material | self.advanced)
        self.assertTrue(self.advanced.with_user(self.acme_user).has_access("read"))
        tomorrow = today + timedelta(1)
        self.subscription._start_tier(self.tiers["advisor"], tomorrow, "Down")
        self.assertIn(self.advanced, self.offered(self.acme_user))
        clock = FixedClock(utc(f"{tomorrow} 10:00:00"))
        later = self.advanced.with_user(self.acme_user).with_context(cap_clock=clock)
        self.assertFalse(later.has_access("read"))
        self.assertFalse(later.search([("id", "=", later.id)]))

    def test_a_tier_without_material_gives_none(self):
        line = self.tiers["advisor"].tier_entitlement_ids
        line.filtered(
            lambda line: line.entitlement_id.code == TRAINING_MATERIAL
        ).unlink()
        self.assertFalse(self.offered(self.acme_user))
        self.assertEqual(self.offered(self.zeta_user), self.material)

    def test_suspended_closed_and_lone_find_nothing(self):
        self.subscription._set_suspended("Unpaid")
        self.assertFalse(self.offered(self.acme_user))
        self.assertFalse(self.material.with_user(self.acme_user).has_access("read"))
        self.subscription._set_resumed()
        self.assertEqual(self.offered(self.acme_user), self.material)
        self.subscription._set_closed()
        self.assertFalse(self.offered(self.acme_user))
        self.assertFalse(self.offered(self.lone_user))

    def test_drafts_and_archived_are_hidden(self):
        self.material.action_archive_material()
        self.assertFalse(self.offered(self.acme_user))
        self.assertFalse(self.material.with_user(self.acme_user).has_access("read"))

    def test_material_of_another_company_is_hidden(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self.env.user.company_ids += company
        self.material.company_id = company
        self.assertFalse(self.offered(self.acme_user))
        self.assertFalse(
            self.material.with_user(self.users["consultant"])._filtered_access("read")
        )
        version = self.material.version_id.with_user(self.users["consultant"])
        self.assertFalse(version._filtered_access("read"))

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_versions_marks_and_attachments_are_closed_to_clients(self):
        version = self.material.version_id
        attachment = self.find_attachment(self.material)
        self.assertEqual(base64.b64decode(attachment.datas), PDF)
        self.material.with_user(self.acme_user)._portal_open()
        for record in (version, attachment, self.material.mark_ids):
            with self.subTest(record._name), self.assertRaises(AccessError):
                record.with_user(self.acme_user).read([])
        for name in ("version_ids", "tier_ids", "mark_ids", "view_count"):
            with self.subTest(name), self.assertRaises(AccessError):
                self.material.with_user(self.acme_user).read([name])
        for verb in (
            lambda material: material._portal_open(),
            lambda material: material._portal_get_file(),
            lambda material: material._portal_set_favourite(True),
        ):
            with self.assertRaises(AccessError):
                verb(self.material.with_user(self.lone_user))

    def test_search_and_shelves(self):
        mine = self.env["cap.training.material"].with_user(self.acme_user)

        def find(previous=None, **asked):
            choice = mine._clean_choice(**asked)
            return mine.search(mine._get_library_domain(choice, previous))

        video = self.make_material(
            "Watch me", kind="video", url="https://youtu.be/abc", summary="Of parcels"
        )
        self.assertEqual(find(search="label HUNDRED"), self.material)
        self.assertEqual(find(search="parcel"), video)
        self.assertEqual(find(search="zebra"), video | self.material)
        self.assertFalse(find(search="zebra nothing"))
        self.assertFalse(find(search="100%_"))
        self.assertEqual(find(kind="video"), video)
        self.assertEqual(find(topic=str(self.topic.id)), video | self.material)
        self.assertEqual(find(topic="7' OR 1=1", kind="x", show="y"), find())
        video.with_user(self.acme_user)._portal_set_favourite(True)
        self.assertEqual(find(show="favourites"), video)
        self.assertEqual(find(show="unread"), video | self.material)
        video.with_user(self.acme_user)._portal_open()
        self.assertEqual(find(show="unread"), self.material)
        self.assertFalse(find(show="new"))
        before = self.material.published_at - timedelta(seconds=1)
        self.assertEqual(find(before, show="new"), video | self.material)
        self.assertFalse(find(video.published_at, show="new"))

    def test_a_visit_goes_on_until_a_pause(self):
        def enter(local):
            library = self.env["cap.training.material"].with_user(self.acme_user)
            clock = FixedClock(utc(local))
            return library.with_context(cap_clock=clock)._portal_enter_library()

        self.assertIsNone(enter("2026-06-01 09:00:00"))
        self.assertIsNone(enter("2026-06-01 09:20:00"))
        self.assertEqual(enter("2026-06-02 09:00:00"), utc("2026-06-01 09:20:00"))
        self.assertEqual(enter("2026-06-02 09:10:00"), utc("2026-06-01 09:20:00"))

    def test_a_page_costs_the_same_with_five_and_twenty(self):
        for number in range(25):
            self.make_material(f"Piece {number}")
        mine = self.env["cap.training.material"].with_user(self.acme_user)
        choice = mine._clean_choice(search="piece")

        def page(limit):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            found = mine.search(mine._get_library_domain(choice, None), limit=limit)
            self.assertEqual(len(found._prepare_library_rows(None)), limit)
            return self.env.cr.sql_log_count - before

        page(20)
        few, many = page(5), page(20)
        self.assertEqual(few, many)
        # cover and terms of the client, the page, its topics, versions and marks
        self.assertLessEqual(many, 24)
