import json
from datetime import date, datetime, time, timedelta
from email import policy
from email.message import EmailMessage

import pytz
from dateutil.easter import easter

from odoo import api, models
from odoo.fields import Command
from odoo.tools.misc import file_open

from ..tools.actor import playing_people
from ..tools.clock import FixedClock
from ..tools.terms import next_term
from ..tools.worktime import from_epoch, to_epoch

STORY = "connecta_cap/demo/cap_demo_story.json"
HISTORY = timedelta(days=75)
PROMISE_SECONDS = 4 * 3600
AUDIT_STORY = timedelta(days=45)


class CapDemo(models.AbstractModel):
    """Plays a few weeks of support through the real verbs, as the people who act.

    The story tells when things happen in shares of the promise (one share is four
    working hours) before now, so that some ticket is always at risk and some is late,
    whatever the weekday and hour of the installation.
    """

    _name = "cap.demo"
    _description = "Demonstration of the program"

    @api.model
    def _play(self):
        """Create closed days, subscriptions and tickets, once."""
        with playing_people():
            self._play_story()

    def _play_story(self):
        with file_open(STORY) as file:
            story = json.load(file)
        known = self._get("cap.subscription")
        if known.search_count([("partner_id", "=", self._ref("essential").id)]):
            return
        self._close_public_holidays()
        for line in story["subscriptions"]:
            self._subscribe(**line, delivered=story["delivered"])
        player = self.with_context(cap_demo_timeline=self._read_calendar())
        for line in story["tickets"]:
            player._tell_ticket(line)
        for line in story["mails"]:
            player._send_mail(**line)
        for line in story["change_requests"]:
            self._ask_for_tier(**line)
        running = [("sla_state", "=", "running")]
        self._get("cap.ticket").search(running)._mark_breached()
        known.search([("state", "=", "active")])._refresh_fair_use()
        self._keep_quiet()

    # === PEOPLE AND TIME === #

    def _get(self, model, login=None, moment=None):
        """Return a model as a demo user, at a moment of the past."""
        context = {"mail_notify_force_send": False, "tracking_disable": True}
        if moment:
            context["cap_clock"] = FixedClock(moment)
        records = self.env[model]
        if login:
            records = records.with_user(self._user(login))
        return records.with_context(**context)

    def _ref(self, name):
        return self.env.ref(f"connecta_cap.partner_{name}_demo")

    def _user(self, login):
        return self.env.ref(f"connecta_cap.user_{login}_demo")

    def _read_calendar(self):
        """Return (Timeline of the weeks behind, now), looked up once."""
        calendar = self.env.ref("connecta_cap.resource_calendar_response")
        now = self.env["cap.ticket"]._cap_now()
        timeline, _closures = calendar._cap_timeline(now - HISTORY, now)
        return timeline, now

    def _moment(self, shares):
        """Return the moment since which `shares` of a promise have been worked.

        :param shares: 1 is four working hours.
        :return: naive UTC datetime.
        """
        timeline, now = self.env.context["cap_demo_timeline"]
        worked = timeline.worked_until(to_epoch(pytz.utc.localize(now)))
        target = worked - round(shares * PROMISE_SECONDS)
        return from_epoch(timeline.deadline(0, target)).replace(tzinfo=None)

    # === WHAT HAPPENS === #

    def _close_public_holidays(self):
        """Put Belgium's public holidays of this year and the next on the calendar."""
        calendar = self.env.ref("connecta_cap.resource_calendar_response")
        zone = pytz.timezone(calendar.tz)
        this_year = date.today().year
        for year in (this_year, this_year + 1):
            for day, name in self._list_holidays(year):
                bounds = [
                    zone.localize(datetime.combine(day, at)).astimezone(pytz.utc)
                    for at in (time.min, time(23, 59, 59))
                ]
                self.env["resource.calendar.leaves"].create(
                    {
                        "name": name,
                        "calendar_id": calendar.id,
                        "date_from": bounds[0].replace(tzinfo=None),
                        "date_to": bounds[1].replace(tzinfo=None),
                    }
                )

    def _list_holidays(self, year):
        fixed = {
            (1, 1): "New Year's Day",
            (5, 1): "Labour Day",
            (7, 21): "National Day",
            (8, 15): "Assumption Day",
            (11, 1): "All Saints' Day",
            (11, 11): "Armistice Day",
            (12, 25): "Christmas Day",
        }
        moving = {1: "Easter Monday", 39: "Ascension Day", 50: "Whit Monday"}
        days = [(date(year, *key), name) for key, name in fixed.items()]
        days += [(easter(year) + timedelta(days), n) for days, n in moving.items()]
        return sorted(days)

    def _subscribe(self, client, periods, **more):
        manager = self._user("manager")
        subscription = self._get("cap.subscription", "manager").create(
            {
                "partner_id": self._ref(client).id,
                "account_manager_id": manager.id,
            }
        )
        for period in periods:
            day = subscription._cap_today() - timedelta(period["days_ago"])
            tier = self.env.ref(f"connecta_cap.cap_tier_{period['tier']}")
            subscription._start_tier(tier, day, period["reason"])
        self._agree_on_terms(subscription, more.get("renewed_days_ago"))
        self._settle(subscription, more["delivered"], more.get("owed"))
        self._plan_next(subscription, more.get("plans"))

    def _at(self, record, day):
        """Return a record at noon of a day."""
        clock = FixedClock(datetime.combine(day, time(12)))
        return record.with_context(cap_clock=clock)

    def _agree_on_terms(self, subscription, renewed_days_ago):
        """Agree on the first term, activate, renew if the story does, and remind."""
        start = subscription.date_start
        first = self._at(subscription, start)
        until = next_term(start, start, subscription.term_months)
        first._set_term(start, until, "First contract")
        subscription.action_activate()
        if renewed_days_ago:
            day = subscription._cap_today() - timedelta(renewed_days_ago)
            tier = subscription._tier_on(day)
            then = self._at(subscription, day)
            then._renew(until, then.term_months, tier, "Another year, as it was")
            subscription.sudo().message_ids[:1].date = then._cap_now()
        for days in subscription.company_id._get_cap_reminder_days():
            day = subscription.renewal_date - timedelta(days)
            if day <= subscription._cap_today():
                known = self._at(subscription.sudo(), day)
                known.env["cap.reminder"]._remind_batch(
                    known,
                    "renewal",
                    "renewal_date",
                    (days,),
                    "connecta_cap.mail_renewal_reminder",
                    "term_since",
                )
        for reminder in subscription.sudo().reminder_ids:
            reminder.message_id.date = reminder.sent_at
        subscription._plan_deliveries()

    def _settle(self, subscription, notes, owed):
        """Deliver in time what is behind us, but for the last one of a code.

        Audits of late have a story of their own.
        """
        recent = subscription._cap_today() - AUDIT_STORY
        rows = subscription.delivery_ids.filtered(
            lambda row: (
                row.state in ("late", "lapsed")
                and row.code in notes
                and not (row.code == "audit" and row.due_date > recent)
            )
        ).sorted("due_date")
        late = rows.filtered(lambda row: row.code == owed)[-1:]
        for row in rows - late:
            day = max(row.date_start, row.due_date - timedelta(9))
            row = row.with_user(self._user("consultant"))
            row._set_delivered(day, notes[row.code])

    def _plan_next(self, subscription, code):
        """Plan the next delivery of a code."""
        today = subscription._cap_today()
        row = subscription.delivery_ids.filtered(
            lambda row: row.code == code and row.state == "due"
        ).sorted("due_date")[:1]
        if row:
            row = row.with_user(self._user("consultant"))
            row._set_planned(min(row.due_date, today + timedelta(9)))

    def _ask_for_tier(self, by, days_ago, tier, text):
        moment = self.env["cap.ticket"]._cap_now() - timedelta(days_ago)
        asked = self._get("cap.change.request", by, moment)._portal_ask(
            {"tier": tier, "message": text}
        )
        asked.sudo().message_ids.date = moment

    def _tell_ticket(self, line):
        start = line["received"]
        ticket = self._get(
            "cap.ticket", line["by"], self._moment(start)
        )._portal_submit(
            {
                "name": line["subject"],
                "description": line["text"],
                "area": line.get("area", "flow"),
                "requested_urgency": str(line.get("urgency", 2)),
                "requested_type": line.get("asks", "help"),
                **self._prepare_emergency(line),
            }
        )
        if by := line.get("emergency", {}).get("acknowledged_by"):
            self._as(by, ticket, start - 0.02).action_acknowledge()
        if assess := line.get("assess"):
            after = start - assess["after"]
            self._as("agent", ticket, after).action_assess(
                str(assess["priority"]), assess["type"], assess["reason"]
            )
        if tags := line.get("tags"):
            ids = [
                self.env.ref(f"connecta_cap.cap_ticket_tag_{t}_demo").id for t in tags
            ]
            ticket.sudo().tag_ids = [Command.set(ids)]
        for said in line.get("said", []):
            self._say(ticket, start - said["after"], **said)
        self._judge_scope(ticket, line)
        self._end(ticket, line)
        self._date_messages(ticket, self._moment(start))

    def _prepare_emergency(self, line):
        """Return what a client says of an emergency, as the form sends it."""
        emergency = line.get("emergency")
        if not emergency:
            return {}
        zone = self.env["cap.ticket"]._cap_zone()
        since = pytz.utc.localize(self._moment(line["received"])).astimezone(zone)
        since = since.replace(tzinfo=None) - timedelta(minutes=25)
        return {
            "is_emergency": "1",
            "blocked_process": emergency["process"],
            "blocked_since": since.isoformat(),
            "callback_phone": emergency["phone"],
        }

    def _judge_scope(self, ticket, line):
        """Re-classify, mark as outside CAP, and write down the time spent."""
        start = line["received"]
        agent = self._as("agent", ticket, start - 1)
        if reason := line.get("no_emergency"):
            agent.action_reclassify(reason)
        if name := line.get("outside"):
            reason = self.env.ref(f"connecta_cap.cap_outside_reason_{name}")
            agent.action_set_outside(reason.id, reason._word_answer())
        for spent in line.get("hours", []):
            times = self._get("cap.ticket.time", spent["by"])
            day = times._cap_date_of(self._moment(start - spent["after"]))
            times.create(
                {
                    "ticket_id": ticket.id,
                    "date": day,
                    "hours": spent["hours"],
                    "note": spent["note"],
                }
            )
        if contest := line.get("contest"):
            self._get("cap.fair.use.contest", contest["by"])._portal_contest(
                self._as(contest["by"], ticket, 0), "outside", contest["text"]
            )

    def _send_mail(self, received, sender, subject, text):
        """Let a mail arrive through the gateway, as from an address nobody knows."""
        mail = EmailMessage(policy=policy.SMTP)
        mail["From"], mail["To"], mail["Subject"] = sender, "cap-support", subject
        mail["Message-Id"] = "<demo-unknown-sender@cap.invalid>"
        mail.set_content(text)
        moment = self._moment(received)
        gateway = self._get("mail.thread", moment=moment)
        ticket_id = gateway.message_process("cap.ticket", mail.as_bytes())
        self._date_messages(self.env["cap.ticket"].browse(ticket_id), moment)

    def _as(self, login, ticket, shares):
        """Return the ticket as a person at a moment."""
        moment = self._moment(max(shares, 0))
        return self._get("cap.ticket", login, moment).browse(ticket.id)

    def _say(self, ticket, shares, by, text, note=False, **_said):
        subtype = "mail.mt_note" if note else "mail.mt_comment"
        author = self._user(by).partner_id
        message = ticket.sudo().message_post(
            body=text,
            author_id=author.id,
            message_type="comment",
            subtype_xmlid=subtype,
        )
        message.date = self._moment(max(shares, 0))

    def _end(self, ticket, line):
        if line.get("taken"):
            self._as("agent", ticket, 0).action_assign_to_me()
        match line.get("end"):
            case "waiting":
                stage = self.env.ref("connecta_cap.cap_ticket_stage_waiting")
                self._as("agent", ticket, 0).stage_id = stage
            case "solved":
                self._as("agent", ticket, line["received"] - 3).action_close()
            case "closed":
                self._as(line["by"], ticket, line["received"] - 3)._portal_close()
        if vote := line.get("vote"):
            asked = ticket.sudo()._get_rating_requests()
            ticket.sudo().rating_apply(
                vote["points"], rating=asked, feedback=vote["text"]
            )
            asked.rated_on = self._moment(line["received"] - 4)

    def _date_messages(self, ticket, moment):
        """Let what the program itself wrote carry the time of the story."""
        for message in ticket.sudo().message_ids:
            if message.date > self.env["cap.ticket"]._cap_now() - timedelta(minutes=5):
                assessed = ticket.sudo().priority_assigned_at
                is_notice = message.body and "comment" in message.message_type
                message.date = assessed if is_notice and assessed else moment

    def _keep_quiet(self):
        """Drop the mails of the story: the people in it do not exist."""
        ours = [("mail_message_id.model", "=like", "cap.%")]
        self.env["mail.message.schedule"].search(ours).unlink()
        self.env["mail.mail"].search(ours).unlink()
