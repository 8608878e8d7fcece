import pytz

from odoo import api, fields, models

from ..const import PRIORITIES, SLA_STATES, WARNING_SHARES
from ..tools.figures import worked_to_assessment
from ..tools.frozen_terms import pack_terms, unpack_terms
from ..tools.worktime import from_epoch, moment_at_share, to_epoch
from .resource_calendar import one_look


class CapSlaMixin(models.AbstractModel):
    """The clock of the promise: receipt, frozen terms, deadline, met or breached.

    Terms are frozen when a request is received: the deadline, the working time that led
    to it and the closed days in between are stored, so that a later change of hours or
    tier moves nothing and every screen tells the same story without a calendar query.
    """

    _name = "cap.sla.mixin"
    _inherit = ["cap.job.mixin", "cap.guarded.mixin", "cap.sla.words.mixin"]
    _description = "Response promise"

    # empty until a person assessed the request: that is what stops the clock
    priority = fields.Selection(PRIORITIES, readonly=True, copy=False, index=True)

    sla_start = fields.Datetime(
        "Received", readonly=True, copy=False, help="When the clock started."
    )
    sla_deadline = fields.Datetime(
        "Assess before", readonly=True, copy=False, tracking=False
    )
    sla_state = fields.Selection(
        SLA_STATES, "Promise", default="none", required=True, readonly=True, copy=False
    )
    sla_hours = fields.Float("Promised hours", readonly=True, copy=False)
    sla_calendar_id = fields.Many2one(
        "resource.calendar",
        "Counted in",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    sla_terms = fields.Json("Frozen terms", readonly=True, copy=False)
    sla_explanation = fields.Char(
        "How the deadline came about",
        compute="_compute_sla_explanation",
        compute_sudo=True,
    )
    sla_worked = fields.Integer(
        "Working seconds to the assessment",
        readonly=True,
        copy=False,
        aggregator=None,
        help="Counted in the frozen terms; what came after the deadline, in the hours "
        "of their calendar.",
    )
    # the moment at which half of the working time is used, stored to be searched
    sla_warn_at = fields.Datetime("At risk from", readonly=True, copy=False)

    # === COMPUTE METHODS === #

    @api.depends("sla_start", "sla_deadline", "sla_terms")
    @api.depends_context("lang")
    def _compute_sla_explanation(self):
        phrases = self._get_sla_phrases()
        for record in self:
            record.sla_explanation = record._explain_deadline(
                record.sla_start, record.sla_deadline, record.sla_terms, phrases
            )

    # === CRUD METHODS === #

    @api.model
    def _get_guarded_fields(self):
        promised = {
            name for name in self._fields if name.startswith(("sla_", "priority"))
        }
        return super()._get_guarded_fields() | promised

    # === BUSINESS METHODS - THE CLOCK === #

    def _is_unassessed(self):
        """Return whether nobody has assessed the record yet."""
        self.ensure_one()
        return not self.priority

    def _get_sla_scope(self):
        """Return what was promised to the sender of this record.

        A model that promises something overrides this.

        :return: (working hours, `resource.calendar`); no hours mean no promise.
        """
        return 0, self.env["resource.calendar"]

    def _start_clocks(self):
        """Freeze the terms of new records and start their clocks, in one batch.

        Records are grouped by what was promised; each group costs one look at its
        calendar, however many records it has.
        """
        groups = {}
        for record in self:
            groups.setdefault(record._get_sla_scope(), []).append(record.id)
        deadlines = set()
        with one_look():
            for (hours, calendar), ids in groups.items():
                if hours:
                    deadlines |= self.browse(ids)._freeze_terms(hours, calendar)
            calls = self._list_calls(deadlines)
        self._record_sla_events(
            "received", {record.id: record._prepare_received_vals() for record in self}
        )
        self._call_jobs(calls)

    def _list_calls(self, deadlines):
        """Return which jobs new records need at which moments; a hook.

        :param deadlines: set of naive UTC datetimes.
        :return: set of (name of the job, naive UTC datetime).
        """
        return {("connecta_cap.ir_cron_cap_breach", moment) for moment in deadlines}

    def _freeze_terms(self, hours, calendar):
        """Store deadline and working time of records that share a promise.

        :return: set of the deadlines (naive UTC).
        """
        all_terms = calendar._cap_terms_batch(self.mapped("sla_start"), hours)
        for record, terms in zip(self, all_terms, strict=True):
            vals = self._prepare_terms_vals(hours, calendar, terms)
            record._guarded_write(vals | {"sla_state": "running"})
        return {terms.deadline for terms in all_terms}

    @api.model
    def _prepare_terms_vals(self, hours, calendar, terms):
        """Return the values that freeze some terms.

        :param terms: `SlaTerms`.
        """
        warn_at = from_epoch(moment_at_share(terms.spans, WARNING_SHARES[0]))
        return {
            "sla_hours": hours,
            "sla_calendar_id": calendar.id,
            "sla_deadline": terms.deadline,
            "sla_warn_at": warn_at.replace(tzinfo=None),
            "sla_terms": pack_terms(terms, calendar.sudo().tz),
        }

    def _prepare_received_vals(self):
        """Return the event that all SLA fields can be rebuilt from."""
        self.ensure_one()
        return {
            "at": self.sla_start,
            "user_id": self.env.uid,
            "payload": self._prepare_terms_payload(),
        }

    def _prepare_terms_payload(self):
        """Return the frozen terms as an event of the ledger keeps them."""
        self.ensure_one()
        return {
            "hours": self.sla_hours,
            "calendar_id": self.sla_calendar_id.id,
            "terms": self.sla_terms,
        }

    def _count_worked(self, moment):
        """Return the working seconds from the start until a moment, 0 without terms.

        :param moment: naive UTC datetime.
        """
        self.ensure_one()
        spans, _closures, _zone = unpack_terms(self.sla_terms)
        if not spans:
            return 0
        later = None
        if moment > self.sla_deadline:
            calendar = self.sla_calendar_id
            later = calendar._cap_timeline(self.sla_deadline, moment)[0]
        return worked_to_assessment(
            spans,
            to_epoch(pytz.utc.localize(self.sla_start)),
            to_epoch(pytz.utc.localize(moment)),
            later,
        )

    # === BUSINESS METHODS - LEDGER AND WORDS === #

    def _record_sla_events(self, kind, extra=None):
        """Append one event of `kind` per record, in one insert.

        :param kind: a key of `SLA_EVENT_KINDS`.
        :param extra: values of the event by record id, over the usual ones.
        """
        now = self._cap_now()
        self.env["cap.sla.event"].sudo().create(
            [
                {
                    "ticket_id": record.id,
                    "company_id": record.company_id.id,
                    "kind": kind,
                    "at": now,
                    "deadline": record.sla_deadline,
                    **(extra or {}).get(record.id, {}),
                }
                for record in self
            ]
        )

    def _record_numbered(self, kind, **vals):
        """Append an event that a ticket may have more than once."""
        for ticket in self:
            events = ticket.sudo().sla_event_ids
            times = len(events.filtered(lambda event: event.kind == kind))
            ticket._record_sla_events(kind, {ticket.id: {"level": times, **vals}})

    @api.model
    def _preview_deadline(self, hours, calendar):
        """Return what a request received now would be promised.

        :return: dict of `deadline` (naive UTC), `zone` (its name) and `explanation`.
        """
        now = self._cap_now()
        terms = calendar._cap_terms_batch([now], hours)[0]
        packed = pack_terms(terms, calendar.sudo().tz)
        return {
            "deadline": terms.deadline,
            "zone": calendar.sudo().tz,
            "explanation": self._explain_deadline(now, terms.deadline, packed),
        }
