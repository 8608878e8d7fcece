from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..const import WORKSHOP

MOST_TEXT = 2000


class CapWorkshopPortalMixin(models.AbstractModel):
    """What a client sees of its workshops, and the wish that it may make.

    Portal users have no write access: each verb checks, takes named values only and
    then acts on their behalf.
    """

    _name = "cap.workshop.portal.mixin"
    _inherit = ["cap.clock.mixin", "cap.portal.whitelist.mixin"]
    _description = "A client's side of a workshop"

    def _portal_readable_fields(self):
        return super()._portal_readable_fields() | {
            "subscription_id",
            "name",
            "goals",
            "wish_start",
            "wish_end",
            "participants",
            "state",
            "start",
            "stop",
            "location",
            "held_on",
            "reported_at",
        }

    # === BUSINESS METHODS - PAGE === #

    @api.model
    def _prepare_portal_page(self):
        """Return what the client's page about workshops shows.

        :return: dict of `rows` (its workshops), `may_wish`, `is_entitled`, `until` (in
            words, the last day to hold one) and `contacts` who may be invited.
        """
        subscription = self._get_portal_subscription()
        free = self.env["cap.delivery"]
        entitled = bool(subscription) and subscription._entitled(WORKSHOP)
        if entitled:
            try:
                free = self._find_delivery(subscription)
            except UserError:
                free = free.browse()
        return {
            "rows": [workshop._prepare_portal_row() for workshop in self.search([])],
            "is_entitled": entitled,
            "may_wish": bool(free),
            "until": self._word_last_day(free),
            "contacts": [
                (partner.id, partner.name)
                for partner in self._get_portal_contacts(subscription)
            ],
        }

    @api.model
    def _get_portal_subscription(self):
        subscriptions = self.env["cap.subscription"].search([("state", "=", "active")])
        with_workshop = subscriptions.filtered(lambda line: line._entitled(WORKSHOP))
        return (with_workshop or subscriptions)[:1]

    @api.model
    def _get_portal_contacts(self, subscription):
        client = subscription.sudo().partner_id
        return client.child_ids.filtered(
            lambda partner: partner.email and not partner.is_company
        )

    @api.model
    def _word_last_day(self, delivery):
        if not delivery.due_date:
            return ""
        return format_date(self.env, delivery.due_date, date_format="d MMMM y")

    def _prepare_portal_row(self):
        self.ensure_one()
        known = self.sudo()
        labels = dict(self._fields["state"]._description_selection(self.env))
        is_reported = self.state == "reported"
        return {
            "id": self.id,
            "name": self.name,
            "goals": self.goals or "",
            "participants": self.participants or "",
            "state": self.state,
            "label": labels[self.state],
            "wished": " – ".join(
                format_date(self.env, day, date_format="d MMMM y")
                for day in (self.wish_start, self.wish_end)
                if day
            ),
            "when": self._word_when(),
            "location": self.location or "",
            "consultant": known.user_id.name if self.state != "wish" else "",
            "attendees": known.attendee_ids.mapped("name"),
            "held_on": self.held_on
            and format_date(self.env, self.held_on, date_format="d MMMM y"),
            "until": self._word_last_day(known.delivery_id),
            "report": known.report if is_reported else "",
            "files": [(file.id, file.name) for file in known.file_ids]
            if is_reported
            else [],
        }

    # === BUSINESS METHODS - THE CLIENT'S VERBS === #

    @api.model
    def _portal_wish(self, values, attendees=()):
        """Wish for this year's workshop on behalf of the portal user who asks.

        :param values: `name`, `goals`, `participants`, `wish_start` and `wish_end` as
            the form sends them; anything else is ignored.
        :param attendees: ids of the client's contacts, as text.
        :return: the new workshop, in the user's own environment.
        :raises UserError: for what is missing, unknown or not covered; nothing is
            created then.
        """
        subscription = self._get_portal_subscription()
        if not subscription:
            raise UserError(
                self.env._(
                    "You have no active cover, so there is no workshop to plan. Your "
                    "account manager knows more."
                )
            )
        contacts = self._get_portal_contacts(subscription)
        chosen = [partner.id for partner in contacts if str(partner.id) in attendees]
        vals = self._prepare_wish_vals(values) | {
            "subscription_id": subscription.id,
            "wished_by_id": self.env.user.partner_id.id,
            "attendee_ids": [fields.Command.set(chosen)],
        }
        return self.browse(self.sudo().create(vals).id)

    def _prepare_wish_vals(self, values):
        name = " ".join((values.get("name") or "").split())
        if not name:
            raise UserError(self.env._("Say what the workshop should be about."))
        if len(name) > 200:
            raise UserError(self.env._("Keep the topic under 200 characters."))
        vals = {"name": name}
        for field in ("goals", "participants"):
            text = (values.get(field) or "").strip()
            if len(text) > MOST_TEXT:
                raise UserError(
                    self.env._(
                        "“%(field)s” is too long: keep it under %(most)s characters.",
                        field=self._fields[field]._description_string(self.env),
                        most=MOST_TEXT,
                    )
                )
            vals[field] = text
        start, stop = (self._read_day(values, f) for f in ("wish_start", "wish_end"))
        if start and stop and stop < start:
            raise UserError(self.env._("The wished period ends before it starts."))
        if stop and stop < self._cap_today():
            raise UserError(self.env._("The wished period is over: choose later days."))
        return vals | {"wish_start": start, "wish_end": stop}

    def _read_day(self, values, name):
        text = (values.get(name) or "").strip()
        try:
            day = fields.Date.to_date(text) if text else False
        except ValueError:
            day = None
        if day is None or (day and not 2000 <= day.year <= 2100):
            raise UserError(self.env._("“%(text)s” is not a day.", text=text))
        return day

    def _portal_withdraw(self):
        """Take the client's own wish back.

        :raises AccessError: when it is not the client's.
        :raises UserError: when it is planned already.
        """
        self._check_is_own()
        if self.state != "wish":
            raise UserError(
                self.env._(
                    "The workshop is planned already: call your consultant to move it."
                )
            )
        self.sudo().unlink()

    def _portal_get_file(self, file_id):
        """Return a file of the published report as a stream to send.

        :param file_id: id of a `cap.workshop.file`.
        :return: `odoo.http.Stream`, None when there is no such file.
        :raises AccessError: when the workshop is not the client's.
        """
        self.ensure_one()
        self.check_access("read")
        known = self.sudo()
        file = known.file_ids.filtered(lambda record: record.id == file_id)
        if not file or self.state != "reported":
            return None
        streams = self.env["ir.binary"].sudo()
        return streams._get_stream_from(file, "file", filename=file.name)
