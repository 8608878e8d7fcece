from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import format_date

from ..tools.months import add_months
from .cap_sla_dashboard_tiles_mixin import FIGURES

PERIODS = (30, 90, 365)
MONTHLY = ("met", "breached", "open", "uncovered")
# What the tables tell apart, and where a vote remembers it.
TABLES = {"team_id": "cap_team_id", "agent_id": "cap_user_id", "tier_id": "cap_tier_id"}


class CapSlaDashboard(models.AbstractModel):
    """The lead's figures at a glance: one answer fills the whole screen.

    Each number comes with the domain of the rows that it counts, so that the list
    behind it shows just these. The number of queries does not depend on the tickets.
    """

    _name = "cap.sla.dashboard"
    _inherit = ["cap.sla.dashboard.tiles.mixin"]
    _description = "Dashboard of the promise"

    # === BUSINESS METHODS === #

    @api.model
    @api.readonly
    def get_figures(self, days=90, team_id=None):
        """Return what the dashboard shows of the tickets received in the last days.

        :param days: how many days back, today included.
        :param team_id: id of a `cap.team`, all that the user sees when empty.
        :return: dict of `days`, `team_id`, `teams` to choose from, `total`, `tiles`,
            `tables` (by team, agent, tier, channel, type) and `months`.
        :raises AccessError: for who is not of the program's staff.
        """
        if not self.env.user.has_group("connecta_cap.group_cap_user"):
            raise AccessError(self.env._("These figures are for staff of the program."))
        days = days if days in PERIODS else PERIODS[1]
        first = self._cap_today() - relativedelta(days=days - 1)
        own = Domain("team_id", "=", team_id) if team_id else Domain.TRUE
        received = own & Domain("received_at", ">=", self._cap_start_of(first))
        voted = self._get_votes_domain(first, team_id)
        figures = self._read_figures(received)
        return {
            "days": days,
            "periods": list(PERIODS),
            "team_id": team_id or False,
            "teams": self.env["cap.team"].search_read(
                [("active", "=", True)], ["name"]
            ),
            "total": figures["count"],
            "tiles": self._list_tiles(received, figures),
            "tables": [
                self._prepare_table(name, received, voted)
                for name in ("team_id", "agent_id", "tier_id", "channel", "ticket_type")
            ],
            "months": self._list_months(own),
        }

    # === BUSINESS METHODS - TABLES AND MONTHS === #

    @api.model
    def _prepare_table(self, name, domain, voted):
        """Return the figures by one thing that tells tickets apart.

        :param name: field of `cap.sla.report`.
        :param domain: of its rows.
        :param voted: domain of the votes about the same tickets.
        """
        report = self.env["cap.sla.report"]
        field = report._fields[name]
        votes = self._read_votes(name, voted)
        groups = report._read_group(domain, [name], FIGURES)
        known = {key for key, *_figures in groups}
        # who was voted about, and assessed nothing
        nothing = (0,) * (len(FIGURES) - 2) + (None, None)
        groups += [(key, *nothing) for key in votes if key not in known]
        rows = []
        for key, *figures in groups:
            is_record = isinstance(key, models.BaseModel)
            plain = key.id if is_record else key
            rows.append(
                {
                    "key": plain or "none",
                    "label": self._word_key(field, key),
                    "domain": list(domain & Domain(name, "=", plain or False)),
                    **self._name_figures(figures),
                    "votes": votes.get(key, ""),
                }
            )
        return {
            "key": name,
            "label": field._description_string(self.env),
            "with_votes": name in TABLES,
            "rows": sorted(rows, key=lambda row: (-row["count"], row["label"])),
        }

    @api.model
    def _word_key(self, field, key):
        if not key:
            words = {
                "agent_id": self.env._("Nobody yet"),
                "ticket_type": self.env._("Not assessed yet"),
            }
            return words.get(field.name) or self.env._("None")
        if isinstance(key, models.BaseModel):
            return key.sudo().display_name
        return dict(field._description_selection(self.env))[key]

    @api.model
    def _get_votes_domain(self, first, team_id):
        """Return the domain of the votes about the tickets that the screen counts."""
        about = Domain("cap_ticket_id.sla_start", ">=", self._cap_start_of(first))
        if team_id:
            about &= Domain("cap_ticket_id.team_id", "=", team_id)
        return (
            about
            & Domain("cap_company_id", "in", self.env.companies.ids)
            & Domain("consumed", "=", True)
        )

    @api.model
    def _read_votes(self, name, domain):
        """Return clients' votes in words, by the record that their questions noted as
        the one whose work they are about.
        """
        if name not in TABLES:
            return {}
        rows = (
            self.env["rating.rating"]
            .sudo()
            ._read_group(domain, [TABLES[name]], ["rating:avg", "__count"])
        )
        return {
            record.with_env(self.env): self.env._(
                "%(average)s of 5 (%(count)s)", average=f"{average:.1f}", count=count
            )
            for record, average, count in rows
        }

    @api.model
    def _list_months(self, domain):
        """Return kept, broken and open by month of receipt, twelve months back."""
        this_month = self._cap_today().replace(day=1)
        starts = [add_months(this_month, number) for number in range(-11, 2)]
        report = self.env["cap.sla.report"].with_context(tz=self._cap_zone().zone)
        since = domain & Domain("received_at", ">=", self._cap_start_of(starts[0]))
        groups = report._read_group(
            since, ["received_at:month", "outcome"], ["__count"]
        )
        counts = {(month.date(), outcome): count for month, outcome, count in groups}
        return [
            {
                "label": format_date(self.env, start, date_format="MMM yyyy"),
                "domain": list(
                    domain
                    & Domain("received_at", ">=", self._cap_start_of(start))
                    & Domain("received_at", "<", self._cap_start_of(end))
                ),
                **{key: counts.get((start, key), 0) for key in MONTHLY},
            }
            for start, end in zip(starts, starts[1:], strict=False)
        ]
