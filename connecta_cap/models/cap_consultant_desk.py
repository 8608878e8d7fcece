from collections import namedtuple
from datetime import timedelta

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import format_date

from ..const import DESK_DAYS

# What every part of the screen starts from, looked up once.
Desk = namedtuple("Desk", ["clients", "today", "until"])


class CapConsultantDesk(models.AbstractModel):
    """A consultant's day on one screen: clients, what is due, calendar, preparation.

    Each part is a provider: a method that gets a `Desk` and returns a section. Another
    feature adds its own in a mixin that extends `_get_desk_providers`.
    """

    _name = "cap.consultant.desk"
    _inherit = [
        "cap.desk.sections.mixin",
        "cap.desk.training.mixin",
    ]
    _description = "A consultant's screen"

    # === BUSINESS METHODS === #

    @api.model
    @api.readonly
    def get_desk(self):
        """Return everything that the screen shows, in one call.

        :return: dict of `day` in words and `sections`.
        :raises AccessError: for whoever is not a consultant.
        """
        if not self.env.user.has_group("connecta_cap.group_cap_consultant"):
            raise AccessError(
                self.env._(
                    "This screen is for consultants. Ask an administrator for the role."
                )
            )
        today = self._cap_today()
        desk = Desk(self._find_my_clients(today), today, today + timedelta(DESK_DAYS))
        return {
            "day": format_date(self.env, today, date_format="EEEE d MMMM"),
            "sections": [
                getattr(self, provider)(desk) for provider in self._get_desk_providers()
            ],
        }

    @api.model
    def _get_desk_providers(self):
        """Return the names of the methods that make the sections, in order; a hook."""
        return [
            "_prepare_desk_due",
            "_prepare_desk_preparation",
            "_prepare_desk_calendar",
            "_prepare_desk_training",
            "_prepare_desk_recommendations",
            "_prepare_desk_advice",
            "_prepare_desk_clients",
            "_prepare_desk_deputy",
        ]

    @api.model
    def _find_my_clients(self, today):
        """Return the active subscriptions for which the user acts today."""
        mine = Domain("consultant_id", "=", self.env.uid)
        deputy = Domain("deputy_id", "=", self.env.uid)
        found = self.env["cap.subscription"].search(
            Domain("state", "=", "active") & (mine | deputy), order="name"
        )
        return found.filtered(
            lambda subscription: subscription.acting_consultant_id == self.env.user
        )

    @api.model
    def _prepare_section(self, key, title, icon, empty, rows, total=None, **more):
        """Return a section of the screen.

        :param key: its name, for the screen's tests and styles.
        :param empty: what to say when there is nothing.
        :param rows: list of dicts of `_prepare_row`.
        :param total: how many there are, when more than the rows.
        :param more: `action`: XML id of the list behind it, and its `context`.
        """
        return {
            "key": key,
            "title": title,
            "icon": icon,
            "empty": empty,
            "rows": rows,
            "total": len(rows) if total is None else total,
            "action": more.get("action", ""),
            "context": more.get("context", {}),
        }

    @api.model
    def _prepare_row(self, record, title, text="", badge="", tone="", **more):
        """Return a row that opens `record`.

        :param tone: of the badge: 'danger', 'warning', 'success', 'info' or ''.
        :param more: `lines`: list of texts below it; `action`: XML id of a list that
            it opens in the place of the record, and its `context`.
        """
        return {
            "id": f"{record._name}-{record.id}",
            "model": record._name,
            "res_id": record.id,
            "title": title,
            "text": text,
            "badge": badge,
            "tone": tone,
            "lines": list(more.get("lines", ())),
            "action": more.get("action", ""),
            "context": more.get("context", {}),
        }
