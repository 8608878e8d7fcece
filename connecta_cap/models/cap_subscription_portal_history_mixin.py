from datetime import date

from odoo import models


class CapSubscriptionPortalHistoryMixin(models.AbstractModel):
    """A client's cover over time: what it was, is, and is planned to be."""

    _name = "cap.subscription.portal.history.mixin"
    _description = "A client's cover over time"

    # === BUSINESS METHODS === #

    def _prepare_portal_history(self, day_text=None):
        """Return the events of all covers of a client, and the answer for a day.

        :param day_text: what was asked for, such as '2026-03-12'; may be garbage.
        :return: dict of `planned` events (soonest first), `past` events (latest first)
            and `answer`.
        """
        self.check_access("read")
        known = self.sudo()
        today = self.env["cap.subscription"]._cap_today()
        events = sorted(
            (event for cover in known for event in cover._list_events()),
            key=lambda event: (event["day"], event["rank"]),
        )
        return {
            "planned": [event for event in events if event["day"] > today],
            "past": [event for event in reversed(events) if event["day"] <= today],
            "answer": known._answer_day(day_text, today),
            "today": today.isoformat(),
        }

    # === EVENTS === #

    def _list_events(self):
        """Return what happened, or is planned, as dicts in no particular order."""
        self.ensure_one()
        periods = self.period_ids.sorted("date_start")
        before = self.env["cap.tier"]
        events = []
        for period in periods:
            events.append(self._prepare_tier_event(before, period))
            before = period.tier_id
        if self.date_end and not self._expects_renewal():
            events.append(self._prepare_event(self.date_end, "end"))
        for pause in self.suspension_ids:
            if pause.date_start != pause.date_end:
                until = pause.date_end and self._word_day(pause.date_end)
                events.append(
                    self._prepare_event(pause.date_start, "pause", until=until or "")
                )
        return events

    def _prepare_tier_event(self, before, period):
        tier = period.tier_id
        changes = before._compare(tier) if before else {}
        return self._prepare_event(
            period.date_start,
            "tier" if before else "start",
            tier=tier.name,
            reason=period.reason,
            actor=period.user_id.name,
            gained=_name_lines(changes.get("gained", ())),
            lost=_name_lines(changes.get("lost", ())),
        )

    def _prepare_event(self, day, kind, **values):
        # on one day a cover ends before another starts
        rank = {"end": 0, "start": 1, "tier": 2, "pause": 3}[kind]
        return {
            "day": day,
            "words": self._word_day(day),
            "kind": kind,
            "rank": rank,
            "gained": [],
            "lost": [],
            **values,
        }

    # === ONE DAY === #

    def _answer_day(self, day_text, today):
        """Return what the client had on a day, in the words of that day.

        :param day_text: an ISO date; nothing asks for nothing.
        :return: dict of `text` (as asked), `error`, and, for a sound day, `words`,
            `tier`, `terms` (name, summary, description), `suspended` and `is_future`.
        """
        text = (day_text or "").strip()
        answer = {"text": text, "error": False, "words": ""}
        if not text:
            return answer
        try:
            day = date.fromisoformat(text)
        except ValueError:
            return answer | {"error": True}
        cover = self.filtered(lambda cover: cover._tier_on(day))[:1]
        suspended = bool(cover) and cover.suspension_ids._covers(day)
        terms = cover._terms_on(day) if cover else ()
        return answer | {
            "text": day.isoformat(),
            "words": self.env["cap.subscription"]._word_day(day),
            "tier": cover._tier_on(day).name if cover else "",
            "suspended": suspended,
            "is_future": day > today,
            "terms": [
                {
                    "name": term.name,
                    "summary": term.summary,
                    "description": term.description,
                }
                for term in terms
            ],
        }


def _name_lines(lines):
    return [
        {"name": line.entitlement_id.name, "summary": line.summary} for line in lines
    ]
