from odoo import models
from odoo.tools.image import image_data_uri

from ..const import CONSULTANT, LIVE_STATES


class CapSubscriptionConsultantCardMixin(models.AbstractModel):
    """What a client sees of its consultant: who, how to reach, who stands in, since.

    Names are read as superuser here, one by one, so that the page never gets a person
    that knows more than the client may.
    """

    _name = "cap.subscription.consultant.card.mixin"
    _inherit = ["cap.subscription.consultant.mixin"]
    _description = "A client's consultant on a page"

    # === BUSINESS METHODS === #

    def _prepare_consultant_card(self):
        """Return what the card about the client's consultant shows.

        :return: dict, empty when the tier gives no consultant today; `person` (empty
            while nobody is named), `is_deputy`, `absent` (name of who is away), `back`
            (first day on which that person is there again), `deputy` and `history`
            (dicts of `name`, `start`, `end`).
        """
        if not self or not self._has_consultant_today():
            return {}
        today = self._cap_today()
        acting = self._get_acting_consultant()
        consultant = self._consultant_on(today)
        deputy = self._consultant_on(today, "deputy")
        absence = self._find_absence(consultant, today)
        lines = self.sudo().assignment_ids.filtered(
            lambda line: line.role == "consultant" and line.date_start <= today
        )
        return {
            "person": self._prepare_person(acting),
            "is_deputy": bool(acting) and acting != consultant,
            "absent": consultant.name if absence else "",
            "last_day": absence.date_end,
            "deputy": deputy.name or "",
            "since": lines[:1].date_start,
            "introduction": lines[:1].introduction or "",
            "history": [
                {
                    "name": line.user_id.name,
                    "start": line.date_start,
                    "end": line.date_end,
                }
                for line in lines[1:]
                if line.user_id and line.date_end != line.date_start
            ],
        }

    def _has_consultant_today(self):
        self.ensure_one()
        return self.state in LIVE_STATES and self._entitled(CONSULTANT)

    def _find_absence(self, user, day):
        """Return the absence of a person on a day, at most one record."""
        return (
            self.env["cap.consultant.absence"]
            .sudo()
            .search(
                [
                    ("user_id", "=", user.id),
                    ("date_start", "<=", day),
                    ("date_end", ">=", day),
                ],
                limit=1,
            )
        )

    def _prepare_person(self, user):
        known = user.sudo()
        if not known:
            return {}
        return {
            "name": known.name,
            "role": known.partner_id.function or "",
            "email": known.email or "",
            "phone": known.partner_id.phone or "",
            "picture": image_data_uri(known.avatar_128),
        }
