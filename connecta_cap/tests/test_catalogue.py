from psycopg2.errors import CheckViolation

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CapCommon

ALL = {"essential", "advisor", "alliance"}
PROGRAM = {
    "priority_response": ALL,
    "helpdesk": ALL,
    "emergency": ALL,
    "research": {"advisor", "alliance"},
    "priority_line": {"alliance"},
    "health_check": ALL,
    "test_center": ALL,
    "notification_center": ALL,
    "audit": {"advisor", "alliance"},
    "consultant": {"alliance"},
    "training_material": ALL,
    "training": {"advisor", "alliance"},
    "workshop": {"alliance"},
}


@tagged("post_install", "-at_install")
class TestCatalogue(CapCommon):
    """The program is records: what they say holds, with no code for any tier."""

    def test_the_seed_is_the_program(self):
        seed = {
            code: {name for name, tier in self.tiers.items() if tier._gives(code)}
            for code in PROGRAM
        }
        self.assertEqual(seed, PROGRAM)
        self.assertEqual(
            set(self.env["cap.entitlement"].search([]).mapped("code")), set(PROGRAM)
        )
        training = self.tiers["advisor"]._get_entitlement("training")
        figures = (
            training.quantity,
            training.interval_months,
            training.validity_months,
        )
        self.assertEqual(figures, (3, 6, 6))

    def test_a_fourth_tier_needs_no_code(self):
        admin = self.users["admin"]
        tiers = self.env["cap.tier"].with_user(admin)
        response = self.env.ref("connecta_cap.cap_entitlement_priority_response")
        fourth = tiers.create(
            {
                "name": "Sprint",
                "code": "sprint",
                "sequence": 40,
                "tier_entitlement_ids": [
                    (
                        0,
                        0,
                        {"entitlement_id": response.id, "quantity": 1, "unit": "hour"},
                    )
                ],
            }
        )
        self.assertIn("Sprint", fourth.matrix_html)
        self.assertIn("under 1 h", fourth.matrix_html)
        self.tiers["sprint"] = fourth.sudo()
        self.subscribe(self.lone, "sprint", "2026-01-01")
        ticket = self.submit("2026-06-01 09:00:00", self.lone_user)
        self.assertEqual((ticket.sla_hours, ticket.tier_id), (1, fourth))
        portal = self.env["cap.tier"].with_user(self.lone_user).browse(fourth.id)
        self.assertEqual(portal.name, "Sprint")

    def test_a_used_tier_is_archived_not_deleted(self):
        with self.assertRaisesRegex(UserError, "Archive the tier"):
            self.tiers["advisor"].unlink()
        copy = self.tiers["advisor"].copy()
        self.assertEqual(len(copy.tier_entitlement_ids), 10)
        copy.unlink()

    def test_negative_figures_are_refused(self):
        line = self.tiers["advisor"]._get_entitlement("training")
        for name in ("quantity", "interval_months", "validity_months", "due_days"):
            with (
                self.subTest(name),
                mute_logger("odoo.sql_db"),
                self.assertRaisesRegex(CheckViolation, "figures_positive"),
                self.cr.savepoint(),
            ):
                line[name] = -1
                self.env.flush_all()
