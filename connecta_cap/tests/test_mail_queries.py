from odoo.tests import tagged

from .common_mail import CapMailCommon

MONDAY = "2026-06-01 09:00:00"
NOON = "2026-06-01 12:00:00"


@tagged("post_install", "-at_install")
class TestMailQueries(CapMailCommon):
    """What a mail costs from the gate to the commit, in a cold transaction.

    The registry's caches are warm, as they are from the second mail on.
    """

    def count_mail(self, mail, local=MONDAY):
        self.receive(mail, local)  # fills the registry's caches
        del mail["Message-Id"]
        mail["Message-Id"] = f"<again-{mail['Subject']}@client.example>"
        self.env.cr.flush()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        ticket = self.receive(mail, local)
        self.env.cr.flush()  # what is left for the commit counts too
        self.assertTrue(ticket)
        return self.env.cr.sql_log_count - before

    def attach(self, mail, number=2):
        for n in range(number):
            mail.add_attachment(
                f"%PDF-1.4 orders {n}".encode(),
                maintype="application",
                subtype="pdf",
                filename=f"orders-{n}.pdf",
            )
        return mail

    def test_a_plain_mail_costs_at_most_forty_and_what_it_costs_now(self):
        # Odoo's gateway 16: its mailboxes 8, whether it had the mail 1, bounces of the
        # sender 1, the sender 1, its own user 2, the company 1, the message 1 and who
        # gets it 1. The ticket 16: other mails of the sender 1, team 1, subscription 1,
        # number 2, row 1, follower 2, tier 1, calendar 4, ledger 1, calls for jobs 1,
        # the frozen terms 1. The receipt 6: who it is from 1, the message 1, its place
        # in the queue 4. One message to the open desks.
        self.assertLessEqual(self.count_mail(self.compose()), 39)

    def test_a_mail_of_an_unknown_sender_costs_no_more(self):
        # somebody is asked to look at it by a job, once the gate has let it in
        mail = self.compose(From="Nora New <nora@new.example>", Subject="Who")
        self.assertLessEqual(self.count_mail(mail), 33)
        mail = self.compose(From=self.lone_user.email, Subject="Me")
        self.assertLessEqual(self.count_mail(mail), 35)

    def test_attachments_cost_two_however_many(self):
        plain = self.count_mail(self.compose(Subject="None"))
        two = self.count_mail(self.attach(self.compose(Subject="Two")))
        self.assertLessEqual(two, plain + 2)
        many = self.attach(self.compose(Subject="Many"), 6)
        self.assertEqual(self.count_mail(many), two)

    def test_an_answer_with_two_attachments_costs_two_more(self):
        ticket = self.receive(self.compose(), MONDAY)
        self.assess(ticket, NOON)
        reference = ticket.message_ids[-1].message_id
        answer = self.attach(self.compose(Subject="Hm", In_Reply_To=reference))
        self.assertLessEqual(self.count_mail(answer, NOON), 29)

    def test_an_answer_costs_less_than_a_new_ticket(self):
        ticket = self.receive(self.compose(), MONDAY)
        self.assess(ticket, NOON)
        reference = ticket.message_ids[-1].message_id
        by_header = self.compose(Subject="Hm", In_Reply_To=reference)
        self.assertLessEqual(self.count_mail(by_header, NOON), 27)
        by_number = self.compose(Subject=f"Re: [{ticket.number}]")
        self.assertLessEqual(self.count_mail(by_number, NOON), 23)
        self.assertEqual(len(ticket.message_ids.filtered("email_from")), 7)

    def test_a_request_from_the_portal_costs_about_the_same(self):
        self.submit(MONDAY)
        self.assertLessEqual(self.count(lambda: self.submit(MONDAY)), 30)
