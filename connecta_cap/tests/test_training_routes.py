import re
from datetime import datetime, timedelta

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common import CapCommon

PAGE = "/my/cap/training"


@tagged("post_install", "-at_install")
class TestTrainingRoutes(CapCommon, HttpCase):
    """Every page as owner, colleague, other client, outsider, and with garbage."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.consultant = cls.users["consultant"]
        cls.subscription.consultant_id = cls.consultant
        cls.colleague = cls.make_contact(cls.acme, "acme_colleague")
        now = datetime.now().replace(microsecond=0)
        cls.soon = now + timedelta(days=20)
        cls.training = cls.env["cap.training.session"]._book(
            cls.subscription,
            {
                "topic": "Failed orders of acme",
                "hours": 1.0,
                "attendees": cls.acme_user.partner_id,
                "contact": cls.acme_user.partner_id,
            },
        )
        cls.url = f"{PAGE}/sessions/{cls.training.id}"

    def login(self, user):
        self.authenticate(user.login, user.login)

    def form(self, **values):
        page = self.url_open(f"{PAGE}/request").text
        return {
            "csrf_token": re.search(r'name="csrf_token" value="([^"]+)"', page)[1],
            "form_key": re.search(r'name="form_key" value="([^"]+)"', page)[1],
            "topic": "Stock flows",
            "message": "How to read them",
            "hours": "1.0",
            "wish_1": f"{self.soon:%Y-%m-%dT10:00}",
            "attendees": str(self.acme_user.partner_id.id),
        } | values

    def token(self):
        page = self.url_open(PAGE).text
        return re.search(r'csrf_token: "([^"]+)"', page)[1]

    def post(self, verb, **data):
        data = {"csrf_token": self.token()} | data
        return self.url_open(f"{self.url}/{verb}", data=data)

    def found(self, topic="Stock flows"):
        return self.env["cap.training.session"].search([("topic", "=", topic)])

    def test_owner_and_colleague_see_hours_sessions_and_statement(self):
        for user in (self.acme_user, self.colleague):
            self.login(user)
            page = self.url_open(PAGE)
            self.assertEqual(page.status_code, 200)
            for text in (
                "Failed orders of acme",
                self.training.number,
                "Granted by your cover",
                "lapsed",
                f"{self.subscription.training_available:g} h",
            ):
                self.assertIn(text, page.text)
            self.assertIn("Training", self.url_open("/my").text)

    def test_a_client_without_hours_is_told_so(self):
        for user in (self.zeta_user, self.lone_user):
            self.login(user)
            page = self.url_open(PAGE)
            self.assertIn("gives no training hours", page.text)
            self.assertNotIn("acme", page.text.lower().replace("o_cap", ""))
            self.assertIn("no training hours", self.url_open(f"{PAGE}/request").text)

    def test_a_client_asks_once_however_often_it_sends(self):
        self.login(self.acme_user)
        data = self.form()
        for _n in range(2):
            page = self.url_open(f"{PAGE}/request", data=data)
            self.assertIn("Your request is with us", page.text)
        session = self.found()
        self.assertEqual((len(session), session.hours), (1, 1.0))
        self.assertEqual(session.attendance_ids.partner_id, self.acme_user.partner_id)
        self.assertEqual(session.activity_ids.user_id, self.consultant)

    def test_a_refused_form_loses_nothing(self):
        self.login(self.acme_user)
        before = self.subscription.training_available
        cases = (
            ({"hours": "6.0"}, "are asked for"),
            ({"hours": "moon"}, "offered lengths"),
            ({"hours": "inf"}, "offered lengths"),
            ({"wish_1": "2020-01-01T10:00"}, "has passed"),
            ({"wish_1": "tomorrow"}, "not a date"),
            ({"wish_1": ""}, "Name at least one time"),
            ({"topic": " "}, "what the training is about"),
            ({"attendees": str(self.zeta_user.partner_id.id)}, "your own people"),
            ({"attendees": "-1"}, "your own people"),
            ({"attendees": "²"}, "your own people"),
            ({"attendees": ""}, "your own people"),
            ({"slot_id": "999999999"}, "just been taken"),
            ({"slot_id": "x' or 1=1"}, "just been taken"),
        )
        for values, words in cases:
            with self.subTest(words):
                page = self.url_open(f"{PAGE}/request", data=self.form(**values))
                self.assertEqual(page.status_code, 422)
                self.assertIn(words, page.text)
                self.assertIn("How to read them", page.text)
        self.assertFalse(self.found())
        self.subscription.invalidate_recordset()
        self.assertEqual(self.subscription.training_available, before)

    def test_a_client_takes_an_offered_slot(self):
        slots = self.env["cap.training.slot"].with_user(self.consultant)
        slot = slots.create({"start": self.soon, "hours": 1.0})
        kept = slots.create(
            {"start": self.soon + timedelta(days=1), "partner_id": self.zeta.id}
        )
        self.login(self.acme_user)
        page = self.url_open(PAGE).text
        self.assertIn(f"request?slot={slot.id}", page)
        self.assertNotIn(f"request?slot={kept.id}", page)
        refused = self.url_open(f"{PAGE}/request", data=self.form(slot_id=str(kept.id)))
        self.assertIn("just been taken", refused.text)
        self.url_open(f"{PAGE}/request", data=self.form(slot_id=str(slot.id)))
        self.assertEqual(self.found().start, self.soon)
        self.assertEqual(slot.session_id, self.found())

    def test_a_client_accepts_and_cancels(self):
        self.training._set_offered(self.consultant, self.soon)
        self.login(self.acme_user)
        self.assertIn("Everybody gets an invitation", self.post("accept").text)
        self.training.invalidate_recordset()
        self.assertEqual(self.training.state, "confirmed")
        again = self.post("accept")
        self.assertEqual(again.status_code, 422)
        self.assertIn("no time to accept", again.text)
        self.assertIn("is cancelled", self.post("cancel").text)
        self.training.invalidate_recordset()
        self.assertEqual(self.training.state, "cancelled")
        self.assertIn("cannot become", self.post("cancel").text)

    def test_a_client_asks_for_another_time(self):
        self.training._set_confirmed(self.consultant, self.soon)
        self.login(self.acme_user)
        self.assertIn(f"{self.url}/reschedule", self.url_open(PAGE).text)
        page = self.url_open(f"{self.url}/reschedule")
        self.assertIn("Failed orders of acme", page.text)
        later = f"{self.soon + timedelta(days=2):%Y-%m-%dT10:00}"
        wrong = self.post("reschedule", wish_1="never", wish_2=later)
        self.assertEqual(wrong.status_code, 422)
        self.assertIn("not a date with a clock time", wrong.text)
        self.assertIn(f'value="{later}"', wrong.text)  # nothing typed is lost
        done = self.post("reschedule", wish_1=later)
        self.assertIn("Your hours stay booked", done.text)
        self.training.invalidate_recordset()
        self.assertEqual(self.training.state, "requested")
        self.assertFalse(self.training.start)
        self.training._set_cancelled("No", by_client=False)
        page = self.url_open(f"{self.url}/reschedule")
        self.assertIn("is cancelled: there is no time to change", page.text)
        self.assertNotIn("<fieldset", page.text)

    @mute_logger("odoo.http")
    def test_a_certificate_appears_when_it_was_held(self):
        self.login(self.acme_user)
        self.assertEqual(self.url_open(f"{self.url}/certificate").status_code, 404)
        self.training._set_confirmed(self.consultant, self.soon)
        hour = datetime.now() - timedelta(hours=1)
        self.training._guarded_write({"start": hour.replace(microsecond=0)})
        self.training._set_held()
        self.assertIn("Certificate", self.url_open(PAGE).text)
        answer = self.url_open(f"{self.url}/certificate")
        self.assertEqual(answer.status_code, 200)
        self.assertIn("Acme_User", answer.text)
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")

    @mute_logger("odoo.http")
    def test_for_others_the_session_does_not_exist(self):
        self.training._set_offered(self.consultant, self.soon)
        outsider = new_test_user(self.env, "cap_outsider", groups="base.group_user")
        for user in (self.zeta_user, outsider):
            self.authenticate(user.login, user.login)
            for number in (self.training.id, 999999999):
                url = f"{PAGE}/sessions/{number}/certificate"
                self.assertEqual(self.url_open(url).status_code, 404)
        self.login(self.zeta_user)
        for verb in ("accept", "cancel", "reschedule"):
            self.assertEqual(self.post(verb).status_code, 404)
        answer = self.url_open(f"{self.url}/reschedule")
        self.assertEqual(answer.status_code, 404)
        self.training.invalidate_recordset()
        self.assertEqual(self.training.state, "offered")

    @mute_logger("odoo.http")
    def test_changes_need_post_and_a_token(self):
        self.login(self.acme_user)
        for verb in ("accept", "cancel"):
            self.assertEqual(self.url_open(f"{self.url}/{verb}").status_code, 405)
            answer = self.url_open(f"{self.url}/{verb}", data={"csrf_token": "x"})
            self.assertEqual(answer.status_code, 400)
        answer = self.url_open(f"{self.url}/reschedule", data={"csrf_token": "x"})
        self.assertEqual(answer.status_code, 400)
        answer = self.url_open(f"{PAGE}/request", data=self.form(csrf_token="x"))
        self.assertEqual(answer.status_code, 400)
        self.assertEqual(self.training.state, "requested")

    @mute_logger("odoo.http")
    def test_garbage_is_not_found_or_ignored(self):
        self.login(self.acme_user)
        for tail in ("abc", "0", "-1", "1e9", "99999999999999999999"):
            url = f"{PAGE}/sessions/{tail}/certificate"
            self.assertEqual(self.url_open(url).status_code, 404, tail)
        self.assertEqual(self.url_open(f"{PAGE}?done=%27<b>").status_code, 200)
        self.assertEqual(self.url_open(f"{PAGE}/request?slot=%27").status_code, 200)

    def test_the_public_is_asked_to_log_in(self):
        self.authenticate(None, None)
        for url in (PAGE, f"{PAGE}/request", f"{self.url}/certificate"):
            self.assertIn("/web/login", self.url_open(url).url)

    def test_clients_read_their_own_and_named_fields_only(self):
        credits = self.env["cap.training.credit"]
        own = credits.search([("subscription_id", "=", self.subscription.id)])
        for model, mine in (
            ("cap.training.credit", own),
            ("cap.training.session", self.training),
            ("cap.training.attendance", self.training.attendance_ids),
        ):
            portal = self.env[model].with_user(self.acme_user)
            self.assertEqual(portal.search([]), mine)
            self.assertFalse(portal.with_user(self.zeta_user).search([]))
            self.assertFalse(portal.with_user(self.lone_user).search([]))
            record = mine[:1].with_user(self.acme_user)
            allowed = record._portal_readable_fields()
            self.assertLess(allowed - {"id"}, set(record._fields))
            with mute_logger("odoo.addons.base.models.ir_model"):
                for name in set(record._fields) - allowed:
                    with self.subTest(name), self.assertRaises(AccessError):
                        record.read([name])
        for model in ("cap.training.slot", "cap.training.lot"):
            with (
                mute_logger("odoo.addons.base.models.ir_model"),
                self.assertRaises(AccessError),
            ):
                self.env[model].with_user(self.acme_user).search([])

    def test_another_company_sees_nothing(self):
        stranger = self.make_stranger()
        slot = self.env["cap.training.slot"].create(
            {"start": self.soon, "user_id": self.consultant.id}
        )
        lots = self.env["cap.training.lot"].search([])
        policy = self.env["cap.training.policy"].search([])
        for record in (
            self.training,
            self.training.attendance_ids,
            self.training.credit_ids,
            lots,
            slot,
            policy,
        ):
            with self.subTest(record._name):
                self.assertTrue(record)
                self.assertFalse(record.with_user(stranger)._filtered_access("read"))
