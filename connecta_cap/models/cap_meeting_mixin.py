from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools.misc import clean_context


class CapMeetingMixin(models.AbstractModel):
    """A meeting in Odoo's calendar that follows a record: made, moved and taken out.

    A record says what its meeting is in `_prepare_meeting_vals`, and which of its
    fields that depends on in `_get_meeting_fields`. Odoo's own calendar sends the
    invitations, each in the zone of its reader.
    """

    _name = "cap.meeting.mixin"
    _inherit = ["cap.clock.mixin", "cap.guarded.mixin", "mail.thread"]
    _description = "A record with a meeting"

    event_id = fields.Many2one(
        "calendar.event", "Meeting", readonly=True, copy=False, ondelete="set null"
    )

    # === CRUD METHODS === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"event_id"}

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._follow_meeting()
        return records

    def write(self, vals):
        result = super().write(vals)
        if self._get_meeting_fields() & vals.keys():
            self._follow_meeting()
        return result

    def unlink(self):
        events = self.sudo().event_id
        result = super().unlink()
        events.active = False
        return result

    # === ACTION METHODS === #

    def action_open_event(self):
        """Open the meeting in the calendar.

        :return: action dictionary.
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "calendar.event",
            "res_id": self.event_id.id,
            "views": [(False, "form")],
        }

    # === BUSINESS METHODS === #

    @api.model
    def _get_meeting_fields(self):
        """Return the names of the fields that the meeting depends on; a hook.

        :return: set of field names.
        """
        return set()

    def _prepare_meeting_vals(self):
        """Return the values of the meeting that there should be; a hook.

        :return: dict with at least `name`, `start`, `stop`, `user_id` and
            `partner_ids` (a list of ids); empty when there should be none.
        """
        return {}

    def _follow_meeting(self):
        """Let the calendar say what the records say; whoever is invited is told."""
        for record in self.sudo():
            vals = record._prepare_meeting_vals()
            if not vals:
                record._take_from_calendar()
            elif record.event_id:
                record._move_in_calendar(vals)
            else:
                record._put_in_calendar(vals)

    def _put_in_calendar(self, vals):
        """Make the meeting; invitations go out by mail.

        The link to the record is set after the meeting exists, and what is open on the
        screen is left out: Odoo would add an activity that nobody needs otherwise.
        """
        host = self.env["res.users"].browse(vals["user_id"])
        events = self.env["calendar.event"].with_user(host).sudo()
        known = events.with_context(
            clean_context(self.env.context),
            active_model=False,
            active_id=False,
            mail_notify_force_send=False,
            skip_contact_description=True,
        )
        event = known.create(vals | {"partner_ids": [Command.set(vals["partner_ids"])]})
        event.write(
            {
                "res_model_id": self.env["ir.model"]._get_id(self._name),
                "res_id": self.id,
            }
        )
        self._guarded_write({"event_id": event.id})

    def _move_in_calendar(self, vals):
        """Write what is different only: what stays the same is no news to anybody."""
        event = self._get_event()
        people = set(vals["partner_ids"])
        changed = {
            name: value
            for name, value in vals.items()
            if name not in ("partner_ids", "description")
            and event._fields[name].convert_to_write(event[name], event) != value
        }
        if people != set(event.partner_ids.ids):
            changed["partner_ids"] = [Command.set(vals["partner_ids"])]
        if changed:
            event.with_context(mail_notify_force_send=False).write(changed)

    def _take_from_calendar(self):
        """Take the meetings out; they stay archived, mails about them may still go."""
        for record in self.sudo().filtered("event_id"):
            record._get_event().active = False
            record._guarded_write({"event_id": False})

    def _get_event(self):
        """Return the meeting as its host sees it: whoever else takes part is told."""
        known = self.sudo().event_id
        return known.with_user(known.user_id or self.env.user).sudo()
