from odoo import api, models
from odoo.tools import format_date

from ..tools.figures import word_share

NOBODY = "none"


class CapFiguresPageMixin(models.AbstractModel):
    """Puts figures into plain data that can be kept, and into words that people read.

    Form, client's page and PDF show what this makes of the same figures.
    """

    _name = "cap.figures.page.mixin"
    _inherit = ["cap.clock.mixin"]
    _description = "Figures in words"

    # === BUSINESS METHODS === #

    @api.model
    def _pack_figures(self, figures, subscription, days):
        """Return the figures of one subscription as plain JSON.

        :param figures: one value of `_get_figures_batch`.
        :param subscription: whose figures they are.
        :param days: (first day, first day after) that they are of.
        """
        counts = figures["tickets"]
        owed = figures["credits"]
        return {
            "as_of": self._cap_today().isoformat(),
            "attainment": figures["attainment"],
            "assessment": figures["assessment"],
            "tickets": {
                name: _pack_counts(value) if name.startswith("by_") else value
                for name, value in counts.items()
            },
            "deliveries": [_pack_line(line) for line in figures["deliveries"]],
            "credits": {
                "hours": owed["hours"],
                "lapse_date": owed["lapse_date"] and owed["lapse_date"].isoformat(),
                "lines": [_pack_line(line) for line in owed["lines"]],
            },
            "health": self._prepare_health_section(subscription, days),
        }

    @api.model
    def _prepare_health_section(self, subscription, days):
        """Return what a report says about the client's environments; a hook.

        :param subscription: `cap.subscription` of the client.
        :param days: (first day, first day after).
        :return: dict of `rows` (label and value each), None while nothing reports.
        """
        return subscription._prepare_health_lines(*days)

    @api.model
    def _word_figures(self, packed, names=None):
        """Return packed figures in the reader's words.

        :param packed: what `_pack_figures` made, nothing for none.
        :param names: what `_read_names` returned, when many are worded at once.
        :return: dict of values for the template `connecta_cap.figures`.
        """
        if not packed:
            return {}
        attainment, assessment = packed["attainment"], packed["assessment"]
        names = names or self._read_names([packed])
        tickets = packed["tickets"]
        share = attainment["share"]
        return {
            **attainment,
            "share": word_share(share),
            "width": int((share or 0) * 100 + 1e-9),
            "decided": attainment["met"] + attainment["breached"],
            "median": self._word_duration(assessment["median"]),
            "p90": self._word_duration(assessment["p90"]),
            "total": tickets["total"],
            "emergencies": tickets["emergencies"],
            "splits": [
                self._word_split(*split)
                for split in (
                    (self.env._("By type"), "ticket_type", tickets["by_type"]),
                    (self.env._("By priority"), "priority", tickets["by_priority"]),
                    (self.env._("Where they stand"), "stage_kind", tickets["by_stage"]),
                )
            ],
            "deliveries": [
                self._word_delivery(line, names) for line in packed["deliveries"]
            ],
            "credits": [
                self._word_credit(line, names) for line in packed["credits"]["lines"]
            ],
            "as_of": self._word_iso(packed["as_of"]),
            "health": packed["health"],
        }

    @api.model
    def _word_split(self, title, name, counts):
        labels = self.env["cap.ticket"]._fields[name]._description_selection(self.env)
        rows = [(label, counts[key]) for key, label in labels if counts.get(key)]
        if counts.get(NOBODY):
            rows.append((self.env._("Not assessed yet"), counts[NOBODY]))
        return {"title": title, "rows": rows}

    @api.model
    def _word_delivery(self, line, names):
        unit = line["unit"]
        amounts = ("promised", "delivered", "open", "late", "lapsed")
        return {
            "name": names[line["entitlement_id"]],
            "width": round(100 * line["delivered"] / (line["promised"] or 1)),
            **{key: self._word_amount(line[key], unit) for key in amounts},
            "is_late": line["late"] > 0,
            "is_lapsed": line["lapsed"] > 0,
        }

    @api.model
    def _word_credit(self, line, names):
        return {
            "name": names[line["entitlement_id"]],
            "left": self._word_amount(line["left"], line["unit"]),
            "lapse_date": self._word_iso(line["lapse_date"]),
        }

    @api.model
    def _read_names(self, packs):
        """Return the entitlements' names by id, in one query for many figures."""
        ids = {
            line["entitlement_id"]
            for packed in packs
            for line in packed["deliveries"] + packed["credits"]["lines"]
        }
        known = self.env["cap.entitlement"].sudo().browse(ids)
        return {entitlement.id: entitlement.name for entitlement in known}

    @api.model
    def _word_amount(self, amount, unit):
        number = f"{round(amount, 2):g}"
        return self.env._("%(count)s h", count=number) if unit == "hour" else number

    @api.model
    def _word_duration(self, seconds):
        """Return working time in words, '–' for none."""
        if seconds is None:
            return "–"
        hours, minutes = divmod(round(seconds / 60), 60)
        parts = [self.env._("%(count)s h", count=hours)] if hours else []
        if minutes or not hours:
            parts.append(self.env._("%(count)s min", count=minutes))
        return " ".join(parts)

    @api.model
    def _word_iso(self, day):
        return format_date(self.env, day, date_format="d MMM y") if day else "–"


def _pack_counts(counts):
    """Return counts by key, in which what nobody assessed is 'none'."""
    return {key or NOBODY: count for key, count in counts.items()}


def _pack_line(line):
    """Return a line with the entitlement's id and name in place of its record."""
    packed = {key: value for key, value in line.items() if key != "entitlement"}
    if packed.get("lapse_date"):
        packed["lapse_date"] = packed["lapse_date"].isoformat()
    entitlement = line["entitlement"]
    return packed | {"entitlement_id": entitlement.id, "name": entitlement.name}
