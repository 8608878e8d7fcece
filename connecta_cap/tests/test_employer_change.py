from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import CapCommon


@tagged("post_install", "-at_install")
class TestEmployerChange(CapCommon):
    """Who changes employer sees the new one's tickets only, and takes none along."""

    def visible(self, user):
        return self.env["cap.ticket"].with_user(user).search([])

    def test_a_contact_who_moves_loses_sight_at_once(self):
        ticket = self.submit("2026-06-01 09:00:00")
        colleague = self.make_contact(self.acme, "acme_colleague")
        self.assertIn(ticket, self.visible(colleague))
        self.assertIn(ticket, self.visible(self.acme_user))
        self.acme_user.partner_id.parent_id = self.zeta
        self.assertNotIn(ticket, self.visible(self.acme_user))
        self.assertIn(ticket, self.visible(colleague))
        self.assertEqual(ticket.commercial_partner_id, self.acme)

    def test_a_login_that_gets_another_contact_loses_sight_at_once(self):
        ticket = self.submit("2026-06-01 09:00:00")
        self.assertIn(ticket, self.visible(self.acme_user))
        other = self.env["res.partner"].create(
            {"name": "Other", "parent_id": self.zeta.id}
        )
        self.acme_user.partner_id = other
        self.assertNotIn(ticket, self.visible(self.acme_user))

    def test_a_ticket_stays_with_its_client(self):
        ticket = self.submit("2026-06-01 09:00:00")
        with self.assertRaisesRegex(UserError, "cannot be moved"):
            ticket.partner_id = self.zeta_user.partner_id
