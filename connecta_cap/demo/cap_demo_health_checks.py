from datetime import timedelta

from odoo import api, models

from ..tools.actor import playing_people

AGREED = (
    # what, whose, days from the meeting, whether it is done
    ("Renew the certificate of the bank's connector", "client", 12, True),
    ("Raise the limit of the stock flow before the season", "ours", 20, False),
    ("Name a deputy for the notices at night", "client", 45, False),
)
MINUTES = """<p>Orders and stock run well. The bank's connector failed twice in a
night; its certificate ends soon.</p><p>The season brings about twice as many orders: we
try the stock flow with that volume beforehand, in the Test Center.</p>"""
EVIDENCE = (
    "List agreed with Tom on the call, 14 flows",
    "test.meridian.example, versions as in production",
    "Folder “Connecta tests”",
    "In the description of each test",
)


class CapDemoHealthChecks(models.AbstractModel):
    """Plays Health Checks through the real verbs: one published, one to prepare."""

    _name = "cap.demo.health.checks"
    _description = "Demonstration of Health Checks"

    @api.model
    def _play(self):
        """Hold and publish a Health Check, and plan another one, once."""
        if self.env["cap.health.check"].search_count([]):
            return
        with playing_people():
            self._hold("advisor", 14)
            self._plan("alliance", -6)
        ours = [("mail_message_id.model", "=", "cap.subscription")]
        self.env["mail.message.schedule"].search(ours).unlink()

    def _at(self, model, days_ago):
        """Return a model as the consultant, some days ago."""
        demo = self.env["cap.demo"]
        moment = self.env["cap.health.check"]._cap_now() - timedelta(days=days_ago)
        return demo._get(model, "consultant", moment)

    def _plan(self, client, days_ago):
        """Return a check whose meeting is at ten in the morning of a day."""
        check = self._at("cap.health.check", days_ago + 10)
        partner = self.env["cap.demo"]._ref(client)
        delivery = self.env["cap.delivery"].search(
            [
                ("subscription_id.partner_id", "=", partner.id),
                ("code", "=", "health_check"),
                ("res_id", "=", False),
                ("delivered_on", "=", False),
            ],
            order="date_start",
            limit=1,
        )
        day = check._cap_today() + timedelta(days=10)
        start = check._cap_start_of(day) + timedelta(hours=10)
        check = check.create({"delivery_id": delivery.id})
        people = self.env.ref(f"connecta_cap.user_{client}_demo").partner_id
        consultant = self.env["cap.demo"]._user("consultant")
        check._set_planned(
            start, start + timedelta(hours=1), consultant, people, "By video"
        )
        return check

    def _hold(self, client, days_ago):
        check = self._plan(client, days_ago)
        check.action_prepare()
        self._set_up(check.checklist_ids)
        check = self._at("cap.health.check", days_ago - 1).browse(check.id)
        check.action_hold()
        check.minutes = MINUTES
        for name, owner, days, _done in AGREED:
            self.env["cap.health.action"].create(
                {
                    "check_id": check.id,
                    "name": name,
                    "owner": owner,
                    "user_id": check.user_id.id if owner == "ours" else False,
                    "contact_id": check.attendee_ids.id if owner != "ours" else False,
                    "date_due": check.held_on + timedelta(days=days),
                }
            )
        check.action_publish()
        for action, line in zip(check.action_ids.sorted("id"), AGREED, strict=True):
            if line[-1]:
                action.action_done()

    def _set_up(self, checklists):
        """Settle some points of what is set up."""
        first = checklists.sorted("kind")[-1:]
        for item, text in zip(first.item_ids, EVIDENCE, strict=False):
            item.write({"state": "done", "evidence": text})
