from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import PRIORITY_LINE


class CapTicketIdentifyMixin(models.AbstractModel):
    """Requests whose client is not known yet, and what follows when it is.

    Until then nothing is promised. From the moment on that somebody links the client,
    the promise is the one that the client had when the request arrived, and it counts
    from the arrival: a deadline that has passed meanwhile is a breach.
    """

    _name = "cap.ticket.identify.mixin"
    _inherit = ["cap.ticket.mail.mixin", "cap.claim.mixin"]
    _description = "Request of an unknown sender"

    is_unidentified = fields.Boolean(
        "Unknown sender",
        compute="_compute_is_unidentified",
        store=True,
        precompute=True,
        help="It came by mail from an address that names no client, or several.",
    )
    candidate_ids = fields.Many2many(
        "res.partner",
        string="Contacts with this address",
        compute="_compute_candidate_ids",
        groups="connecta_cap.group_cap_agent",
    )

    _unidentified_idx = models.Index("(id DESC) WHERE is_unidentified")

    # === COMPUTE METHODS === #

    @api.depends("channel", "partner_id")
    def _compute_is_unidentified(self):
        for ticket in self:
            ticket.is_unidentified = ticket.channel == "email" and not ticket.partner_id

    @api.depends("sender_email", "is_unidentified")
    def _compute_candidate_ids(self):
        unknown = self.filtered("is_unidentified")
        (self - unknown).candidate_ids = False
        for ticket in unknown:
            found = ticket._find_candidates(ticket.sender_email)
            ticket.candidate_ids = found.filtered("partner_share")

    # === CRUD METHODS === #

    def write(self, vals):
        unknown = self.browse()
        if vals.get("partner_id"):
            unknown = self.filtered(lambda ticket: not ticket.commercial_partner_id)
        result = super().write(vals)
        for ticket in unknown:
            ticket._start_cover()
        return result

    # === ACTION METHODS === #

    def action_identify(self):
        """Open the dialog that links the request to a client."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Link to a client"),
            "res_model": "cap.ticket.identify",
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_ticket_id": self.id},
        }

    # === BUSINESS METHODS === #

    def _identify(self, contact):
        """Link the request to a contact's client, with the cover that follows.

        :param contact: `res.partner`.
        :raises UserError: when somebody linked it before.
        """
        self.ensure_one()
        self.check_access("write")
        self._claim()
        if self.commercial_partner_id:
            raise UserError(
                self.env._(
                    "%(ticket)s was linked to %(client)s already. Reload it.",
                    ticket=self.display_name,
                    client=self.commercial_partner_id.display_name,
                )
            )
        values = {"partner_id": contact.id}
        client = contact.commercial_partner_id
        company = self._get_serving_company(client, self.company_id)
        if company != self.company_id:
            values |= {
                "company_id": company.id,
                "team_id": self.team_id._get_default_team(company).id,
            }
        self.write(values)
        lang = contact.lang or self.env.lang
        self.sudo().with_context(lang=lang)._tell_received()

    def _start_cover(self):
        """Give a request whose client became known the promise of its arrival.

        An assessment that came before keeps the promise if it came in time: it was a
        person's, at a moment that is on record.
        """
        self.ensure_one()
        known = self.sudo()
        subscription = known.subscription_id
        day = subscription._cap_date_of(self.sla_start)
        self._guarded_write(
            {
                "tier_id": subscription._tier_on(day).id,
                "priority_line": subscription.state == "active"
                and subscription._entitled(PRIORITY_LINE, day),
            }
        )
        hours, calendar = self._get_sla_scope()
        if hours:
            self._freeze_terms(hours, calendar)
            self._recount_worked()
        event = self._prepare_received_vals() | {
            "at": self._cap_now(),
            "note": self.commercial_partner_id.display_name,
        }
        event["payload"]["worked"] = self.sla_worked
        self._record_sla_events("identified", {self.id: event})
        known.activity_unlink(["connecta_cap.mail_activity_type_unidentified"])
        if hours:
            self._settle_past()
        else:
            self._tell_uncovered()

    def _settle_past(self):
        """Say what became of a promise whose clock started in the past."""
        assessed_at = self.priority_assigned_at
        self._mark_breached(assessed_at or self._cap_now())
        if self.sla_state != "running":
            return
        if assessed_at:
            self._guarded_write({"sla_state": "met"})
        else:
            cron = self.env.ref("connecta_cap.ir_cron_cap_breach")
            cron.sudo()._trigger(at=self.sla_deadline)

    def _get_uncovered_task(self):
        if not self.is_unidentified:
            return super()._get_uncovered_task()
        people = [self.team_id.lead_id, *self.team_id.member_ids]
        return "connecta_cap.mail_activity_type_unidentified", people
