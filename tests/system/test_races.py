"""Two people at once, in two real transactions."""

PREPARE = """
import time
manager = env.ref("connecta_cap.user_manager_demo")
client = env["res.partner"].create({"name": "Race %(name)s", "is_company": True})
subscription = env["cap.subscription"].create({"partner_id": client.id})
tier = env.ref("connecta_cap.cap_tier_essential")
%(more)s
env.cr.commit()
print("id", subscription.id)
"""


def prepare(shell, name, more=""):
    out = shell(PREPARE % {"name": name, "more": more})
    return int(out.split("id")[-1])


START = "subscription._start_tier(tier, subscription._cap_today(), 'First')"


def test_two_changes_of_a_tier_leave_one_sound_history(race, shell, connect):
    subscription = prepare(shell, "tiers", f"{START}\nsubscription.action_activate()")
    change = "subscription._start_tier(tier, today, 'Race')"
    assert race(subscription, [("advisor", change), ("alliance", change)]) == [
        "lost",
        "won",
    ]
    with connect().cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM cap_subscription_period WHERE subscription_id = %s",
            [subscription],
        )
        assert cursor.fetchone() == (1,)


def test_a_plan_cancelled_and_prolonged_at_once_stays_sound(race, shell, connect):
    more = f"""{START}
from datetime import timedelta
later = subscription._cap_today() + timedelta(30)
subscription._start_tier(env.ref("connecta_cap.cap_tier_advisor"), later, "Later")
subscription.action_activate()"""
    subscription = prepare(shell, "gap", more)
    cancel = """
    first, second = subscription.period_ids.sorted("date_start")
    second.unlink()
    first.date_end = False
    """
    prolong = """
    from datetime import timedelta
    day = today + timedelta(40)
    subscription._start_tier(tier, day, "Even later")
    """
    results = race(subscription, [("alliance", cancel), ("alliance", prolong)])
    assert results == ["lost", "won"]
    with connect().cursor() as cursor:
        cursor.execute(
            "SELECT date_start, date_end FROM cap_subscription_period"
            " WHERE subscription_id = %s ORDER BY date_start",
            [subscription],
        )
        periods = cursor.fetchall()
    assert periods[-1][1] is None
    for before, after in zip(periods, periods[1:], strict=False):
        assert before[1] == after[0]


def test_a_client_gets_one_live_subscription(race, shell):
    more = f"""{START}
env["cap.subscription"].create({{"partner_id": client.id}})._start_tier(
    tier, subscription._cap_today(), "Second")"""
    subscription = prepare(shell, "live", more)
    other = (
        "env['cap.subscription'].search([('partner_id', '=',"
        " subscription.partner_id.id), ('id', '!=', subscription.id)])"
        ".action_activate()"
    )
    results = race(
        subscription,
        [("essential", "subscription.action_activate()"), ("essential", other)],
    )
    assert results == ["lost", "won"]


TICKET = """subscription._start_tier(tier, subscription._cap_today(), "First")
subscription.action_activate()
ticket = env["cap.ticket"].create({"name": "Race", "partner_id": client.id})"""
ASSESS = """
agent = env.ref("connecta_cap.user_%s_demo")
subscription.ticket_ids.with_user(agent).action_assess("%s", "question", "Why.")
"""


def test_two_agents_assess_and_one_is_told(race, shell, connect):
    subscription = prepare(shell, "assess", TICKET)
    results = race(
        subscription,
        [("essential", ASSESS % ("agent", 1)), ("essential", ASSESS % ("lead", 4))],
    )
    assert results == ["lost", "won"]
    with connect().cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM cap_sla_event e JOIN cap_ticket t ON t.id ="
            " e.ticket_id WHERE t.subscription_id = %s AND e.kind = 'assessed'",
            [subscription],
        )
        assert cursor.fetchone() == (1,)


def test_two_breach_jobs_record_one_breach(race, shell, connect):
    more = (
        TICKET
        + """
from datetime import datetime, timedelta
past = ticket._cap_now() - timedelta(hours=1)
ticket._guarded_write({"sla_deadline": past})"""
    )
    subscription = prepare(shell, "breach", more)
    mark = """
    due = subscription.ticket_ids.try_lock_for_update(allow_referencing=True)
    due._mark_breached()
    """
    race(subscription, [("essential", mark), ("essential", mark)])
    with connect().cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM cap_sla_event e JOIN cap_ticket t ON t.id ="
            " e.ticket_id WHERE t.subscription_id = %s AND e.kind = 'breached'",
            [subscription],
        )
        assert cursor.fetchone() == (1,)


def test_two_planners_owe_each_thing_once(race, shell, connect):
    more = f"""{START}
subscription.action_activate()
env.cr.execute("DELETE FROM cap_delivery WHERE subscription_id = %s", [subscription.id])
"""
    subscription = prepare(shell, "planner", more)
    plan = """
    env["cap.delivery"].sudo()._plan(subscription)
    """
    race(subscription, [("essential", plan), ("essential", plan)])
    with connect().cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(DISTINCT (entitlement_id, cycle_start, number))"
            " FROM cap_delivery WHERE subscription_id = %s",
            [subscription],
        )
        rows, places = cursor.fetchone()
    assert rows == places > 0


HOURS = """subscription._start_tier(
    env.ref("connecta_cap.cap_tier_advisor"), subscription._cap_today(), "First")
subscription.action_activate()
env["res.partner"].create({"name": "Race contact", "parent_id": client.id})"""
BOOK = """
person = subscription.partner_id.child_ids[:1]
env["cap.training.session"]._book(
    subscription, {"topic": "Race", "hours": 2.0, "attendees": person}%s)
"""


def test_two_bookings_cannot_spend_the_same_hours(race, shell, connect):
    subscription = prepare(shell, "hours", HOURS)
    results = race(subscription, [("advisor", BOOK % ""), ("advisor", BOOK % "")])
    assert results == ["lost", "won"]
    with connect().cursor() as cursor:
        cursor.execute(
            "SELECT sum(change), count(DISTINCT session_id) FROM cap_training_credit"
            " WHERE subscription_id = %s",
            [subscription],
        )
        assert cursor.fetchone() == (1, 1)


def test_a_slot_goes_to_one_of_two_clients(race, shell, connect):
    more = f"""{HOURS}
from datetime import timedelta
slot = env["cap.training.slot"].create({{
    "user_id": env.ref("connecta_cap.user_consultant_demo").id, "hours": 1.0,
    "start": subscription._cap_now() + timedelta(days=90), "topic": "Race slot"}})
rival = env["res.partner"].create({{"name": "Race rival", "is_company": True}})
env["res.partner"].create({{"name": "Rival contact", "parent_id": rival.id}})
second = env["cap.subscription"].create({{"partner_id": rival.id}})
second._start_tier(
    env.ref("connecta_cap.cap_tier_advisor"), subscription._cap_today(), "First")
second.action_activate()"""
    subscription = prepare(shell, "slot", more)
    find = 'slot = env["cap.training.slot"].search([("topic", "=", "Race slot")])\n'
    second = (
        'subscription = env["cap.subscription"].search('
        '[("partner_id.name", "=", "Race rival")])\n'
    )
    take = BOOK % ", slot"
    results = race(
        subscription, [("advisor", find + take), ("advisor", find + second + take)]
    )
    assert results == ["lost", "won"]
    with connect().cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM cap_training_session s JOIN cap_training_slot t"
            " ON t.session_id = s.id WHERE t.topic = 'Race slot'"
        )
        assert cursor.fetchone() == (1,)


def test_two_jobs_remind_once(race, shell, connect):
    more = f"""{HOURS}
env.flush_all()
env.cr.execute("UPDATE cap_training_credit SET expires_on = CURRENT_DATE + 20"
    " WHERE subscription_id = %%s", [subscription.id])"""
    subscription = prepare(shell, "remind", more.replace("%%", "%"))
    remind = """
    lot = env["cap.training.lot"].search([("subscription_id", "=", subscription.id)])
    lot._remind()
    """
    race(subscription, [("advisor", remind), ("advisor", remind)])
    with connect().cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM cap_reminder r JOIN cap_training_credit c"
            " ON c.id = r.res_id AND r.res_model = 'cap.training.lot'"
            " WHERE r.sent_at IS NOT NULL AND c.subscription_id = %s",
            [subscription],
        )
        assert cursor.fetchone() == (1,)


def test_two_reminder_jobs_send_one_reminder(race, shell, connect):
    more = f"""{START}
from datetime import timedelta
start = subscription._cap_today()
subscription._set_term(start, start + timedelta(20), "Short")
subscription.action_activate()"""
    subscription = prepare(shell, "remind", more)
    # no lock on the rows: the ledger alone has to see to it
    remind = """
    env["cap.reminder"]._remind_batch(
        subscription, "renewal", "renewal_date", (30, 7),
        "connecta_cap.mail_renewal_reminder")
    """
    race(subscription, [("essential", remind), ("essential", remind)])
    with connect().cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(message_id) FROM cap_reminder"
            " WHERE res_model = 'cap.subscription' AND res_id = %s",
            [subscription],
        )
        assert cursor.fetchone() == (1, 1)
        cursor.execute(
            "SELECT count(*) FROM mail_message WHERE model = 'cap.subscription'"
            " AND res_id = %s AND subject IS NOT NULL",
            [subscription],
        )
        assert cursor.fetchone() == (1,)


def test_two_people_renew_and_one_term_is_added(race, shell, connect):
    more = f"""{START}
from datetime import timedelta
start = subscription._cap_today()
subscription._set_term(start, start + timedelta(20), "Short")
subscription.action_activate()"""
    subscription = prepare(shell, "renew", more)
    renew = "subscription._renew(subscription.renewal_date, 12, subscription.tier_id)"
    results = race(subscription, [("essential", renew), ("essential", renew)])
    assert results == ["lost", "won"]
    with connect().cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM cap_subscription_renewal WHERE subscription_id = %s",
            [subscription],
        )
        assert cursor.fetchone() == (2,)


def test_a_consultant_is_not_planned_twice_at_once(race, shell, connect):
    more = """subscription._start_tier(
    env.ref("connecta_cap.cap_tier_alliance"), subscription._cap_today(), "First")
subscription.action_activate()
person = env["res.partner"].create(
    {"name": "Race guest", "parent_id": client.id, "email": "guest@race.example"})
env["cap.workshop"].create({"name": "Race shop", "subscription_id": subscription.id})
env["cap.training.session"]._book(
    subscription, {"topic": "Race lesson", "hours": 2.0, "attendees": person})"""
    subscription = prepare(shell, "booking", more)
    begin = """
    from datetime import timedelta
    host = env.ref("connecta_cap.user_consultant_demo")
    start = env.ref("connecta_cap.partner_advisor_contact_demo").create_date
    start = start.replace(microsecond=0) + timedelta(days=200)
    person = subscription.partner_id.child_ids[:1]
    """
    teach = """
    lesson = env["cap.training.session"].search(
        [("subscription_id", "=", subscription.id)])
    lesson._set_confirmed(host, start + timedelta(hours=1))
    """
    meet = """
    shop = env["cap.workshop"].search([("subscription_id", "=", subscription.id)])
    shop._set_planned(start, start + timedelta(hours=4), host, person)
    """
    results = race(
        subscription, [("alliance", begin + teach), ("alliance", begin + meet)]
    )
    assert results == ["lost", "won"]
    with connect().cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(DISTINCT b.res_model) FROM cap_consultant_booking b"
            " WHERE b.start >= now() + interval '100 days'"
        )
        assert cursor.fetchone() == (1, 1)
