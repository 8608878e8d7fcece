from datetime import timedelta
from xmlrpc.client import Fault

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from ..tools.actor import acting_automatically, playing_people
from .common import CapCommon

MONDAY = "2026-06-01 09:00:00"
ASSESSMENT = ["1", "question", "Why."]


@tagged("post_install", "-at_install")
class TestPersons(CapCommon, HttpCase):
    """A person is who the call came from; automation in it is nobody."""

    def setUp(self):
        super().setUp()
        self.ticket = self.submit(MONDAY)

    def call(self, user, model, method, args):
        self.authenticate(user.login, user.login)
        return self.make_jsonrpc_request(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": args, "kwargs": {}},
        )

    def call_remotely(self, user, *call):
        login = (self.env.cr.dbname, user.id, user.login)
        # Odoo 19 warns that this interface will go; today it is still open
        with mute_logger("odoo.addons.rpc.controllers.xmlrpc", "odoo.http"):
            return self.xmlrpc_object.execute_kw(*login, *call)

    def run_action(self, user, code):
        action = self.env["ir.actions.server"].create(
            {
                "name": "Assess",
                "model_id": self.env["ir.model"]._get_id("cap.ticket"),
                "state": "code",
                "code": code,
            }
        )
        self.authenticate(user.login, user.login)
        scope = {"active_model": "cap.ticket", "active_ids": self.ticket.ids}
        return self.make_jsonrpc_request(
            "/web/action/run", {"action_id": action.id, "context": scope}
        )

    def assert_refused(self, call, *args):
        with (
            mute_logger("odoo.http"),
            self.assertRaisesRegex(JsonRpcException, "AccessError"),
        ):
            call(*args)
        self.ticket.invalidate_recordset()
        self.assertFalse(self.ticket.priority)

    def test_an_agent_assesses_from_the_screen(self):
        args = [self.ticket.ids, *ASSESSMENT]
        self.assertTrue(self.call(self.agent, "cap.ticket", "action_assess", args))
        self.assertEqual(self.ticket.priority_assigned_by_id, self.agent)

    def test_an_agent_assesses_from_a_program_of_theirs(self):
        args = [self.ticket.ids, *ASSESSMENT]
        self.call_remotely(self.agent, "cap.ticket", "action_assess", args)
        self.assertEqual(self.ticket.priority_assigned_by_id, self.agent)

    def lend_the_agent(self):
        """Let some module's code act for the agent, whoever calls it."""
        ticket, agent = self.ticket, self.agent

        def name_create(model, _name):
            borrowed = model.env["cap.ticket"].with_user(agent).browse(ticket.id)
            return borrowed.action_assess(*ASSESSMENT)

        self.patch(self.env.registry["cap.ticket.tag"], "name_create", name_create)

    def test_no_code_borrows_an_agent_in_somebody_elses_request(self):
        self.lend_the_agent()
        lead = self.users["lead"]
        self.assert_refused(self.call, lead, "cap.ticket.tag", "name_create", [[], "X"])
        with self.assertRaisesRegex(Fault, "in person"):
            self.call_remotely(lead, "cap.ticket.tag", "name_create", [[], "X"])
        self.assertFalse(self.ticket.priority)
        self.call(self.agent, "cap.ticket.tag", "name_create", [[], "X"])
        self.assertEqual(self.ticket.priority_assigned_by_id, self.agent)

    def test_a_server_action_is_nobody_in_an_agents_own_request(self):
        for code in (
            'records.action_assess("1", "question", "Auto.")',
            'records._set_assessed("1", "question", "Auto.")',
            'records._guarded_write({"priority": "1"})',
            'records._guarded_write({"sla_state": "met"})',
        ):
            self.assert_refused(self.run_action, self.agent, code)

    def test_a_job_is_nobody(self):
        job = self.env["ir.cron"].create(
            {
                "name": "Assess",
                "model_id": self.env["ir.model"]._get_id("cap.ticket"),
                "state": "code",
                "code": f"model.browse({self.ticket.id}).action_assess(*{ASSESSMENT})",
                "user_id": self.agent.id,
            }
        )
        with self.assertRaises(AccessError):
            job.ir_actions_server_id.with_user(self.agent).run()

    def test_a_demonstration_plays_people_and_its_automation_is_nobody(self):
        ticket = self.ticket.with_user(self.agent)
        with (
            playing_people(),
            acting_automatically(),
            self.assertRaises(AccessError),
        ):
            ticket.action_assess(*ASSESSMENT)
        with acting_automatically(), playing_people():
            ticket.action_assess(*ASSESSMENT)
        self.assertTrue(self.ticket.priority)


@tagged("post_install", "-at_install")
class TestLeave(CapCommon):
    """A verb's leave to write is for its own values, on its own records, once."""

    def refused_within(self, attempt):
        """Return how often `attempt` is refused after a verb's write of sla_start."""
        model = self.env.registry["cap.ticket"]
        origin, refused = model.write, []

        def write(tickets, vals):
            result = origin(tickets, vals)
            if "sla_start" in vals:
                try:
                    attempt(origin, tickets, vals)
                except UserError as error:
                    refused.append(str(error))
            return result

        self.patch(model, "write", write)
        self.submit(MONDAY)
        return len(refused)

    def test_it_is_no_leave_for_another_value(self):
        def attempt(origin, tickets, vals):
            later = vals["sla_start"] + timedelta(days=1)
            origin(tickets, {"sla_start": later})

        self.assertEqual(self.refused_within(attempt), 1)

    def test_it_is_no_leave_for_a_second_time(self):
        def attempt(origin, tickets, vals):
            origin(tickets, vals)

        self.assertEqual(self.refused_within(attempt), 1)

    def test_it_is_no_leave_for_another_record(self):
        other = self.submit(MONDAY)

        def attempt(origin, _tickets, vals):
            origin(other, vals)

        self.assertEqual(self.refused_within(attempt), 1)

    def test_it_is_no_leave_for_a_new_record(self):
        def attempt(_origin, tickets, vals):
            tickets.create({"name": "X", **vals})

        self.assertEqual(self.refused_within(attempt), 1)

    def test_a_refused_verb_leaves_no_leave_behind(self):
        ticket = self.submit(MONDAY)
        with self.assertRaises(ValueError):
            ticket._guarded_write({"sla_state": "gone"})
        with self.assertRaisesRegex(UserError, "cannot be set by hand"):
            ticket.write({"sla_state": "gone"})
