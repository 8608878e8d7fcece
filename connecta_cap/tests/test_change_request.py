from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import CapCommon

TYPE = "connecta_cap.mail_activity_type_change_request"
DAY = timedelta(days=1)


@tagged("post_install", "-at_install")
class TestChangeRequest(CapCommon):
    """A client asks for another tier; the account manager accepts or declines."""

    def ask(self, user=None, tier="alliance", **values):
        requests = self.env["cap.change.request"].with_user(user or self.acme_user)
        asked = requests._portal_ask({"tier": tier} | values)
        return self.env["cap.change.request"].browse(asked.id)

    def accept(self, request, user=None, **values):
        """Accept a request as the form does: through the prefilled wizard."""
        action = request.with_user(user or self.manager).action_accept()
        wizard = (
            self.env[action["res_model"]]
            .with_user(user or self.manager)
            .with_context(**action["context"])
            .create(values)
        )
        wizard.action_confirm()

    def decline(self, request, reason, user=None):
        action = request.with_user(user or self.manager).action_decline()
        wizard = (
            self.env[action["res_model"]]
            .with_user(user or self.manager)
            .with_context(**action["context"])
            .create({"reason": reason})
        )
        wizard.action_confirm()

    def mailed_to(self, request):
        """Return the people that the queued notices of a request go to."""
        ours = [("mail_message_id", "in", request.message_ids.ids)]
        mails = self.env["mail.mail"].search(ours)
        self.assertEqual(set(mails.mapped("state")), {"outgoing"})
        return mails.recipient_ids

    # === ASKING === #

    def test_a_request_says_who_asks_for_what(self):
        day = self.subscription._cap_today() + 10 * DAY
        request = self.ask(
            date_wished=day.isoformat(), message=" More flows. ", subscription_id=1
        )
        self.assertEqual(request.subscription_id, self.subscription)
        self.assertEqual(request.contact_id, self.acme_user.partner_id)
        self.assertEqual(request.previous_tier_id, self.tiers["advisor"])
        self.assertEqual(request.tier_id, self.tiers["alliance"])
        self.assertEqual((request.date_wished, request.message), (day, "More flows."))
        self.assertEqual((request.state, request.direction), ("open", "up"))
        self.assertIn("Custom workshop", request.comparison_html)
        # asking changes nothing
        self.assertEqual(self.subscription.tier_id, self.tiers["advisor"])

    def test_the_direction_follows_todays_tier_until_the_answer(self):
        request = self.ask(tier="essential")
        self.assertEqual(request.direction, "down")
        today = self.subscription._cap_today()
        self.subscription._start_tier(self.tiers["essential"], today, "Agreed")
        self.assertEqual(request.direction, "same")
        self.decline(request, "You have it already.")
        self.assertEqual(request.direction, "down")

    def test_the_account_manager_is_asked_to_answer(self):
        activity = self.ask().activity_ids
        self.assertEqual(activity.user_id, self.manager)
        self.assertEqual(activity.activity_type_id, self.env.ref(TYPE))

    def test_without_an_account_manager_the_team_lead_is_asked(self):
        self.subscription.account_manager_id = False
        self.team.lead_id = self.users["lead"]
        self.assertEqual(self.ask().activity_ids.user_id, self.users["lead"])

    def test_an_account_manager_who_left_or_sees_nothing_is_passed_over(self):
        self.team.lead_id = self.users["lead"]
        self.manager.active = False
        self.assertEqual(self.ask().activity_ids.user_id, self.users["lead"])
        company = self.env["res.company"].create({"name": "Far away"})
        far = new_test_user(
            self.env,
            "cap_far",
            groups="connecta_cap.group_cap_account_manager",
            company_id=company.id,
            company_ids=[company.id],
        )
        self.zeta_subscription.account_manager_id = far
        request = self.ask(self.zeta_user)
        self.assertEqual(request.activity_ids.user_id, self.users["lead"])

    def test_the_contact_gets_a_mail_that_it_arrived(self):
        request = self.ask()
        comment = self.env.ref("mail.mt_comment")
        message = request.message_ids.filtered(lambda m: m.subtype_id == comment)
        self.assertIn("We received your request for Alliance", message.body)
        self.assertIn("/my/cap/change", message.body)
        self.assertEqual(message.author_id, self.env.company.partner_id)
        self.assertEqual(self.mailed_to(request), self.acme_user.partner_id)

    def test_what_makes_no_sense_is_refused_in_clear_words(self):
        yesterday = self.subscription._cap_today() - DAY
        for values, words in (
            ({"tier": ""}, "Choose one"),
            ({"tier": "moon"}, "Choose one"),
            ({"tier": "advisor"}, "Choose one"),
            ({"date_wished": "soon"}, "is not a day"),
            ({"date_wished": "2031-02-30"}, "is not a day"),
            ({"date_wished": yesterday.isoformat()}, "in the past"),
            ({"message": "x" * 5001}, "5000"),
        ):
            with self.subTest(values), self.assertRaisesRegex(UserError, words):
                self.ask(**values)
        self.assertFalse(self.subscription.change_request_ids)

    def test_today_is_not_in_the_past(self):
        today = self.subscription._cap_today()
        self.assertEqual(self.ask(date_wished=today.isoformat()).date_wished, today)

    def test_without_a_running_subscription_there_is_nothing_to_change(self):
        self.subscription._set_closed()
        for user in (self.acme_user, self.lone_user):
            with self.assertRaisesRegex(UserError, "no running subscription"):
                self.ask(user)

    def test_a_second_request_is_refused_for_the_whole_client(self):
        self.ask()
        colleague = self.make_contact(self.acme, "acme_colleague")
        for user in (self.acme_user, colleague):
            with self.assertRaisesRegex(UserError, "has asked for a change already"):
                self.ask(user, "essential")
        self.ask(self.zeta_user)  # another client is another matter

    def test_the_database_keeps_one_open_request(self):
        request = self.ask()
        vals = request.copy_data()[0]
        requests = self.env["cap.change.request"]
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            requests.create(vals)

    # === ANSWERING === #

    def test_accepting_opens_the_wizard_as_the_client_asked(self):
        day = self.subscription._cap_today() + 10 * DAY
        request = self.ask(date_wished=day.isoformat())
        context = request.with_user(self.manager).action_accept()["context"]
        self.assertEqual(context["default_subscription_id"], self.subscription.id)
        self.assertEqual(context["default_tier_id"], self.tiers["alliance"].id)
        self.assertEqual(context["default_timing"], "day")
        self.assertEqual(context["default_date_start"], day)
        self.assertEqual(context["default_change_request_id"], request.id)
        self.assertEqual(request.state, "open")

    def test_a_wished_day_is_planned_for(self):
        day = self.subscription._cap_today() + 10 * DAY
        request = self.ask(date_wished=day.isoformat())
        self.accept(request)
        self.assertEqual(self.subscription.tier_id, self.tiers["advisor"])
        self.assertEqual(self.subscription._tier_on(day), self.tiers["alliance"])
        self.assertEqual(request.state, "accepted")

    def test_a_confirmed_change_accepts_the_request(self):
        request = self.ask()
        self.accept(request)
        self.assertEqual(self.subscription.tier_id, self.tiers["alliance"])
        self.assertEqual(request.state, "accepted")
        self.assertEqual(request.answered_by_id, self.manager)
        self.assertTrue(request.answered_at)
        self.assertIn("You have Alliance from", request.answer)
        self.assertFalse(request.activity_ids)
        # the mail about the new tier is the one that the contact gets
        bodies = " ".join(request.message_ids.mapped("body"))
        self.assertNotIn("is accepted", bodies)

    def test_who_asked_gets_the_answer_where_others_get_the_mail_of_the_cover(self):
        self.acme.email = "office@acme.example"
        request = self.ask()
        self.accept(request)
        bodies = " ".join(request.message_ids.mapped("body"))
        self.assertIn("is accepted", bodies)
        self.assertIn("You have Alliance from", bodies)
        self.assertEqual(self.mailed_to(request), self.acme_user.partner_id)

    def test_the_answer_names_the_tier_that_was_agreed(self):
        request = self.ask(self.zeta_user, "alliance")
        self.accept(request, tier_id=self.tiers["advisor"].id)
        self.assertEqual(self.zeta_subscription.tier_id, self.tiers["advisor"])
        self.assertIn("You have Advisor from", request.answer)

    def test_a_change_without_the_request_answers_it_when_it_is_the_same_tier(self):
        request = self.ask()
        wizards = self.env["cap.subscription.change.tier"].with_user(self.manager)
        wizards.create(
            {
                "subscription_id": self.subscription.id,
                "tier_id": self.tiers["alliance"].id,
                "reason": "Agreed by phone",
            }
        ).action_confirm()
        self.assertEqual(request.state, "accepted")

    def test_a_change_to_another_tier_leaves_the_request_open(self):
        request = self.ask()
        wizards = self.env["cap.subscription.change.tier"].with_user(self.manager)
        wizards.create(
            {
                "subscription_id": self.subscription.id,
                "tier_id": self.tiers["essential"].id,
                "reason": "Something else",
            }
        ).action_confirm()
        self.assertEqual((request.state, request.direction), ("open", "up"))

    def test_a_request_cannot_be_accepted_by_another_clients_change(self):
        request = self.ask()
        with self.assertRaisesRegex(UserError, "another subscription"):
            self.env["cap.subscription.change.tier"].create(
                {
                    "subscription_id": self.zeta_subscription.id,
                    "tier_id": self.tiers["alliance"].id,
                    "reason": "Mixed up",
                    "change_request_id": request.id,
                }
            )
        self.assertEqual(request.state, "open")
        self.assertEqual(self.zeta_subscription.tier_id, self.tiers["essential"])

    def test_declining_takes_a_reason_that_the_client_reads(self):
        request = self.ask()
        for reason in (" ", "\n"):
            with self.assertRaisesRegex(UserError, "Say why"):
                self.decline(request, reason)
        self.decline(request, "No consultant is free before May.")
        self.assertEqual(request.state, "declined")
        self.assertEqual(request.answer, "No consultant is free before May.")
        self.assertEqual(self.subscription.tier_id, self.tiers["advisor"])
        self.assertFalse(request.activity_ids)
        bodies = " ".join(request.message_ids.mapped("body"))
        self.assertIn("No consultant is free before May.", bodies)
        self.assertEqual(self.mailed_to(request), self.acme_user.partner_id)
        page = self.env["cap.change.request"].with_user(self.acme_user)
        row = page._prepare_portal_change()["past"][0]
        self.assertEqual(row["answer"], "No consultant is free before May.")
        self.assertEqual(row["answered_by"], self.manager.name)

    def test_an_answer_is_final(self):
        request = self.ask()
        self.decline(request, "Not now.")
        for call in (
            lambda: self.decline(request, "Again."),
            lambda: self.accept(request),
            request.with_user(self.acme_user)._portal_withdraw,
        ):
            with self.assertRaisesRegex(UserError, "“Declined” and cannot become"):
                call()
        self.ask()  # the client may ask again

    def test_withdrawing_is_the_clients(self):
        request = self.ask()
        with self.assertRaises(AccessError):
            request.with_user(self.zeta_user)._portal_withdraw()
        for role in ("user", "account_manager"):
            with self.assertRaisesRegex(AccessError, "for Acme to decide"):
                request.with_user(self.users[role])._portal_withdraw()
        request.with_user(self.acme_user)._portal_withdraw()
        self.assertEqual(request.state, "withdrawn")
        self.assertEqual(request.answered_by_id, self.acme_user)
        self.assertFalse(request.activity_ids)
        self.ask(tier="essential")

    def test_only_account_managers_answer(self):
        request = self.ask()
        for name in ("user", "agent", "lead", "consultant"):
            user = self.users[name]
            with self.assertRaises(AccessError):
                self.decline(request, "No.", user)
            with self.assertRaises(AccessError):
                request.with_user(user)._set_declined("No.")
            with self.assertRaises(AccessError):
                request.with_user(user)._set_accepted(self.subscription.period_ids)
        self.assertEqual(request.state, "open")

    # === WHO SEES AND WRITES WHAT === #

    def test_nothing_of_a_request_is_set_by_hand(self):
        request = self.ask()
        for values in (
            {"state": "accepted"},
            {"answer": "Yes"},
        ):
            with self.assertRaisesRegex(UserError, "cannot be set by hand"):
                request.with_user(self.manager).write(values)
        for values in (
            {"tier_id": self.tiers["essential"].id},
            {"message": "Other words"},
            {"subscription_id": self.zeta_subscription.id},
        ):
            with self.assertRaisesRegex(UserError, "cannot be changed"):
                request.with_user(self.manager).write(values)
        with self.assertRaisesRegex(UserError, "never deleted"):
            request.unlink()

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_a_client_sees_its_own_and_writes_nothing(self):
        mine, theirs = self.ask(), self.ask(self.zeta_user)
        portal = self.env["cap.change.request"].with_user(self.acme_user)
        self.assertEqual(portal.search([]), mine)
        self.assertFalse(theirs.with_user(self.acme_user)._filtered_access("read"))
        self.assertFalse(
            self.env["cap.change.request"].with_user(self.lone_user).search([])
        )
        record = mine.with_user(self.acme_user)
        allowed = record._portal_readable_fields()
        self.assertLess(allowed, set(record._fields) | {"id"})
        record.read(list(allowed))
        for name in set(record._fields) - allowed:
            with self.subTest(name), self.assertRaises(AccessError):
                record.read([name])
        for name in ("state", "message", "date_wished", "answer"):
            with self.assertRaises(UserError):
                record.write({name: False})
        for values in ({}, {"tier_id": self.tiers["alliance"].id}):
            with self.assertRaises(UserError):
                portal.create(values)

    def test_another_company_does_not_see_it(self):
        request = self.ask()
        company = self.env["res.company"].create({"name": "Other"})
        self.users["admin"].write(
            {"company_id": company.id, "company_ids": [(6, 0, company.ids)]}
        )
        stranger = request.with_user(self.users["admin"])
        self.assertFalse(stranger._filtered_access("read"))

    def test_a_client_may_answer_the_mail(self):
        request = self.ask()
        request.with_user(self.acme_user).message_post(
            body="By May would do.",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.assertIn("By May would do.", request.message_ids[0].body)
        with self.assertRaises(AccessError):
            request.with_user(self.zeta_user).message_post(body="Me too.")

    def test_the_subscription_shows_its_requests(self):
        request = self.ask()
        subscription = self.subscription.with_user(self.manager)
        self.assertEqual(subscription.change_request_count, 1)
        self.assertEqual(subscription.open_change_request_id, request)
        action = subscription.action_view_change_requests()
        self.assertEqual(action["res_id"], request.id)
        self.decline(request, "Not now.")
        self.ask()
        self.env.invalidate_all()
        self.assertEqual(subscription.change_request_count, 2)
        action = subscription.action_view_change_requests()
        self.assertFalse(action["res_id"])
        self.assertEqual(action["domain"], [("subscription_id", "=", subscription.id)])

    # === QUERIES === #

    def test_lists_cost_the_same_with_one_and_many(self):
        def count(call):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            call()
            return self.env.cr.sql_log_count - before

        requests = self.env["cap.change.request"]
        clients = [self.make_client(f"Client{n}") for n in range(12)]
        for client, user in clients:
            self.subscribe(client, "essential", "2025-01-01")
            self.ask(user)
        self.ask()
        staff = requests.with_user(self.manager)
        portal = requests.with_user(self.acme_user)

        def read(limit):
            spec = {name: {} for name in ("direction", "state", "asked_at")}
            for name in ("partner_id", "tier_id", "current_tier_id"):
                spec[name] = {"fields": {"display_name": {}}}
            staff.web_search_read([], spec, limit=limit)

        read(12)
        self.assertEqual(count(lambda: read(2)), count(lambda: read(12)))
        self.decline(portal.search([]).with_user(self.manager), "Not now.")
        portal._prepare_portal_change()
        one = count(portal._prepare_portal_change)
        for _n in range(5):
            self.decline(self.ask().with_user(self.manager), "Not now.")
        portal._prepare_portal_change()
        self.assertEqual(count(portal._prepare_portal_change), one)
