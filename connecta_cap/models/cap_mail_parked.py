import base64
import email
from email import policy
from email.errors import MessageError

from psycopg2.errors import UniqueViolation

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import mute_logger

from ..const import MAX_HEADERS, PARK_REASONS
from ..tools.clock import FixedClock
from ..tools.mail_signs import list_headers


class CapMailParked(models.Model):
    """A mail that made no ticket, and why: a lead may make one of it after all.

    Nobody was answered and no ticket was touched because of it.
    """

    _name = "cap.mail.parked"
    _inherit = ["cap.claim.mixin", "cap.clock.mixin"]
    _description = "CAP Parked Mail"
    _order = "received_at desc, id desc"
    _rec_name = "subject"

    reason = fields.Selection(PARK_REASONS, required=True, readonly=True)
    received_at = fields.Datetime("Received", required=True, readonly=True)
    email_from = fields.Char("From", readonly=True)
    subject = fields.Char(readonly=True)
    message_ref = fields.Char("Message-Id", required=True, readonly=True)
    headers = fields.Text(readonly=True)
    original = fields.Binary(attachment=True, readonly=True)
    original_name = fields.Char(compute="_compute_original_name")
    team_id = fields.Many2one("cap.team", readonly=True, ondelete="set null")
    company_id = fields.Many2one(
        "res.company", related="team_id.company_id", store=True, index=True
    )
    ticket_id = fields.Many2one(
        "cap.ticket", "Ticket made of it", readonly=True, ondelete="set null"
    )

    _once = models.UniqueIndex("(message_ref)", "This mail is parked already.")

    # === COMPUTE METHODS === #

    def _compute_original_name(self):
        for mail in self:
            mail.original_name = f"mail-{mail.id}.eml"

    # === ACTION METHODS === #

    def action_make_ticket(self):
        """Make a ticket of the mail; its clock counts from the mail's arrival."""
        self.ensure_one()
        if not self.env.user.has_group("connecta_cap.group_cap_lead"):
            raise AccessError(
                self.env._("Only a support lead makes a ticket of a parked mail.")
            )
        self.check_access("read")
        self._claim()
        if self.ticket_id:
            raise UserError(
                self.env._(
                    "%(ticket)s was made of this mail already. Open that one.",
                    ticket=self.sudo().ticket_id.display_name,
                )
            )
        ticket = self._deliver()
        self.sudo().ticket_id = ticket
        return {
            "type": "ir.actions.act_window",
            "res_model": "cap.ticket",
            "res_id": ticket.id,
            "views": [[False, "form"]],
        }

    # === BUSINESS METHODS === #

    def _keep(self, message, message_dict, reason, team):
        """Store a mail with its original, once.

        :param message: `email.message.EmailMessage`.
        :param message_dict: what the gateway read.
        :param reason: a key of `PARK_REASONS`.
        :param team: whose mailbox it came to, may be empty.
        """
        reference = message_dict["message_id"][:500]
        known = self.search([("message_ref", "=", reference)])
        if known:
            return known
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                return self.create(
                    {
                        "reason": reason,
                        "received_at": self._cap_now(),
                        "email_from": message_dict.get("email_from"),
                        "subject": " ".join(
                            (message_dict.get("subject") or "").split()
                        ),
                        "message_ref": reference,
                        "headers": list_headers(message, MAX_HEADERS),
                        "original": base64.b64encode(self._write_out(message)),
                        "team_id": team.id,
                    }
                )
        except UniqueViolation:
            # the same mail, delivered twice at the same moment
            return self.browse()

    def _write_out(self, message):
        """Return a parsed mail as bytes, as near to its original as it can be."""
        try:
            return message.as_bytes(policy=policy.compat32)
        except (MessageError, LookupError, UnicodeError, ValueError, TypeError):
            return message.as_string(policy=policy.compat32).encode("utf-8", "replace")

    def _deliver(self):
        """Return the ticket that the gateway makes of the mail, without a receipt."""
        known = self.sudo()
        team = known.team_id or known.env["cap.team"]._get_default_team(
            self.env.company
        )
        raw = base64.b64decode(known.original or b"")
        message = email.message_from_bytes(raw, policy=policy.SMTP)
        threads = known.env["mail.thread"].with_context(
            cap_clock=FixedClock(known.received_at), cap_no_receipt=True
        )
        values = threads.message_parse(message)
        # it is answered by hand: what it replied to may be long closed
        values.update(message_id=known.message_ref, parent_id=False, is_bounce=False)
        routes = [("cap.ticket", 0, {"team_id": team.id}, self.env.uid, None)]
        screen = threads.env["cap.mail.screen"]
        values["author_id"] = screen._find_author(values, routes[0]).id
        values.update(threads._message_parse_post_process(message, values, routes))
        ticket_id = threads._message_route_process(message, values, routes)
        return self.env["cap.ticket"].browse(ticket_id)
