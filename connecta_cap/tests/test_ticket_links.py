from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import CapCommon

NINE = "2026-06-01 09:00:00"


@tagged("post_install", "-at_install")
class TestTicketLinks(CapCommon):
    """Both tickets tell the same story; a client reads only what is its own."""

    def setUp(self):
        super().setUp()
        self.first, self.second = self.submit(NINE), self.submit(NINE)
        self.theirs = self.submit(NINE, self.zeta_user)

    def link(self, ticket, kind, other, user=None):
        links = self.env["cap.ticket.link"].with_user(user or self.agent)
        return links.create(
            {"ticket_id": ticket.id, "kind": kind, "other_id": other.id}
        )

    def stories(self, ticket):
        return [(link.kind, link.other_id) for link in ticket.link_ids]

    def test_each_side_shows_the_link(self):
        for kind, mirror in (
            ("related", "related"),
            ("blocks", "blocked"),
            ("duplicated", "duplicate"),
        ):
            with self.subTest(kind):
                link = self.link(self.first, kind, self.second)
                self.assertEqual(self.stories(self.first), [(kind, self.second)])
                self.assertEqual(self.stories(self.second), [(mirror, self.first)])
                link.unlink()
                self.assertFalse(self.first.link_ids | self.second.link_ids)

    def test_both_sides_go_whichever_is_removed(self):
        self.link(self.first, "blocks", self.second)
        self.second.link_ids.with_user(self.agent).unlink()
        self.assertFalse(self.first.link_ids)

    def test_nonsense_is_refused(self):
        self.link(self.first, "blocks", self.second)
        for values, error in (
            ((self.first, "related", self.first), IntegrityError),
            ((self.first, "blocks", self.second), IntegrityError),
            ((self.second, "blocks", self.first), ValidationError),
        ):
            with (
                self.subTest(values[1]),
                mute_logger("odoo.sql_db"),
                self.assertRaises(error),
                self.env.cr.savepoint(),
            ):
                self.link(*values)
        with self.assertRaisesRegex(ValidationError, "make another one"):
            self.first.link_ids.sudo().kind = "related"

    def test_tickets_of_two_companies_are_not_linked(self):
        company = self.env["res.company"].create({"name": "Second"})
        self.env["cap.team"].create({"name": "There", "company_id": company.id})
        other = self.env["cap.ticket"].create({"name": "X", "company_id": company.id})
        with self.assertRaisesRegex(ValidationError, "different companies"):
            self.link(self.first, "related", other, self.env.user)

    def test_a_client_reads_its_own_side_only(self):
        self.link(self.first, "blocks", self.second)
        self.link(self.first, "related", self.theirs)
        page = self.first.with_user(self.acme_user)._prepare_portal_values()
        self.assertEqual(
            [(line["label"], line["number"]) for line in page["links"]],
            [("blocks", self.second.number)],
        )
        page = self.theirs.with_user(self.zeta_user)._prepare_portal_values()
        self.assertFalse(page["links"])
        for user in (self.acme_user, self.zeta_user):
            with self.assertRaises(AccessError):
                self.first.link_ids.with_user(user).read(["other_id"])
            with self.assertRaises(AccessError):
                self.first.with_user(user).read(["link_ids"])

    def test_a_follow_up_of_another_clients_ticket_is_not_named(self):
        self.first.origin_ticket_id = self.theirs
        page = self.first.with_user(self.acme_user)._prepare_portal_values()
        self.assertFalse(page["links"])
        page = self.theirs.with_user(self.zeta_user)._prepare_portal_values()
        self.assertFalse(page["links"])

    def test_follow_ups_are_shown_in_both_directions(self):
        self.second.origin_ticket_id = self.first
        old = self.first.with_user(self.acme_user)._prepare_portal_values()
        new = self.second.with_user(self.acme_user)._prepare_portal_values()
        self.assertEqual(old["links"][0]["number"], self.second.number)
        self.assertEqual(new["links"][0]["label"], "Follows up on")

    def test_only_agents_link(self):
        for name in ("user", "account_manager", "consultant"):
            with self.subTest(name), self.assertRaises(AccessError):
                self.link(self.first, "related", self.second, self.users[name])

    def test_the_filter_finds_what_waits_for_another_ticket(self):
        self.link(self.first, "blocks", self.second)
        domain = [
            (
                "link_ids",
                "any",
                [("kind", "=", "blocked"), ("other_id.is_closed", "=", False)],
            )
        ]
        tickets = self.env["cap.ticket"].with_user(self.agent)
        self.assertEqual(tickets.search(domain), self.second)
        self.first._set_closed(None)
        self.assertFalse(tickets.search(domain))


@tagged("post_install", "-at_install")
class TestLinksPage(HttpCase, CapCommon):
    """The client's page leads to its other tickets."""

    def test_the_page_shows_the_link(self):
        first, second = self.submit(NINE), self.submit(NINE)
        theirs = self.submit(NINE, self.zeta_user)
        self.env["cap.ticket.link"].create(
            [
                {"ticket_id": first.id, "kind": "duplicated", "other_id": other.id}
                for other in (second, theirs)
            ]
        )
        self.authenticate("acme_user", "acme_user")
        page = self.url_open(f"/my/cap/tickets/{first.id}").text
        self.assertIn("has the duplicate", page)
        self.assertIn(second.number, page)
        self.assertNotIn(theirs.number, page)
