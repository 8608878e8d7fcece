from collections import defaultdict

import pytz

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.figures import attained_share, summarize, worked_to_assessment
from ..tools.frozen_terms import unpack_terms
from ..tools.worktime import to_epoch


class CapSubscriptionFiguresMixin(models.AbstractModel):
    """The figures of a client for some days, counted in one place.

    Lists, the dashboard, the client's pages and the service report all read them from
    here, so that they cannot disagree. The number of queries does not depend on the
    number of subscriptions. Tickets belong to the day on which they were received,
    archived ones included; one that was merged counts in the ticket that it goes on in;
    deliveries as `_sum_deliveries_batch` says.
    """

    _name = "cap.subscription.figures.mixin"
    _inherit = ["cap.subscription.delivery.mixin"]
    _description = "Figures of a subscription"

    # === BUSINESS METHODS === #

    def _get_figures_batch(self, date_from, date_to):
        """Return all figures of some days, by subscription id.

        The same for whoever may read the subscriptions.

        :param date_from: first day, in the program's zone.
        :param date_to: first day after.
        :return: dict by id of dicts:
            `attainment`: see `_get_attainment_batch`;
            `tickets`: `total`, and counts `by_type`, `by_priority` and `by_stage`;
            `assessment`: `count`, `median` and `p90` of the working seconds from
            receipt to assessment;
            `deliveries`: see `_sum_deliveries_batch`;
            `credits`: see `_get_credits_batch`, as of today.
        """
        self.check_access("read")
        known = self.sudo()
        attainment = known._get_attainment_batch(date_from, date_to)
        tickets = known._count_tickets_batch(date_from, date_to)
        assessment = known._get_assessment_batch(date_from, date_to)
        deliveries = known._sum_deliveries_batch(date_from, date_to)
        credit = known._get_credits_batch()
        return {
            subscription_id: {
                "attainment": attainment[subscription_id],
                "tickets": tickets[subscription_id],
                "assessment": assessment[subscription_id],
                "deliveries": deliveries[subscription_id],
                "credits": credit[subscription_id],
            }
            for subscription_id in self.ids
        }

    def _get_attainment_batch(self, date_from, date_to):
        """Return how the response promise was kept, by subscription id.

        A promise whose deadline has passed is broken, recorded or not.

        :return: dict by id of dicts of counts `met`, `breached`, `open` (to be decided)
            and `uncovered` (nothing was promised), and `share`: met of met and
            breached, None without any.
        """
        rows = self.env.execute_query_dict(
            SQL(
                """SELECT subscription_id AS id,
                    count(*) FILTER (WHERE sla_state = 'met') AS met,
                    count(*) FILTER (WHERE %(broken)s) AS breached,
                    count(*) FILTER (WHERE sla_state = 'running'
                        AND sla_deadline > %(now)s) AS open,
                    count(*) FILTER (WHERE sla_state = 'none'
                        AND merged_into_id IS NULL) AS uncovered
                FROM cap_ticket WHERE subscription_id IN %(ids)s AND %(received)s
                GROUP BY subscription_id""",
                broken=self._get_broken_sql(),
                now=self._cap_now(),
                ids=tuple(self.ids) or (0,),
                received=self._get_received_sql(date_from, date_to),
            )
        )
        empty = dict.fromkeys(("met", "breached", "open", "uncovered"), 0)
        counts = {row.pop("id"): row for row in rows}
        found = {key: counts.get(key) or dict(empty) for key in self.ids}
        for figures in found.values():
            figures["share"] = attained_share(figures["met"], figures["breached"])
        return found

    def _get_broken_sql(self):
        """Return the condition of a ticket whose promise was not kept."""
        return SQL(
            "(sla_state = 'breached' OR sla_state = 'running' AND sla_deadline <= %s)",
            self._cap_now(),
        )

    def _get_received_sql(self, date_from, date_to):
        """Return the condition of a ticket received on some days.

        What is about to be written is written first.
        """
        self.env["cap.ticket"].flush_model(
            [
                "subscription_id",
                "sla_start",
                "sla_state",
                "sla_deadline",
                "sla_terms",
                "merged_into_id",
            ]
        )
        return SQL(
            "(sla_start >= %s AND sla_start < %s)",
            self._cap_start_of(date_from),
            self._cap_start_of(date_to),
        )

    def _count_tickets_batch(self, date_from, date_to):
        """Return how many tickets were received, by subscription id.

        :return: dict by id of dicts: `total`, `emergencies`, and counts `by_type`,
            `by_priority` and `by_stage` by key, False for what nobody assessed yet.
        """
        received = (
            Domain("subscription_id", "in", self.ids)
            & Domain("sla_start", ">=", self._cap_start_of(date_from))
            & Domain("sla_start", "<", self._cap_start_of(date_to))
            & Domain("merged_into_id", "=", False)
        )
        parts = ("ticket_type", "priority", "stage_kind")
        counts = {
            key: {"total": 0, "emergencies": 0}
            | {
                name: defaultdict(int)
                for name in ("by_type", "by_priority", "by_stage")
            }
            for key in self.ids
        }
        tickets = self.env["cap.ticket"].with_context(active_test=False)
        for subscription, kind, priority, stage, urgent, count in tickets._read_group(
            received, ["subscription_id", *parts, "is_emergency"], ["__count"]
        ):
            line = counts[subscription.id]
            line["total"] += count
            line["emergencies"] += count if urgent else 0
            line["by_type"][kind] += count
            line["by_priority"][priority] += count
            line["by_stage"][stage] += count
        return counts

    def _get_assessment_batch(self, date_from, date_to):
        """Return the working time from receipt to assessment, by subscription id.

        It is counted in the frozen terms of each ticket; what came after a deadline, in
        the hours of its calendar.

        :return: dict by id of `count`, `median` and `p90`, in seconds.
        """
        self.env["cap.ticket"].flush_model(["priority_assigned_at", "sla_calendar_id"])
        rows = self.env.execute_query_dict(
            SQL(
                """SELECT subscription_id, sla_start, sla_deadline, sla_terms,
                    sla_calendar_id, priority_assigned_at
                FROM cap_ticket WHERE subscription_id IN %s AND %s
                AND priority_assigned_at IS NOT NULL AND sla_deadline IS NOT NULL
                AND merged_into_id IS NULL""",
                tuple(self.ids) or (0,),
                self._get_received_sql(date_from, date_to),
            )
        )
        later = self._read_later_hours(rows)
        durations = {key: [] for key in self.ids}
        for row in rows:
            worked = worked_to_assessment(
                unpack_terms(row["sla_terms"])[0],
                to_epoch(pytz.utc.localize(row["sla_start"])),
                to_epoch(pytz.utc.localize(row["priority_assigned_at"])),
                later.get(row["sla_calendar_id"]),
            )
            durations[row["subscription_id"]].append(worked)
        return {key: summarize(values) for key, values in durations.items()}

    def _read_later_hours(self, rows):
        """Return the working time after missed deadlines, by calendar id."""
        bounds = {}
        for row in rows:
            start, end = row["sla_deadline"], row["priority_assigned_at"]
            if end > start:
                first, last = bounds.get(row["sla_calendar_id"], (start, end))
                bounds[row["sla_calendar_id"]] = min(first, start), max(last, end)
        calendars = self.env["resource.calendar"]
        return {
            key: calendars.browse(key)._cap_timeline(*span)[0]
            for key, span in bounds.items()
        }

    def _get_credits_batch(self):
        """Return what clients may still call on today, by subscription id.

        :return: dict by id of dicts: `lines` of `entitlement`, `unit`, `left` and
            `lapse_date` (the earliest), `hours` (their sum) and `lapse_date`.
        """
        deliveries = self.env["cap.delivery"]
        rows = deliveries._read_group(
            Domain("subscription_id", "in", self.ids) & deliveries._get_credit_domain(),
            ["subscription_id", "entitlement_id", "unit"],
            ["quantity:sum", "quantity_done:sum", "lapse_date:min"],
        )
        found = {
            key: {"lines": [], "hours": 0.0, "lapse_date": None} for key in self.ids
        }
        for subscription, entitlement, unit, quantity, done, lapse_date in rows:
            figures = found[subscription.id]
            line = {
                "entitlement": entitlement,
                "unit": unit,
                "left": quantity - done,
                "lapse_date": lapse_date or None,
            }
            figures["lines"].append(line)
            figures["hours"] += line["left"] if unit == "hour" else 0
            days = filter(None, (figures["lapse_date"], line["lapse_date"]))
            figures["lapse_date"] = min(days, default=None)
        return found
