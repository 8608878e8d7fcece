import json

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common_mail import CapMailCommon

MONDAY = "2026-06-01 09:00:00"
TEN = "2026-06-01 10:00:00"
NOON = "2026-06-01 12:00:00"
ASKED = {
    "is_emergency": "1",
    "blocked_process": "Shipping",
    "blocked_since": "2026-06-01T08:30",
    "callback_phone": "+32 2 123 45 67",
}


class DeskCase(CapMailCommon):
    """An empty desk of one team, whatever the demo put on it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_team = cls.team.copy({"name": "Others", "member_ids": False})
        cls.env["cap.ticket"].search([]).write({"team_id": cls.other_team.id})
        cls.team.member_ids = [Command.set((cls.agent | cls.users["lead"]).ids)]

    def desk(self, local=TEN, user=None, scope="teams"):
        desk = self.env["cap.agent.desk"]
        return self.at(desk, local, user).get_desk(scope)

    def listed(self, key, **kwargs):
        return self.desk(**kwargs)["lists"][key]["ids"]


@tagged("post_install", "-at_install")
class TestAgentDesk(DeskCase):
    """What the desk shows, to whom, and what an agent does there."""

    def test_the_lists_hold_what_they_say(self):
        waits = self.submit(MONDAY)
        mine = self.submit(MONDAY)
        self.assess(mine, TEN)
        mine.user_id = self.agent
        asked = self.submit(MONDAY)
        self.assess(asked, TEN)
        asked.with_user(self.agent)._set_stage("waiting", None)
        unknown = self.receive(self.compose(From="Nora <nora@new.example>"), MONDAY)
        desk = self.desk()
        lists = {key: value["ids"] for key, value in desk["lists"].items()}
        self.assertEqual(
            lists,
            {
                "queue": waits.ids,
                "mine": mine.ids,
                "waiting": asked.ids,
                "unidentified": unknown.ids,
            },
        )
        totals = {key: value["total"] for key, value in desk["lists"].items()}
        self.assertEqual(set(totals.values()), {1})
        shown = {row["id"] for row in desk["rows"]}
        self.assertEqual(shown, set((waits | mine | asked | unknown).ids))

    def test_the_queue_is_in_the_order_of_triage_with_emergencies_on_top(self):
        first, second = self.submit(MONDAY), self.submit(TEN)
        emergency = self.submit("2026-06-01 11:00:00", **ASKED)
        order = [emergency.id, first.id, second.id]
        self.assertEqual(self.listed("queue", local=NOON), order)
        tickets = self.at(self.env["cap.ticket"], NOON)
        domain = [("team_id", "=", self.team.id)]
        self.assertEqual(tickets._get_triage_order(domain=domain).ids, order)

    def test_a_row_has_both_times_and_what_the_client_says(self):
        ticket = self.submit(MONDAY, requested_urgency="3")
        (row,) = self.desk()["rows"]
        self.assertEqual(row["number"], ticket.number)
        self.assertEqual(row["client"], "Acme")
        self.assertEqual(row["urgency"], ["3", "Urgent"])
        self.assertEqual(row["sla_deadline"], "2026-06-01 11:00:00")
        self.assertEqual(row["sla_terms"]["zone_name"], "CEST")
        self.assertFalse(row["priority"])
        self.assertIsNone(row["assessed"])
        json.dumps(self.desk())

    def test_the_teams_of_the_user_or_all(self):
        ours = self.submit(MONDAY)
        others = self.submit(MONDAY)
        others.team_id = self.other_team
        self.assertEqual(self.listed("queue"), ours.ids)
        self.assertIn(others.id, self.listed("queue", scope="all"))
        self.assertEqual(self.desk()["teams"], self.team.mapped("name"))
        # who is in no team sees all
        loose = new_test_user(self.env, "loose", groups="connecta_cap.group_cap_agent")
        self.assertIn(others.id, self.listed("queue", user=loose))

    def test_today_counts_what_was_decided_today(self):
        self.assertEqual(self.desk()["today"], {"met": 0, "decided": 0})
        yesterday = self.submit("2026-05-29 09:00:00")
        self.assess(yesterday, "2026-05-29 10:00:00")
        kept, late = self.submit(MONDAY), self.submit(MONDAY)
        self.assess(kept, TEN)
        self.assertEqual(self.desk()["today"], {"met": 1, "decided": 1})
        evening = "2026-06-01 13:00:00"
        self.assertEqual(self.desk(local=evening)["today"], {"met": 1, "decided": 2})
        self.assess(late, "2026-06-01 14:00:00")
        self.assertEqual(self.desk(local=evening)["today"], {"met": 1, "decided": 2})

    def test_changes_bring_the_rows_and_the_lists(self):
        first, second = self.submit(MONDAY), self.submit(MONDAY)
        self.assess(first, TEN)
        desk = self.at(self.env["cap.agent.desk"], TEN)
        changes = desk.get_changes(first.ids)
        self.assertEqual([row["id"] for row in changes["rows"]], first.ids)
        self.assertEqual(changes["rows"][0]["assessed"]["by"], self.agent.name)
        self.assertEqual(changes["lists"]["queue"]["ids"], second.ids)
        self.assertEqual(changes["today"], {"met": 1, "decided": 1})

    def test_the_clock_is_the_servers(self):
        desk = self.at(self.env["cap.agent.desk"], "2026-03-30 09:00:00")
        self.assertEqual(desk.get_time(), 1774854000)
        self.assertEqual(desk.get_desk()["now"], 1774854000)

    def test_clients_have_no_desk(self):
        ticket = self.submit(MONDAY)
        for call in (
            lambda: self.desk(user=self.acme_user),
            lambda: self.at(ticket, TEN, self.acme_user).get_desk_ticket(),
            lambda: self.at(ticket, TEN, self.acme_user).get_client_panel(),
            lambda: self.at(ticket, TEN, self.zeta_user).get_client_panel(),
            lambda: self.at(ticket, TEN, self.acme_user).action_say("Hello"),
        ):
            with self.assertRaises(AccessError):
                call()

    def test_another_company_sees_nothing(self):
        ticket = self.submit(MONDAY)
        company = self.env["res.company"].create({"name": "Elsewhere"})
        far = new_test_user(
            self.env,
            "far",
            groups="connecta_cap.group_cap_agent",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        desk = self.desk(user=far, scope="all")
        self.assertFalse(desk["rows"])
        changes = self.at(self.env["cap.agent.desk"], TEN, far).get_changes(ticket.ids)
        self.assertFalse(changes["rows"])
        with self.assertRaises(AccessError):
            self.at(ticket, TEN, far).get_desk_ticket()

    def test_a_reader_looks_and_does_not_touch(self):
        ticket = self.submit(MONDAY)
        reader = self.users["user"]
        self.assertFalse(self.desk(user=reader)["may_work"])
        detail = self.at(ticket, TEN, reader).get_desk_ticket()
        self.assertFalse(detail["may_work"])
        self.assertEqual(detail["actions"], [])
        with self.assertRaises(AccessError):
            self.at(ticket, TEN, reader).action_say("Hello")


@tagged("post_install", "-at_install")
class TestDeskTicket(DeskCase):
    """The ticket at the side: conversation, answers, notes, what may be done."""

    def detail(self, ticket, user=None):
        detail = self.at(ticket, TEN, user).get_desk_ticket()
        json.dumps(detail)
        return detail

    def labels(self, ticket):
        return [action["label"] for action in self.detail(ticket)["actions"]]

    def test_it_tells_what_an_assessment_needs(self):
        ticket = self.submit(MONDAY, **ASKED)
        detail = self.detail(ticket)
        self.assertEqual(detail["description"], "Nothing arrives.")
        self.assertEqual(detail["area"], "Flow")
        self.assertIn("due Mon 1 Jun 13:00", detail["explanation"])
        self.assertEqual(detail["emergency"]["process"], "Shipping")
        self.assertEqual(detail["emergency"]["phone"], "+32 2 123 45 67")
        self.assertFalse(detail["emergency"]["acknowledged"])
        self.at(ticket, TEN).action_acknowledge()
        said = self.detail(ticket)["emergency"]["acknowledged"]
        self.assertIn(self.agent.name, said)
        self.assertIn("10:00", said)

    def test_an_answer_reaches_the_client_and_a_note_does_not(self):
        ticket = self.submit(MONDAY)
        contact = self.acme_user.partner_id
        self.at(ticket, TEN).action_say("We look at it.\n<b>Soon</b>")
        answer = ticket.message_ids[0]
        self.assertEqual(answer.subtype_id, self.env.ref("mail.mt_comment"))
        self.assertEqual(answer.author_id, self.agent.partner_id)
        self.assertIn(contact, answer.notified_partner_ids)
        self.assertIn("&lt;b&gt;Soon", answer.body)
        self.at(ticket, TEN).action_say("Do not tell.", is_note=True)
        note = ticket.message_ids[0]
        self.assertEqual(note.subtype_id, self.env.ref("mail.mt_note"))
        self.assertNotIn(contact, note.notified_partner_ids)
        client = self.env["mail.message"].with_user(self.acme_user)
        seen = client.search([("id", "in", (note | answer).ids)])
        self.assertEqual(seen, answer)
        told = self.detail(ticket)["messages"]
        self.assertEqual([one["is_note"] for one in told[-2:]], [False, True])

    def test_an_answer_may_wait_for_the_client_who_brings_it_back(self):
        ticket = self.submit(MONDAY)
        self.assess(ticket, TEN)
        self.at(ticket, TEN).action_say("Which order?", wait=True)
        self.assertEqual(ticket.stage_kind, "waiting")
        ticket.with_user(self.acme_user).message_post(
            body="4711", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertEqual(ticket.stage_kind, "open")
        row = self.detail(ticket)["row"]
        self.assertTrue(row["answered"])
        self.at(ticket, TEN).action_say("Thanks.")
        self.assertFalse(self.detail(ticket)["row"]["answered"])

    def test_a_note_makes_nobody_wait(self):
        ticket = self.submit(MONDAY)
        self.assess(ticket, TEN)
        self.at(ticket, TEN).action_say("Hm.", is_note=True, wait=True)
        self.assertEqual(ticket.stage_kind, "open")

    def test_nothing_is_said_with_nothing_or_to_nobody(self):
        ticket = self.submit(MONDAY)
        with self.assertRaisesRegex(UserError, "Write something"):
            self.at(ticket, TEN).action_say("  \n")
        lonely = self.env["cap.ticket"].create({"name": "A call"})
        with self.assertRaisesRegex(UserError, "no contact yet"):
            self.at(lonely, TEN).action_say("Hello")
        self.at(lonely, TEN).action_say("Who was that?", is_note=True)

    def test_an_unknown_sender_is_answered_by_mail(self):
        ticket = self.receive(self.compose(From="Nora <nora@new.example>"), MONDAY)
        before = len(self.mails_to("nora@new.example"))
        self.at(ticket, TEN).action_say("Which company are you with?")
        self.assertEqual(len(self.mails_to("nora@new.example")), before + 1)
        detail = self.detail(ticket)
        self.assertTrue(detail["hints"])
        self.assertIsNone(detail["panel"]["client"])
        # by the name, the address stands below
        self.assertEqual(detail["row"]["client"], "Nora")
        contact = detail["panel"]["contact"]
        self.assertEqual(
            (contact["name"], contact["email"]), ("Nora", "nora@new.example")
        )

    def test_the_actions_are_those_that_hold(self):
        ticket = self.submit(MONDAY)
        dialogs = ["Prepared reply", "Merge or duplicate", "Time"]
        self.assertEqual(self.labels(ticket), dialogs)
        self.assess(ticket, TEN)
        self.assertEqual(self.labels(ticket), [*dialogs, "Outside CAP", "Close"])
        self.at(ticket, TEN).action_close()
        self.assertEqual(self.labels(ticket), ["Reopen"])
        emergency = self.submit(MONDAY, **ASKED)
        self.assertEqual(self.labels(emergency), ["No emergency", *dialogs])
        unknown = self.receive(self.compose(From="Nora <nora@new.example>"), MONDAY)
        self.assertEqual(self.labels(unknown), ["Link to a client", *dialogs])
        # each of them exists
        for action in self.detail(unknown)["actions"] + self.detail(ticket)["actions"]:
            if "action" in action:
                self.assertTrue(self.env.ref(action["action"]))
            else:
                self.assertTrue(callable(getattr(ticket, action["method"])))

    def test_the_second_assessment_is_told_by_whom_and_when(self):
        ticket = self.submit(MONDAY)
        self.assess(ticket, TEN)
        with self.assertRaises(UserError) as caught:
            self.assess(ticket, NOON, user=self.users["lead"])
        self.assertIn(self.agent.name, str(caught.exception))
        self.assertIn("10:00 CEST", str(caught.exception))
        self.assertEqual(ticket.priority_assigned_by_id, self.agent)


@tagged("post_install", "-at_install")
class TestClientPanel(DeskCase):
    """Who asks, and what is promised to them."""

    def panel(self, ticket, local=TEN):
        return self.at(ticket, local).get_client_panel()

    def test_it_tells_the_cover_and_the_people(self):
        ticket = self.submit(MONDAY)
        panel = self.panel(ticket)
        self.assertEqual(panel["client"], {"id": self.acme.id, "name": "Acme"})
        self.assertEqual(panel["contact"]["email"], "acme_user@test.example")
        cover = panel["cover"]
        self.assertEqual(cover["state"], ["active", "Active"])
        self.assertEqual(cover["tier"], "Advisor")
        given = [line["name"] for line in cover["gives"]]
        self.assertIn("Research and recommendations", given)
        self.assertNotIn("Priority Line", given)
        self.assertEqual(cover["account_manager"], self.manager.name)
        self.assertIsNone(cover["consultant"])
        self.assertEqual(cover["renewal"]["text"], "Goes on")

    def test_the_consultant_or_the_deputy(self):
        today = self.subscription._cap_today()
        self.subscription._start_tier(self.tiers["alliance"], today, "More")
        ticket = self.env["cap.ticket"].create(
            {"name": "Now", "partner_id": self.acme_user.partner_id.id}
        )
        self.assertEqual(
            ticket.with_user(self.agent).get_client_panel()["cover"]["consultant"],
            {"name": "", "is_deputy": False, "absent": ""},
        )
        person = self.users["consultant"]
        self.subscription._assign("consultant", person, today)
        panel = ticket.with_user(self.agent).get_client_panel()
        self.assertEqual(panel["cover"]["consultant"]["name"], person.name)

    def test_nothing_is_measured_yet_and_it_says_so(self):
        health = self.panel(self.submit(MONDAY))["cover"]["health"]
        self.assertEqual(health["state"], "none")
        self.assertEqual(health["label"], "No monitoring yet")

    def test_the_other_open_tickets_of_this_client_only(self):
        ticket = self.submit(MONDAY)
        others = [self.submit(MONDAY) for _n in range(7)]
        self.submit(MONDAY, self.zeta_user)
        self.assess(others[-1], TEN)
        self.at(others[-1], TEN).action_close()
        found = self.panel(ticket)["tickets"]
        self.assertEqual(found["total"], 6)
        self.assertEqual(len(found["rows"]), 5)
        ids = {row["id"] for row in found["rows"]}
        self.assertLessEqual(ids, {one.id for one in others[:-1]})

    def test_a_client_without_cover(self):
        panel = self.panel(self.submit(MONDAY, self.lone_user))
        self.assertEqual(panel["client"]["name"], "Lone")
        self.assertIsNone(panel["cover"])

    def test_fair_use_and_a_renewal_that_is_near(self):
        self.subscription._refresh_fair_use()
        ticket = self.submit(MONDAY)
        usage = self.panel(ticket)["cover"]["fair_use"]
        self.assertTrue(usage)
        self.assertRegex(usage[0]["text"], r"^0 of \d+$")
        day = self.at(self.subscription, TEN)._cap_today()
        self.subscription._guarded_write({"renewal_date": day})
        renewal = self.panel(ticket)["cover"]["renewal"]
        self.assertEqual(renewal["tone"], "danger")


@tagged("post_install", "-at_install")
class TestLiveTickets(DeskCase):
    """Screens hear which tickets changed: once a transaction, ids and no more."""

    def told(self, call):
        """Return the messages that `call` leaves for the bus, as (channel, payload)."""
        self.env.cr.precommit.run()
        bus = self.env["bus.bus"].sudo()
        last = bus.search([], order="id desc", limit=1).id or 0
        call()
        self.env.flush_all()
        self.env.cr.precommit.run()
        found = bus.search([("id", ">", last)]).filtered(
            lambda message: "cap.ticket/changed" in message.message
        )
        return [
            (json.loads(one.channel)[1:], json.loads(one.message)["payload"])
            for one in found
        ]

    def test_each_thing_that_a_row_shows_is_told(self):
        ticket = self.submit(MONDAY)
        for call in (
            lambda: self.submit(MONDAY),
            lambda: self.assess(ticket, TEN),
            lambda: self.at(ticket, TEN).action_assign_to_me(),
            lambda: self.at(ticket, TEN)._set_stage("waiting", None),
            lambda: ticket.with_user(self.acme_user).message_post(
                body="Hello", message_type="comment", subtype_xmlid="mail.mt_comment"
            ),
            lambda: self.at(ticket, TEN).action_say("Inside", is_note=True),
            lambda: ticket.write({"tag_ids": [Command.create({"name": "Odd"})]}),
        ):
            ((channel, payload),) = self.told(call)
            self.assertEqual(channel, ["res.company", ticket.company_id.id, "cap_desk"])
            self.assertEqual(set(payload), {"all", "revisions"})
            self.assertEqual(len(payload["revisions"]), 1)
            self.assertFalse(payload["all"])

    def test_what_no_row_shows_is_not(self):
        ticket = self.submit(MONDAY)
        partners = self.agent.partner_id.ids
        self.assertFalse(self.told(lambda: ticket.message_subscribe(partners)))

    def test_many_at_once_are_one_message(self):
        contact = self.acme_user.partner_id.id

        def create(count):
            return self.env["cap.ticket"].create(
                [{"name": f"T{n}", "partner_id": contact} for n in range(count)]
            )

        ((_channel, payload),) = self.told(lambda: create(20))
        self.assertEqual(len(payload["revisions"]), 20)
        ((_channel, payload),) = self.told(lambda: create(101))
        self.assertEqual(payload, {"all": True, "revisions": {}})

    def test_the_revision_says_how_far_a_row_has_to_be(self):
        ticket = self.submit(MONDAY)
        (before,) = ticket.with_user(self.agent)._prepare_desk_rows()
        ((_channel, payload),) = self.told(
            lambda: self.at(ticket, TEN).action_say("Inside", is_note=True)
        )
        (row,) = ticket.with_user(self.agent)._prepare_desk_rows()
        said = row["revision"][1]
        self.assertEqual(payload["revisions"], {str(ticket.id): [0, said]})
        self.assertGreater(row["revision"][1], before["revision"][1])
        ((_channel, payload),) = self.told(lambda: ticket.write({"area": "flow"}))
        (row,) = ticket.with_user(self.agent)._prepare_desk_rows()
        written = row["revision"][0]
        self.assertEqual(payload["revisions"], {str(ticket.id): [written, 0]})

    def test_a_breach_that_a_job_finds_is_told(self):
        ticket = self.submit(MONDAY)
        late = self.at(ticket.sudo(), "2026-06-01 13:00:00")
        ((_channel, payload),) = self.told(lambda: late._mark_breached())
        self.assertIn(str(ticket.id), payload["revisions"])

    def test_both_companies_are_told_of_a_ticket_that_moves(self):
        ticket = self.receive(self.compose(From="Nora <nora@new.example>"), MONDAY)
        company = self.env["res.company"].create({"name": "Elsewhere"})
        team = self.team.copy({"name": "There", "company_id": company.id})
        values = {"company_id": company.id, "team_id": team.id}
        told = self.told(lambda: ticket.write(values))
        companies = {channel[1] for channel, _payload in told}
        self.assertEqual(companies, {self.team.company_id.id, company.id})

    def channels(self, user, asked=("cap_desk",)):
        """Return what a user gets who asks the bus for some channels."""
        socket = self.env["ir.websocket"].with_user(user)
        return socket._list_desk_channels(list(asked))

    def test_only_staff_hears_and_only_of_its_companies(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        own = (self.agent.company_id, "cap_desk")
        self.assertEqual(self.channels(self.agent), [own])
        self.assertNotIn((company, "cap_desk"), self.channels(self.agent))
        self.assertEqual(self.channels(self.agent, asked=()), [])
        # a client who asks for it, or for something that looks like it, gets nothing
        guess = f"res.company_{self.agent.company_id.id}_cap_desk"
        self.assertEqual(self.channels(self.acme_user, ("cap_desk", guess)), [guess])
        plain = new_test_user(self.env, "plain", groups="base.group_user")
        self.assertEqual(self.channels(plain), [])
        public = self.env.ref("base.public_user")
        self.assertEqual(self.channels(public), [])
