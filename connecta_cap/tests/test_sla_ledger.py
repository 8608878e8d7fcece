from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CapCommon


@tagged("post_install", "-at_install")
class TestSlaLedger(CapCommon):
    """Rows are added, never changed; the ticket is a reading of them."""

    def setUp(self):
        super().setUp()
        self.ticket = self.submit("2026-06-05 15:00:00")
        self.assess(self.ticket, "2026-06-08 12:00:00")

    def test_the_story_is_complete_and_in_order(self):
        kinds = self.ticket.sla_event_ids.sorted("id").mapped("kind")
        self.assertEqual(kinds, ["received", "breached", "assessed"])
        assessed = self.ticket.sla_event_ids.filtered(lambda e: e.kind == "assessed")
        self.assertEqual(assessed.user_id, self.agent)
        self.assertEqual(assessed.note, "Why.")

    def test_nobody_changes_or_deletes_an_event(self):
        event = self.ticket.sla_event_ids[0]
        for record in (event, event.sudo()):
            with self.assertRaisesRegex(UserError, "append-only"):
                record.write({"note": "never happened"})
            with self.assertRaisesRegex(UserError, "append-only"):
                record.unlink()

    def test_an_event_happens_once(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.ticket._record_sla_events("assessed")

    def test_every_field_can_be_rebuilt_from_the_events(self):
        events = {event.kind: event for event in self.ticket.sla_event_ids}
        received, assessed = events["received"], events["assessed"]
        state = "breached" if "breached" in events else "met"
        rebuilt = {
            "sla_start": received.at,
            "sla_deadline": received.deadline,
            "sla_hours": received.payload["hours"],
            "sla_calendar_id": received.payload["calendar_id"],
            "sla_terms": received.payload["terms"],
            "sla_state": state,
            "priority": assessed.payload["priority"],
            "priority_assigned_at": assessed.at,
            "priority_assigned_by_id": assessed.user_id.id,
        }
        stored = {
            name: value[0] if isinstance(value, tuple) else value
            for name, value in self.ticket.read(list(rebuilt))[0].items()
            if name in rebuilt
        }
        self.assertEqual(stored, rebuilt)

    def test_a_ticket_is_never_deleted(self):
        with self.assertRaisesRegex(UserError, "never deleted"):
            self.ticket.unlink()
