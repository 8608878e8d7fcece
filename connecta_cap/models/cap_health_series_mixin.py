from datetime import datetime

import pytz

from odoo import api, models
from odoo.tools import format_date

from ..tools.health_chart import HEIGHT, draw_bars, draw_line, place, round_top

# The changes that stand on a chart: others would hide what it shows.
CHARTED_MARKS = ("deploy", "version")
PERIODS = {"24h": ("hourly", 24), "7d": ("hourly", 168), "30d": ("daily", 30)}
PERIODS["90d"] = ("daily", 90)
USUAL_PERIOD = "7d"


class CapHealthSeriesMixin(models.AbstractModel):
    """Figures over time: as numbers for a chart of the browser, or drawn as SVG."""

    _name = "cap.health.series.mixin"
    _inherit = ["cap.health.words.mixin"]
    _description = "Health over time"

    # === BUSINESS METHODS === #

    @api.model
    def _get_periods(self):
        """Return the times that one can look at: keys and labels."""
        return [
            {"key": "24h", "label": self.env._("24 h")},
            {"key": "7d", "label": self.env._("7 days")},
            {"key": "30d", "label": self.env._("30 days")},
            {"key": "90d", "label": self.env._("90 days")},
        ]

    @api.model
    def _prepare_series(self, data, period):
        """Return the figures of a period.

        :param data: what the dashboards' data has of an environment or a flow.
        :param period: a key of `PERIODS`.
        :return: dict of `labels`, `ok`, `failed`, `success` (percent), `p50`, `p95`
            (ms), `queue` (lists of the same length), `marks` (dicts of `index`,
            `number`, `label`, `text`, `when`) and `empty`.
        """
        source, count = PERIODS[period]
        rows = data[source][-count:]
        return {
            "labels": self._label_slots(rows, data["tz"]),
            "ok": [row["ok"] for row in rows],
            "failed": [row["failed"] for row in rows],
            "success": [
                None
                if row["success_share"] is None
                else round(100 * row["success_share"], 2)
                for row in rows
            ],
            "p50": [row["p50_ms"] and round(row["p50_ms"]) for row in rows],
            "p95": [row["p95_ms"] and round(row["p95_ms"]) for row in rows],
            "queue": [row["queue_max"] for row in rows],
            "marks": self._place_marks(data, rows),
            "empty": not any(row["windows"] for row in rows),
        }

    def _label_slots(self, rows, zone):
        if rows and "at" in rows[0]:
            return [self._word_at(row["at"], zone) for row in rows]
        return [format_date(self.env, row["day"], date_format="d MMM") for row in rows]

    def _place_marks(self, data, rows):
        """Return the changes that lie in the slots, numbered from the first."""
        zone = pytz.timezone(data["tz"])
        slots = {row.get("at") or row["day"]: n for n, row in enumerate(rows)}
        by_hour = bool(rows) and "at" in rows[0]
        placed = []
        for mark in sorted(data["marks"], key=lambda mark: mark["at"]):
            if mark["kind"] not in CHARTED_MARKS:
                continue
            at = datetime.fromisoformat(mark["at"].removesuffix("Z"))
            if by_hour:
                slot = at.replace(minute=0, second=0, microsecond=0).isoformat() + "Z"
            else:
                slot = pytz.utc.localize(at).astimezone(zone).date().isoformat()
            if slot in slots:
                placed.append(mark | {"index": slots[slot]})
        dressed = self._dress_marks(placed, data["tz"])[::-1]
        return [mark | {"number": n} for n, mark in enumerate(dressed, 1)]

    # === BUSINESS METHODS - DRAWINGS === #

    @api.model
    def _draw_charts(self, series, limits=None):
        """Return the charts of a period as SVG paths with their words.

        :param series: see `_prepare_series`.
        :param limits: a flow's limits; none for an environment.
        :return: list of dicts of `key`, `title`, `words`, `top` and `lines` (`key`,
            `label`, `path`, and whether it `fills`), `limit` (`y` and `label`),
            `marks` (`x` and `number`), `first` and `last` (labels).
        """
        limits = limits or {}
        marks = [
            {"x": place(mark["index"], len(series["labels"])), **mark}
            for mark in series["marks"]
        ]
        rest = {
            "marks": marks,
            "first": series["labels"][0],
            "last": series["labels"][-1],
        }
        charts = [
            self._draw_success(series),
            self._draw_runs(series),
            self._draw_durations(series, limits.get("slow_ms")),
            self._draw_queue(series, limits.get("queue_limit")),
        ]
        return [chart | rest for chart in charts]

    def _draw_success(self, series):
        return {
            "key": "success",
            "title": self.env._("Success rate"),
            "words": self._word_extreme(
                series, "success", self.env._("lowest %(value)s %%, %(at)s"), min
            ),
            "top": "100 %",
            "lines": [
                {
                    "key": "ok",
                    "label": self.env._("Good runs"),
                    "path": draw_line(series["success"], 100),
                }
            ],
            "limit": None,
        }

    def _draw_runs(self, series):
        both = [
            good + bad for good, bad in zip(series["ok"], series["failed"], strict=True)
        ]
        top = round_top(both)
        words = self.env._(
            "%(good)s good, %(bad)s failed",
            good=f"{sum(series['ok']):,}",
            bad=f"{sum(series['failed']):,}",
        )
        good, bad = (
            draw_bars(series["ok"], top),
            draw_bars(series["failed"], top, series["ok"]),
        )
        labels = (self.env._("Good"), self.env._("Failed"))
        return {
            "key": "runs",
            "title": self.env._("Runs"),
            "words": words,
            "top": f"{top:,}",
            "lines": [
                {"key": "ok", "label": labels[0], "path": good, "fills": True},
                {"key": "failed", "label": labels[1], "path": bad, "fills": True},
            ],
            "limit": None,
        }

    def _draw_durations(self, series, limit):
        top = round_top([*series["p95"], *series["p50"], limit or None], 100)
        return {
            "key": "durations",
            "title": self.env._("Duration"),
            "words": self._word_extreme(
                series, "p95", self.env._("p95 at most %(value)s, %(at)s"), max
            ),
            "top": self._word_ms(top),
            "lines": [
                {"key": key, "label": key, "path": draw_line(series[key], top)}
                for key in ("p50", "p95")
            ],
            "limit": self._draw_limit(limit, top, self._word_ms(limit)),
        }

    def _draw_queue(self, series, limit):
        top = round_top([*series["queue"], limit or None], 10)
        return {
            "key": "queue",
            "title": self.env._("Queue"),
            "words": self._word_extreme(
                series, "queue", self.env._("at most %(value)s waiting, %(at)s"), max
            ),
            "top": f"{top:,}",
            "lines": [
                {
                    "key": "queue",
                    "label": self.env._("Waiting"),
                    "path": draw_line(series["queue"], top),
                }
            ],
            "limit": self._draw_limit(limit, top, f"{limit or 0:,}"),
        }

    def _draw_limit(self, limit, top, words):
        if not limit:
            return None
        return {
            "y": round(HEIGHT * (1 - limit / top), 1),
            "label": self.env._("Limit %(limit)s", limit=words),
        }

    def _word_extreme(self, series, key, text, choose):
        """Return the lowest or highest value of a period and when it was."""
        known = [(value, n) for n, value in enumerate(series[key]) if value is not None]
        if not known:
            return self.env._("nothing was reported in this time")
        value, index = choose(known)
        word = self._word_ms(value) if key == "p95" else f"{value:,g}"
        return text % {"value": word, "at": series["labels"][index]}
