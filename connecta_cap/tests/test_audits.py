import base64
from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..const import MAX_SCREENSHOT_BYTES
from .common import CapCommon

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
    "awAAAABJRU5ErkJggg=="
)
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"


class AuditCommon(CapCommon):
    """A client with audits in its cover, and a consultant who makes them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.consultant = cls.users["consultant"]
        cls.today = cls.subscription._cap_today()

    def owed(self, subscription=None):
        """Return the audits that a client is owed, the first one first."""
        deliveries = (subscription or self.subscription).delivery_ids
        return deliveries.filtered(
            lambda row: row.code == "audit" and not row.res_id and not row.delivered_on
        ).sorted("date_start")

    def plan(self, **values):
        audits = self.env["cap.audit"].with_user(self.consultant)
        values = {
            "delivery_id": self.owed()[:1].id,
            "date_planned": self.today,
        } | values
        return audits.create(values)

    def find(self, audit, **values):
        values = {
            "audit_id": audit.id,
            "name": "Retries hide errors",
            "severity": "high",
            "evidence": "<p>Seen on Monday</p>",
        } | values
        return audit.env["cap.audit.finding"].create(values)

    def advise(self, audit, **values):
        values = {"audit_id": audit.id, "name": "Stop after five tries"} | values
        return audit.env["cap.recommendation"].create(values)

    def prepare(self, **values):
        """Return an audit in preparation with all checks done and one finding."""
        audit = self.plan(**values)
        audit.action_prepare()
        audit.check_ids.state = "done"
        self.find(audit)
        return audit

    def publish(self, audit):
        audit.action_review()
        audit.action_publish()
        return audit


@tagged("post_install", "-at_install")
class TestAudits(AuditCommon):
    """An audit from planned to acknowledged, and what is refused on the way."""

    def test_planning_plans_the_delivery(self):
        delivery = self.owed()[:1]
        later = self.today + timedelta(days=3)
        audit = self.plan(date_planned=later)
        self.assertEqual(audit.state, "planned")
        self.assertRegex(audit.name, r"^AUD-\d{4}$")
        self.assertEqual(delivery.planned_on, later)
        self.assertEqual((delivery.res_model, delivery.res_id), (audit._name, audit.id))
        audit.date_planned = self.today
        self.assertEqual(delivery.planned_on, self.today)

    def test_a_delivery_has_one_audit(self):
        delivery = self.owed()[:1]
        self.plan(delivery_id=delivery.id)
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            self.plan(delivery_id=delivery.id)

    def test_a_tier_without_audits_is_refused(self):
        essential = self.zeta_subscription.delivery_ids[:1]
        with self.assertRaisesRegex(ValidationError, "is no audit"):
            self.plan(delivery_id=essential.id)
        late = self.owed()[:1]
        self.subscription._start_tier(self.tiers["essential"], self.today, "Down")
        with (
            self.assertRaisesRegex(ValidationError, "no audits in its cover"),
            self.env.cr.savepoint(),
        ):
            self.plan(delivery_id=late.id)
        # the tier of the planned day counts, not today's
        yesterday = self.today - timedelta(days=1)
        self.assertTrue(self.plan(delivery_id=late.id, date_planned=yesterday))

    def test_an_audit_planned_after_a_downgrade_is_refused(self):
        later = self.today + timedelta(days=10)
        self.subscription._start_tier(self.tiers["essential"], later, "Down")
        self.assertTrue(self.plan())
        with self.assertRaisesRegex(ValidationError, "no audits in its cover"):
            self.plan(delivery_id=self.owed()[:1].id, date_planned=later)

    def test_preparing_copies_the_checklist_of_the_tier(self):
        template = self.env["cap.audit.template"].create(
            {
                "name": "For Advisor",
                "sequence": 99,
                "tier_ids": self.tiers["advisor"].ids,
                "line_ids": [
                    Command.create({"name": "One"}),
                    Command.create({"name": "Old", "active": False}),
                ],
            }
        )
        audit = self.plan()
        self.assertEqual(audit.template_id, template)
        self.assertFalse(audit.check_ids)
        audit.action_prepare()
        self.assertEqual(audit.check_ids.mapped("name"), ["One"])
        audit.action_review()
        audit.action_prepare()
        self.assertEqual(len(audit.check_ids), 1)

    def test_the_default_checklist_has_eight_checks(self):
        audit = self.plan()
        audit.action_prepare()
        self.assertEqual(len(audit.check_ids), 8)
        self.assertEqual(set(audit.check_ids.mapped("state")), {"open"})

    def test_steps_follow_the_table(self):
        audit = self.plan()
        for step in (audit.action_review, audit.action_publish):
            with self.assertRaisesRegex(UserError, "cannot become"):
                step()
        with self.assertRaisesRegex(UserError, "cannot be set by hand"):
            audit.state = "published"
        with self.assertRaisesRegex(UserError, "cannot be set by hand"):
            audit.sudo().state = "published"

    def test_publishing_needs_findings_or_an_explicit_none(self):
        audit = self.prepare()
        audit.finding_ids.unlink()
        audit.action_review()
        with self.assertRaisesRegex(UserError, "Add a finding"):
            audit.action_publish()
        audit.no_findings = True
        with self.assertRaisesRegex(UserError, "Say in a sentence"):
            audit.action_publish()
        audit.no_findings_reason = "  "
        with self.assertRaisesRegex(UserError, "Say in a sentence"):
            audit.action_publish()
        audit.no_findings_reason = "All flows run as they should."
        finding = self.find(audit)
        with self.assertRaisesRegex(UserError, "says that there are none"):
            audit.action_publish()
        finding.unlink()
        self.assertEqual(audit.state, "review")
        audit.action_publish()
        self.assertEqual(audit.state, "published")

    def test_publishing_needs_finished_checks_and_evidence(self):
        audit = self.prepare()
        first, second = audit.check_ids[:2]
        first.state, second.state = "open", "not_applicable"
        audit.finding_ids.evidence = "<p><br></p>"
        audit.action_review()
        with self.assertRaises(UserError) as refusal:
            audit.action_publish()
        for words in (
            f"“{first.name}” is not done",
            f"why “{second.name}” does not apply",
            "no evidence",
        ):
            self.assertIn(words, str(refusal.exception))
        self.assertFalse(audit.delivery_id.delivered_on)
        first.action_done()
        second.note = "There is none"
        audit.finding_ids.evidence = "<p>Seen</p>"
        audit.action_publish()
        self.assertEqual(audit.state, "published")

    def test_publishing_is_the_delivery_and_tells_the_client(self):
        audit = self.prepare()
        finding = audit.finding_ids
        self.assertFalse(audit.recommendation_ids)
        for name, impact in (("Later", "1"), ("Send less", "3")):
            vals = {"finding_id": finding.id, "name": name, "impact": impact}
            finding.env["cap.recommendation"].create(vals)
        before = self.subscription.message_ids
        self.publish(audit)
        delivery = audit.delivery_id
        self.assertEqual(delivery.state, "delivered")
        self.assertEqual(delivery.delivered_on, self.today)
        self.assertIn(audit.name, delivery.note)
        self.assertEqual(audit.published_by_id, self.consultant)
        message = self.subscription.message_ids - before
        self.assertEqual(len(message), 1)
        self.assertIn(f"/my/cap/audits/{audit.id}", message.body)
        self.assertEqual(message.body.count("Send less"), 1)
        self.assertLess(message.body.index("Send less"), message.body.index("Later"))
        told = message.partner_ids
        self.assertEqual(told, self.acme_user.partner_id | self.manager.partner_id)

    def test_what_is_not_owed_any_more_is_not_published(self):
        running = self.owed().filtered(
            lambda row: row.date_start <= self.today < row.date_end
        )
        audit = self.prepare(delivery_id=running.id)
        audit.action_review()
        self.subscription._start_tier(self.tiers["essential"], self.today, "Down")
        self.assertEqual(running.state, "lapsed")
        with self.assertRaisesRegex(UserError, "not owed it any more"):
            audit.action_publish()

    def test_what_was_recorded_by_hand_can_still_be_published(self):
        audit = self.prepare()
        yesterday = self.today - timedelta(days=1)
        audit.delivery_id._set_delivered(yesterday)
        self.publish(audit)
        self.assertEqual(audit.delivery_id.delivered_on, yesterday)

    def test_publishing_twice_is_refused(self):
        audit = self.publish(self.prepare())
        messages = self.subscription.message_ids
        with self.assertRaisesRegex(UserError, "“Published” and cannot become"):
            audit.action_publish()
        self.assertEqual(self.subscription.message_ids, messages)

    def test_a_published_audit_stays_as_it_was(self):
        audit = self.prepare()
        self.advise(audit)
        self.publish(audit)
        for change in (
            lambda: audit.write({"summary": "Other"}),
            lambda: audit.write({"finding_ids": [Command.clear()]}),
            lambda: audit.finding_ids.write({"severity": "low"}),
            lambda: audit.finding_ids.unlink(),
            lambda: audit.check_ids[:1].write({"note": "Other"}),
            lambda: audit.check_ids[:1].unlink(),
            lambda: audit.recommendation_ids.write({"impact": "1"}),
            lambda: audit.recommendation_ids.unlink(),
            lambda: self.find(audit),
            lambda: self.advise(audit),
            lambda: audit.action_draft(),
            lambda: audit.action_prepare(),
            lambda: audit.unlink(),
            lambda: audit.sudo().unlink(),
            lambda: audit.finding_ids.sudo().write({"name": "Other"}),
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                change()
            audit.invalidate_recordset()
        self.assertEqual(audit.state, "published")
        self.assertEqual(audit.finding_ids.severity, "high")

    def test_parts_cannot_be_moved_into_a_published_audit(self):
        published = self.publish(self.prepare())
        other = self.prepare()
        for part in (other.finding_ids, other.check_ids[:1]):
            with self.assertRaisesRegex(UserError, "is published"):
                part.audit_id = published

    def test_a_correction_is_a_version_note(self):
        audit = self.prepare()
        corrections = audit.env["cap.audit.correction"]
        with self.assertRaisesRegex(UserError, "not published yet"):
            corrections.create({"audit_id": audit.id, "text": "Too early"})
        self.publish(audit)
        before = self.subscription.message_ids
        first = corrections.create({"audit_id": audit.id, "text": "It was Tuesday."})
        second = corrections.create({"audit_id": audit.id, "text": "At noon."})
        self.assertEqual((first.version, second.version), (2, 3))
        self.assertEqual(first.user_id, self.consultant)
        self.assertEqual(audit._prepare_document()["version"], 3)
        messages = self.subscription.message_ids - before
        self.assertEqual(len(messages), 2)
        self.assertIn("It was Tuesday.", messages[-1].body)
        with self.assertRaisesRegex(UserError, "never changed"):
            first.sudo().text = "No"
        with self.assertRaisesRegex(UserError, "never deleted"):
            first.sudo().unlink()

    def test_deleting_a_planned_audit_frees_the_delivery(self):
        audit = self.prepare()
        finding = audit.finding_ids
        finding.attachment_ids = [Command.create({"name": "a.png", "raw": PNG})]
        picture, delivery = finding.attachment_ids, audit.delivery_id
        audit.unlink()
        self.assertFalse(delivery.res_id)
        self.assertFalse(delivery.planned_on)
        self.assertFalse(picture.exists())
        self.assertTrue(self.plan(delivery_id=delivery.id))

    def test_the_report_says_everything_in_words(self):
        audit = self.prepare(summary="<p>All in all sound</p>")
        self.find(audit, name="Grave thing", severity="critical", flow="Orders out")
        audit.finding_ids[:1].attachment_ids = [
            Command.create({"name": "proof.png", "raw": PNG})
        ]
        self.advise(audit, name="Send only changes", impact="3", effort="1")
        self.publish(audit)
        reports = self.env["ir.actions.report"]
        html, _kind = reports._render_qweb_html(
            "connecta_cap.cap_audit_report_action", audit.ids
        )
        text = html.decode()
        for words in (
            audit.name,
            "Acme",
            "All in all sound",
            "Grave thing",
            "Critical",
            "Orders out",
            "data:image/png;base64",
            "Send only changes",
            "Quick win",
            "Documentation",
        ):
            self.assertIn(words, text)


@tagged("post_install", "-at_install")
class TestScreenshots(AuditCommon):
    """Screenshots are pictures, and belong to their finding."""

    def attach(self, finding, name, content, **values):
        finding.attachment_ids = [
            Command.create({"name": name, "raw": content, **values})
        ]

    def test_pictures_become_the_findings_own(self):
        finding = self.prepare().finding_ids
        self.attach(finding, "a.png", PNG, public=True)
        picture = finding.attachment_ids
        self.assertEqual(
            (picture.res_model, picture.res_id), (finding._name, finding.id)
        )
        self.assertFalse(picture.public)

    def test_other_files_are_refused_whatever_their_name(self):
        finding = self.prepare().finding_ids
        svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'
        for name, content, values in (
            ("a.png", HTML, {}),
            ("a.png", HTML, {"mimetype": "image/png"}),
            ("a.svg", svg, {}),
            ("a.pdf", b"%PDF-1.4 x", {}),
            ("a.png", b"", {}),
            ("a.png", False, {"type": "url", "url": "https://x.example/a.png"}),
        ):
            with (
                self.subTest(name=name, values=values),
                self.assertRaisesRegex(UserError, "PNG, JPEG, GIF, WebP"),
                self.env.cr.savepoint(),
            ):
                self.attach(finding, name, content, **values)

    def test_large_and_many_files_are_refused(self):
        finding = self.prepare().finding_ids
        with (
            self.assertRaisesRegex(UserError, "larger than 5 MB"),
            self.env.cr.savepoint(),
        ):
            self.attach(finding, "a.png", PNG + b"0" * MAX_SCREENSHOT_BYTES)
        with self.assertRaisesRegex(UserError, "more than 10 screenshots"):
            finding.attachment_ids = [
                Command.create({"name": f"{n}.png", "raw": PNG}) for n in range(11)
            ]

    def test_files_of_others_cannot_be_pulled_in(self):
        finding = self.prepare().finding_ids
        vals = {"name": "x.png", "raw": PNG}
        loose = self.env["ir.attachment"].create(vals)
        public = self.env["ir.attachment"].create(vals | {"public": True})
        place = {"res_model": "cap.audit", "res_id": finding.audit_id.id}
        taken = self.env["ir.attachment"].create(vals | place)
        for file, words in (
            (loose, "attachment_ids"),  # Odoo itself: nobody else can read it
            (public, "belongs to something else"),
            (taken, "belongs to something else"),
        ):
            with self.assertRaisesRegex(UserError, words), self.env.cr.savepoint():
                finding.attachment_ids = [Command.link(file.id)]

    def test_pictures_of_a_published_audit_stay(self):
        audit = self.prepare()
        self.attach(audit.finding_ids, "a.png", PNG)
        picture = audit.finding_ids.attachment_ids
        self.publish(audit)
        with self.assertRaises(AccessError):
            picture.with_user(self.consultant).unlink()
        with self.assertRaises(AccessError):
            picture.with_user(self.consultant).write({"raw": PNG + b"1"})


@tagged("post_install", "-at_install")
class TestAuditDraft(AuditCommon):
    """What an auditor starts from."""

    def test_without_monitoring_it_says_so(self):
        audit = self.plan()
        audit.action_prepare()
        audit.action_draft()
        self.assertIn("No monitoring is connected", audit.draft_html)
        self.assertIn("everything that was advised before is settled", audit.draft_html)
        self.assertTrue(audit.drafted_at)
        self.assertNotIn("draft", str(audit._prepare_document().keys()))

    def test_what_monitoring_knows_is_listed(self):
        asked = []

        def changed(provider, subscription, date_from, date_to):
            asked.append((subscription, date_from, date_to))
            return [{"flow": "Orders", "text": "new mapping <b>"}]

        provider = type(self.env["cap.monitoring.provider"])
        self.patch(provider, "_is_connected", lambda *_args: True)
        self.patch(provider, "_list_changed_flows", changed)
        self.publish(self.prepare())
        audit = self.plan()
        audit.action_prepare()
        audit.action_draft()
        self.assertIn("new mapping &lt;b&gt;", audit.draft_html)
        self.assertIn("None in these days", audit.draft_html)
        self.assertNotIn("No monitoring", audit.draft_html)
        # since the audit before
        tomorrow = self.today + timedelta(days=1)
        self.assertEqual(asked, [(self.subscription, self.today, tomorrow)])

    def test_unfinished_recommendations_come_back_once(self):
        first = self.prepare()
        open_, settled, declined = (
            self.advise(first, name=name) for name in ("Open", "Settled", "Declined")
        )
        self.publish(first)
        declined._set_declined("Too dear")
        settled._set_accepted()
        settled._set_done()
        settled._set_verified("Seen")
        second = self.plan()
        second.action_prepare()
        for _again in range(2):
            second.action_draft()
            self.assertEqual(second.carryover_ids.recommendation_id, open_)
        self.assertEqual(second.carryover_ids.carried_from, first)
        self.assertIn("Open", second.draft_html)
        self.assertIn("Too dear", second.draft_html)
        self.assertNotIn("Settled", second.draft_html)

    def test_what_is_settled_meanwhile_leaves_the_list(self):
        first = self.prepare()
        advice = self.advise(first)
        self.publish(first)
        second = self.plan()
        second.action_prepare()
        self.assertTrue(second.carryover_ids)
        advice._set_declined("No longer needed")
        second.action_draft()
        self.assertFalse(second.carryover_ids)

    def test_states_are_frozen_when_published(self):
        first = self.prepare()
        advice = self.advise(first)
        self.publish(first)
        second = self.publish(self.prepare())
        advice._set_accepted()
        (row,) = second._prepare_document()["carried"]
        self.assertEqual((row["state"], row["from"]), ("Proposed", first.name))

    def test_only_earlier_ones_of_the_same_client_come_back(self):
        other = self.subscribe(self.lone, "advisor", "2025-01-01")
        theirs = self.prepare(delivery_id=self.owed(other)[:1].id)
        advice = self.advise(theirs)
        self.publish(theirs)
        audit = self.prepare()
        self.assertFalse(audit.carryover_ids)
        lines = audit.env["cap.audit.carryover"]
        for wrong in (advice, self.advise(audit)):
            with self.assertRaisesRegex(ValidationError, "cannot come back"):
                lines.create({"audit_id": audit.id, "recommendation_id": wrong.id})


@tagged("post_install", "-at_install")
class TestAuditRoles(AuditCommon):
    """Consultants write; agents and account managers read; clients see published."""

    def records(self):
        audit = self.prepare()
        self.advise(audit)
        return (
            audit,
            audit.finding_ids,
            audit.check_ids[:1],
            audit.recommendation_ids,
        )

    def test_others_of_the_staff_read_only(self):
        for record in self.records():
            for role in ("agent", "account_manager", "lead", "user"):
                with self.subTest(model=record._name, role=role):
                    seen = record.with_user(self.users[role])
                    self.assertTrue(seen._filtered_access("read"))
                    with self.assertRaises(AccessError):
                        seen.write({"name": "Other"})

    def test_verbs_ask_for_the_right(self):
        audit = self.prepare()
        advice = self.advise(audit)
        self.publish(audit)
        agent = self.users["agent"]
        for act in (
            lambda: advice.with_user(agent)._set_accepted(),
            lambda: audit.with_user(agent).action_review(),
            lambda: advice.with_user(agent).action_measure(),
        ):
            with self.assertRaises(AccessError):
                act()

    def test_staff_answers_in_no_clients_name(self):
        audit = self.prepare()
        advice = self.advise(audit)
        self.publish(audit)
        for role in ("user", "consultant"):
            user = self.users[role]
            for verb in (
                audit.with_user(user)._portal_acknowledge,
                lambda user=user: advice.with_user(user)._portal_answer("accept"),
            ):
                with self.assertRaisesRegex(AccessError, "for Acme to decide"):
                    verb()
        self.assertEqual((audit.state, advice.state), ("published", "proposed"))

    def test_another_company_sees_nothing(self):
        audit, finding, check, advice = self.records()
        audit.scope_ids = [Command.create({"environment": "Production"})]
        self.publish(audit)
        advice._set_accepted()
        later = self.prepare()
        note = audit.env["cap.audit.correction"].create(
            {"audit_id": audit.id, "text": "Oops"}
        )
        company = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "cap_audit_stranger",
            groups="connecta_cap.group_cap_admin",
            company_id=company.id,
            company_ids=[company.id],
        )
        parts = (advice.event_ids, later.carryover_ids, audit.scope_ids, note)
        for record in (audit, finding, check, advice, *parts):
            with self.subTest(record._name):
                self.assertTrue(record)
                self.assertFalse(record.with_user(stranger)._filtered_access("read"))

    def test_a_client_sees_its_own_once_published(self):
        audit = self.prepare()
        advice = self.advise(audit)
        for record in (audit, advice):
            self.assertFalse(record.with_user(self.acme_user).search([]))
        self.publish(audit)
        for record in (audit, advice):
            self.assertEqual(record.with_user(self.acme_user).search([]), record)
            for other in (self.zeta_user, self.lone_user):
                self.assertFalse(record.with_user(other).search([]))

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_a_client_reads_the_whitelist_and_nothing_else(self):
        audit = self.prepare()
        advice = self.advise(audit)
        self.publish(audit)
        for record in (audit, advice):
            record = record.with_user(self.acme_user)
            allowed = record._portal_readable_fields()
            self.assertLess(allowed - {"id"}, set(record._fields))
            for name in set(record._fields) - allowed:
                with self.subTest(name), self.assertRaises(AccessError):
                    record.read([name])
            with self.assertRaises(UserError):
                record.write({"name": "Mine"})
        for part in (audit.finding_ids, audit.check_ids):
            with self.assertRaises(AccessError):
                part.with_user(self.acme_user).read(["name"])
