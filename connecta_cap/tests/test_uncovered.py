from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_mail import CapMailCommon

MONDAY = "2026-06-01 09:00:00"
KIND = "connecta_cap.mail_activity_type_uncovered"


@tagged("post_install", "-at_install")
class TestUncovered(CapMailCommon):
    """Somebody is asked once to look at a request without cover, soon after it came."""

    def asked(self, ticket):
        """Return what was ever asked about a ticket, done or not."""
        return ticket.with_context(active_test=False).activity_ids

    def test_a_job_is_called_and_asks_once(self):
        job = self.env.ref("connecta_cap.ir_cron_cap_uncovered")
        triggers = self.env["ir.cron.trigger"]
        before = triggers.search([("cron_id", "=", job.id)])
        ticket = self.submit(MONDAY, self.lone_user)
        self.assertFalse(self.asked(ticket))
        called = triggers.search([("cron_id", "=", job.id)]) - before
        self.assertEqual(len(called), 1)
        self.ask_for_looks()
        activity = self.asked(ticket)
        self.assertEqual(activity.user_id, self.users["lead"])
        self.assertEqual(activity.activity_type_id, self.env.ref(KIND))
        mails = self.env["mail.mail"].search(
            [
                ("recipient_ids", "in", self.users["lead"].partner_id.ids),
                ("model", "=", "cap.ticket"),
                ("res_id", "=", ticket.id),
            ]
        )
        self.assertEqual(len(mails), 1, "the request itself is not mailed to the lead")
        activity.action_feedback("Done")
        self.ask_for_looks()
        self.assertEqual(len(self.asked(ticket)), 1)

    def test_the_account_manager_is_asked_first(self):
        self.subscription._set_suspended()
        ticket = self.submit(MONDAY)
        self.ask_for_looks()
        self.assertEqual(self.asked(ticket).user_id, self.manager)

    def test_a_request_under_cover_asks_for_nothing(self):
        ticket = self.submit(MONDAY)
        self.assertFalse(ticket.is_untold)
        self.ask_for_looks()
        self.assertFalse(self.asked(ticket))

    def test_what_is_settled_before_the_job_comes_is_left_alone(self):
        closed = self.submit(MONDAY, self.lone_user)
        closed.stage_id = self.env["cap.ticket.stage"]._get_first("closed")
        known = self.receive(self.compose(From="who@else.example"), MONDAY)
        wizard = self.env["cap.ticket.identify"].create(
            {
                "ticket_id": known.id,
                "client_id": self.acme.id,
                "contact_id": self.acme_user.partner_id.id,
            }
        )
        self.at(wizard, MONDAY).action_confirm()
        self.assertEqual(known.sla_state, "running")
        self.ask_for_looks()
        self.assertFalse(self.asked(closed) | self.asked(known))
        self.assertFalse((closed | known).filtered("is_untold"))

    def test_one_that_fails_keeps_no_other_from_its_turn(self):
        first = self.submit(MONDAY, self.lone_user)
        second = self.receive(self.compose(From="who@else.example"), MONDAY)
        self.env.cr.execute(
            "ALTER TABLE mail_activity ADD CONSTRAINT cap_refused"
            " CHECK (res_model != 'cap.ticket' OR res_id != %s) NOT VALID",
            [first.id],
        )
        with mute_logger(
            "odoo.addons.connecta_cap.models.cap_batch_mixin", "odoo.sql_db"
        ):
            self.ask_for_looks()
        self.assertFalse(self.asked(first))
        self.assertTrue(first.is_untold)
        self.assertTrue(self.asked(second))
        self.env.cr.execute("ALTER TABLE mail_activity DROP CONSTRAINT cap_refused")
        self.ask_for_looks()
        self.assertTrue(self.asked(first))

    def test_the_mark_is_the_programs_own(self):
        ticket = self.submit(MONDAY, self.lone_user).with_user(self.agent)
        with self.assertRaises(UserError):
            ticket.is_untold = False
