import base64
from datetime import timedelta

from odoo import api, models
from odoo.fields import Command

from ..tools.actor import playing_people
from ..tools.clock import FixedClock

# title, topic, kind, tiers, minutes, summary, content
MATERIAL = [
    (
        "Your first flow in a quarter of an hour",
        "basics",
        "video",
        (),
        15,
        "From an empty screen to a flow that carries orders into Odoo.",
        "https://www.youtube.com/watch?v=aqz-KE-bpKQ",
    ),
    (
        "Words that we use",
        "basics",
        "document",
        (),
        5,
        "Connector, flow, window, error group: what each of them means.",
        "words.txt",
    ),
    (
        "Reading a connector's log",
        "connectors",
        "document",
        (),
        10,
        "What the log tells when an order does not arrive, and what to send us.",
        "log.txt",
    ),
    (
        "When a flow retries, and when it gives up",
        "flows",
        "document",
        (),
        12,
        "How often a message is tried again, and how to change that per flow.",
        "retries.txt",
    ),
    (
        "Python's guide to regular expressions",
        "automation",
        "link",
        (),
        30,
        "For those who write rules that pick parts out of a text.",
        "https://docs.python.org/3/howto/regex.html",
    ),
    (
        "Who is told about what: setting up notices",
        "monitoring",
        "document",
        (),
        8,
        "Best practice for the Notification Center, with a table to copy.",
        "notices.txt",
    ),
    (
        "Designing flows across several companies",
        "flows",
        "document",
        ("advisor", "alliance"),
        20,
        "Which data to share, which to keep apart, and where conflicts come from.",
        "companies.txt",
    ),
    (
        "An architecture review, step by step",
        "automation",
        "document",
        ("alliance",),
        25,
        "The questions that your consultant asks, so that you can ask them first.",
        "architecture.txt",
    ),
]
GOALS = "Our people set up and test a new carrier themselves, without a developer."


class CapDemoConsulting(models.AbstractModel):
    """Plays what consultants do: material, a hand-over, an absence, a workshop."""

    _name = "cap.demo.consulting"
    _description = "Demonstration of consulting"

    @api.model
    def _play(self):
        """Create material, consultants and the wish for a workshop, once."""
        if self.env["cap.training.material"].search_count([]):
            return
        with playing_people():
            self._fill_library()
            self._name_consultants()
            self._wish_for_workshop()

    def _fill_library(self):
        consultant = self.env.ref("connecta_cap.user_consultant_demo")
        library = self.env["cap.training.material"].with_user(consultant)
        now = library._cap_now()
        for number, line in enumerate(MATERIAL):
            title, topic, kind, tiers, minutes, summary, content = line
            clock = FixedClock(now - timedelta(days=90 - 11 * number))
            material = library.with_context(cap_clock=clock).create(
                {
                    "name": title,
                    "topic_id": self.env.ref(
                        f"connecta_cap.cap_training_topic_{topic}"
                    ).id,
                    "kind": kind,
                    "tier_ids": [
                        Command.link(self.env.ref(f"connecta_cap.cap_tier_{tier}").id)
                        for tier in tiers
                    ],
                    "lang": "en_US",
                    "minutes": minutes,
                    "summary": summary,
                }
            )
            is_file = kind == "document"
            text = base64.b64encode(f"{title}\n\n{summary}\n".encode())
            material._add_version(
                "First edition",
                file=text if is_file else False,
                file_name=content if is_file else False,
                url=False if is_file else content,
            )
        newest = material.with_context(cap_clock=FixedClock(now - timedelta(days=2)))
        newest._add_version("Two more questions", file=text, file_name=content)
        self._read(now)

    def _read(self, now):
        """Let a client read some of it, and come back today."""
        reader = self.env.ref("connecta_cap.user_alliance_demo")
        earlier = FixedClock(now - timedelta(days=9))
        library = self.env["cap.training.material"].with_user(reader)
        library.with_context(cap_clock=earlier)._portal_enter_library()
        for place, material in enumerate(library.search([], limit=3, order="id")):
            material.with_context(cap_clock=earlier)._portal_open()
            material._portal_set_favourite(place == 0)

    def _name_consultants(self):
        subscription = self._get_subscription("alliance")
        people = {
            name: self.env.ref(f"connecta_cap.user_{name}_demo")
            for name in ("consultant", "deputy")
        }
        today = subscription._cap_today()
        now = subscription._cap_now()
        manager = self.env.ref("connecta_cap.user_manager_demo")
        for days, role, name, words in (
            (95, "consultant", "deputy", "I look after your flows from today on."),
            (
                40,
                "consultant",
                "consultant",
                "I built the stock flows of two of your neighbours, and call you on "
                "Thursday.",
            ),
            (40, "deputy", "deputy", "You know me: I stand in when Koen is away."),
        ):
            clock = FixedClock(now - timedelta(days=days))
            past = subscription.with_user(manager).with_context(cap_clock=clock)
            past._assign(role, people[name], past._cap_today(), words)
        self.env["cap.consultant.absence"].create(
            {
                "user_id": people["deputy"].id,
                "date_start": today + timedelta(days=20),
                "date_end": today + timedelta(days=24),
                "note": "Away",
            }
        )
        subscription._refresh_ticket_followers()

    def _wish_for_workshop(self):
        client = self.env.ref("connecta_cap.user_alliance_demo")
        today = self.env["cap.subscription"]._cap_today()
        workshop = self.env["cap.workshop"].with_user(client)
        workshop = workshop.with_context(mail_activity_quick_update=True)
        workshop._portal_wish(
            {
                "name": "Carriers of our own",
                "goals": GOALS,
                "participants": "Three people of logistics who know Odoo well.",
                "wish_start": str(today + timedelta(days=14)),
                "wish_end": str(today + timedelta(days=60)),
            },
            [str(client.partner_id.id)],
        )

    def _get_subscription(self, client):
        partner = self.env.ref(f"connecta_cap.partner_{client}_demo")
        return self.env["cap.subscription"].search([("partner_id", "=", partner.id)])
