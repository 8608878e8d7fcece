from odoo import fields, models
from odoo.exceptions import UserError

from ..const import TEAM_NOTICES


class CapTeamNotice(models.Model):
    """That a lead was told something today: once, however many jobs run."""

    _name = "cap.team.notice"
    _description = "CAP Team Notice"
    _order = "day desc, id desc"
    _rec_name = "kind"

    team_id = fields.Many2one(
        "cap.team", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="team_id.company_id", store=True)
    kind = fields.Selection(TEAM_NOTICES, required=True, readonly=True)
    day = fields.Date(required=True, readonly=True)

    _once = models.UniqueIndex(
        "(team_id, kind, day)", "The lead was told this today already."
    )

    # === CRUD METHODS === #

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(
            self.env._("A notice that was sent is never changed: it is on record.")
        )

    # === BUSINESS METHODS === #

    def _take(self, team, kind, day):
        """Note that a notice goes out now.

        :return: whether it is the first one of the day.
        """
        place = [("team_id", "=", team.id), ("kind", "=", kind), ("day", "=", day)]
        if self.search_count(place, limit=1):
            return False
        return bool(self.create({"team_id": team.id, "kind": kind, "day": day}))
