from datetime import datetime

import pytz

from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user

from ..tools.clock import FixedClock

BRUSSELS = pytz.timezone("Europe/Brussels")


def utc(local):
    """Return naive UTC for a Brussels clock time such as '2026-03-30 13:00:01'."""
    moment = BRUSSELS.localize(datetime.fromisoformat(local))
    return moment.astimezone(pytz.utc).replace(tzinfo=None)


class CapCommon(TransactionCase):
    """Two clients under cover, one without, and the people of each role."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref("connecta_cap.group_cap_admin")
        cls.calendar = cls.env.ref("connecta_cap.resource_calendar_response")
        cls.calendar.leave_ids.unlink()  # the demo's closed days
        cls.team = cls.env.ref("connecta_cap.cap_team_support")
        cls.tiers = {
            code: cls.env.ref(f"connecta_cap.cap_tier_{code}")
            for code in ("essential", "advisor", "alliance")
        }
        groups = ("agent", "lead", "consultant", "account_manager", "admin", "user")
        cls.users = {
            name: new_test_user(
                cls.env, f"cap_{name}", groups=f"connecta_cap.group_cap_{name}"
            )
            for name in groups
        }
        cls.agent = cls.users["agent"]
        cls.manager = cls.users["account_manager"]
        cls.acme, cls.acme_user = cls.make_client("Acme")
        cls.zeta, cls.zeta_user = cls.make_client("Zeta")
        cls.lone, cls.lone_user = cls.make_client("Lone")
        cls.subscription = cls.subscribe(cls.acme, "advisor", "2025-01-01")
        cls.zeta_subscription = cls.subscribe(cls.zeta, "essential", "2025-01-01")

    @classmethod
    def make_client(cls, name):
        """Return (organisation, portal user of a contact of it)."""
        client = cls.env["res.partner"].create({"name": name, "is_company": True})
        return client, cls.make_contact(client, f"{name.lower()}_user")

    @classmethod
    def make_stranger(cls):
        """Return an administrator of the program in another company, and only there."""
        company = cls.env["res.company"].create({"name": "Other"})
        return new_test_user(
            cls.env,
            "cap_stranger",
            groups="connecta_cap.group_cap_admin",
            company_id=company.id,
            company_ids=[company.id],
        )

    @classmethod
    def make_contact(cls, client, login):
        partner = cls.env["res.partner"].create(
            {
                "name": login.title(),
                "parent_id": client.id,
                "email": f"{login}@test.example",
            }
        )
        return (
            cls.env["res.users"]
            .with_context(no_reset_password=True)
            .create(
                {
                    "partner_id": partner.id,
                    "login": login,
                    "password": login,
                    "group_ids": [Command.set([cls.env.ref("base.group_portal").id])],
                }
            )
        )

    @classmethod
    def subscribe(cls, client, tier, since):
        subscription = cls.env["cap.subscription"].create(
            {"partner_id": client.id, "account_manager_id": cls.manager.id}
        )
        day = datetime.fromisoformat(since).date()
        subscription._start_tier(cls.tiers[tier], day, "First tier")
        subscription.action_activate()
        return subscription

    def count(self, call):
        """Return the queries of `call` with a cold record cache."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        call()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def ask_for_looks(self):
        """Let the job ask about the tickets without cover, as it does each minute."""
        self.env.flush_all()
        with self.enter_registry_test_mode():
            job = self.env.ref("connecta_cap.ir_cron_cap_uncovered")
            job.method_direct_trigger()
        self.env.invalidate_all()

    def submit(self, local, user=None, **values):
        """Return a ticket that a client sent at a Brussels clock time."""
        user = user or self.acme_user
        values = {
            "name": "Orders stop",
            "description": "Nothing arrives.",
            "area": "flow",
            "requested_urgency": "2",
        } | values
        clock = FixedClock(utc(local))
        tickets = self.env["cap.ticket"].with_user(user)
        ticket = tickets.with_context(cap_clock=clock)._portal_submit(values)
        return self.env["cap.ticket"].browse(ticket.id)

    def at(self, record, local, user=None):
        """Return the record as a person (an agent) at a Brussels clock time."""
        clock = FixedClock(utc(local))
        return record.with_user(user or self.agent).with_context(cap_clock=clock)

    def assess(self, ticket, local, priority="3", user=None):
        return self.at(ticket, local, user).action_assess(priority, "incident", "Why.")
