from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common_mail import CapMailCommon

MONDAY = "2026-06-01 09:00:00"
TEN = "2026-06-01 10:00:00"
NOON = "2026-06-01 12:00:00"


@tagged("post_install", "-at_install")
class TestContactFollows(CapMailCommon):
    """Who asked is told what becomes of it, also when a colleague of ours filed it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contact = cls.acme_user.partner_id
        cls.second = cls.make_contact(cls.acme, "acme_second").partner_id

    def file(self):
        """Return a ticket that an agent files on its form, for a call."""
        tickets = self.at(self.env["cap.ticket"], MONDAY)
        with Form(tickets.with_context(default_channel="phone")) as form:
            form.name = "Called: orders stop"
            form.partner_id = self.contact
        return form.record.with_env(self.env)

    def words_to(self, partner):
        """Return what was mailed to somebody, as one text."""
        return " ".join(mail.body_html for mail in self.mails_to(partner.email))

    def test_the_contact_of_a_call_gets_all_mails(self):
        ticket = self.file()
        self.assertIn(self.contact, ticket.message_partner_ids)
        self.assess(ticket, TEN)
        self.assertIn("Assessed: High", self.words_to(self.contact))
        self.at(ticket, TEN).action_say("Which orders?")
        self.assertIn("Which orders?", self.words_to(self.contact))
        self.at(ticket, TEN)._tell_client("We go on tomorrow.")
        self.assertIn("We go on tomorrow.", self.words_to(self.contact))
        self.at(ticket, NOON).action_close()
        self.assertIn("is closed", self.words_to(self.contact))

    def test_each_mail_leaves_once(self):
        ticket = self.file()
        self.at(ticket, TEN).action_say("Which orders?")
        mails = self.mails_to(self.contact.email)
        self.assertEqual(len(mails), 1)

    def test_a_note_stays_inside(self):
        ticket = self.file()
        self.at(ticket, TEN).action_say("They always call.", is_note=True)
        self.assertNotIn("They always call.", self.words_to(self.contact))

    def test_another_contact_is_told_from_then_on(self):
        ticket = self.file()
        self.at(ticket, TEN).partner_id = self.second
        self.assertIn(self.second, ticket.message_partner_ids)
        self.assess(ticket, TEN)
        self.assertIn("Assessed: High", self.words_to(self.second))
        self.at(ticket, NOON).action_close()
        self.assertIn("is closed", self.words_to(self.second))
        self.assertNotIn("is closed", self.words_to(self.contact))

    def test_a_former_contact_of_the_client_goes_on_following(self):
        ticket = self.file()
        ticket.partner_id = self.second
        self.assertIn(self.contact, ticket.message_partner_ids)

    def test_who_left_the_client_is_told_nothing_more(self):
        ticket = self.file()
        self.contact.parent_id = self.zeta
        ticket.partner_id = self.second
        self.assertNotIn(self.contact, ticket.message_partner_ids)
        self.assess(ticket, TEN)
        self.assertNotIn("Assessed", self.words_to(self.contact))
        self.assertIn("Assessed: High", self.words_to(self.second))

    def test_who_changes_employer_hears_no_more_of_the_former_ones_tickets(self):
        ticket, other = self.file(), self.submit(MONDAY, self.zeta_user)
        other.message_subscribe(self.contact.ids)
        self.contact.name = "Another name"
        self.assertIn(self.contact, ticket.message_partner_ids)
        self.contact.parent_id = self.zeta
        self.assertNotIn(self.contact, ticket.message_partner_ids)
        self.assertIn(self.contact, other.message_partner_ids)
        with self.assertRaisesRegex(UserError, "does not work for Acme any more"):
            self.at(ticket, TEN).action_say("For Acme only.")
        self.assess(ticket, TEN)
        self.at(ticket, NOON).action_close()
        words = self.words_to(self.contact)
        self.assertNotIn("Assessed", words)
        self.assertNotIn("is closed", words)

    def test_a_person_who_joins_a_company_keeps_the_own_tickets(self):
        person = self.env["res.partner"].create(
            {"name": "Solo", "email": "solo@test.example"}
        )
        ticket = self.env["cap.ticket"].create({"name": "A", "partner_id": person.id})
        person.parent_id = self.zeta
        self.assertIn(person, ticket.message_partner_ids)
        self.at(ticket, TEN).action_say("Hello")
        self.assertIn("Hello", self.words_to(person))

    def test_a_contact_chosen_later_is_told_from_then_on(self):
        tickets = self.at(self.env["cap.ticket"], MONDAY)
        ticket = tickets.create({"name": "Somebody called"})
        self.assertNotIn(self.contact, ticket.message_partner_ids)
        ticket.partner_id = self.contact
        self.assertIn(self.contact, ticket.message_partner_ids)

    def test_who_has_left_follows_nothing(self):
        self.contact.user_ids.active = False
        self.contact.active = False
        ticket = self.env["cap.ticket"].create(
            {"name": "Old", "partner_id": self.contact.id}
        )
        self.assertNotIn(self.contact, ticket.message_partner_ids)

    def test_many_at_once(self):
        tickets = self.env["cap.ticket"].create(
            [
                {"name": f"Import {number}", "partner_id": partner.id}
                for number, partner in enumerate((self.contact, self.second) * 2)
            ]
        )
        for ticket in tickets:
            self.assertIn(ticket.partner_id, ticket.message_partner_ids)
        followed = tickets.filtered(lambda one: self.second in one.message_partner_ids)
        self.assertEqual(followed.partner_id, self.second)

    def test_a_prepared_reply_reaches_an_unknown_sender(self):
        mail = self.compose(From="Nora <nora@nobody.example>")
        ticket = self.receive(mail, MONDAY)
        wizard = self.at(self.env["cap.ticket.reply"], TEN).create(
            {"ticket_id": ticket.id, "body": "Who are you?", "after": "nothing"}
        )
        wizard.action_send()
        mails = self.mails_to("nora@nobody.example")
        self.assertIn("Who are you?", " ".join(mails.mapped("body_html")))

    def test_a_prepared_reply_to_nobody_is_refused(self):
        ticket = self.env["cap.ticket"].create({"name": "Somebody called"})
        wizard = self.at(self.env["cap.ticket.reply"], TEN).create(
            {"ticket_id": ticket.id, "body": "Hello?", "after": "nothing"}
        )
        with self.assertRaisesRegex(UserError, "no contact yet"):
            wizard.action_send()
        self.assertNotIn("Hello?", "".join(ticket.message_ids.mapped("body")))
