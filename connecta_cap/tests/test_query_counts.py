from odoo.tests import tagged

from .common import CapCommon

TRIAGE_FIELDS = [
    "is_emergency",
    "priority_line",
    "number",
    "name",
    "commercial_partner_id",
    "tier_id",
    "requested_urgency",
    "sla_deadline",
    "sla_state",
    "sla_terms",
    "sla_explanation",
    "priority",
    "ticket_type",
    "user_id",
]


@tagged("post_install", "-at_install")
class TestQueryCounts(CapCommon):
    """The number of queries does not grow with the number of records."""

    def make(self, number):
        contact = self.acme_user.partner_id
        return (
            self.env["cap.ticket"]
            .with_user(self.agent)
            .create(
                [{"name": f"T{n}", "partner_id": contact.id} for n in range(number)]
            )
        )

    def test_creating_many_costs_few_queries_each(self):
        self.make(1)  # fills the registry's caches, as the first request does
        few, many = self.count(lambda: self.make(10)), self.count(lambda: self.make(60))
        # the number is per ticket, everything else is done for all at once
        self.assertLessEqual((many - few) / 50, 1)

    def test_a_list_costs_the_same_with_five_and_eighty(self):
        self.make(80)
        tickets = self.env["cap.ticket"].with_user(self.agent)
        spec = {name: {} for name in TRIAGE_FIELDS}
        spec["tier_id"] = spec["commercial_partner_id"] = {
            "fields": {"display_name": {}}
        }

        def read(limit):
            tickets.web_search_read([("priority", "=", False)], spec, limit=limit)

        read(80)
        self.assertEqual(self.count(lambda: read(5)), self.count(lambda: read(80)))

    def test_a_clients_list_costs_the_same_with_five_and_twenty(self):
        self.make(30)
        tickets = self.env["cap.ticket"].with_user(self.acme_user)

        def rows(limit):
            tickets.search([], limit=limit)._prepare_portal_rows()

        rows(20)
        self.assertEqual(self.count(lambda: rows(5)), self.count(lambda: rows(20)))

    def test_an_assessment_costs_at_most_fifteen(self):
        tickets = self.make(2)
        tickets.message_subscribe(self.acme_user.partner_id.ids)

        def assess(ticket):
            ticket.with_user(self.agent).action_assess("2", "question", "Why.")

        assess(tickets[0])
        self.assertLessEqual(self.count(lambda: assess(tickets[1])), 15)
