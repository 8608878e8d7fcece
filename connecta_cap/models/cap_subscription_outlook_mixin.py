from odoo import api, models

from ..tools.schedule import Stretch


class CapSubscriptionOutlookMixin(models.AbstractModel):
    """What becomes of open deliveries and credits when the cover pauses or ends.

    Our duties wait and move on, or lapse with the cover; what we are late with stays
    owed; what a client may use keeps its own expiry.
    """

    _name = "cap.subscription.outlook.mixin"
    _inherit = ["cap.subscription.notice.mixin"]
    _description = "What becomes of open deliveries"

    # === DELIVERIES === #

    def _list_open(self, fulfilment, states=("due", "planned")):
        return self.delivery_ids.filtered(
            lambda row: row.fulfilment == fulfilment and row.state in states
        ).sorted(lambda row: (row.due_date or row.date_start, row.id))

    def _word_late(self):
        late = self._list_open("ours", ("late",))
        return [
            self.env._(
                "%(name)s: %(count)s late, due since %(day)s. We still owe it.",
                name=entitlement.name,
                count=len(rows),
                day=self._word_day(rows[0].due_date),
            )
            for entitlement, rows in late.grouped("entitlement_id").items()
        ]

    def _foresee_rows(self, open_end):
        """Return the ledger as it would be, with an open suspension until `open_end`.

        :param open_end: date; None when a suspension is to begin today.
        """
        known = self.sudo().suspension_ids.sorted("date_start")
        pauses = [Stretch(line.date_start, line.date_end or open_end) for line in known]
        if open_end is None:
            pauses.append(Stretch(self._cap_today()))
        pauses = [pause for pause in pauses if pause.start != pause.end]
        return self.env["cap.delivery"].sudo()._foresee(self, pauses)

    def _word_waiting(self, day):
        foreseen, lines, later = self._foresee_rows(None), [], 0
        for row in self._list_open("ours"):
            if row._get_place() not in foreseen:
                later += 1
                continue
            lines.append(
                self.env._(
                    "%(name)s, due by %(day)s: waits, and moves on by as many days "
                    "as the suspension lasts.",
                    name=row.entitlement_id.name,
                    day=self._word_day(row.due_date),
                )
                if row.due_date
                else self.env._("%(name)s: waits.", name=row.entitlement_id.name)
            )
        return lines + self._word_later(later)

    def _word_moved(self, day):
        foreseen, lines = self._foresee_rows(day), []
        for row in self._list_open("ours"):
            values = foreseen.pop(row._get_place(), None)
            if not values or not row.due_date or not values["due_date"]:
                continue
            moved = (values["due_date"] - row.due_date).days
            words = {
                "name": row.entitlement_id.name,
                "day": self._word_day(values["due_date"]),
                "days": moved,
            }
            lines.append(
                self.env._(
                    "%(name)s: due by %(day)s, %(days)s days later than before.",
                    **words,
                )
                if moved
                else self.env._("%(name)s: due by %(day)s as before.", **words)
            )
        known = {row._get_place() for row in self.delivery_ids}
        later = [
            key
            for key, values in foreseen.items()
            if key not in known and values["fulfilment"] == "ours"
        ]
        return lines + self._word_later(len(later))

    def _word_later(self, count):
        if not count:
            return []
        return [
            self.env._(
                "Deliveries of later periods that are planned anew when the cover is "
                "back: %(count)s.",
                count=count,
            )
        ]

    def _word_ending(self, day):
        lines = []
        for row in self._list_open("ours"):
            words = {
                "name": row.entitlement_id.name,
                "due": self._word_day(row.due_date) if row.due_date else "",
            }
            if row.date_start >= day:
                continue  # of a period that does not come any more
            if (row.due_date and row.due_date < day) or (
                row.date_end and row.date_end <= day
            ):
                lines.append(self.env._("%(name)s: still due by %(due)s.", **words))
            else:
                lines.append(
                    self.env._("%(name)s: lapses with the end of the cover.", **words)
                )
        return lines

    # === CREDITS === #

    def _word_credits(self, day, runs_on):
        lines, units = [], dict(self._fields_of_unit())
        for row in self._list_open("client", ("due", "planned", "late")):
            if row.date_start >= day or not row.due_date:
                continue
            words = {
                "name": row.entitlement_id.name,
                "left": f"{row.quantity - row.quantity_done:g}",
                "unit": units[row.unit].lower(),
                "day": self._word_day(row.due_date),
            }
            lines.append(
                self.env._(
                    "%(name)s, %(left)s %(unit)s left: the expiry goes on, the last "
                    "day is %(day)s.",
                    **words,
                )
                if runs_on
                else self.env._(
                    "%(name)s, %(left)s %(unit)s left: usable until its own expiry, "
                    "the last day is %(day)s.",
                    **words,
                )
            )
        return lines

    @api.model
    def _fields_of_unit(self):
        field = self.env["cap.delivery"]._fields["unit"]
        return field._description_selection(self.env)
