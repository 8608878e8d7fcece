from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import utc
from .common_mail import CapMailCommon

MONDAY = "2026-06-01 09:00:00"
TEN = "2026-06-01 10:00:00"
NEW = "nora@new.example"


@tagged("post_install", "-at_install")
class TestUnidentified(CapMailCommon):
    """A mail of an unknown address waits for its client, and its clock does not."""

    def setUp(self):
        super().setUp()
        mail = self.compose(From=f"Nora New <{NEW}>")
        self.ticket = self.receive(mail, MONDAY)

    def wizard(self, ticket=None, user=None, **values):
        ticket = (ticket or self.ticket).with_user(user or self.agent)
        action = ticket.action_identify()
        wizards = self.env[action["res_model"]].with_user(user or self.agent)
        return wizards.create({"ticket_id": ticket.id} | values)

    def link(self, local, ticket=None, **values):
        values.setdefault("client_id", self.acme.id)
        wizard = self.wizard(ticket, **values)
        self.at(wizard, local).action_confirm()

    def events(self):
        return self.ticket.sla_event_ids.mapped("kind")

    def test_nothing_is_promised_and_nobody_is_named(self):
        ticket = self.ticket
        self.assertTrue(ticket.is_unidentified)
        self.assertFalse(ticket.partner_id | ticket.commercial_partner_id)
        self.assertEqual(ticket.sla_state, "none")
        self.assertEqual(ticket.email_from, f'"Nora New" <{NEW}>')
        answer = self.mails_to(NEW)
        self.assertEqual(len(answer), 1)
        self.assertIn(f"[{ticket.number}]", answer.subject)
        for word in ("Acme", "cover", "before", "client", "/mail/view"):
            self.assertNotIn(word, answer.body_html)
        self.assertIn("auto-replied", answer.headers)

    def test_the_lead_is_asked_to_link_it(self):
        self.ask_for_looks()
        activity = self.ticket.activity_ids
        self.assertEqual(activity.user_id, self.users["lead"])
        self.assertEqual(activity.activity_type_id.name, "Unknown sender")
        self.link(TEN)
        self.assertFalse(self.ticket.activity_ids)

    def test_the_queue_finds_it_and_no_client_sees_it(self):
        action = self.env.ref("connecta_cap.cap_ticket_action_unidentified")
        tickets = self.env["cap.ticket"].with_user(self.agent)
        found = tickets.search([("is_unidentified", "=", True)])
        self.assertEqual(action.domain, "[('is_unidentified', '=', True)]")
        self.assertIn(self.ticket, found)
        for user in (self.acme_user, self.zeta_user, self.lone_user):
            with self.assertRaises(AccessError):
                self.ticket.with_user(user).read(["name"])

    def test_the_clock_counts_from_the_arrival(self):
        self.link(TEN)
        ticket = self.ticket
        self.assertFalse(ticket.is_unidentified)
        self.assertEqual(ticket.commercial_partner_id, self.acme)
        self.assertEqual(ticket.subscription_id, self.subscription)
        self.assertEqual(ticket.tier_id, self.tiers["advisor"])
        self.assertEqual(ticket.sla_start, utc(MONDAY))
        self.assertEqual(ticket.sla_deadline, utc("2026-06-01 13:00:00"))
        self.assertEqual(ticket.sla_state, "running")
        event = ticket.sla_event_ids.filtered(lambda one: one.kind == "identified")
        self.assertEqual(event.at, utc(TEN))
        self.assertEqual(event.user_id, self.agent)
        self.assertEqual(event.deadline, ticket.sla_deadline)
        self.assertEqual(event.payload["hours"], 4)
        self.assertEqual(event.payload["terms"], ticket.sla_terms)

    def test_linked_after_the_deadline_it_is_breached_at_the_deadline(self):
        self.link("2026-06-01 13:00:00")
        self.assertEqual(self.ticket.sla_state, "breached")
        event = self.ticket.sla_event_ids.filtered(lambda one: one.kind == "breached")
        self.assertEqual(event.at, utc("2026-06-01 13:00:00"))

    def test_an_assessment_before_the_link_counts_when_it_came_in_time(self):
        self.assess(self.ticket, "2026-06-01 12:59:59")
        self.link("2026-06-02 09:00:00")
        self.assertEqual(self.ticket.sla_state, "met")
        self.assertNotIn("breached", self.events())

    def test_an_assessment_at_the_deadline_is_never_made_met_by_the_link(self):
        self.assess(self.ticket, "2026-06-01 13:00:00")
        self.link("2026-06-02 09:00:00")
        self.assertEqual(self.ticket.sla_state, "breached")
        self.assertIn("breached", self.events())

    def test_a_client_without_cover_stays_without_promise(self):
        self.link(TEN, client_id=self.lone.id)
        self.assertEqual(self.ticket.sla_state, "none")
        self.assertIn("identified", self.events())
        self.ask_for_looks()
        self.assertEqual(
            self.ticket.activity_ids.activity_type_id.name, "Ticket without cover"
        )

    def test_a_cover_that_began_after_the_arrival_promises_nothing(self):
        late = self.subscribe(self.lone, "alliance", "2026-06-02")
        self.link("2026-06-03 09:00:00", client_id=self.lone.id)
        self.assertEqual(self.ticket.subscription_id, late)
        self.assertEqual(self.ticket.sla_state, "none")

    def test_a_contact_is_made_and_told(self):
        self.mails_to(NEW).unlink()
        self.link(TEN)
        contact = self.ticket.partner_id
        self.assertEqual((contact.name, contact.email), ("Nora New", NEW))
        self.assertEqual(contact.parent_id, self.acme)
        self.assertIn(contact, self.ticket.message_partner_ids)
        self.assertIn("before Mon 1 Jun 13:00", self.mails_to(NEW).body_html)
        # the next mail is known
        again = self.receive(self.compose(From=NEW), TEN)
        self.assertEqual(again.partner_id, contact)

    def test_a_contact_is_chosen(self):
        contact = self.acme_user.partner_id
        self.link(TEN, contact_id=contact.id)
        self.assertEqual(self.ticket.partner_id, contact)

    def test_a_client_of_another_company_is_served_there(self):
        company = self.env["res.company"].create({"name": "Second"})
        team = self.env["cap.team"].create({"name": "There", "company_id": company.id})
        self.subscription.company_id = company
        self.agent.company_ids += company
        wizard = self.wizard(client_id=self.acme.id)
        wizard = wizard.with_context(allowed_company_ids=self.agent.company_ids.ids)
        self.at(wizard, TEN).action_confirm()
        self.assertEqual((self.ticket.company_id, self.ticket.team_id), (company, team))
        self.assertEqual(self.ticket.sla_state, "running")

    def test_an_address_at_two_clients_is_shown_to_agents_only(self):
        for client in (self.acme, self.zeta):
            self.env["res.partner"].create(
                {"name": "Both", "parent_id": client.id, "email": "both@test.example"}
            )
        ticket = self.receive(self.compose(From="both@test.example"), MONDAY)
        self.assertTrue(ticket.is_unidentified)
        self.assertFalse(
            ticket.message_ids.filtered("author_id").author_id
            - (self.env.company.partner_id)
        )
        self.assertEqual(
            ticket.with_user(self.agent).candidate_ids.commercial_partner_id,
            self.acme | self.zeta,
        )
        with self.assertRaises(AccessError):
            ticket.with_user(self.users["user"]).read(["candidate_ids"])
        first = self.mails_to(NEW).body_html
        second = self.mails_to("both@test.example").body_html
        self.assertEqual(
            first.replace(self.ticket.number, "#"), second.replace(ticket.number, "#")
        )
        wizard = self.wizard(ticket, client_id=self.zeta.id)
        self.assertEqual(wizard.contact_id.parent_id, self.zeta)

    def test_a_colleague_who_forwards_a_mail_is_not_the_client(self):
        self.agent.email = "agent@cap-staff.example"
        ticket = self.receive(self.compose(From=self.agent.email), MONDAY)
        self.assertTrue(ticket.is_unidentified)
        self.assertFalse(ticket.with_user(self.agent).candidate_ids)
        self.assertFalse(self.mails_to(self.agent.email))

    def test_the_dialog_says_what_the_link_promises(self):
        action = self.ticket.with_user(self.agent).action_identify()
        wizards = self.env[action["res_model"]].with_user(self.agent)
        form = Form(wizards.with_context(**action["context"]))
        self.assertEqual(form.contact_name, "Nora New")
        form.client_id = self.lone
        self.assertIn("nothing is promised", form.cover)
        form.client_id = self.acme
        self.assertIn("Advisor", form.cover)
        self.assertIn("Mon 1 Jun 09:00", form.cover)

    def test_bad_choices_are_refused_and_nothing_is_made(self):
        count = self.env["res.partner"].search_count([])
        with self.assertRaises(ValidationError):
            self.wizard(client_id=self.acme.id, contact_id=self.zeta_user.partner_id.id)
        with self.assertRaisesRegex(UserError, "name a new one"):
            self.wizard(client_id=self.acme.id, contact_name=" ").action_confirm()
        self.assertEqual(self.env["res.partner"].search_count([]), count)
        self.assertTrue(self.ticket.is_unidentified)

    def test_the_second_of_two_agents_is_told(self):
        late = self.wizard(client_id=self.zeta.id)
        self.link(TEN)
        with self.assertRaisesRegex(UserError, "linked to Acme"):
            late.action_confirm()
        self.assertEqual(self.ticket.commercial_partner_id, self.acme)

    def test_only_agents_link(self):
        for name in ("account_manager", "consultant", "user"):
            with self.subTest(name), self.assertRaises(AccessError):
                self.wizard(user=self.users[name], client_id=self.acme.id)

    def test_a_contact_written_by_hand_starts_the_same_promise(self):
        self.at(self.ticket, TEN).partner_id = self.acme_user.partner_id
        self.assertEqual(self.ticket.sla_state, "running")
        self.assertIn("identified", self.events())
