from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, tagged

from .common import utc
from .common_mail import CapMailCommon

NINE = "2026-06-01 09:00:00"
TEN = "2026-06-01 10:00:00"
ELEVEN = "2026-06-01 11:00:00"
NOON = "2026-06-01 12:00:00"
ONE = "2026-06-01 13:00:00"
TWO = "2026-06-01 14:00:00"


class MergeCommon(CapMailCommon):
    """Two tickets of one client about the same thing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.colleague = cls.make_contact(cls.acme, "acme_second")

    def setUp(self):
        super().setUp()
        self.first = self.submit(NINE)
        self.second = self.submit(TEN, self.colleague, name="No orders at all")

    def merge(self, target, others, local=ELEVEN, user=None, **kwargs):
        return self.at(target, local, user).action_merge(others.ids, **kwargs)

    def kinds(self, ticket):
        return ticket.sla_event_ids.mapped("kind")

    def event(self, ticket, kind):
        return ticket.sla_event_ids.filtered(lambda one: one.kind == kind)


@tagged("post_install", "-at_install")
class TestMergedPromise(MergeCommon):
    """One request was promised one look: the strictest promise survives, once."""

    def test_the_earliest_deadline_goes_along(self):
        terms = self.first.sla_terms
        self.merge(self.second, self.first)
        self.assertEqual(self.second.sla_start, utc(NINE))
        self.assertEqual(self.second.sla_deadline, utc(ONE))
        self.assertEqual(self.second.sla_terms, terms)
        self.assertEqual(self.second.sla_state, "running")
        self.assertIn("received Mon 1 Jun 09:00", self.second.sla_explanation)
        self.assertEqual(self.first.sla_state, "none")
        self.assess(self.second, "2026-06-01 12:59:59")
        self.assertEqual(self.second.sla_state, "met")

    def test_a_later_deadline_changes_nothing(self):
        before = self.first.sla_deadline
        self.merge(self.first, self.second)
        self.assertEqual(self.first.sla_deadline, before)
        self.assertEqual(self.first.sla_state, "running")

    def test_the_deadline_that_came_along_breaks_at_its_own_moment(self):
        self.merge(self.second, self.first)
        self.at(self.second, ONE, self.env.user)._mark_breached()
        self.assertEqual(self.second.sla_state, "breached")
        self.assertEqual(self.event(self.second, "breached").at, utc(ONE))

    def test_the_first_assessment_survives(self):
        self.assess(self.first, TEN, priority="4")
        self.merge(self.second, self.first)
        self.assertEqual(self.second.priority, "4")
        self.assertEqual(self.second.priority_assigned_at, utc(TEN))
        self.assertEqual(self.second.priority_assigned_by_id, self.agent)
        self.assertEqual(self.second.priority_reason, "Why.")
        self.assertEqual(self.second.ticket_type, "incident")
        self.assertEqual(self.second.sla_state, "met")
        self.assertEqual(self.second.stage_kind, "open")
        event = self.event(self.second, "assessed")
        self.assertEqual((event.at, event.user_id), (utc(TEN), self.agent))
        self.assertFalse(self.second.escalation_at)

    def test_who_has_a_priority_keeps_it(self):
        self.assess(self.first, TEN, priority="4")
        self.assess(self.second, ELEVEN, priority="2")
        self.merge(self.second, self.first, NOON)
        self.assertEqual(self.second.priority, "2")
        self.assertEqual(self.second.priority_assigned_at, utc(TEN))

    def test_no_merge_mends_a_broken_promise(self):
        late = self.submit(NOON)
        self.assess(late, ONE)
        self.assess(self.first, TWO)
        self.assertEqual(self.first.sla_state, "breached")
        self.merge(late, self.first, TWO)
        self.assertEqual(late.sla_state, "breached")
        event = self.event(late, "breached")
        self.assertEqual((event.at, event.deadline), (utc(ONE), utc(ONE)))

    def test_an_overdue_ticket_is_breached_though_no_job_has_run(self):
        late = self.submit(NOON)
        self.merge(late, self.first, TWO)
        self.assertEqual(late.sla_state, "breached")
        self.assertEqual(late.sla_deadline, utc(ONE))
        self.assertEqual(self.event(late, "breached").at, utc(ONE))

    def test_a_merged_ticket_counts_once(self):
        day = utc(NINE).date()
        span = (day, day.replace(day=2))
        self.merge(self.second, self.first)
        self.assess(self.second, NOON)
        figures = self.subscription._get_figures_batch(*span)[self.subscription.id]
        counts = figures["attainment"]
        self.assertEqual((counts["met"], counts["breached"]), (1, 0))
        self.assertEqual((counts["open"], counts["uncovered"]), (0, 0))
        self.assertEqual(figures["tickets"]["total"], 1)
        self.assertEqual(figures["assessment"]["count"], 1)

    def test_research_counts_once_in_fair_use(self):
        for ticket in (self.first, self.second):
            self.at(ticket, TEN).action_assess("2", "research", "Why.")
        self.merge(self.second, self.first)
        counter = self.env["cap.fair.use.counter"]
        count = counter._count(self.subscription, utc(NOON).date())
        counted = count[self.subscription.id].counted
        self.assertEqual([use.ticket for use in counted], [self.second.id])

    def test_nobody_waits_for_the_merged_ticket_any_more(self):
        self.merge(self.second, self.first)
        self.assertFalse(self.first.escalation_at or self.first.escalation_plan)
        queue = self.env["cap.ticket"].with_user(self.agent)._get_triage_order()
        self.assertIn(self.second, queue)
        self.assertNotIn(self.first, queue)
        domain = [("sla_is_overdue", "=", True)]
        clock = self.at(self.env["cap.ticket"], TWO)
        self.assertNotIn(self.first, clock.search(domain))

    def test_the_ledger_holds_both_sides_before_and_after(self):
        self.assess(self.first, TEN)
        self.merge(self.second, self.first, reason="Same  outage")
        absorbed, merged = (
            self.event(self.second, "absorbed"),
            self.event(self.first, "merged"),
        )
        for event in (absorbed, merged):
            self.assertEqual((event.at, event.user_id), (utc(ELEVEN), self.agent))
            self.assertEqual(event.note, "Same outage")
        self.assertEqual(absorbed.payload["from_id"], self.first.id)
        self.assertEqual(merged.payload["into_id"], self.second.id)
        before, after = absorbed.payload["before"], absorbed.payload["after"]
        self.assertEqual(before["sla_state"], "running")
        self.assertFalse(before["priority"])
        self.assertEqual(after, self.second._freeze_joined())
        self.assertEqual(after["sla_deadline"], "2026-06-01 11:00:00")
        self.assertEqual(merged.payload["before"]["sla_state"], "met")
        self.assertEqual(merged.payload["after"]["sla_state"], "none")

    def test_several_end_in_one(self):
        third = self.submit("2026-06-01 10:30:00")
        self.merge(third, self.first | self.second)
        self.assertEqual(third.merged_ids, self.first | self.second)
        self.assertEqual(self.event(third, "absorbed").mapped("level"), [0, 1])
        self.assertEqual(third.sla_deadline, utc(ONE))

    def test_a_pointer_never_leads_to_a_pointer(self):
        third = self.submit("2026-06-01 10:30:00")
        self.merge(self.second, self.first)
        self.merge(third, self.second, NOON)
        self.assertEqual(self.first.merged_into_id, third)
        self.assertEqual(self.second.merged_into_id, third)


@tagged("post_install", "-at_install")
class TestMergedContent(MergeCommon):
    """What was said goes along; who is not the client's stays behind; no mail."""

    def test_words_files_hours_tags_and_people_go_along(self):
        tag = self.env["cap.ticket.tag"].create({"name": "Outage"})
        self.second.tag_ids = tag
        note = self.second.with_user(self.agent).message_post(
            body="Look at the queue", subtype_xmlid="mail.mt_note"
        )
        answer = self.second.message_post(
            body="It is the printer",
            author_id=self.colleague.partner_id.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachments=[("log.txt", b"error 42")],
        )
        line = self.env["cap.ticket.time"].create(
            {"ticket_id": self.second.id, "hours": 1.5, "date": "2026-01-05"}
        )
        task = self.second.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.agent.id, summary="Call"
        )
        self.merge(self.first, self.second)
        self.assertLessEqual(note | answer, self.first.message_ids)
        self.assertEqual(note.subtype_id, self.env.ref("mail.mt_note"))
        self.assertEqual(answer.attachment_ids.res_id, self.first.id)
        self.assertEqual(line.ticket_id, self.first)
        self.assertEqual((self.first.time_hours, self.second.time_hours), (1.5, 0))
        self.assertEqual(task.exists().res_id, self.first.id)
        self.assertEqual(self.first.tag_ids, tag)
        self.assertIn(self.colleague.partner_id, self.first.message_partner_ids)

    def test_a_follower_of_another_client_does_not_come_along(self):
        stranger = self.zeta_user.partner_id
        moved = self.colleague.partner_id
        self.second.message_subscribe((stranger | self.agent.partner_id).ids)
        moved.parent_id = self.zeta  # a contact who changed employer since
        self.merge(self.first, self.second)
        followers = self.first.message_partner_ids
        self.assertIn(self.agent.partner_id, followers)
        self.assertFalse(followers & (stranger | moved))

    def test_no_mail_leaves_unless_the_client_is_told(self):
        self.mails_to(self.acme_user.email).unlink()
        self.mails_to(self.colleague.email).unlink()
        before = self.env["mail.mail"].search_count([])
        self.merge(self.first, self.second, reason="The same")
        self.mails_to(self.acme_user.email)
        self.assertEqual(self.env["mail.mail"].search_count([]), before)

    def test_the_merged_ticket_is_closed_with_a_pointer(self):
        self.merge(self.first, self.second)
        self.assertTrue(self.second.is_closed)
        self.assertFalse(self.second.active)
        self.assertEqual(self.second.merged_into_id, self.first)
        self.assertEqual(self.second.merged_by_id, self.agent)
        self.assertIn("Merged into", self.second.message_ids[0].body)
        with self.assertRaisesRegex(UserError, "Work on that one"):
            self.second.with_user(self.agent).action_reopen()
        with self.assertRaisesRegex(UserError, "Work on that one"):
            self.second.with_user(self.agent).active = True

    def test_who_searches_its_number_finds_where_it_goes_on(self):
        self.merge(self.first, self.second)
        domain = [("merged_ids.number", "ilike", self.second.number)]
        found = self.env["cap.ticket"].with_user(self.agent).search(domain)
        self.assertEqual(found, self.first)

    def test_an_answer_to_its_mails_reaches_the_other_one(self):
        receipt = self.second.message_ids.filtered("message_id")[-1]
        self.merge(self.first, self.second)
        subject = f"Re: [{self.second.number}] No orders"
        by_number = self.compose(From=self.colleague.email, Subject=subject)
        self.assertEqual(self.receive(by_number, NOON), self.first)
        by_header = self.compose(
            From=self.colleague.email, In_Reply_To=receipt.message_id
        )
        self.assertEqual(self.receive(by_header, NOON), self.first)

    def test_a_message_on_a_page_that_was_open_is_not_lost(self):
        self.merge(self.first, self.second)
        message = self.second.with_user(self.colleague).message_post(
            body="And the labels",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.assertEqual(message.sudo().res_id, self.first.id)

    def test_links_go_along(self):
        other = self.submit(NINE)
        links = self.env["cap.ticket.link"]
        for ticket in (other, self.first):
            links.create(
                {"ticket_id": self.second.id, "kind": "related", "other_id": ticket.id}
            )
        self.merge(self.first, self.second)
        self.assertEqual(self.first.link_ids.other_id, other)
        self.assertEqual(other.link_ids.other_id, self.first)
        self.assertFalse(self.second.link_ids)


@tagged("post_install", "-at_install")
class TestMergeRefused(MergeCommon):
    """Clients never mix, emergencies stay in sight, and only agents merge."""

    def refuse(self, words, target, others, **kwargs):
        with self.assertRaisesRegex(UserError, words):
            self.merge(target, others, **kwargs)
        self.assertFalse(others.merged_into_id)

    def test_another_clients_ticket_is_refused_by_name(self):
        theirs = self.submit(NINE, self.zeta_user)
        self.refuse("is of Zeta, but .* of Acme", self.first, theirs)
        self.refuse("never reach another", self.first, self.second | theirs)
        self.assertFalse(self.first.sla_event_ids.filtered(lambda e: e.level))

    def test_an_unknown_senders_ticket_is_linked_first(self):
        unknown = self.receive(self.compose(From="eve@stranger.example"), NINE)
        self.refuse("Link it to a client first", self.first, unknown)
        self.refuse("Link it to a client first", unknown, self.first)

    def test_nothing_ends_in_a_closed_ticket(self):
        self.assess(self.first, TEN)
        self.first._set_closed(None)
        self.refuse("is closed", self.first, self.second)
        self.merge(self.second, self.first)
        self.assertEqual(self.first.merged_into_id, self.second)

    def test_an_emergency_is_never_hidden(self):
        self.at(self.second, TEN).write(
            {"is_emergency": True, "blocked_process": "Shipping"}
        )
        self.refuse("is an emergency", self.first, self.second)
        self.merge(self.second, self.first)
        self.assertTrue(self.second.is_emergency)
        self.assertTrue(self.second.alert_at)

    def test_of_two_emergencies_one_goes_on_ringing(self):
        for ticket in (self.first, self.second):
            self.at(ticket, TEN).write({"is_emergency": True})
        self.merge(self.first, self.second)
        self.assertTrue(self.first.alert_at)
        self.assertFalse(self.second.alert_at)
        self.assertNotIn("resolved", self.kinds(self.second))

    def test_twice_is_refused(self):
        third = self.submit(NINE)
        self.merge(self.first, self.second)
        with self.assertRaisesRegex(UserError, "merged into .* already"):
            self.merge(third, self.second)
        with self.assertRaisesRegex(UserError, "merged into .* already"):
            self.merge(self.second, third)
        with self.assertRaisesRegex(UserError, "at least two"):
            self.merge(self.first, self.first)

    def test_only_agents_in_person_merge(self):
        for name in ("account_manager", "consultant", "user"):
            with self.subTest(name), self.assertRaises(AccessError):
                self.merge(self.first, self.second, user=self.users[name])
        with self.assertRaises(AccessError):
            self.merge(self.first, self.second, user=self.acme_user)
        with self.assertRaises(AccessError):
            self.first.sudo().action_merge(self.second.ids)

    def test_the_pointer_is_not_written_by_hand(self):
        with self.assertRaises(UserError):
            self.second.with_user(self.agent).merged_into_id = self.first


@tagged("post_install", "-at_install")
class TestMergeDialog(MergeCommon):
    """The dialog shows what comes of it before anything is done."""

    def dialog(self, tickets, user=None):
        wizards = self.at(self.env["cap.ticket.merge"], ELEVEN, user)
        scope = {"active_model": "cap.ticket", "active_ids": tickets.ids}
        return Form(wizards.with_context(**scope))

    def test_a_selection_shows_what_survives(self):
        self.assess(self.second, TEN)
        form = self.dialog(self.first | self.second)
        self.assertEqual(form.target_id, self.first)
        self.assertIn("13:00 CEST", form.promise)
        self.assertIn("Met", form.promise)
        self.assertIn(self.second.number, form.assessment)
        self.assertIn("Messages: ", form.content)
        self.assertFalse(form.problem or form.left_behind)
        action = form.save().action_confirm()
        self.assertEqual(action["res_id"], self.first.id)
        self.assertEqual(self.second.merged_into_id, self.first)

    def test_one_ticket_asks_for_the_other(self):
        form = self.dialog(self.second)
        self.assertFalse(form.target_id)
        form.target_id = self.first
        form.save().action_confirm()
        self.assertEqual(self.second.merged_into_id, self.first)

    def test_who_stays_behind_is_named(self):
        self.second.message_subscribe(self.zeta_user.partner_id.ids)
        form = self.dialog(self.first | self.second)
        self.assertIn(self.zeta_user.name, form.left_behind)

    def test_a_selection_across_clients_is_refused_at_once(self):
        theirs = self.submit(NINE, self.zeta_user)
        with self.assertRaisesRegex(UserError, "never reach another"):
            self.dialog(self.first | theirs)

    def test_a_problem_is_shown_in_the_dialog(self):
        self.at(self.second, TEN).is_emergency = True
        form = self.dialog(self.first | self.second)
        self.assertEqual(form.target_id, self.second)
        form.target_id = self.first
        self.assertIn("is an emergency", form.problem)

    def test_the_client_is_told_on_request_in_its_language(self):
        self.mails_to(self.acme_user.email).unlink()
        form = self.dialog(self.first | self.second)
        form.tell_client = True
        self.assertIn(self.second.number, form.words)
        form.save().action_confirm()
        self.assertIn("together", self.mails_to(self.acme_user.email)[-1].body_html)

    def test_duplicates_are_only_linked(self):
        form = self.dialog(self.first | self.second)
        form.mode = "duplicate"
        form.save().action_confirm()
        self.assertFalse(self.second.merged_into_id or self.second.is_closed)
        self.assertEqual(self.second.link_ids.kind, "duplicate")
        self.assertEqual(self.second.link_ids.other_id, self.first)
        self.assertEqual(self.first.link_ids.kind, "duplicated")
        self.assertEqual(self.second.sla_state, "running")
        # twice is once
        self.first.with_user(self.agent).action_mark_duplicates(self.second.ids)
        self.assertEqual(len(self.first.link_ids), 1)


@tagged("post_install", "-at_install")
class TestMergedPages(HttpCase, MergeCommon):
    """An old address leads the client on, and nobody else."""

    def test_the_clients_page_leads_on(self):
        self.merge(self.first, self.second)
        self.authenticate("acme_user", "acme_user")
        page = self.url_open(f"/my/cap/tickets/{self.second.id}")
        self.assertTrue(page.url.endswith(f"?merged={self.second.id}"))
        self.assertIn(f"/my/cap/tickets/{self.first.id}", page.url)
        self.assertIn("was merged into this one", page.text)
        self.assertIn("Also part of this request", page.text)
        self.assertIn("No orders at all", page.text)
        listed = self.url_open("/my/cap/tickets").text
        self.assertIn(self.first.number, listed)
        self.assertNotIn(self.second.number, listed)

    def test_another_client_gets_nothing(self):
        self.merge(self.first, self.second)
        self.authenticate("zeta_user", "zeta_user")
        page = self.url_open(f"/my/cap/tickets/{self.second.id}")
        self.assertEqual(page.status_code, 404)

    def test_a_made_up_hint_shows_nothing(self):
        self.authenticate("acme_user", "acme_user")
        url = f"/my/cap/tickets/{self.first.id}?merged={self.second.id}"
        self.assertNotIn("was merged into", self.url_open(url).text)

    def test_an_archived_ticket_that_was_not_merged_stays_hidden(self):
        self.assess(self.first, TEN)
        self.first.with_user(self.agent).active = False
        self.authenticate("acme_user", "acme_user")
        page = self.url_open(f"/my/cap/tickets/{self.first.id}")
        self.assertEqual(page.status_code, 404)
