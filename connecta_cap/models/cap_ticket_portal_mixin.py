from odoo import api, models
from odoo.exceptions import UserError

from ..const import (
    AREAS,
    MAX_ATTACHMENT_BYTES,
    MAX_ATTACHMENTS,
    URGENCIES,
)
from ..exceptions import RefusedFile


class CapTicketPortalMixin(models.AbstractModel):
    """What clients see of tickets, and the few things that they may do with them.

    Portal users have no write access to tickets at all. Each verb here checks that the
    ticket is theirs, takes named values only, and then acts on their behalf.
    """

    _name = "cap.ticket.portal.mixin"
    _inherit = ["cap.portal.whitelist.mixin", "portal.mixin", "mail.thread"]
    _description = "A client's side of a ticket"

    def _portal_readable_fields(self):
        return super()._portal_readable_fields() | {
            "number",
            "active",
            "company_id",
            "name",
            "description",
            "area",
            "requested_urgency",
            "ticket_type",
            "partner_id",
            "commercial_partner_id",
            "subscription_id",
            "user_id",
            "stage_id",
            "stage_kind",
            "is_closed",
            "closed_at",
            "is_emergency",
            "priority_line",
            "origin_ticket_id",
            "create_date",
            "write_date",
            "access_url",
            "access_token",
            "message_ids",
            "message_partner_ids",
            "website_message_ids",
            "priority",
            "priority_assigned_at",
            "priority_assigned_by_id",
            "priority_reason",
            "sla_start",
            "sla_deadline",
            "sla_state",
            "sla_hours",
            "sla_explanation",
            "sla_terms",
        }

    def _get_portal_client(self):
        self.ensure_one()
        return self.sudo().commercial_partner_id

    def _compute_access_url(self):
        result = super()._compute_access_url()
        for ticket in self:
            ticket.access_url = f"/my/cap/tickets/{ticket.id}"
        return result

    # === BUSINESS METHODS - THE CLIENT'S VERBS === #

    @api.model
    def _portal_submit(self, values, files=()):
        """Create a ticket for the portal user who asks, with its attachments.

        :param values: `name`, `description`, `area`, `requested_urgency` and possibly
            `origin_ticket_id`, as the form sends them; anything else is ignored.
        :param files: list of (file name, bytes).
        :return: the new ticket, in the user's own environment.
        :raises UserError: for a missing or unknown value, or a file that is refused;
            nothing is created then.
        """
        vals = self._prepare_portal_vals(values)
        self._check_portal_files(files)
        ticket = self.sudo().create(vals)
        ticket._attach_portal_files(files)
        ticket._tell_received()
        return self.browse(ticket.id)

    def _prepare_portal_vals(self, values):
        user = self.env.user
        name = " ".join((values.get("name") or "").split())
        description = (values.get("description") or "").strip()
        if not name or not description:
            raise UserError(
                self.env._("Give your request a subject and describe what happens.")
            )
        if len(name) > 200:
            raise UserError(self.env._("Keep the subject under 200 characters."))
        vals = {
            "name": name,
            "description": description,
            "channel": "portal",
            "partner_id": user.partner_id.id,
            "company_id": self._get_portal_company().id,
        }
        for field, choices in (("area", AREAS), ("requested_urgency", URGENCIES)):
            vals[field] = values.get(field)
            if vals[field] not in dict(choices):
                raise UserError(
                    self.env._(
                        "Choose one of the offered values for “%(field)s”.",
                        field=self._fields[field]._description_string(self.env),
                    )
                )
        if values.get("origin_ticket_id"):
            # the client's own rules decide whether that ticket may be named
            vals["origin_ticket_id"] = self._get_portal_origin(
                values["origin_ticket_id"]
            ).id
        return vals

    def _get_portal_origin(self, origin_id):
        try:
            origin = self.search([("id", "=", int(origin_id))])
        except ValueError:
            origin = self.browse()
        if not origin:
            raise UserError(
                self.env._("The ticket that this one follows up on was not found.")
            )
        return origin

    def _get_portal_company(self):
        user = self.env.user
        return self._get_serving_company(user.commercial_partner_id, user.company_id)

    def _check_portal_files(self, files):
        """Refuse too many, too large or empty files, naming the one at fault.

        :param files: list of (file name, bytes).
        :raises RefusedFile: saying what is accepted.
        """
        if len(files) > MAX_ATTACHMENTS:
            raise RefusedFile(
                self.env._(
                    "Attach at most %(most)s files; send the rest in a reply.",
                    most=MAX_ATTACHMENTS,
                )
            )
        for name, content in files:
            if not content:
                raise RefusedFile(
                    self.env._(
                        "The file “%(name)s” is empty: attach it again.", name=name
                    )
                )
            if len(content) > MAX_ATTACHMENT_BYTES:
                raise RefusedFile(
                    self.env._(
                        "The file “%(name)s” is larger than %(most)s MB. Make it "
                        "smaller, or share it through a link.",
                        name=name,
                        most=MAX_ATTACHMENT_BYTES // 1024**2,
                    )
                )

    def _attach_portal_files(self, files):
        if files:
            # in the conversation, where both sides see what came with the request
            self.message_post(
                attachments=list(files),
                author_id=self.partner_id.id,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )

    def _portal_close(self):
        """Close the client's own ticket; an unassessed one still gets looked at.

        :raises AccessError: when the ticket is not the client's.
        """
        self._check_is_own()
        self.sudo()._set_closed(self.env._("Closed by the client."))
