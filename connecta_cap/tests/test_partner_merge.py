from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import CapCommon

MONDAY = "2026-06-01 09:00:00"


@tagged("post_install", "-at_install")
class TestPartnerMerge(CapCommon):
    """Merging contacts keeps each client's records whole, or is refused."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.administrator = cls.env.ref("base.user_admin")

    def merge(self, source, into):
        """Merge as the administrator does, through the wizard of the contacts."""
        wizards = self.env["base.partner.merge.automatic.wizard"]
        wizard = (
            wizards.with_user(self.administrator)
            .with_context(active_model="res.partner", active_ids=(source | into).ids)
            .create(
                {
                    "state": "selection",
                    "partner_ids": [Command.set((source | into).ids)],
                    "dst_partner_id": into.id,
                }
            )
        )
        wizard.action_merge()
        self.env.invalidate_all()

    def visible(self, user):
        return self.env["cap.ticket"].with_user(user).search([])

    def add_contact(self, client, name):
        return self.env["res.partner"].create({"name": name, "parent_id": client.id})

    # === CLIENT INTO CLIENT === #

    def test_two_live_clients_are_refused_and_nothing_is_half_done(self):
        mine, theirs = self.submit(MONDAY), self.submit(MONDAY, self.zeta_user)
        with self.assertRaises(UserError) as caught:
            self.merge(self.zeta, self.acme)
        for text in (
            self.subscription.name,
            self.zeta_subscription.name,
            "Close one of them",
        ):
            self.assertIn(text, str(caught.exception))
        self.assertTrue(self.zeta.exists())
        self.assertEqual(self.zeta_subscription.partner_id, self.zeta)
        self.assertEqual(theirs.commercial_partner_id, self.zeta)
        self.assertEqual(self.zeta_user.partner_id.parent_id, self.zeta)
        self.assertEqual(self.visible(self.zeta_user), theirs)
        self.assertEqual(self.visible(self.acme_user), mine)

    def test_a_suspended_subscription_is_live_too(self):
        self.zeta_subscription._set_suspended()
        with self.assertRaisesRegex(UserError, "Close one of them"):
            self.merge(self.zeta, self.acme)

    def test_an_archived_live_subscription_counts(self):
        self.zeta_subscription.active = False
        with self.assertRaisesRegex(UserError, "Close one of them"):
            self.merge(self.zeta, self.acme)

    def test_live_in_two_companies_is_no_conflict(self):
        company = self.env["res.company"].create({"name": "Second"})
        self.zeta_subscription._set_closed()
        second = self.env["cap.subscription"].create(
            {"partner_id": self.zeta.id, "company_id": company.id}
        )
        second._start_tier(self.tiers["essential"], second._cap_today(), "First tier")
        second.action_activate()
        self.merge(self.zeta, self.acme)
        self.assertEqual(second.partner_id, self.acme)
        self.assertEqual(second.state, "active")

    def test_a_closed_client_goes_into_a_live_one(self):
        mine, theirs = self.submit(MONDAY), self.submit(MONDAY, self.zeta_user)
        period = self.zeta_subscription.period_ids
        self.zeta_subscription._set_closed()
        # fills the caches of the record rules
        self.assertEqual(self.visible(self.zeta_user), theirs)
        self.assertEqual(self.visible(self.acme_user), mine)
        self.merge(self.zeta, self.acme)
        self.assertFalse(self.zeta.exists())
        self.assertEqual(self.zeta_subscription.partner_id, self.acme)
        self.assertEqual(self.zeta_subscription.state, "closed")
        self.assertEqual(self.zeta_subscription.period_ids, period)
        self.assertEqual(self.subscription.state, "active")
        self.assertEqual(theirs.commercial_partner_id, self.acme)
        self.assertEqual(theirs.partner_id, self.zeta_user.partner_id)
        self.assertEqual(self.zeta_user.commercial_partner_id, self.acme)
        for user in (self.acme_user, self.zeta_user):
            self.assertEqual(self.visible(user), mine | theirs)
            subscriptions = self.env["cap.subscription"].with_user(user).search([])
            self.assertEqual(subscriptions, self.subscription | self.zeta_subscription)
        # a new ticket of the merged contact is covered by the live subscription
        ticket = self.submit("2026-06-02 09:00:00", self.zeta_user)
        self.assertEqual(ticket.subscription_id, self.subscription)

    def test_a_live_client_goes_into_a_closed_one(self):
        self.zeta_subscription._set_closed()
        ticket = self.submit(MONDAY)
        deadline = ticket.sla_deadline
        self.merge(self.acme, self.zeta)
        self.assertEqual(self.subscription.partner_id, self.zeta)
        self.assertEqual(self.subscription.state, "active")
        self.assertEqual(ticket.commercial_partner_id, self.zeta)
        self.assertEqual(ticket.subscription_id, self.subscription)
        self.assertEqual(ticket.sla_deadline, deadline)
        self.assertIn(ticket, self.visible(self.zeta_user))
        self.assess(ticket, "2026-06-01 10:00:00")
        self.assertEqual(ticket.sla_state, "met")

    def test_a_change_request_follows_its_subscription(self):
        self.zeta_subscription._set_closed()
        requests = self.env["cap.change.request"]
        asked = requests.with_user(self.acme_user)._portal_ask({"tier": "alliance"})
        self.merge(self.acme, self.zeta)
        found = requests.with_user(self.zeta_user).search([])
        self.assertEqual(found.ids, asked.ids)
        self.assertEqual(asked.sudo().partner_id, self.zeta)

    # === CONTACT INTO CONTACT === #

    def test_two_contacts_of_one_client_become_one(self):
        twin = self.add_contact(self.acme, "Twin")
        ticket = self.submit(MONDAY)
        self.merge(self.acme_user.partner_id, twin)
        self.assertEqual(ticket.partner_id, twin)
        self.assertEqual(ticket.commercial_partner_id, self.acme)
        self.assertEqual(ticket.subscription_id, self.subscription)
        self.assertEqual(self.acme_user.partner_id, twin)
        self.assertEqual(self.visible(self.acme_user), ticket)
        self.assertIn(twin, ticket.message_partner_ids)
        self.assess(ticket, "2026-06-01 10:00:00")

    def test_contacts_of_two_clients_are_refused_either_way(self):
        mine, theirs = self.submit(MONDAY), self.submit(MONDAY, self.zeta_user)
        twin = self.add_contact(self.zeta, "Twin")
        for source, into in (
            (self.acme_user.partner_id, twin),
            (twin, self.acme_user.partner_id),
        ):
            with self.assertRaises(UserError) as caught:
                self.merge(source, into)
            for text in ("Acme", "Zeta", "merge the organisations first"):
                self.assertIn(text, str(caught.exception))
        self.assertTrue(twin.exists())
        self.assertEqual(mine.partner_id, self.acme_user.partner_id)
        self.assertEqual(self.visible(self.acme_user), mine)
        self.assertEqual(self.visible(self.zeta_user), theirs)

    def test_a_login_of_a_stranger_does_not_get_into_a_client(self):
        company = self.env["res.partner"].create(
            {"name": "Stranger", "is_company": True}
        )
        stranger = self.make_contact(company, "stranger_user")
        twin = self.add_contact(self.acme, "Twin")
        with self.assertRaisesRegex(UserError, "cannot be merged"):
            self.merge(stranger.partner_id, twin)
        self.assertFalse(self.visible(stranger))

    def test_an_organisation_does_not_swallow_another_clients_contact(self):
        self.zeta_subscription._set_closed()
        contact = self.acme_user.partner_id
        ticket = self.submit(MONDAY)
        for source, into in ((contact, self.zeta), (self.zeta, contact)):
            with self.assertRaisesRegex(UserError, "cannot be merged"):
                self.merge(source, into)
        self.assertEqual(ticket.commercial_partner_id, self.acme)

    def test_contacts_without_any_cover_are_none_of_our_business(self):
        clients = self.env["res.partner"].create(
            [{"name": name, "is_company": True} for name in ("One", "Two")]
        )
        contacts = [self.add_contact(client, "Same") for client in clients]
        self.merge(contacts[0], contacts[1])
        self.assertFalse(contacts[0].exists())

    # === SOMEBODY ALONE INTO A CLIENT === #

    def make_lone_person(self):
        """Return the login of a person without organisation, with a ticket."""
        person = self.env["res.partner"].create({"name": "Nobody's"})
        user = self.make_contact(person, "person_user")
        partner = user.partner_id
        partner.parent_id = False
        return user, self.submit(MONDAY, user)

    def test_a_person_alone_becomes_a_contact_with_all_that_was_theirs(self):
        mine = self.submit(MONDAY)
        for direction in ("into the contact", "out of the contact"):
            with self.subTest(direction), self.env.cr.savepoint() as savepoint:
                user, ticket = self.make_lone_person()
                twin = self.add_contact(self.acme, "Twin")
                self.assertEqual(self.visible(user), ticket)
                if direction == "into the contact":
                    self.merge(user.partner_id, twin)
                else:
                    self.merge(twin, user.partner_id)
                self.assertEqual(user.partner_id.commercial_partner_id, self.acme)
                self.assertEqual(ticket.partner_id, user.partner_id)
                self.assertEqual(ticket.commercial_partner_id, self.acme)
                self.assertEqual(self.visible(user), ticket | mine)
                self.assertEqual(self.visible(self.acme_user), ticket | mine)
                savepoint.rollback()
                self.env.invalidate_all()
                self.env.registry.clear_cache()

    def test_a_person_alone_with_cover_is_refused_beside_live_cover(self):
        user, _ticket = self.make_lone_person()
        own = self.subscribe(user.partner_id, "essential", "2026-01-01")
        twin = self.add_contact(self.acme, "Twin")
        with self.assertRaises(UserError) as caught:
            self.merge(user.partner_id, twin)
        self.assertIn(own.name, str(caught.exception))
        self.assertIn(self.subscription.name, str(caught.exception))
        self.assertEqual(own.partner_id, user.partner_id)
        own._set_closed()
        self.merge(user.partner_id, twin)
        self.assertEqual(own.partner_id, self.acme)

    def test_two_people_alone_become_one_and_the_login_sees_at_once(self):
        user, ticket = self.make_lone_person()
        twin = self.env["res.partner"].create({"name": "Twin"})
        self.assertEqual(self.visible(user), ticket)
        self.merge(user.partner_id, twin)
        self.assertEqual(user.partner_id, twin)
        self.assertEqual(ticket.commercial_partner_id, twin)
        self.assertEqual(self.visible(user), ticket)

    def test_who_was_below_a_person_alone_comes_along(self):
        person = self.env["res.partner"].create({"name": "Head"})
        user = self.make_contact(person, "below_user")
        ticket = self.submit(MONDAY, user)
        self.assertEqual(ticket.commercial_partner_id, person)
        self.merge(person, self.add_contact(self.acme, "Twin"))
        self.assertEqual(user.partner_id.commercial_partner_id, self.acme)
        self.assertEqual(ticket.commercial_partner_id, self.acme)
        self.assertEqual(self.visible(user), ticket)

    # === ODOO'S OWN REFUSALS STAY === #

    def test_odoos_own_refusals_stay(self):
        with self.assertRaisesRegex(UserError, "one of his parent"):
            self.merge(self.acme_user.partner_id, self.acme)
        other = self.make_contact(self.acme, "acme_other").partner_id
        with self.assertRaisesRegex(UserError, "more than one user"):
            self.merge(other, self.acme_user.partner_id)
