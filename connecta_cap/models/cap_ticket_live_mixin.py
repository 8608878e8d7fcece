from odoo import SUPERUSER_ID, api, models

from ..const import DESK_CHANNEL, DESK_MOST_IDS

# Where a transaction keeps what it changed: (companies, revision) by ticket id.
KEPT = "connecta_cap.live"


class CapTicketLiveMixin(models.AbstractModel):
    """Tells open screens which tickets changed, once for each transaction.

    Nothing but ids and revisions leaves: a screen asks for the rows itself, under the
    rights of the person who looks at it. A revision says how far a row has to be to
    show the change: the moment of the write, and the id of the message.
    """

    _name = "cap.ticket.live.mixin"
    _inherit = ["cap.ticket.triage.mixin", "mail.thread"]
    _description = "Live screens of tickets"

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create(vals_list)
        tickets._mark_changed(written=True)
        return tickets

    def write(self, vals):
        if not self._get_live_fields() & vals.keys():
            return super().write(vals)
        # a ticket that goes to another company leaves the screens of the first one
        self._mark_changed(written=True)
        result = super().write(vals)
        self._mark_changed(written=True)
        return result

    def _message_post_after_hook(self, message, msg_values):
        result = super()._message_post_after_hook(message, msg_values)
        self._mark_changed(message_id=message.id)
        return result

    # === BUSINESS METHODS === #

    @api.model
    def _get_live_fields(self):
        """Return the names of the fields whose change screens are told of; a hook."""
        return {
            "active",
            "ack_at",
            "alert_at",
            "area",
            "company_id",
            "description",
            "is_emergency",
            "name",
            "outside_reason_id",
            "partner_id",
            "priority",
            "requested_urgency",
            "sla_deadline",
            "sla_state",
            "stage_id",
            "tag_ids",
            "team_id",
            "ticket_type",
            "tier_id",
            "user_id",
        }

    def _mark_changed(self, written=False, message_id=0):
        """Keep that these tickets changed, for the end of the transaction.

        :param written: whether they were written, at the moment of this transaction.
        :param message_id: id of a message about them, 0 for none.
        """
        if not self.ids:
            return
        hooks = self.env.cr.precommit
        if KEPT not in hooks.data:
            hooks.data[KEPT] = {}
            hooks.add(self._tell_changed)
        moment = round(self.env.cr.now().timestamp() * 1_000_000) if written else 0
        kept = hooks.data[KEPT]
        for ticket in self.sudo():
            companies, revision = kept.setdefault(ticket.id, (set(), [0, 0]))
            companies.add(ticket.company_id.id)
            revision[:] = max(revision[0], moment), max(revision[1], message_id)

    def _tell_changed(self):
        """Send what this transaction changed, one message a company."""
        kept = self.env.cr.precommit.data.pop(KEPT, {})
        env = api.Environment(self.env.cr, SUPERUSER_ID, {})
        told = {}
        for ticket_id, (companies, revision) in kept.items():
            for company_id in companies:
                told.setdefault(company_id, {})[ticket_id] = revision
        for company_id, revisions in told.items():
            # so many that a screen rather asks for everything
            many = len(revisions) > DESK_MOST_IDS
            env["bus.bus"]._sendone(
                (env["res.company"].browse(company_id), DESK_CHANNEL),
                "cap.ticket/changed",
                {"all": many, "revisions": {} if many else revisions},
            )
