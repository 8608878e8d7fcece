from datetime import timedelta

from odoo.fields import Command
from odoo.tests import tagged

from ..const import AUDIT, PRIORITY_RESPONSE
from ..models.resource_calendar import one_look
from .common import CapCommon, utc
from .common_mail import CapMailCommon

MONDAY = "2026-06-01 09:00:00"


@tagged("post_install", "-at_install")
class TestMemory(CapCommon):
    """What is kept in memory follows as soon as what it was read from changes."""

    def test_the_first_stage_of_a_kind_follows_the_board(self):
        stages = self.env["cap.ticket.stage"]
        first = stages._get_first("open")
        other = stages.create({"name": "Earlier", "kind": "open", "sequence": 0})
        self.assertEqual(stages._get_first("open"), other)
        other.sequence = 99
        self.assertEqual(stages._get_first("open"), first)
        other.sequence = 0
        other.unlink()
        self.assertEqual(stages._get_first("open"), first)

    def test_tickets_follow_the_kind_of_their_stage(self):
        stage = self.env["cap.ticket.stage"].create({"name": "S", "kind": "open"})
        ticket = self.submit(MONDAY)
        self.assess(ticket, MONDAY)
        ticket.stage_id = stage
        self.assertEqual(ticket.stage_kind, "open")
        stage.kind = "closed"
        self.assertEqual((ticket.stage_kind, ticket.is_closed), ("closed", True))

    def test_a_new_ticket_gets_the_hours_that_its_tier_promises_now(self):
        before = self.submit(MONDAY)
        self.tiers["advisor"]._get_entitlement(PRIORITY_RESPONSE).quantity = 2
        after = self.submit(MONDAY)
        self.assertEqual(before.sla_deadline - after.sla_deadline, timedelta(hours=2))
        self.tiers["advisor"]._get_entitlement(PRIORITY_RESPONSE).unlink()
        self.assertEqual(self.submit(MONDAY).sla_state, "none")

    def test_what_a_tier_gives_today_follows_its_rows(self):
        today = self.subscription._cap_today()
        tier = self.tiers["advisor"]
        self.assertIn(AUDIT, tier._get_codes_on(today))
        line = tier._get_entitlement(AUDIT)
        entitlement = line.entitlement_id
        line.unlink()
        self.assertNotIn(AUDIT, tier._get_codes_on(today))
        tier.tier_entitlement_ids = [Command.create({"entitlement_id": entitlement.id})]
        self.assertIn(AUDIT, tier._get_codes_on(today))
        self.assertFalse(tier.browse()._get_codes_on(today))

    def test_the_programs_day_follows_the_zone_of_its_calendar(self):
        moment = utc("2026-06-01 23:30:00")
        self.assertEqual(self.subscription._cap_date_of(moment).day, 1)
        self.env.invalidate_all()
        with self.assertQueryCount(0):
            self.subscription._cap_date_of(moment)
        self.calendar.tz = "Asia/Tokyo"
        self.assertEqual(self.subscription._cap_date_of(moment).day, 2)

    def test_one_look_at_a_calendar_answers_what_two_would(self):
        start = utc("2026-05-29 15:00:00")
        alone = self.calendar._cap_terms_batch([start], 4)[0]
        later = self.calendar._cap_terms_batch([alone.deadline], 1)
        with one_look():
            self.assertEqual(self.calendar._cap_terms_batch([start], 4), [alone])
            with self.assertQueryCount(0):
                again = self.calendar._cap_terms_batch([alone.deadline], 1)
            self.assertEqual(again, later)
            # farther than it saw, and before it began: it looks again
            far = self.calendar._cap_terms_batch([start], 400)
            past = self.calendar._cap_terms_batch([utc("2026-05-01 15:00:00")], 4)
        self.assertEqual(far, self.calendar._cap_terms_batch([start], 400))
        self.assertEqual(past[0].deadline, utc("2026-05-04 11:00:00"))

    def test_a_look_is_forgotten(self):
        start = utc("2026-05-29 15:00:00")
        with one_look():
            self.assertEqual(
                self.calendar._cap_terms_batch([start], 4)[0].deadline,
                utc("2026-06-01 11:00:00"),
            )
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Closed",
                "calendar_id": self.calendar.id,
                "date_from": utc("2026-06-01 00:00:00"),
                "date_to": utc("2026-06-01 23:59:59"),
            }
        )
        self.assertEqual(
            self.calendar._cap_terms_batch([start], 4)[0].deadline,
            utc("2026-06-02 11:00:00"),
        )


@tagged("post_install", "-at_install")
class TestGatewayShortcuts(CapMailCommon):
    """What the core would look up again gives the same answer without it."""

    def test_a_host_that_is_new_is_ours_at_once(self):
        self.receive(self.compose(), MONDAY)
        self.env["mail.alias.domain"].create(
            {"name": "late.example", "default_from": "notifications"}
        )
        mail = self.compose(From="notifications@late.example")
        self.assertFalse(self.receive(mail, MONDAY))
        self.assertEqual(self.env["cap.mail.parked"].search([]).reason, "own")

    def test_a_mail_of_the_sender_ends_its_count_of_bounces(self):
        contact = self.acme_user.partner_id
        contact.message_bounce = 3
        self.receive(self.compose(From="eve@evil.example"), MONDAY)
        self.assertEqual(contact.message_bounce, 3)
        self.receive(self.compose(), MONDAY)
        self.assertEqual(contact.message_bounce, 0)

    def test_a_colleague_who_forwards_a_mail_follows_its_ticket(self):
        self.agent.email = "agent@test.example"
        ticket = self.receive(self.compose(From=self.agent.email), MONDAY)
        self.assertIn(self.agent.partner_id, ticket.message_partner_ids)

    def test_a_client_follows_its_ticket_from_the_start(self):
        ticket = self.receive(self.compose(), MONDAY)
        follower = ticket.message_follower_ids
        self.assertEqual(follower.partner_id, self.acme_user.partner_id)
        internal = self.env["mail.message.subtype"].search([("internal", "=", True)])
        self.assertTrue(follower.subtype_ids)
        self.assertFalse(follower.subtype_ids & internal)

    def test_answers_come_back_through_the_companys_mailbox(self):
        ticket = self.receive(self.compose(), MONDAY)
        self.assertTrue(ticket.message_ids)
        for message in ticket.message_ids:
            self.assertIn("catchall@cap.example", message.reply_to)

    def test_a_client_writes_in_a_ticket_of_another_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        ticket = self.env["cap.ticket"].create(
            {
                "name": "There",
                "partner_id": self.acme_user.partner_id.id,
                "company_id": other.id,
            }
        )
        message = ticket.with_user(self.acme_user).message_post(
            body="Here I am",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.assertEqual(message.sudo().author_id, self.acme_user.partner_id)

    def test_a_recipient_beside_the_mailbox_is_still_found(self):
        colleague = self.make_contact(self.acme, "acme_two")
        mail = self.compose(Cc=f"Two <{colleague.email}>, support@cap.example")
        ticket = self.receive(mail, MONDAY)
        incoming = ticket.message_ids.filtered(lambda one: one.message_type == "email")
        self.assertEqual(incoming.partner_ids, colleague.partner_id)
