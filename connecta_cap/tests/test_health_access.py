from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .test_health_checks import HealthCheckCommon

STAFF = ("user", "agent", "lead", "consultant", "account_manager", "admin")
# What a client reads of its own; everything else of monitoring is read for it.
CLIENTS = {"cap.environment", "cap.flow", "cap.health.incident", "cap.health.check"}
ADMINS = {"cap.health.dirty"}
# Kinds of work that belong to nobody, and wizards.
SHARED = {
    "cap.health.checklist.template",
    "cap.health.checklist.template.line",
    "cap.health.check.plan",
    "cap.environment.token.issue",
}


@tagged("post_install", "-at_install")
class TestHealthAccess(HealthCheckCommon, HttpCase):
    """Every model and every page about health, as everybody."""

    def setUp(self):
        super().setUp()
        # monitoring plays its story up to the present
        self.place.name = "Hall 9"
        self.start = self.now.replace(second=0) - timedelta(minutes=60)
        errors = [{"class": "Timeout", "message": "No answer", "count": 8}]
        rows = [self.window(n, ok=2, failed=8, errors=errors) for n in range(0, 60, 5)]
        self.send(60, rows)
        self.watch(60)
        self.roll_up()
        self.place._score()
        self.send(61, [self.window(1, flow="Stock", length=4)])
        self.env["cap.environment.maintenance"].create(
            {
                "environment_id": self.place.id,
                "name": "Move",
                "start": self.now,
                "stop": self.now + timedelta(hours=1),
            }
        )
        self.check = self.hold()
        self.act(self.check)
        self.publish(self.check)
        self.draft_check = self.plan(start=self.begin + timedelta(days=1))
        self.env.flush_all()

    def test_what_one_client_reported_is_never_handed_to_another(self):
        place = self.place.with_user(self.users["consultant"])
        with self.assertRaisesRegex(UserError, "Hall 9 has reported for Acme"):
            place.subscription_id = self.zeta_subscription
        self.assertEqual(self.place.flow_ids.partner_id, self.acme)
        # one that never reported was only filed under the wrong client
        new, _secret = self.make_environment(self.subscription, "Typed wrongly")
        new.with_user(self.users["consultant"]).subscription_id = self.zeta_subscription
        self.assertEqual(new.partner_id, self.zeta)

    def own_models(self):
        names = [
            name
            for name, model in self.env.items()
            if name.startswith(("cap.environment", "cap.flow", "cap.health"))
            and not model._abstract
        ]
        return sorted(set(names) - SHARED)

    def rows_of_acme(self, name):
        model = self.env[name].with_context(active_test=False)
        for path in ("environment_id.", "flow_id.environment_id.", "error_id.flow_id."):
            if path.split(".")[0] in model._fields:
                return model.search([(f"{path}partner_id", "=", self.acme.id)])
        if name == "cap.health.checklist.item":
            owner = "checklist_id.subscription_id.partner_id"
        else:
            owner = "partner_id"
        return model.search([(owner, "=", self.acme.id)])

    def readable(self, records, user):
        with mute_logger("odoo.addons.base.models.ir_rule"):
            return records.with_user(user)._filtered_access("read")

    def test_each_model_as_everybody(self):
        stranger = self.make_stranger()
        outsider = new_test_user(self.env, "cap_outsider", groups="base.group_user")
        nobody = self.env.ref("base.public_user")
        others = (self.zeta_user, self.lone_user, stranger, outsider, nobody)
        for name in self.own_models():
            records = self.rows_of_acme(name)
            with self.subTest(name):
                self.assertTrue(records, "the story leaves a row in every table")
            for role in STAFF:
                seen = name not in ADMINS or role == "admin"
                with self.subTest(model=name, role=role):
                    found = self.readable(records, self.users[role])
                    self.assertEqual(bool(found), seen)
                    self.assertIn(len(found), (0, len(records)))
            with self.subTest(model=name, role="own client"):
                found = self.readable(records, self.acme_user)
                wanted = records if name in CLIENTS else records.browse()
                if name == "cap.health.check":
                    wanted = self.check
                self.assertEqual(set(found.ids), set(wanted.ids))
            for user in others:
                with self.subTest(model=name, user=user.login):
                    self.assertFalse(self.readable(records, user))

    def test_clients_write_nothing(self):
        for name in self.own_models():
            for user in (self.acme_user, self.zeta_user, self.lone_user):
                model = self.env[name].with_user(user)
                for operation in ("create", "write", "unlink"):
                    with self.subTest(model=name, user=user.login, op=operation):
                        self.assertFalse(model.has_access(operation))

    def test_the_secret_of_a_token_is_nobodys_to_read(self):
        token = self.place.token_ids
        for role in STAFF:
            if self.users[role].has_group("base.group_system"):
                continue
            with self.subTest(role), self.assertRaises(AccessError):
                token.with_user(self.users[role]).read(["token_hash"])

    def test_only_consultants_and_administrators_make_and_end_tokens(self):
        tokens = self.env["cap.environment.token"]
        for role in STAFF:
            user, allowed = self.users[role], role in ("consultant", "admin")
            place = self.place.with_user(user)
            calls = (
                lambda user=user, place=place: tokens.with_user(user)._issue(
                    place, "X"
                ),
                self.place.token_ids[:1].with_user(user).action_revoke,
            )
            for call in calls:
                with self.subTest(role), self.env.cr.savepoint():
                    if allowed:
                        call()
                        continue
                    with self.assertRaises(AccessError):
                        call()
        for user in (self.acme_user, self.zeta_user):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self.place.token_ids[:1].with_user(user).action_revoke()

    def test_the_screens_are_for_staff(self):
        flow = self.flow()
        calls = (
            ("get_portfolio",),
            ("get_environment", self.place.id),
            ("get_flow", flow.id),
        )
        for role in STAFF:
            page = self.env["cap.health.page"].with_user(self.users[role])
            for name, *args in calls:
                with self.subTest(role=role, call=name):
                    self.assertTrue(getattr(page, name)(*args))
        nobody = self.env.ref("base.public_user")
        for user in (self.acme_user, self.zeta_user, self.lone_user, nobody):
            page = self.env["cap.health.page"].with_user(user)
            for name, *args in calls:
                with (
                    self.subTest(user=user.login, call=name),
                    self.assertRaises(AccessError),
                ):
                    getattr(page, name)(*args)

    @mute_logger("odoo.http")
    def test_each_page_as_everybody(self):
        place, flow = self.place.id, self.flow().id
        check, draft = self.check.id, self.draft_check.id
        paper = "/report/html/connecta_cap.report_health_check"
        own = {
            "/my/cap/health": 200,
            f"/my/cap/health/{place}": 200,
            f"/my/cap/health/{place}/flow/{flow}": 200,
            "/my/cap/health-checks": 200,
            f"/my/cap/health-checks/{check}": 200,
            f"/my/cap/health-checks/{check}/pdf": 200,
            f"/my/cap/health-checks/{draft}": 404,
            f"/my/cap/health-checks/{draft}/pdf": 404,
            f"{paper}/{check}": 200,
            f"{paper}/{draft}": 403,
        }
        lists = ("/my/cap/health", "/my/cap/health-checks")
        outsider = new_test_user(self.env, "cap_outsider", groups="base.group_user")
        for user in (
            self.acme_user,
            self.zeta_user,
            self.lone_user,
            outsider,
            self.agent,
            self.manager,
            self.consultant,
        ):
            self.authenticate(user.login, user.login)
            for url, status in own.items():
                with self.subTest(user=user.login, url=url):
                    answer = self.url_open(url)
                    if user == self.acme_user:
                        self.assertEqual(answer.status_code, status)
                    elif user in (self.agent, self.manager, self.consultant):
                        self.assertEqual(answer.status_code, 200)
                    elif url not in lists:
                        self.assertIn(answer.status_code, (403, 404))
                    for secret in ("Renew the certificate", "All in good order"):
                        if user in (self.zeta_user, self.lone_user, outsider):
                            self.assertNotIn(secret, answer.text)
                    if user in (self.zeta_user, self.lone_user, outsider):
                        self.assertNotIn(self.check.name, answer.text)
                        self.assertNotIn("Hall 9", answer.text)
        self.authenticate(None, None)
        for url in own:
            with self.subTest(user="public", url=url):
                answer = self.url_open(url)
                self.assertTrue(
                    "/web/login" in answer.url or answer.status_code in (403, 404)
                )
                self.assertNotIn("All in good order", answer.text)
