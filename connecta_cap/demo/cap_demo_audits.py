import io
import json
from datetime import timedelta

from PIL import Image, ImageDraw

from odoo import api, models
from odoo.fields import Command
from odoo.tools.misc import file_open

STORY = "connecta_cap/demo/cap_demo_audits.json"


class CapDemoAudits(models.AbstractModel):
    """Plays audits through the real verbs: some published, one in preparation."""

    _name = "cap.demo.audits"
    _description = "Demonstration of audits"

    @api.model
    def _play(self):
        """Plan, prepare and publish the audits of the story, once."""
        if self.env["cap.audit"].search_count([]):
            return
        with file_open(STORY) as file:
            story = json.load(file)
        for line in story:
            self._play_audit(line)
        ours = [("mail_message_id.model", "=", "cap.subscription")]
        self.env["mail.message.schedule"].search(ours).unlink()

    def _at(self, model, days_ago, login="consultant"):
        moment = self.env["cap.audit"]._cap_now() - timedelta(days=days_ago)
        return self.env["cap.demo"]._get(model, login, moment)

    def _play_audit(self, line):
        audit = self._plan(line)
        audit.action_prepare()
        audit.action_draft()
        for number, check in enumerate(audit.check_ids):
            if number < line["checks_done"]:
                check.state = "done"
        if away := line.get("not_applicable"):
            audit.check_ids[-1:].write({"state": "not_applicable", "note": away})
        for finding in line["findings"]:
            self._find(audit, finding)
        for place, note in enumerate(line.get("remarks", [])):
            audit.carryover_ids[place].note = note
        if "published" in line:
            audit.action_review()
            self._at("cap.audit", line["published"]).browse(audit.id).action_publish()
            self._answer(audit, line)

    def _plan(self, line):
        days_ago = line["planned"]
        audits = self._at("cap.audit", days_ago)
        partner = self.env["cap.demo"]._ref(line["client"])
        deliveries = self.env["cap.delivery"].search(
            [
                ("subscription_id.partner_id", "=", partner.id),
                ("code", "=", "audit"),
                ("res_id", "=", False),
                ("delivered_on", "=", False),
                ("date_start", "<=", audits._cap_today()),
            ],
            order="date_start desc",
            limit=1,
        )
        return audits.create(
            {
                "delivery_id": deliveries.id,
                "date_planned": audits._cap_today(),
                "scope": line["scope"],
                "summary": line.get("summary"),
                "scope_ids": [Command.create(vals) for vals in line["scope_lines"]],
            }
        )

    def _find(self, audit, line):
        names = ("name", "severity", "flow", "evidence")
        finding = (
            self.env["cap.audit.finding"]
            .with_env(audit.env)
            .create({"audit_id": audit.id, **{name: line[name] for name in names}})
        )
        if line.get("picture"):
            finding.attachment_ids = [
                Command.create({"name": "queue.png", "raw": _draw(line["picture"])})
            ]
        for advice in line.get("advice", []):
            audit.env["cap.recommendation"].create(
                {
                    "finding_id": finding.id,
                    "name": advice["name"],
                    "description": advice["text"],
                    "flow": line["flow"],
                    "impact": advice["impact"],
                    "effort": advice["effort"],
                }
            )

    def _answer(self, audit, line):
        """Let the client answer, and the consultant follow up."""
        told = [advice for found in line["findings"] for advice in found["advice"]]
        by_name = {record.name: record for record in audit.recommendation_ids}
        for advice in told:
            record = by_name[advice["name"]]
            for step, days_ago, words in advice.get("steps", []):
                client = step in ("accept", "decline")
                login = line["client"] if client else "consultant"
                asked = self._at("cap.recommendation", days_ago, login)
                self._step(asked.browse(record.id), step, words)
        if acknowledged := line.get("acknowledged"):
            client = self._at("cap.audit", acknowledged, line["client"])
            client.browse(audit.id)._portal_acknowledge()

    def _step(self, record, step, words):
        match step:
            case "accept" | "decline":
                record._portal_answer(step, words)
            case "plan":
                record._set_planned(record._cap_today() + timedelta(days=words))
            case "finish":
                record._set_done(note=words)
            case "verify":
                record._set_verified(words)


def _draw(bars):
    """Return a PNG of a small bar chart: what a screenshot of a queue looks like.

    :param bars: heights in pixels, at most 160.
    """
    image = Image.new("RGB", (520, 200), "white")
    draw = ImageDraw.Draw(image)
    draw.line((20, 180, 500, 180), fill="#888888")
    width = 480 // len(bars)
    for place, height in enumerate(bars):
        left = 20 + place * width
        color = "#b33c00" if height > 100 else "#175c6e"
        draw.rectangle((left + 3, 180 - height, left + width - 3, 180), fill=color)
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()
