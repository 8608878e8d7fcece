"""A mailbox that Odoo polls: it takes each mail from there, and loses none."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from pop_server import PopServer
from test_alerts import fetch
from test_mail import office

__all__ = ["fetch", "office"]  # fixtures

WAIT_SECONDS = 60
SET_UP = """
server = env["fetchmail.server"].create({
    "name": "Loopback", "server_type": "pop", "server": "127.0.0.1",
    "port": %s, "user": "support", "password": "support",
})
server.button_confirm_login()
env.cr.commit()
print("mailbox", server.id)
"""
POLL = """
env["fetchmail.server"].browse(%s).fetch_mail()
env.cr.commit()
"""
TIDY_UP = """
env["fetchmail.server"].browse(%s).unlink()
env.cr.commit()
"""
# who waits for the ticket that somebody else is writing
WAITING = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock'
    AND query LIKE '%cap_ticket%'
"""
REFUSE = "ALTER TABLE cap_ticket ADD CONSTRAINT refused CHECK (name != 'Refused')"
ALLOW = "ALTER TABLE cap_ticket DROP CONSTRAINT refused"


@pytest.fixture
def mailbox(office, shell):
    """Return (mailbox, function that lets Odoo poll it)."""
    with PopServer() as pop:
        number = int(shell(SET_UP % pop.port).split("mailbox")[-1])
        yield pop, lambda: shell(POLL % number)
        shell(TIDY_UP % number)


def test_a_polled_mail_becomes_a_ticket_and_an_answer_joins_it(office, mailbox):
    pop, poll = mailbox
    first = office.compose("Polled")
    answer = office.compose("Re: Polled", In_Reply_To=first["Message-Id"])
    pop.mails = [first.as_bytes(), answer.as_bytes()]
    poll()
    (ticket,) = office.tickets("Polled")
    assert office.messages(ticket) == 2
    assert pop.mails == []


def test_one_that_collides_with_other_work_is_done_anew(
    office, mailbox, connect, fetch
):
    pop, poll = mailbox
    office.deliver(office.compose("Collides"))
    (ticket,) = office.tickets("Collides")
    office.call(
        "agent", "cap.ticket", "action_assess", ticket["id"], "2", "question", "Soon."
    )
    values = {"ticket_id": ticket["id"], "body": "Since when?", "after": "waiting"}
    reply = office.call("agent", "cap.ticket.reply", "create", values)
    office.call("agent", "cap.ticket.reply", "action_send", [reply])
    answer = office.compose(f"Re: [{ticket['number']}] Collides")
    pop.mails = [answer.as_bytes()]
    other = connect()
    with ThreadPoolExecutor() as pool, other.cursor() as cursor:
        cursor.execute(
            "UPDATE cap_ticket SET area = 'connector' WHERE id = %s", [ticket["id"]]
        )
        polled = pool.submit(poll)
        end = time.monotonic() + WAIT_SECONDS
        while fetch(WAITING, None) == [(0,)] and time.monotonic() < end:
            time.sleep(0.05)
        assert fetch(WAITING, None) == [(1,)]
        other.commit()
        polled.result()
    assert pop.mails == []
    assert office.messages(ticket) == 2
    fields = ["area", "stage_kind"]
    (after,) = office.call("admin", "cap.ticket", "read", [ticket["id"]], fields)
    # neither of the two overwrote the other
    assert after["area"] == "connector"
    assert after["stage_kind"] == "open"


def test_one_that_cannot_be_processed_is_put_aside(office, mailbox, connect):
    pop, poll = mailbox
    connection = connect()
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(REFUSE)
        try:
            bad, good = office.compose("Refused"), office.compose("Goes on")
            pop.mails = [bad.as_bytes(), good.as_bytes()]
            poll()
        finally:
            cursor.execute(ALLOW)
    assert pop.mails == []
    assert not office.tickets("Refused")
    assert len(office.tickets("Goes on")) == 1
    domain = [["message_ref", "=", str(bad["Message-Id"])]]
    fields = ["reason", "subject", "team_id"]
    (kept,) = office.call("lead", "cap.mail.parked", "search_read", domain, fields)
    assert (kept["reason"], kept["subject"]) == ("failed", "Refused")
    assert kept["team_id"]
    # what was in its way is gone: a lead makes a ticket of it
    office.call("lead", "cap.mail.parked", "action_make_ticket", [kept["id"]])
    (ticket,) = office.tickets("Refused")
    assert ticket["commercial_partner_id"][1] == "Nachtegaal"
