from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import CapCommon

ROLES = ("user", "agent", "lead", "consultant", "account_manager", "admin", "portal")
# model -> role -> operations (create, read, write, unlink); a missing role has none
MATRIX = {
    "cap.entitlement": {r: "r" for r in ROLES} | {"admin": "cruw"},
    "cap.tier": {r: "r" for r in ROLES} | {"admin": "cruw"},
    "cap.tier.entitlement": {r: "r" for r in ROLES} | {"admin": "cruw"},
    "cap.subscription": {r: "r" for r in ROLES}
    | {"account_manager": "cruw", "admin": "cruw"},
    "cap.subscription.period": {r: "r" for r in ROLES}
    | {"account_manager": "cruw", "admin": "cruw"},
    "cap.subscription.change.tier": {"account_manager": "crw", "admin": "crw"},
    "cap.subscription.cover.on": {r: "crw" for r in ROLES if r != "portal"},
    "cap.subscription.renewal": {r: "r" for r in ROLES if r != "portal"},
    "cap.subscription.renew": {"account_manager": "crw", "admin": "crw"},
    "cap.subscription.change.state": {"account_manager": "crw", "admin": "crw"},
    "cap.reminder": {r: "r" for r in ROLES if r != "portal"},
    "cap.subscription.suspension": {r: "r" for r in ROLES},
    "cap.tier.term": {r: "r" for r in ROLES if r != "portal"},
    "cap.delivery": {r: "r" for r in ROLES}
    | {"consultant": "rw", "account_manager": "rw", "admin": "rw"},
    "cap.delivery.settle": {
        role: "crw" for role in ("consultant", "account_manager", "admin")
    },
    "cap.change.request": {r: "r" for r in ROLES}
    | {"account_manager": "rw", "admin": "rw"},
    "cap.change.request.decline": {"account_manager": "crw", "admin": "crw"},
    "cap.service.report": {r: "r" for r in ROLES}
    | {"account_manager": "cruw", "admin": "cruw"},
    **{
        model: {r: "r" for r in ROLES if r != "portal"}
        | {"consultant": "cruw", "admin": "cruw"}
        for model in (
            "cap.audit.scope",
            "cap.audit.check",
            "cap.audit.finding",
            "cap.audit.carryover",
        )
    },
    **{
        model: {r: "r" for r in ROLES} | {"consultant": "cruw", "admin": "cruw"}
        for model in ("cap.audit", "cap.recommendation")
    },
    **{
        model: {r: "r" for r in ROLES if r != "portal"} | {"admin": "cruw"}
        for model in ("cap.audit.template", "cap.audit.template.line")
    },
    "cap.audit.correction": {r: "r" for r in ROLES if r != "portal"}
    | {"consultant": "cr", "admin": "cr"},
    "cap.recommendation.event": {r: "r" for r in ROLES if r != "portal"},
    "cap.recommendation.step": {"consultant": "crw", "admin": "crw"},
    "cap.training.policy": {r: "r" for r in ROLES if r != "portal"} | {"admin": "cruw"},
    "cap.training.credit": {r: "r" for r in ROLES},
    "cap.training.lot": {r: "r" for r in ROLES if r != "portal"},
    "cap.training.slot": {r: "r" for r in ROLES if r != "portal"}
    | {"consultant": "cruw", "admin": "cruw"},
    "cap.training.session": {r: "r" for r in ROLES}
    | {"consultant": "rw", "account_manager": "rw", "admin": "rw"},
    "cap.training.attendance": {r: "r" for r in ROLES}
    | {"consultant": "cruw", "account_manager": "cruw", "admin": "cruw"},
    "cap.training.schedule": {
        role: "crw" for role in ("consultant", "account_manager", "admin")
    },
    "cap.training.cancel": {
        role: "crw" for role in ("consultant", "account_manager", "admin")
    },
    "cap.training.correct": {"account_manager": "crw", "admin": "crw"},
    "cap.training.extend": {"account_manager": "crw", "admin": "crw"},
    "cap.team": {r: "r" for r in ROLES if r != "portal"} | {"admin": "cruw"},
    "cap.ticket": {r: "crw" for r in ROLES if r not in ("user", "portal")}
    | {"user": "r", "portal": "r"},
    "cap.ticket.stage": {r: "r" for r in ROLES} | {"admin": "cruw"},
    "cap.ticket.tag": {
        "user": "r",
        "agent": "crw",
        "lead": "cruw",
        "consultant": "r",
        "account_manager": "r",
        "admin": "cruw",
    },
    "cap.assessment.reason": {r: "r" for r in ROLES if r != "portal"}
    | {"lead": "cruw", "admin": "cruw"},
    "cap.outside.reason": {r: "r" for r in ROLES if r != "portal"}
    | {"lead": "cruw", "admin": "cruw"},
    "cap.ticket.time": {
        "user": "r",
        "agent": "cruw",
        "lead": "cruw",
        "consultant": "cruw",
        "account_manager": "r",
        "admin": "cruw",
    },
    "cap.ticket.link": {r: "r" for r in ROLES if r != "portal"}
    | {role: "cru" for role in ("agent", "lead", "admin")},
    "cap.ticket.waiting.step": {r: "r" for r in ROLES if r != "portal"},
    "cap.reply": {r: "r" for r in ROLES if r != "portal"}
    | {"lead": "cruw", "admin": "cruw"},
    "cap.ticket.reply": {"agent": "crw", "lead": "crw", "admin": "crw"},
    "cap.ticket.merge": {"agent": "crw", "lead": "crw", "admin": "crw"},
    "cap.ticket.outside": {"agent": "crw", "lead": "crw", "admin": "crw"},
    "cap.ticket.correction": {"agent": "crw", "lead": "crw", "admin": "crw"},
    "cap.fair.use.policy": {r: "r" for r in ROLES if r != "portal"} | {"admin": "cruw"},
    "cap.fair.use.line": {r: "r" for r in ROLES if r != "portal"} | {"admin": "cruw"},
    "cap.fair.use.usage": {r: "r" for r in ROLES if r != "portal"},
    "cap.fair.use.contest": {r: "r" for r in ROLES if r != "portal"}
    | {"lead": "rw", "account_manager": "rw", "admin": "rw"},
    "cap.fair.use.review": {r: "r" for r in ROLES if r != "portal"}
    | {"account_manager": "rw", "admin": "rw"},
    "cap.fair.use.decision": {"account_manager": "crw", "admin": "crw"},
    "cap.ticket.identify": {r: "crw" for r in ("agent", "lead", "admin")},
    "cap.mail.parked": {"lead": "r", "admin": "ru"},
    "cap.sla.event": {r: "r" for r in ROLES if r != "portal"},
    "cap.file.type": {r: "r" for r in ROLES if r != "portal"} | {"admin": "cruw"},
    "cap.video.host": {r: "r" for r in ROLES if r != "portal"} | {"admin": "cruw"},
    "cap.training.topic": {r: "r" for r in ROLES}
    | {"consultant": "crw", "admin": "cruw"},
    "cap.training.material": {r: "r" for r in ROLES}
    | {"consultant": "cruw", "admin": "cruw"},
    "cap.training.material.version": {r: "r" for r in ROLES if r != "portal"}
    | {"consultant": "cruw", "admin": "cruw"},
    "cap.training.material.mark": {r: "r" for r in ROLES if r != "portal"},
    "cap.training.library.visit": {"admin": "r"},
    "cap.training.material.upload": {"consultant": "crw", "admin": "crw"},
    "cap.workshop": {r: "r" for r in ROLES} | {"consultant": "cruw", "admin": "cruw"},
    "cap.workshop.file": {r: "r" for r in ROLES if r != "portal"}
    | {"consultant": "cruw", "admin": "cruw"},
    "cap.workshop.plan": {"consultant": "crw", "admin": "crw"},
    "cap.consultant.assignment": {r: "r" for r in ROLES if r != "portal"},
    "cap.consultant.absence": {r: "r" for r in ROLES if r != "portal"}
    | {role: "cruw" for role in ("consultant", "account_manager", "admin")},
    "cap.consultant.booking": {r: "r" for r in ROLES if r != "portal"},
    "cap.consultant.hand.over": {"account_manager": "crw", "admin": "crw"},
    "cap.alert": {r: "r" for r in ROLES if r != "portal"},
    "cap.sla.check": {"lead": "crw", "admin": "crw"},
    "cap.ticket.rebase": {"lead": "crw", "admin": "crw"},
    "cap.closed.day": {"lead": "crw", "admin": "crw"},
    "cap.sla.report": {r: "r" for r in ROLES if r != "portal"},
    "cap.calendar.check": {"lead": "r", "admin": "r"},
    "cap.ticket.assess.together": {"agent": "crw", "lead": "crw", "admin": "crw"},
    "cap.ticket.correct.start": {"agent": "crw", "lead": "crw", "admin": "crw"},
    "cap.team.notice": {r: "r" for r in ROLES if r != "portal"},
    "cap.environment": {r: "r" for r in ROLES}
    | {"consultant": "cruw", "admin": "cruw"},
    "cap.flow": {r: "r" for r in ROLES} | {"consultant": "cruw", "admin": "cruw"},
    "cap.environment.token": {r: "r" for r in ROLES if r != "portal"},
    "cap.environment.token.issue": {"consultant": "crw", "admin": "crw"},
    **{
        model: {r: "r" for r in ROLES if r != "portal"}
        | {"consultant": "cruw", "admin": "cruw"}
        for model in ("cap.environment.maintenance", "cap.health.rule")
    },
    "cap.health.incident": {r: "r" for r in ROLES}
    | {role: "rw" for role in ("agent", "lead", "consultant", "admin")},
    **{
        f"cap.health.{name}": {r: "r" for r in ROLES if r != "portal"}
        for name in (
            "report",
            "sample",
            "hour",
            "day",
            "error",
            "error.count",
            "error.day",
            "mark",
            "notice",
            "score",
        )
    },
    "cap.health.dirty": {"admin": "r"},
    "cap.health.check": {r: "r" for r in ROLES}
    | {"consultant": "cruw", "admin": "cruw"},
    "cap.health.check.plan": {"consultant": "crw", "admin": "crw"},
    **{
        model: {r: "r" for r in ROLES if r != "portal"}
        | {"consultant": "cruw", "admin": "cruw"}
        for model in (
            "cap.health.action",
            "cap.health.checklist",
            "cap.health.checklist.item",
        )
    },
    **{
        model: {r: "r" for r in ROLES if r != "portal"} | {"admin": "cruw"}
        for model in (
            "cap.health.checklist.template",
            "cap.health.checklist.template.line",
        )
    },
}
OPERATIONS = {"c": "create", "r": "read", "w": "write", "u": "unlink"}


@tagged("post_install", "-at_install")
class TestRoles(CapCommon):
    """Who may do what, model by model; a new model needs a row here."""

    def own_models(self):
        return {
            name
            for name, model in self.env.items()
            if name.startswith("cap.") and not model._abstract
        }

    def test_every_model_has_a_row(self):
        self.assertEqual(self.own_models(), set(MATRIX))

    def test_access_is_as_the_matrix_says(self):
        users = self.users | {"portal": self.acme_user}
        for model, row in MATRIX.items():
            for role in ROLES:
                allowed = row.get(role, "")
                for letter, operation in OPERATIONS.items():
                    with self.subTest(model=model, role=role, operation=operation):
                        access = self.env[model].with_user(users[role])
                        granted = access.has_access(operation)
                        self.assertEqual(granted, letter in allowed)

    def test_staff_outside_the_program_sees_nothing(self):
        outsider = new_test_user(self.env, "cap_outsider", groups="base.group_user")
        for model in MATRIX:
            with self.subTest(model):
                access = self.env[model].with_user(outsider)
                self.assertFalse(access.has_access("read"))

    def test_another_company_sees_nothing(self):
        ticket = self.submit("2026-06-01 09:00:00")
        stranger = self.make_stranger()
        records = (
            ticket,
            ticket.sla_event_ids,
            self.subscription,
            self.subscription.period_ids,
            self.subscription.delivery_ids,
            self.team,
        )
        for record in records:
            with self.subTest(record._name):
                self.assertFalse(record.with_user(stranger)._filtered_access("read"))

    def test_a_client_sees_its_own_records_only(self):
        mine = self.submit("2026-06-01 09:00:00")
        theirs = self.submit("2026-06-01 09:00:00", self.zeta_user)
        portal = self.env["cap.ticket"].with_user(self.acme_user)
        visible = portal.search([])
        self.assertIn(mine, visible)
        self.assertNotIn(theirs, visible)
        subscriptions = self.env["cap.subscription"].with_user(self.acme_user)
        self.assertEqual(subscriptions.search([]), self.subscription)
        self.subscription._set_suspended("A pause")
        for model, field in (
            ("cap.subscription.period", "period_ids"),
            ("cap.subscription.suspension", "suspension_ids"),
            ("cap.delivery", "delivery_ids"),
        ):
            records = self.env[model].with_user(self.acme_user)
            self.assertTrue(self.subscription[field])
            self.assertEqual(records.search([]), self.subscription[field])
            self.assertFalse(records.with_user(self.lone_user).search([]))

    def test_a_draft_is_not_shown_to_the_client(self):
        self.env["cap.subscription"].create({"partner_id": self.lone.id})
        subscriptions = self.env["cap.subscription"].with_user(self.lone_user)
        self.assertFalse(subscriptions.search([]))

    def test_following_opens_nothing_to_an_outsider(self):
        ticket = self.submit("2026-06-01 09:00:00")
        ticket.message_subscribe(self.zeta_user.partner_id.ids)
        self.assertFalse(ticket.with_user(self.zeta_user)._filtered_access("read"))

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_a_client_reads_the_whitelist_and_nothing_else(self):
        ticket = self.submit("2026-06-01 09:00:00").with_user(self.acme_user)
        delivery = self.subscription.delivery_ids[:1].with_user(self.acme_user)
        for record in (ticket, self.subscription.with_user(self.acme_user), delivery):
            allowed = record._portal_readable_fields()
            self.assertLess(allowed - {"id"}, set(record._fields))
            for name in set(record._fields) - allowed:
                with self.subTest(name), self.assertRaises(AccessError):
                    record.read([name])
            for name in ("name", "state", "stage_id", "priority", "user_id"):
                if name in record._fields:
                    with self.assertRaises(UserError):  # AccessError is one
                        record.write({name: False})
