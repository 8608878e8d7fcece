import re
from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .test_health_checks import HealthCheckCommon


@tagged("post_install", "-at_install")
class TestPortalHealthActions(HealthCheckCommon, HttpCase):
    """A client ticks off what is its own; its consultant is told; nobody else may."""

    def setUp(self):
        super().setUp()
        self.check = self.hold()
        self.mine = self.act(self.check, name="Renew <b>it</b>")
        self.ours = self.act(
            self.check, name="Ours", owner="ours", user_id=self.consultant.id
        )
        self.publish(self.check)
        self.page = f"/my/cap/health-checks/{self.check.id}"

    def login(self, user):
        self.authenticate(user.login, user.login)

    def token(self):
        return re.search(r'csrf_token: "([^"]+)"', self.url_open("/my").text)[1]

    def post(self, step, action=None, check=None, token=None, **values):
        number = self.mine.id if action is None else getattr(action, "id", action)
        url = f"/my/cap/health-checks/{check or self.check.id}/actions/{number}/{step}"
        if token is None:
            token = self.token()
        return self.url_open(url, data={"csrf_token": token, **values})

    def told(self):
        return self.check.message_ids.filtered(
            lambda one: one.author_id == self.acme_user.partner_id
        )

    def test_the_owner_ticks_it_off_and_takes_it_back(self):
        self.login(self.acme_user)
        page = self.url_open(self.page).text
        self.assertEqual(page.count("Mark as done"), 1, "ours is not theirs to tick")
        answer = self.post("done", note="Done by Ann")
        self.assertEqual(answer.status_code, 200)
        self.env.invalidate_all()
        self.assertEqual(self.mine.state, "done")
        self.assertEqual(
            (self.mine.done_by_id, self.mine.done_on), (self.acme_user, self.today)
        )
        self.assertEqual(self.mine.client_note, "Done by Ann")
        self.assertIn("Done by Ann", answer.text)
        self.assertIn("Not done after all", answer.text)
        self.assertNotIn("Mark as done", answer.text)
        (message,) = self.told()
        self.assertIn("Renew &lt;b&gt;it&lt;/b&gt;", message.body)
        self.assertIn("Done by Ann", message.body)
        self.assertEqual(message.partner_ids, self.consultant.partner_id)
        self.assertTrue(message.is_internal or message.subtype_id.internal)

        answer = self.post("undo")
        self.env.invalidate_all()
        self.assertEqual((self.mine.state, self.mine.done_on), ("open", False))
        self.assertIn("Mark as done", answer.text)
        self.assertEqual(self.mine.client_note, "Done by Ann", "words stay")
        self.assertIn("not done after all", self.told()[0].body)

    def test_a_comment_is_kept_changed_and_taken_back_once_each(self):
        self.login(self.acme_user)
        for note, kept in (
            (" Waiting \n for <i>IT</i> ", "Waiting\nfor <i>IT</i>"),
            ("Waiting\nfor <i>IT</i>", "Waiting\nfor <i>IT</i>"),
            ("", ""),
        ):
            answer = self.post("note", note=note)
            self.assertEqual(answer.status_code, 200)
            self.assertNotIn("<i>IT</i>", answer.text)
            self.env.invalidate_all()
            self.assertEqual(self.mine.client_note or "", kept)
        self.assertEqual(self.mine.state, "open")
        self.assertEqual(len(self.told()), 2, "what does not change tells nobody")

    def test_a_step_that_does_not_fit_is_said_and_nothing_is_lost(self):
        self.login(self.acme_user)
        answer = self.post("undo", note="Let me see")
        self.assertEqual(answer.status_code, 422)
        self.assertIn("is not marked as done", answer.text)
        self.assertIn("Let me see", answer.text)
        answer = self.post("note", note="x" * 1001)
        self.assertEqual(answer.status_code, 422)
        self.assertIn("at most 1000 characters", answer.text)
        self.assertIn("x" * 1001, answer.text)
        self.post("done")
        answer = self.post("done")
        self.assertEqual(answer.status_code, 422)
        self.assertIn("is done already", answer.text)
        self.env.invalidate_all()
        self.assertFalse(self.mine.client_note)

    def test_what_our_consultant_ticked_is_not_taken_back_by_the_client(self):
        self.mine.with_user(self.consultant).action_done()
        self.login(self.acme_user)
        page = self.url_open(self.page).text
        self.assertNotIn("Not done after all", page)
        answer = self.post("undo")
        self.assertEqual(answer.status_code, 422)
        self.assertIn("Our consultant marked", answer.text)
        self.env.invalidate_all()
        self.assertEqual(self.mine.state, "done")

    def test_what_is_carried_over_is_finished_there(self):
        second = self.plan(start=self.begin + timedelta(days=1))
        second.action_prepare()
        self.assertEqual(self.mine.state, "carried")
        self.login(self.acme_user)
        self.assertNotIn("Mark as done", self.url_open(self.page).text)
        self.assertEqual(self.post("done").status_code, 422)
        (copy,) = second.action_ids.filtered(lambda one: one.owner == "client")
        # not published yet: it does not exist for the client
        self.assertEqual(self.post("done", copy, second.id).status_code, 404)
        self.assertEqual(self.post("done", copy).status_code, 404)

    def test_a_ticked_action_is_not_carried_over(self):
        self.mine.with_user(self.acme_user).sudo()._portal_act("done")
        second = self.plan(start=self.begin + timedelta(days=1))
        second.action_prepare()
        self.assertEqual(second.action_ids.mapped("name"), ["Ours"])

    @mute_logger("odoo.http")
    def test_for_others_it_does_not_exist(self):
        outsider = new_test_user(self.env, "cap_outsider", groups="base.group_user")
        users = (self.zeta_user, self.lone_user, outsider, self.agent, self.consultant)
        for user in users:
            self.login(user)
            token = self.token()
            for step in ("done", "undo", "note"):
                with self.subTest(user=user.login, step=step):
                    answer = self.post(step, token=token, note="Mine!")
                    self.assertEqual(answer.status_code, 404)
        self.env.invalidate_all()
        self.assertEqual((self.mine.state, self.mine.client_note), ("open", False))

    @mute_logger("odoo.http")
    def test_garbage_is_not_found(self):
        self.login(self.acme_user)
        token = self.token()
        for step, action, check in (
            ("done", self.ours, None),
            ("note", self.ours, None),
            ("delete", self.mine, None),
            ("write", self.mine, None),
            ("done", 999_999_999, None),
            ("done", "abc", None),
            ("done", -1, None),
            ("done", self.mine, 999_999_999),
        ):
            with self.subTest(step=step, action=action, check=check):
                answer = self.post(step, action, check, token)
                self.assertEqual(answer.status_code, 404)
        self.env.invalidate_all()
        self.assertEqual((self.mine.state, self.ours.state), ("open", "open"))

    @mute_logger("odoo.http")
    def test_only_a_form_of_ours_changes_anything(self):
        self.login(self.acme_user)
        url = f"{self.page}/actions/{self.mine.id}/done"
        self.assertIn(self.url_open(url).status_code, (404, 405))
        self.assertEqual(self.post("done", token="").status_code, 400)
        self.assertEqual(self.post("done", token="guessed").status_code, 400)
        self.authenticate(None, None)
        answer = self.url_open(url, data={"csrf_token": "x"})
        self.assertTrue(answer.status_code == 400 or "/web/login" in answer.url)
        self.env.invalidate_all()
        self.assertEqual(self.mine.state, "open")

    def test_a_client_has_no_access_but_through_its_check(self):
        action = self.mine.with_user(self.acme_user)
        for refused in (
            lambda: action.read(["name"]),
            lambda: action.write({"client_note": "x"}),
            action.action_done,
            action.action_undo,
            lambda: self.check.with_user(self.zeta_user)._portal_act(
                self.mine.id, "done"
            ),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                refused()
        with self.assertRaisesRegex(UserError, "cannot be set by hand"):
            self.mine.with_user(self.consultant).client_note = "They said so"

    def test_staff_reads_the_comment_and_has_no_buttons(self):
        self.mine.with_user(self.acme_user).sudo()._portal_act("note", "Soon")
        self.login(self.consultant)
        page = self.url_open(self.page).text
        self.assertIn("Soon", page)
        self.assertNotIn("Mark as done", page)
