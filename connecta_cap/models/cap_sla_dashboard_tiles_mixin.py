from odoo import api, models
from odoo.fields import Domain

from ..tools.figures import attained_share, word_share

FIGURES = (
    "__count",
    "met:sum",
    "breached:sum",
    "still_open:sum",
    "uncovered:sum",
    "hours_median:median",
    "hours_p90:p90",
)
COUNTS = ("count", "met", "breached", "open", "uncovered", "median", "p90")
TONES = {"attainment": "success", "breached": "danger", "emergencies": "warning"}


class CapSlaDashboardTilesMixin(models.AbstractModel):
    """The numbers on top of the lead's dashboard, and the figures of any group."""

    _name = "cap.sla.dashboard.tiles.mixin"
    _inherit = ["cap.clock.mixin"]
    _description = "Numbers of the promise"

    # === BUSINESS METHODS - FIGURES === #

    @api.model
    def _read_figures(self, domain):
        row = self.env["cap.sla.report"]._read_group(domain, [], FIGURES)[0]
        return self._name_figures(row)

    @api.model
    def _name_figures(self, row):
        """Return the figures of a group by name, with the share and words of hours."""
        figures = dict(zip(COUNTS, (value or 0 for value in row), strict=True))
        share = attained_share(figures["met"], figures["breached"])
        assessed = row[-1] is not None and row[-1] is not False
        return figures | {
            "share": share,
            "share_text": word_share(share),
            "median_text": self._word_hours(figures["median"]) if assessed else "–",
            "p90_text": self._word_hours(figures["p90"]) if assessed else "–",
        }

    @api.model
    def _word_hours(self, hours):
        minutes = round(hours * 60)
        return self.env._(
            "%(hours)s h %(minutes)s min",
            hours=minutes // 60,
            minutes=f"{minutes % 60:02d}",
        )

    # === BUSINESS METHODS - TILES === #

    @api.model
    def _list_tiles(self, domain, figures):
        """Return the numbers on top, each with the domain of what it counts."""
        decided = Domain("outcome", "in", ["met", "breached"])
        assessed = Domain("agent_id", "!=", False)
        emergencies = self._count_emergencies(domain)
        values = {
            "attainment": (figures["share_text"], decided),
            "breached": (figures["breached"], Domain("outcome", "=", "breached")),
            "open": (figures["open"], Domain("outcome", "=", "open")),
            "received": (figures["count"], Domain.TRUE),
            "median": (figures["median_text"], assessed),
            "emergencies": (emergencies["count"], Domain("emergency", "=", 1)),
        }
        words = self._word_tiles(figures, emergencies)
        return [
            {
                "key": key,
                "label": words[key][0],
                "value": str(value),
                "hint": words[key][1],
                "tone": TONES.get(key, ""),
                "domain": list(domain & part),
            }
            for key, (value, part) in values.items()
        ]

    @api.model
    def _word_tiles(self, figures, emergencies):
        """Return label and hint of each number."""
        decided = figures["met"] + figures["breached"]
        return {
            "attainment": (
                self.env._("Kept"),
                self.env._("of %(count)s decided", count=decided),
            ),
            "breached": (self.env._("Broken"), ""),
            "open": (self.env._("Open"), self.env._("counted neither way")),
            "received": (
                self.env._("Received"),
                self.env._("%(count)s not covered", count=figures["uncovered"]),
            ),
            "median": (
                self.env._("Time to the assessment"),
                self.env._(
                    "median of the working time; nine in ten within %(p90)s",
                    p90=figures["p90_text"],
                ),
            ),
            "emergencies": (self.env._("Emergencies"), emergencies["hint"]),
        }

    @api.model
    def _count_emergencies(self, domain):
        """Return the `count` of emergencies and a `hint` of how they were answered."""
        count, minutes, share = self.env["cap.sla.report"]._read_group(
            domain & Domain("emergency", "=", 1),
            [],
            ["__count", "ack_minutes:avg", "ack_attainment:avg"],
        )[0]
        hint = self.env._("none acknowledged yet") if count else ""
        if share is not None and share is not False:
            hint = self.env._(
                "%(share)s acknowledged in time, after %(minutes)s min on average",
                share=word_share(share / 100),
                minutes=round(minutes),
            )
        return {"count": count, "hint": hint}
