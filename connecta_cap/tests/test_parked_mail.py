import base64

from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import utc
from .common_mail import SUPPORT, CapMailCommon

MONDAY = "2026-06-01 09:00:00"
ACME = "acme_user@test.example"
SIGNS = [
    ("automatic", {"Auto_Submitted": "auto-replied (vacation)"}),
    ("automatic", {"Auto_Submitted": "auto-generated"}),
    ("automatic", {"X_Autoreply": "yes"}),
    ("automatic", {"Precedence": "auto_reply"}),
    ("list", {"Precedence": "bulk"}),
    ("list", {"List_Id": "<news.shop.example>"}),
    ("list", {"List_Unsubscribe": "<https://shop.example/off>"}),
    ("bounce", {"Return_Path": "<>"}),
    ("bounce", {"From": "MAILER-DAEMON@client.example"}),
    ("own", {"From": SUPPORT}),
    ("own", {"From": "Odoo <notifications@cap.example>"}),
]


@tagged("post_install", "-at_install")
class TestParkedMail(CapMailCommon):
    """What no person wrote makes no ticket, gets no answer, and is kept aside."""

    def parked(self):
        return self.env["cap.mail.parked"].search([])

    def flood(self, number, sender=ACME):
        return [
            self.receive(self.compose(From=sender, Subject=f"Mail {n}"), MONDAY)
            for n in range(number)
        ]

    def test_signs_put_a_mail_aside(self):
        before = self.env["cap.ticket"].search_count([])
        for reason, headers in SIGNS:
            with self.subTest(reason, **headers):
                mail = self.compose(**headers)
                self.assertFalse(self.receive(mail, MONDAY))
                kept = self.parked().filtered(
                    lambda one, ref=mail["Message-Id"]: one.message_ref == ref
                )
                self.assertEqual(kept.reason, reason)
                self.assertEqual(kept.subject, "Orders stop")
                self.assertEqual(kept.received_at, utc(MONDAY))
                self.assertEqual(kept.team_id, self.team)
                self.assertIn(f"Subject: {kept.subject}", kept.headers)
        self.assertEqual(self.env["cap.ticket"].search_count([]), before)
        self.assertFalse(self.mails_to("@"))

    def test_a_person_is_heard(self):
        for headers in ({"Auto_Submitted": "no"}, {"Precedence": "first-class"}):
            with self.subTest(**headers):
                self.assertTrue(self.receive(self.compose(**headers), MONDAY))
        self.assertFalse(self.parked())

    def test_an_absence_note_changes_nothing_on_the_ticket(self):
        ticket = self.receive(self.compose(), MONDAY)
        self.assess(ticket, "2026-06-01 10:00:00")
        ticket.stage_id = self.env["cap.ticket.stage"]._get_first("waiting")
        count = len(ticket.message_ids)
        note = self.compose(
            To="catchall@cap.example",
            Subject=f"Away: [{ticket.number}]",
            In_Reply_To=ticket.message_ids[0].message_id,
            Auto_Submitted="auto-replied",
        )
        self.assertFalse(self.receive(note, MONDAY))
        self.assertEqual(ticket.stage_kind, "waiting")
        self.assertEqual(len(ticket.message_ids), count)
        self.assertEqual(self.parked().reason, "automatic")

    def test_reports_about_our_mails_are_kept(self):
        ticket = self.receive(self.compose(), MONDAY)
        receipt = ticket.message_ids[0]
        for name, reason in (("bounce.eml", "bounce"), ("receipt.eml", "receipt")):
            with self.subTest(name):
                raw = self.read_file(name)
                raw = raw.replace(
                    b"<original@cap.example>", receipt.message_id.encode()
                )
                self.assertFalse(self.receive(raw, MONDAY))
                self.assertEqual(self.parked()[0].reason, reason)
        self.assertEqual(len(ticket.message_ids), 2)

    def test_a_second_delivery_changes_nothing(self):
        mail = self.compose(Precedence="list")
        for _time in range(3):
            self.receive(mail, MONDAY)
        self.assertEqual(len(self.parked()), 1)
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            self.env["cap.mail.parked"].create(
                {
                    "reason": "list",
                    "received_at": utc(MONDAY),
                    "message_ref": self.parked().message_ref,
                }
            )

    def test_the_21st_new_mail_in_two_hours_waits_and_is_not_lost(self):
        self.assertTrue(all(self.flood(20)))
        self.mails_to(ACME).unlink()
        self.assertFalse(self.flood(1)[0])
        self.assertEqual(self.parked().mapped("reason"), ["flood"])
        self.assertFalse(self.mails_to(ACME))
        self.assertFalse(self.mails_to("MAILER"))
        # somebody else, and the same sender later, are heard
        self.assertTrue(self.flood(1, self.zeta_user.email)[0])
        self.assertTrue(self.receive(self.compose(), "2026-06-01 11:00:01"))

    def test_an_answer_to_a_ticket_is_heard_after_twenty_new_mails(self):
        ticket = self.flood(20)[0]
        answer = self.compose(Subject=f"Re: [{ticket.number}]")
        self.assertEqual(self.receive(answer, MONDAY), ticket)

    def test_the_limits_are_odoos_own(self):
        self.env["ir.config_parameter"].set_param("mail.gateway.loop.threshold", "3")
        self.assertEqual([bool(one) for one in self.flood(4)], [True] * 3 + [False])
        self.env["mail.gateway.allowed"].create({"email": ACME})
        self.assertTrue(self.flood(1)[0])

    def test_endless_answers_to_one_ticket_wait_as_well(self):
        ticket = self.receive(self.compose())
        subject = f"Re: [{ticket.number}]"
        mails = [self.receive(self.compose(Subject=subject)) for _n in range(20)]
        # the first mail of the thread counts like its answers
        self.assertEqual(mails[:19], [ticket] * 19)
        self.assertFalse(mails[19])
        self.assertEqual(self.parked().reason, "flood")

    def test_a_lead_makes_a_ticket_of_it_with_the_clock_from_the_arrival(self):
        mail = self.compose(Auto_Submitted="auto-generated")
        mail.add_attachment(
            b"%PDF", maintype="application", subtype="pdf", filename="a"
        )
        self.receive(mail, MONDAY)
        parked = self.parked().with_user(self.users["lead"])
        action = parked.action_make_ticket()
        ticket = self.env["cap.ticket"].browse(action["res_id"])
        self.assertEqual(ticket.commercial_partner_id, self.acme)
        self.assertEqual(ticket.sla_start, utc(MONDAY))
        self.assertEqual(ticket.sla_deadline, utc("2026-06-01 13:00:00"))
        self.assertEqual(ticket.message_ids.attachment_ids.raw, b"%PDF")
        self.assertEqual(parked.ticket_id, ticket)
        self.assertFalse(self.mails_to(ACME))
        with self.assertRaisesRegex(UserError, ticket.number):
            parked.action_make_ticket()

    def test_the_original_is_kept_to_the_byte(self):
        raw = self.read_file("broken_charset.eml")
        raw = raw.replace(b"MIME-Version", b"Precedence: bulk\r\nMIME-Version")
        raw = raw.replace(b"quoted-printable", b"8bit").replace(b"=E9", b"\xe9")
        self.receive(raw, MONDAY)
        kept = base64.b64decode(self.parked().original)
        self.assertEqual(kept.replace(b"\r\n", b"\n"), raw.replace(b"\r\n", b"\n"))

    def test_agents_and_other_companies_do_not_see_them(self):
        self.receive(self.compose(Precedence="list"), MONDAY)
        parked = self.parked()
        for name in ("agent", "account_manager", "consultant", "user"):
            with self.subTest(name), self.assertRaises(AccessError):
                parked.with_user(self.users[name]).read(["subject"])
            with self.subTest(name), self.assertRaises(AccessError):
                parked.with_user(self.users[name]).action_make_ticket()
        with self.assertRaises(AccessError):
            parked.with_user(self.acme_user).read(["subject"])
        self.team.sudo().company_id = self.env["res.company"].create({"name": "Two"})
        self.env.flush_all()
        with self.assertRaises(AccessError):
            parked.with_user(self.users["lead"]).read(["subject"])
