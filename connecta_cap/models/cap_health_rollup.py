from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from ..const import HOUR_MONTHS, RAW_DAYS, ROLLUP_BATCH
from ..tools.months import add_months

MOST = 2**31 - 1


class CapHealthRollup(models.AbstractModel):
    """Sums samples up into hours and days.

    An hour is always counted from all of its samples, and a day from all of its hours:
    counting twice, late or in another order gives the same.
    """

    _name = "cap.health.rollup"
    _inherit = ["cap.clock.mixin"]
    _description = "Rollup of health samples"

    # === BUSINESS METHODS - COUNTING === #

    @api.model
    def _cron_roll_up(self):
        """Count the hours that reports have touched; safe side by side."""
        cron = self.env["ir.cron"]
        while count := self._roll_up():
            left = self.env["cap.health.dirty"].sudo().search_count([], limit=count)
            if not cron._commit_progress(count, remaining=left):
                return

    @api.model
    def _roll_up(self, limit=ROLLUP_BATCH):
        """Count some hours again, and the days that they are of.

        :param limit: notes to work through.
        :return: how many were.
        """
        self.env.flush_all()
        notes = self.env.execute_query(
            SQL(
                "SELECT id, environment_id, hour FROM cap_health_dirty"
                " ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED",
                limit,
            )
        )
        if not notes:
            return 0
        hours = sorted({(environment, hour) for _id, environment, hour in notes})
        environments, moments = map(list, zip(*hours, strict=True))
        self._count_hours(environments, moments)
        days = self._find_days(environments, moments)
        self._count_days(days)
        self._count_error_days(days)
        ids = [row[0] for row in notes]
        self.env.execute_query(
            SQL("DELETE FROM cap_health_dirty WHERE id = ANY(%s) RETURNING id", ids)
        )
        for name in ("hour", "day", "error.day", "dirty"):
            self.env[f"cap.health.{name}"].invalidate_model()
        return len(notes)

    @api.model
    def _count_hours(self, environments, hours):
        # one look at the index for each flow and hour, whatever the planner believes
        self.env.execute_query(
            SQL(
                """INSERT INTO cap_health_hour
                    (environment_id, flow_id, hour, %(names)s)
                SELECT f.environment_id, f.id, d.hour, s.*
                FROM unnest(%(environments)s::int[], %(hours)s::timestamp[])
                    d (environment_id, hour)
                JOIN cap_flow f ON f.environment_id = d.environment_id
                CROSS JOIN LATERAL (
                    SELECT count(*) AS windows,
                        %(seconds)s, %(ok)s, %(failed)s, %(skipped)s, %(timed)s,
                        sum(p50_ms * (ok + failed)) / nullif(%(timed)s, 0),
                        sum(p95_ms * (ok + failed)) / nullif(%(timed)s, 0),
                        max(p95_ms), max(queue_depth), max(oldest_pending_s)
                    FROM cap_health_sample
                    WHERE flow_id = f.id AND window_start >= d.hour
                        AND window_start < d.hour + interval '1 hour'
                ) s
                WHERE s.windows > 0
                ON CONFLICT (flow_id, hour) DO UPDATE SET %(values)s
                RETURNING 1""",
                names=_names(),
                seconds=_total("extract(epoch from window_end - window_start)"),
                ok=_total("ok"),
                failed=_total("failed"),
                skipped=_total("skipped"),
                timed=_total("CASE WHEN p95_ms IS NULL THEN 0 ELSE ok + failed END"),
                environments=environments,
                hours=hours,
                values=_excluded(),
            )
        )

    @api.model
    def _recount_days(self, environments):
        """Let days whose hours are kept be counted anew, in the zone of now.

        :param environments: `cap.environment` records.
        """
        if not environments:
            return
        self.env.flush_all()
        today, ids = self._cap_today(), environments.ids
        first = add_months(today, 1 - HOUR_MONTHS)
        for query in (
            SQL(
                "DELETE FROM cap_health_day WHERE environment_id = ANY(%s) AND day > %s"
                " RETURNING 1",
                *(ids, first),
            ),
            SQL(
                """DELETE FROM cap_health_error_day WHERE error_id IN (
                    SELECT e.id FROM cap_health_error e JOIN cap_flow f
                    ON f.id = e.flow_id WHERE f.environment_id = ANY(%s))
                AND day > %s RETURNING 1""",
                ids,
                today - timedelta(days=RAW_DAYS - 2),
            ),
            SQL(
                """INSERT INTO cap_health_dirty (environment_id, hour)
                SELECT environment_id, min(hour) FROM (
                    SELECT h.environment_id, h.hour,
                        (h.hour AT TIME ZONE 'UTC' AT TIME ZONE e.tz)::date AS day
                    FROM cap_health_hour h
                    JOIN cap_environment e ON e.id = h.environment_id
                    WHERE e.id = ANY(%s)) hours
                WHERE day > %s GROUP BY environment_id, day RETURNING 1""",
                ids,
                first,
            ),
        ):
            self.env.execute_query(query)
        self.env.invalidate_all()

    @api.model
    def _find_days(self, environments, hours):
        """Return (environment id, day, its start, its end) of some hours.

        A day is one of the environment's time zone, its bounds are naive UTC.
        """
        return self.env.execute_query(
            SQL(
                """SELECT id, day, day::timestamp AT TIME ZONE tz AT TIME ZONE 'UTC',
                    (day + 1)::timestamp AT TIME ZONE tz AT TIME ZONE 'UTC'
                FROM (
                    SELECT DISTINCT e.id, e.tz,
                        (d.hour AT TIME ZONE 'UTC' AT TIME ZONE e.tz)::date AS day
                    FROM unnest(%s::int[], %s::timestamp[]) d (environment_id, hour)
                    JOIN cap_environment e ON e.id = d.environment_id
                ) days""",
                environments,
                hours,
            )
        )

    @api.model
    def _count_days(self, days):
        self.env.execute_query(
            SQL(
                """INSERT INTO cap_health_day (environment_id, flow_id, day, %(names)s)
                SELECT h.environment_id, h.flow_id, d.day, %(windows)s,
                    %(seconds)s, %(ok)s, %(failed)s, %(skipped)s, %(timed)s,
                    sum(h.p50_ms * h.timed) / nullif(%(timed)s, 0),
                    sum(h.p95_ms * h.timed) / nullif(%(timed)s, 0),
                    max(h.p95_max_ms), max(h.queue_max), max(h.oldest_max_s)
                FROM %(days)s
                JOIN cap_health_hour h ON h.environment_id = d.environment_id
                    AND h.hour >= d.start AND h.hour < d.stop
                GROUP BY h.environment_id, h.flow_id, d.day
                ON CONFLICT (flow_id, day) DO UPDATE SET %(values)s
                RETURNING 1""",
                names=_names(),
                windows=_total("h.windows"),
                seconds=_total("h.seconds"),
                ok=_total("h.ok"),
                failed=_total("h.failed"),
                skipped=_total("h.skipped"),
                timed=_total("h.timed"),
                days=_days(days),
                values=_excluded(),
            )
        )

    @api.model
    def _count_error_days(self, days):
        self.env.execute_query(
            SQL(
                """INSERT INTO cap_health_error_day (error_id, day, count)
                SELECT c.error_id, d.day, %s
                FROM %s
                JOIN cap_flow f ON f.environment_id = d.environment_id
                JOIN cap_health_error e ON e.flow_id = f.id
                JOIN cap_health_error_count c ON c.error_id = e.id
                    AND c.window_start >= %s AND c.window_start < %s
                GROUP BY c.error_id, d.day
                ON CONFLICT (error_id, day) DO UPDATE
                    SET count = greatest(cap_health_error_day.count, excluded.count)
                RETURNING 1""",
                _total("c.count"),
                _days(days),
                _first_hour("start"),
                _first_hour("stop"),
            )
        )


def _names():
    return SQL(
        "windows, seconds, ok, failed, skipped, timed, p50_ms, p95_ms, p95_max_ms,"
        " queue_max, oldest_max_s"
    )


def _excluded():
    """Return what a row that was counted before is set to."""
    names = _names().code.replace(" ", "").split(",")
    return SQL(", ").join(
        SQL("%s = excluded.%s", SQL.identifier(name), SQL.identifier(name))
        for name in names
    )


def _total(expression):
    """Return a sum that a whole number of the database can hold."""
    return SQL(f"least(sum({expression}), {MOST})::int")  # pylint: disable=sql-injection


def _first_hour(column):
    """Return the first hour that begins in a day, which may itself begin at half past.

    An hour belongs to the day it begins in, and its errors go with it.
    """
    moment = SQL.identifier("d", column)
    return SQL("date_trunc('hour', %s + interval '59 min 59 s')", moment)


def _days(days):
    columns = map(list, zip(*days, strict=True))
    return SQL(
        "unnest(%s::int[], %s::date[], %s::timestamp[], %s::timestamp[])"
        " d (environment_id, day, start, stop)",
        *columns,
    )
