"""The figures of `make bench` that need no web server: runs inside `odoo shell`.

Prints one line a figure: what, measured, budget. Works on a throw-away database with
demo data; nothing is committed.
"""

import statistics
import time
from datetime import datetime, timedelta

from odoo.tests import new_test_user
from odoo.tools import SQL

CONTEXT = {"mail_create_nosubscribe": True}


def bench_create(agent, contact):
    tickets = ENV["cap.ticket"].with_user(agent)
    vals = [{"name": f"Order {n}", "partner_id": contact.id} for n in range(1000)]
    queries, seconds = count_queries(lambda: tickets.create(vals))
    say("create 1,000 tickets, queries a ticket", f"{queries / 1000:.2f}", "at most 6")
    say("create 1,000 tickets, seconds", f"{seconds:.2f}")


def bench_assess(agent):
    tickets = ENV["cap.ticket"].with_user(agent)
    counts = []
    for ticket in tickets.search([("priority", "=", False)], limit=6):
        fresh = tickets.browse(ticket.id)
        counts.append(
            count_queries(lambda t=fresh: t.action_assess("2", "question", "Why."))[0]
        )
    # the first one fills the caches of the registry, as a worker does once
    say("assess one ticket, queries", statistics.median(counts[1:]), "at most 15")


def bench_desk(agent):
    """Time the agents' desk with all of the seeded tickets in its lists."""
    desk = ENV["cap.agent.desk"].with_user(agent)
    desk.get_desk("all")
    queries, seconds = count_queries(lambda: desk.get_desk("all"))
    say("desk, 1,000 open tickets, queries", queries, "at most 30")
    say("desk, 1,000 open tickets, seconds", f"{seconds:.2f}")
    ids = ENV["cap.ticket"].search([], limit=20).ids
    queries, seconds = count_queries(lambda: desk.get_changes(ids, "all"))
    say("desk, 20 changed rows, queries", queries, "at most 30")
    say("desk, 20 changed rows, seconds", f"{seconds:.3f}")
    ticket = ENV["cap.ticket"].with_user(agent).browse(ids[0])
    ticket.get_desk_ticket()  # fills the registry's caches, as a worker does once
    queries, _seconds = count_queries(ticket.get_desk_ticket)
    say("desk, one ticket at its side, queries", queries, "at most 60")


def bench_deadlines():
    calendar = ENV.ref("connecta_cap.resource_calendar_response")
    first = datetime(2026, 3, 2)
    starts = [first + timedelta(minutes=17 * n) for n in range(1000)]
    calendar._cap_terms_batch(starts[:1], 4)
    runs = [
        count_queries(lambda: calendar._cap_terms_batch(starts, 4)) for _n in range(5)
    ]
    best = min(seconds for _queries, seconds in runs)
    say("1,000 deadlines in one batch, ms", f"{best * 1000:.1f}", "under 50")
    say("1,000 deadlines in one batch, queries", runs[-1][0])


def seed_open(ticket, count):
    """Copy a running ticket `count` times, straight into the table, due in a year."""
    names = [
        field.name
        for field in ticket._fields.values()
        if field.store and field.column_type and field.name not in ("id", "number")
    ]
    columns = SQL(", ").join(SQL.identifier(name) for name in names)
    later = datetime.now() + timedelta(days=365)
    replaced = {"sla_deadline": later, "priority": None, "sla_state": "running"}
    values = SQL(", ").join(
        SQL("%s", replaced[name]) if name in replaced else SQL.identifier(name)
        for name in names
    )
    ENV.cr.execute(
        SQL(
            "INSERT INTO cap_ticket (number, %s)"
            " SELECT 'SEED-' || n || '-' || random(), %s"
            " FROM cap_ticket, generate_series(1, %s) n WHERE id = %s",
            columns,
            values,
            count,
            ticket.id,
        )
    )
    ENV.cr.execute("ANALYZE cap_ticket")


def make_due(count):
    """Let `count` of the seeded tickets be due a minute ago, and forget caches."""
    ENV.cr.execute(
        "UPDATE cap_ticket SET sla_deadline = now() at time zone 'utc' - interval"
        " '1 minute' WHERE id IN (SELECT id FROM cap_ticket WHERE number LIKE 'SEED-%%'"
        " AND sla_state = 'running' AND sla_deadline > now() LIMIT %s)",
        [count],
    )
    ENV.invalidate_all()


def bench_breach(ticket):
    """Time the breach run with few and many open tickets, always 100 due."""
    tickets = ENV["cap.ticket"]
    for more, total in ((10_000, "10,000"), (90_000, "100,000")):
        seed_open(ticket, more)
        tickets.sudo().search([("sla_is_overdue", "=", True)])._mark_breached()
        make_due(100)
        due = [("sla_state", "=", "running"), ("sla_deadline", "<=", datetime.now())]
        queries, seconds = count_queries(
            lambda due=due: tickets.sudo().search(due, limit=200)._mark_breached()
        )
        say(f"breach run, 100 due of {total} open, seconds", f"{seconds:.3f}")
        say(f"breach run, 100 due of {total} open, queries", queries)
    query = tickets.sudo()._search(due, order="sla_deadline", limit=200)
    ENV.cr.execute(SQL("EXPLAIN (COSTS OFF) %s", query.select()))
    for (line,) in ENV.cr.fetchall():
        print("BENCH   plan:", line)


def bench_escalation():
    """Time the escalation run: 100 due among the many that are not."""
    tickets = ENV["cap.ticket"].sudo()
    now = datetime.now().replace(microsecond=0)
    ENV.cr.execute(
        "UPDATE cap_ticket SET escalation_at = now() at time zone 'utc' + interval"
        " '1 year' WHERE sla_state = 'running'"
    )
    ENV.cr.execute(
        "UPDATE cap_ticket SET escalation_at = now() at time zone 'utc' WHERE id IN"
        " (SELECT id FROM cap_ticket WHERE sla_state = 'running' LIMIT 100)"
    )
    ENV.cr.execute("ANALYZE cap_ticket")
    ENV.invalidate_all()
    domain = tickets._get_escalation_domain(now)
    queries, seconds = count_queries(lambda: tickets.search(domain)._escalate(now))
    say("escalation run, 100 due of 100,000 open, seconds", f"{seconds:.3f}")
    say("escalation run, 100 due of 100,000 open, queries", queries)
    due = [("escalation_at", "<=", now)]
    query = tickets._search(due, order="escalation_at", limit=100)
    ENV.cr.execute(SQL("EXPLAIN (COSTS OFF) %s", query.select()))
    for (line,) in ENV.cr.fetchall():
        print("BENCH   plan:", line)
    tickets._get_triage_order()
    queries, seconds = count_queries(tickets._get_triage_order)
    say("order of the queue, 500 of 100,000 open, queries", queries)
    say("order of the queue, 500 of 100,000 open, seconds", f"{seconds:.3f}")


def seed_subscriptions(count):
    """Put `count` active clients of all tiers straight into the tables."""
    ENV.cr.execute(
        SQL(
            """WITH client AS (
                INSERT INTO res_partner (name, complete_name, active, is_company, type)
                SELECT 'Bench ' || n, 'Bench ' || n, true, true, 'contact'
                FROM generate_series(1, %s) n RETURNING id
            ), cover AS (
                INSERT INTO cap_subscription
                    (name, partner_id, company_id, state, active, report_interval,
                     term_months)
                SELECT 'B' || id, id, %s, 'active', true, 'none', 12
                FROM client RETURNING id
            )
            INSERT INTO cap_subscription_period
                (subscription_id, tier_id, company_id, date_start, reason, user_id)
            SELECT cover.id, tier.id, %s, current_date - (cover.id %% 600)::int,
                'Bench', %s
            FROM cover JOIN LATERAL (
                SELECT id FROM cap_tier ORDER BY id OFFSET cover.id %% 3 LIMIT 1
            ) tier ON true""",
            count,
            ENV.company.id,
            ENV.company.id,
            ENV.uid,
        )
    )
    ENV.cr.execute("ANALYZE")


def bench_lead():
    """Time what a lead looks at, over the 100,000 tickets that are seeded by now."""
    dashboard = ENV["cap.sla.dashboard"]
    dashboard.get_figures(365)
    queries, seconds = count_queries(lambda: dashboard.get_figures(365))
    say("lead's dashboard, 100,000 tickets, ms", f"{seconds * 1000:.0f}", "under 2000")
    say("lead's dashboard, 100,000 tickets, queries", queries, "at most 30")
    tickets = ENV["cap.ticket"].search([("sla_event_ids", "!=", False)], limit=500)
    queries, seconds = count_queries(tickets._compare_with_ledger)
    say(f"{len(tickets)} tickets against the ledger, ms", f"{seconds * 1000:.0f}")
    say(f"{len(tickets)} tickets against the ledger, queries", queries)


def bench_planner():
    """Time the planner over 10,000 clients: the first run, and the nightly one."""
    seed_subscriptions(10_000)
    subscriptions = ENV["cap.subscription"].search([("state", "=", "active")])
    deliveries = ENV["cap.delivery"]
    for what, budget in (("first", "at most 5"), ("nightly", "at most 5")):
        queries, total = set(), 0.0
        for start in range(0, len(subscriptions), 500):
            batch = subscriptions[start : start + 500]
            used, seconds = count_queries(lambda batch=batch: deliveries._plan(batch))
            queries.add(used)
            total += seconds
        rows = deliveries.search_count([])
        say(f"{what} plan of 10,000 clients, seconds", f"{total:.1f}", budget)
        say(f"{what} plan, queries of a batch of 500", f"{sorted(queries)}")
    say("rows in the delivery ledger", rows)


def seed_received(ticket, count, days=20):
    """Copy an assessed ticket `count` times, received over the weeks before it."""
    names = [
        field.name
        for field in ticket._fields.values()
        if field.store and field.column_type and field.name not in ("id", "number")
    ]
    minutes = days * 24 * 60
    shift = SQL("interval '1 minute' * (n * %s / %s)", minutes, count)
    moments = ("sla_start", "sla_deadline", "priority_assigned_at", "sla_warn_at")
    values = SQL(", ").join(
        SQL("%s - %s", SQL.identifier(name), shift)
        if name in moments
        else SQL.identifier(name)
        for name in names
    )
    ENV.cr.execute(
        SQL(
            "INSERT INTO cap_ticket (number, %s) SELECT 'REPORT-' || n, %s"
            " FROM cap_ticket, generate_series(1, %s) n WHERE id = %s",
            SQL(", ").join(SQL.identifier(name) for name in names),
            values,
            count,
            ticket.id,
        )
    )
    ENV.invalidate_all()


def bench_report(subscription):
    """Time the figures and the page of a report about 2,000 tickets."""
    known = [("subscription_id", "=", subscription.id), ("sla_state", "=", "met")]
    seed_received(ENV["cap.ticket"].search(known, limit=1), 2000)
    today = subscription._cap_today()
    first = max(subscription.date_start, today - timedelta(days=100))
    vals = {
        "subscription_id": subscription.id,
        "kind": "free",
        "date_from": first,
        "date_to": today,
    }
    reports = ENV["cap.service.report"]
    made = []
    queries, seconds = count_queries(lambda: made.append(reports.create(vals)))
    total = made[0].figures["tickets"]["total"]
    say(f"service report, {total:,} tickets, queries", queries)
    say("service report, figures, seconds", f"{seconds:.2f}")
    started = time.perf_counter()
    made[0]._render_pdf()
    seconds += time.perf_counter() - started
    say("service report, figures and PDF, seconds", f"{seconds:.2f}", "under 5")


def bench_portfolio():
    """Time the dashboard over all demo clients."""
    subscriptions = ENV["cap.subscription"]
    subscriptions.get_portfolio()
    queries, seconds = count_queries(lambda: subscriptions.get_portfolio())
    say("portfolio dashboard, queries", queries, "at most 25")
    say("portfolio dashboard, ms", f"{seconds * 1000:.0f}")


def seed_training(count):
    """Plan a training delivery that starts today for `count` new subscriptions."""
    tier = ENV.ref("connecta_cap.cap_tier_advisor")
    ENV.cr.execute(
        SQL(
            """WITH partner AS (
                INSERT INTO res_partner (name, complete_name, active, is_company, type)
                SELECT 'Bench', 'Bench', true, true, 'contact'
                FROM generate_series(1, %(count)s) RETURNING id
            ), subscription AS (
                INSERT INTO cap_subscription
                    (name, partner_id, company_id, state, active, report_interval,
                     term_months)
                SELECT 'BENCH-' || id, id, %(company)s, 'active', true, 'none', 12
                FROM partner RETURNING id
            ), period AS (
                INSERT INTO cap_subscription_period
                    (subscription_id, tier_id, date_start, reason, user_id, is_entered)
                SELECT id, %(tier)s, %(today)s, 'Bench', %(user)s, true
                FROM subscription
            )
            INSERT INTO cap_delivery
                (subscription_id, entitlement_id, unit, quantity, quantity_done,
                 fulfilment, cycle_start, number, date_start, lapse_date, due_date)
            SELECT id, %(entitlement)s, 'hour', 3, 0, 'client', %(today)s, 0,
                %(today)s, %(lapse)s, %(lapse)s FROM subscription""",
            count=count,
            company=ENV.company.id,
            tier=tier.id,
            user=ENV.user.id,
            today=ENV["cap.subscription"]._cap_today(),
            lapse=ENV["cap.subscription"]._cap_today() + timedelta(days=182),
            entitlement=ENV.ref("connecta_cap.cap_entitlement_training").id,
        )
    )
    ENV.cr.execute("ANALYZE cap_subscription, cap_delivery, cap_training_credit")
    ENV.invalidate_all()


def bench_training():
    """Grant training hours to 10,000 subscriptions, in the batches of the job."""
    seed_training(10_000)
    credits = ENV["cap.training.credit"].sudo()

    def grant():
        ours = [("name", "like", "BENCH-"), *credits._get_work_domain()]
        found = ENV["cap.subscription"].sudo().search(ours)
        for start in range(0, len(found), 500):
            credits._settle(found[start : start + 500])

    queries, seconds = count_queries(grant)
    lots = credits.search_count([("subscription_id.name", "like", "BENCH-")])
    say("grant training hours to 10,000 clients, seconds", f"{seconds:.2f}", "under 5")
    say("grant training hours to 10,000 clients, queries", queries, f"{lots} lots")


def seed_library():
    """Publish 2,000 pieces of material."""
    topics = ENV["cap.training.topic"].search([])
    materials = ENV["cap.training.material"]
    made = materials.create(
        [
            {
                "name": f"Piece {n} about {('stock', 'orders', 'labels')[n % 3]}",
                "summary": "How a flow carries it, and what to do when it stops. " * 3,
                "topic_id": topics[n % len(topics)].id,
                "kind": "link",
            }
            for n in range(2000)
        ]
    )
    ENV["cap.training.material.version"].create(
        [
            {"material_id": line.id, "note": "First", "url": "https://a.example/x"}
            for line in made
        ]
    )._set_published()
    made._set_published()
    ENV.flush_all()
    ENV.cr.execute("ANALYZE cap_training_material")


def bench_library():
    """Time a page of a library of 2,000 pieces, searched and not."""
    seed_library()
    client = ENV.ref("connecta_cap.user_advisor_demo")
    library = ENV["cap.training.material"].with_user(client)

    def page(offset, **asked):
        choice = library._clean_choice(**asked)
        previous = library._portal_enter_library()
        domain = library._get_library_domain(choice, previous)
        library.search_count(domain)
        found = library.search(domain, limit=20, offset=offset)
        assert len(found._prepare_library_rows(previous)) == 20

    for what, offset, asked in (
        ("first page", 0, {}),
        ("page 90", 1780, {}),
        ("search of two words", 0, {"search": "labels flow"}),
    ):
        page(offset, **asked)
        queries, seconds = count_queries(lambda o=offset, a=asked: page(o, **a))
        what = f"library of 2,000, {what}"
        say(f"{what}, ms", f"{seconds * 1000:.0f}", "under 300")
        say(f"{what}, queries", queries)
    domain = library._get_library_domain(library._clean_choice(**asked), None)
    query = library._search(domain, limit=20)
    ENV.cr.execute(SQL("EXPLAIN (ANALYZE, COSTS OFF, BUFFERS OFF) %s", query.select()))
    for (line,) in ENV.cr.fetchall():
        print("BENCH   plan:", line[:160])


def main():
    agent = new_test_user(ENV, "bench_agent", "connecta_cap.group_cap_agent")
    subscription = ENV["cap.subscription"].search([("state", "=", "active")], limit=1)
    contact = subscription.partner_id.child_ids[:1] or subscription.partner_id
    bench_deadlines()
    bench_create(agent, contact)
    bench_assess(agent)
    bench_desk(agent)
    bench_portfolio()
    bench_report(subscription)
    running = ENV["cap.ticket"].search([("sla_state", "=", "running")], limit=1)
    bench_breach(running)
    bench_escalation()
    bench_lead()
    bench_library()
    bench_planner()
    bench_training()


main()
ENV.cr.rollback()
