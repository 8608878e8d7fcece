from odoo.addons.mail.tools.discuss import Store
from odoo.tests import tagged

from .test_agent_desk import TEN, DeskCase

# What the web client asks for when it opens a ticket's form, apart from its fields.
THREAD_PARTS = ["activities", "attachments", "followers", "scheduledMessages"]


@tagged("post_install", "-at_install")
class TestDeskQueries(DeskCase):
    """What the desk and a ticket's form cost, however many tickets there are."""

    def make(self, number):
        """Make tickets for all lists of the agent, some of them talked about."""
        contact = self.acme_user.partner_id
        tag = self.env["cap.ticket.tag"].create({"name": f"Tag of {number}"})
        tickets = (
            self.env["cap.ticket"]
            .with_user(self.agent)
            .create(
                [
                    {
                        "name": f"T{n}",
                        "partner_id": contact.id,
                        "team_id": self.team.id,
                        "tag_ids": tag.ids,
                    }
                    for n in range(number)
                ]
            )
        )
        for ticket in tickets[: number // 2]:
            ticket.action_assess("2", "question", "Why.")
        tickets[: number // 3].user_id = self.agent
        stage = self.env["cap.ticket.stage"]._get_first("waiting")
        tickets[: number // 6].stage_id = stage
        for ticket in tickets[::5]:
            ticket.action_say("We look at it.")
        return tickets

    def load(self):
        return self.env["cap.agent.desk"].with_user(self.agent).get_desk()

    def test_the_desk_costs_at_most_thirty_with_ten_or_two_hundred(self):
        self.make(10)
        self.load()  # fills the registry's caches, as the first request does
        few = self.count(self.load)
        self.make(190)
        many = self.count(self.load)
        self.assertGreater(len(self.load()["rows"]), 150)
        self.assertEqual(few, many)
        self.assertLessEqual(many, 30)

    def test_changes_cost_at_most_thirty(self):
        tickets = self.make(60)
        desk = self.env["cap.agent.desk"].with_user(self.agent)
        desk.get_changes(tickets.ids)
        one = self.count(lambda: desk.get_changes(tickets[0].ids))
        all_of_them = self.count(lambda: desk.get_changes(tickets.ids))
        self.assertLessEqual(all_of_them, 30)
        self.assertLessEqual(abs(all_of_them - one), 2)

    def test_the_side_of_the_desk_costs_at_most_sixty(self):
        ticket = self.make(12)[0]
        self.subscription._refresh_fair_use()
        ticket.get_desk_ticket()
        self.assertLessEqual(self.count(ticket.get_desk_ticket), 60)

    def test_opening_the_form_costs_at_most_sixty(self):
        ticket = self.make(12)[0]
        self.at(ticket, TEN).action_say("A note", is_note=True)
        views = self.env["cap.ticket"].with_user(self.agent)
        arch = views.get_views([(False, "form")], {"load_filters": True})
        spec = self.read_spec(arch["models"]["cap.ticket"]["fields"], arch)

        # two requests of the web client, each with a cache of its own
        parts = (lambda: ticket.web_read(spec), lambda: self.load_thread(ticket))
        for part in parts:
            part()
        self.assertLessEqual(sum(self.count(part) for part in parts), 60)

    def test_the_client_panel_costs_at_most_twenty(self):
        ticket = self.make(12)[0]
        self.subscription._refresh_fair_use()
        ticket.get_client_panel()
        self.assertLessEqual(self.count(ticket.get_client_panel), 20)

    def read_spec(self, fields, views):
        """Return what the web client reads for a form: names for what is pointed at."""
        spec = {}
        for name, description in fields.items():
            if description["type"] == "many2one":
                spec[name] = {"fields": {"display_name": {}}}
            elif description["type"] in ("one2many", "many2many"):
                related = views["models"].get(description["relation"], {"fields": {}})
                wanted = {"display_name", *related["fields"]} - {"id"}
                known = self.env[description["relation"]]._fields
                spec[name] = {
                    "fields": {one: {} for one in wanted if one in known},
                    "limit": 40,
                }
            else:
                spec[name] = {}
        return spec

    def load_thread(self, ticket):
        """Read the conversation as the web client's store does."""
        store = Store()
        thread = ticket.with_context(active_test=False)
        thread._thread_to_store(store, [], request_list=THREAD_PARTS)
        found = (
            self.env["mail.message"]
            .with_user(self.agent)
            ._message_fetch(
                domain=[("res_id", "=", ticket.id), ("model", "=", "cap.ticket")],
                limit=30,
            )
        )
        store.add(found["messages"])
        return store.get_result()
