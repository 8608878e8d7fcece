from datetime import timedelta

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import utc
from .test_rebase import LeadCase

MONDAY = "2026-06-01 09:00:00"
LOG = "odoo.addons.connecta_cap.models.cap_batch_mixin"


@tagged("post_install", "-at_install")
class TestJobs(LeadCase):
    """A ticket that fails is taken back and logged; the others have their turn."""

    def block(self, ticket, kind, **vals):
        """Put an event where the job wants its own: a constraint refuses it."""
        self.env["cap.sla.event"].sudo().create(
            {
                "ticket_id": ticket.id,
                "company_id": ticket.company_id.id,
                "kind": kind,
                "at": utc(MONDAY),
                **vals,
            }
        )

    @mute_logger("odoo.sql_db", LOG)
    def test_a_breach_that_fails(self):
        bad, good = self.submit(MONDAY), self.submit(MONDAY)
        self.block(bad, "breached")
        later = utc("2026-06-01 15:00:00")
        failed = self.env["cap.ticket"]._together_or_alone(
            bad | good, lambda tickets: tickets._mark_breached(later)
        )
        self.assertEqual(failed, bad)
        self.assertEqual((bad.sla_state, good.sla_state), ("running", "breached"))
        self.assertEqual(len(self.events(good, "breached")), 1)

    @mute_logger("odoo.sql_db", LOG)
    def test_an_escalation_that_fails(self):
        bad, good = self.submit(MONDAY), self.submit(MONDAY)
        # planned before the event that stands in the way
        self.block(bad, "warned", level=50)
        noon = utc("2026-06-01 11:00:00")
        failed = self.env["cap.ticket"]._together_or_alone(
            bad | good, lambda tickets: tickets._escalate(noon)
        )
        self.assertEqual(failed, bad)
        self.assertEqual(len(self.events(good, "warned")), 1)
        activities = good.activity_ids | bad.activity_ids
        self.assertEqual(activities.mapped("res_id"), good.ids)

    @mute_logger("odoo.sql_db", LOG)
    def test_an_alert_that_fails(self):
        bad, good = self.emergency(), self.emergency()
        due = bad.emergency_at + timedelta(minutes=5)
        tickets = self.at(bad | good, "2026-06-01 09:05:30", self.env.user).sudo()
        (bad | good)._guarded_write({"alert_at": due})
        self.env["cap.alert"].sudo().create(
            {
                "ticket_id": bad.id,
                "company_id": bad.company_id.id,
                "level": "1",
                "channel": "email",
                "user_id": self.on_call.id,
                "due_at": due,
                "sent_at": due,
            }
        )
        before = self.env["mail.mail"].search_count([])
        mails, failed = tickets._alert_again()
        self.assertEqual(failed, bad)
        self.assertEqual(len(mails), 1)
        self.assertEqual(self.env["mail.mail"].search_count([]), before + 1)
        self.assertEqual(bad.alert_at, due)
        self.assertEqual(good.alert_at, due + timedelta(minutes=5))
        self.assertEqual(
            [one for one in self.list_alerts(good) if one[0] == due],
            [(due, self.on_call)],
        )

    @mute_logger("odoo.sql_db", LOG)
    def test_a_job_comes_to_its_end_although_one_keeps_failing(self):
        bad, good = self.submit(MONDAY), self.submit(MONDAY)
        self.block(bad, "breached")
        with self.enter_registry_test_mode():
            self.env.ref("connecta_cap.ir_cron_cap_breach").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual((bad.sla_state, good.sla_state), ("running", "breached"))
