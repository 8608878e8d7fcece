import json
from datetime import date, timedelta

from odoo import models
from odoo.tools import SQL

KEY = ("subscription_id", "entitlement_id", "cycle_start", "number")
# what follows the periods as long as a row is open
FOLLOWING = (
    "date_start",
    "date_end",
    "due_date",
    "lapse_date",
    "is_held",
    "fulfilment",
    "quantity",
    "unit",
)
# the columns of a new row in the order of the planner's rows, with their types
INSERTED = {
    "subscription_id": "int",
    "entitlement_id": "int",
    "cycle_start": "date",
    "number": "int",
    "date_start": "date",
    "date_end": "date",
    "due_date": "date",
    "lapse_date": "date",
    "is_held": "bool",
    "fulfilment": "varchar",
    "quantity": "float8",
    "unit": "varchar",
}


class CapDeliveryStoreMixin(models.AbstractModel):
    """Reads and writes the ledger a set of rows at a time, for the planner."""

    _name = "cap.delivery.store.mixin"
    _inherit = ["cap.clock.mixin"]
    _description = "Rows of the delivery ledger"

    def _read_known(self, ids):
        rows = self.env.execute_query_dict(
            SQL(
                "SELECT id, %s, planned_on, delivered_on, quantity_done, res_id,"
                " extended_to"
                " FROM cap_delivery WHERE subscription_id IN %s",
                SQL(", ").join(SQL.identifier(name) for name in (*KEY, *FOLLOWING)),
                ids,
            )
        )
        return {tuple(row[name] for name in KEY): row for row in rows}

    def _insert(self, rows):
        """Add rows, by nobody in person; one that is there already stays."""
        if not rows:
            return
        names = tuple(INSERTED)
        self.env.cr.execute(
            SQL(
                """INSERT INTO cap_delivery
                    (%(columns)s, quantity_done, create_date, write_date)
                SELECT *, 0, %(now)s, %(now)s FROM %(rows)s
                ON CONFLICT DO NOTHING""",
                columns=SQL(", ").join(map(SQL.identifier, names)),
                now=self._cap_now(),
                rows=_as_table(INSERTED, rows),
            )
        )

    def _move(self, moved):
        """Give rows that are open new dates and figures."""
        if not moved:
            return
        changes = [SQL("%s = v.%s", *[SQL.identifier(name)] * 2) for name in FOLLOWING]
        rows = [(id_, *row_values(row)) for id_, row in moved]
        types = {"id": "int"} | {name: INSERTED[name] for name in FOLLOWING}
        self.env.cr.execute(
            SQL(
                "UPDATE cap_delivery d SET %s FROM %s WHERE d.id = v.id",
                SQL(", ").join(changes),
                _as_table(types, rows),
            )
        )

    def _withdraw(self, stale):
        """Take back what is no longer owed; what somebody worked on lapses today."""
        touched = [
            row["id"]
            for row in stale
            if row["planned_on"] or row["quantity_done"] or row["res_id"]
        ]
        untouched = {row["id"] for row in stale} - set(touched)
        self.env["cap.delivery"].browse(untouched).sudo().unlink()
        if touched:
            self.env.cr.execute(
                SQL(
                    """UPDATE cap_delivery SET lapse_date = %(today)s
                    WHERE id IN %(ids)s
                    AND (lapse_date IS NULL OR lapse_date > %(today)s)""",
                    today=self._cap_today(),
                    ids=tuple(touched),
                )
            )


def row_values(row):
    """Return the dates and figures of a row of the ledger."""
    return row[len(KEY) : len(KEY) + len(FOLLOWING)]


def extend(known, wanted):
    """Return the wanted rows, each with the later expiry that somebody agreed to.

    :param known: rows of the ledger by their key.
    :param wanted: rows as the planner makes them, by their key.
    """
    extended = {}
    for key, row in known.items():
        until = row["extended_to"]
        if not until or key not in wanted:
            continue
        values = dict(zip(FOLLOWING, row_values(wanted[key]), strict=True))
        if values["lapse_date"] and values["lapse_date"] < until:
            values |= {"lapse_date": until, "due_date": until - timedelta(days=1)}
            extended[key] = (*key, *values.values())
    return wanted | extended


def differs(known, row):
    """Return whether an open row of the ledger is to follow what is wanted."""
    current = tuple(known[name] for name in FOLLOWING)
    return not known["delivered_on"] and current != row_values(row)


def _as_table(types, rows):
    """Return rows as a table `v` in SQL: one statement, one parameter for all."""
    columns = [
        SQL("(r->>%s)::%s AS %s", place, SQL(kind), SQL.identifier(name))
        for place, (name, kind) in enumerate(types.items())
    ]
    return SQL(
        "(SELECT %s FROM jsonb_array_elements(%s::jsonb) r) v",
        SQL(", ").join(columns),
        json.dumps(rows, default=date.isoformat),
    )
