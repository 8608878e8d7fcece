from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import CapCommon

MONDAY = "2026-06-01 09:00:00"
NOON = "2026-06-01 12:00:00"


@tagged("post_install", "-at_install")
class TestStaffActions(CapCommon):
    """What staff's buttons do for whom, and what they refuse."""

    def test_no_button_is_a_clients(self):
        ticket = self.submit(MONDAY)
        self.assess(ticket, NOON)
        ticket.with_user(self.agent).action_assign_to_me()
        ticket = ticket.with_user(self.acme_user)
        for name in ("assign_to_me", "close", "reopen", "archive"):
            with self.subTest(name), self.assertRaises(AccessError):
                getattr(ticket, f"action_{name}")()

    def test_a_ticket_is_taken_on_once_and_the_other_is_told_by_whom(self):
        ticket, free = self.submit(MONDAY), self.submit(MONDAY)
        lead = self.users["lead"]
        self.assertIs(ticket.with_user(lead).action_assign_to_me(), True)
        told = (ticket | free).with_user(self.agent).action_assign_to_me()
        self.assertEqual((ticket | free).mapped("user_id"), lead | self.agent)
        self.assertEqual(told["tag"], "display_notification")
        self.assertEqual(
            told["params"]["message"], f"{ticket.number} is with {lead.name} already."
        )
        # one's own is no news
        self.assertIs(free.with_user(self.agent).action_assign_to_me(), True)

    def test_an_assessed_ticket_is_archived_and_an_unassessed_one_not_at_all(self):
        done, new = self.submit(MONDAY), self.submit(MONDAY)
        self.assess(done, NOON)
        done.with_user(self.agent).action_archive()
        self.assertFalse(done.active)
        both = (done | new).with_user(self.agent)
        with self.assertRaisesRegex(UserError, "before you archive it"):
            both.write({"active": False})
        self.assertTrue(new.active)
        done.with_user(self.agent).action_unarchive()
        self.assertTrue(done.active)


@tagged("post_install", "-at_install")
class TestWhoIsAsked(CapCommon):
    """Whose team takes a request, and who looks at one without cover."""

    def test_a_company_without_a_team_is_served_all_the_same(self):
        company = self.env["res.company"].create({"name": "Second"})
        ticket = self.env["cap.ticket"].create({"name": "X", "company_id": company.id})
        self.assertEqual(ticket.team_id, self.team)

    def test_a_team_follows_the_company_and_a_chosen_one_stays(self):
        company = self.env["res.company"].create({"name": "Second"})
        teams = self.env["cap.team"].create(
            [{"name": name, "company_id": company.id} for name in ("First", "Other")]
        )
        tickets = self.env["cap.ticket"]
        ticket = tickets.create({"name": "X"})
        self.assertEqual(ticket.team_id, self.team)
        ticket.company_id = company
        self.assertEqual(ticket.team_id, teams[0])
        chosen = tickets.create({"name": "Y", "team_id": teams[1].id})
        self.assertEqual((chosen.company_id, chosen.team_id), (company, teams[1]))

    def test_a_mail_to_the_other_companys_mailbox_is_served_where_the_cover_is(self):
        company = self.env["res.company"].create({"name": "Second"})
        team = self.env["cap.team"].create({"name": "There", "company_id": company.id})
        client, user = self.make_client("Far")
        subscription = self.subscribe(client, "essential", "2025-01-01")
        subscription.company_id = company
        mail = {"subject": "Help", "email_from": user.email, "body": "?"}
        tickets = self.env["cap.ticket"]
        ticket = tickets.message_new(mail, {"team_id": self.team.id})
        self.assertEqual((ticket.company_id, ticket.team_id), (company, team))
        self.assertEqual(ticket.sla_state, "running")
        mail["email_from"] = self.acme_user.email
        ticket = tickets.message_new(mail, {"team_id": self.team.id})
        self.assertEqual(ticket.team_id, self.team)

    def test_a_suspended_cover_says_more_than_a_closed_one(self):
        company = self.env["res.company"].create({"name": "Second"})
        client, user = self.make_client("Far")
        old = self.subscribe(client, "essential", "2025-01-01")
        old._set_closed()
        new = self.subscribe(client, "essential", "2025-01-01")
        new.company_id = company
        new._set_suspended()
        self.assertEqual(self.submit(MONDAY, user).company_id, company)

    def test_a_member_is_asked_when_nobody_else_is_there(self):
        self.manager.active = False
        self.team.lead_id = False
        gone = self.users["consultant"]
        gone.active = False
        self.team.member_ids = gone | self.users["agent"]
        self.subscription._set_suspended()
        ticket = self.submit(MONDAY)
        self.ask_for_looks()
        self.assertEqual(ticket.activity_ids.user_id, self.agent)

    def test_a_contact_is_changed_to_a_colleague_who_keeps_the_client(self):
        ticket = self.submit(MONDAY)
        colleague = self.make_contact(self.acme, "acme_colleague").partner_id
        mover = ticket.partner_id
        mover.parent_id = self.zeta
        agent = ticket.with_user(self.agent)
        agent.write({"partner_id": mover.id, "name": "The same contact again"})
        agent.partner_id = colleague
        self.assertEqual(ticket.commercial_partner_id, self.acme)
        self.assertEqual(ticket.subscription_id, self.subscription)

    def test_a_client_that_becomes_known_later_is_the_tickets(self):
        ticket = self.env["cap.ticket"].create({"name": "Who is it?"})
        self.assertFalse(ticket.commercial_partner_id)
        ticket.with_user(self.agent).partner_id = self.acme_user.partner_id
        self.assertEqual(ticket.commercial_partner_id, self.acme)
        self.assertEqual(ticket.subscription_id, self.subscription)
