"""Two people, or a person and a job, at the same ticket in the same second."""

import re
import textwrap

import pytest
from test_alerts import fetch

__all__ = ["fetch"]  # fixture

# Some tickets of a client of their own, assessed and in the team's hands.
PREPARE = """
agent = env.ref("connecta_cap.user_agent_demo")
client = env["res.partner"].create({"name": "Race %(name)s", "is_company": True})
contact = env["res.partner"].create(
    {"name": "Rita", "parent_id": client.id, "email": "rita@race.example"})
subscription = env["cap.subscription"].create({"partner_id": client.id})
subscription._start_tier(
    env.ref("connecta_cap.cap_tier_essential"), subscription._cap_today(), "First")
subscription.action_activate()
tickets = env["cap.ticket"].with_user(agent).create(
    [{"name": f"Race {number}", "partner_id": contact.id} for number in range(3)])
for ticket in tickets:
    ticket.action_assess("2", "question", "Why.")
    ticket.message_post(body=f"Asked about {ticket.name}",
        message_type="comment", subtype_xmlid="mail.mt_comment")
%(more)s
env.cr.commit()
print("ids", tickets.ids)
"""
# As Odoo answers a call: what collides is done anew, on what is there by then.
CALL = """
agents = [env.ref(f"connecta_cap.user_{name}_demo") for name in ("agent", "lead")]
tickets = env["cap.ticket"].browse(%(ids)s)
tickets.mapped("stage_id")  # the snapshot is taken here
time.sleep(%(after)s)
def call():
    %(call)s
    env.flush_all()
    time.sleep(0.5)
retrying(call, env)
"""


def prepare(shell, name, more=""):
    out = shell(PREPARE % {"name": name, "more": more})
    return [int(found) for found in re.findall(r"\d+", out.split("ids")[-1])]


def calls(ids, *texts, after=(0, 0)):
    """Return the racers that make some calls, each as late as said."""
    return [
        ("essential", CALL % {"ids": ids, "call": text, "after": late})
        for text, late in zip(texts, after, strict=True)
    ]


@pytest.mark.parametrize("late", [0, 0.25, 1.5])
def test_a_ticket_is_merged_into_one_of_two(shell, fetch, race, late):
    ids = prepare(shell, f"merge {late}")
    ended, one, other = ids
    merge = "tickets[{}].with_user(agents[{}]).action_merge(tickets[0].ids)"
    results = race(
        0, calls(ids, merge.format(1, 0), merge.format(2, 1), after=(0, late))
    )
    assert results == ["lost", "won"]
    ((target, active),) = fetch(
        "SELECT merged_into_id, active FROM cap_ticket WHERE id = %s", [ended]
    )
    assert target in (one, other)
    assert not active
    events = (
        "SELECT ticket_id, kind, count(*) FROM cap_sla_event WHERE ticket_id = ANY(%s)"
        " AND kind IN ('merged', 'absorbed') GROUP BY 1, 2 ORDER BY kind"
    )
    assert fetch(events, [ids]) == [(target, "absorbed", 1), (ended, "merged", 1)]
    # what was said is in the ticket that goes on, once, and nowhere else
    said = fetch(
        "SELECT res_id FROM mail_message WHERE model = 'cap.ticket'"
        " AND res_id = ANY(%s) AND body LIKE '%%Asked about Race 0%%'",
        [ids],
    )
    assert said == [(target,)]


# The last step of a waiting is due: the job closes it unless the client answers.
WAIT = """
ticket = tickets[0]
ticket._set_stage("waiting", None)
ticket = ticket.sudo()
steps = ticket.waiting_step_ids
steps.filtered(lambda step: step.kind != "close").done_at = ticket._cap_now()
steps.filtered(lambda step: step.kind == "close").day = ticket._cap_today()
"""
CLOSE = (
    "tickets[0].waiting_step_ids.filtered(lambda one: not one.done_at)"
    "._take_all(tickets._cap_now())"
)
ANSWER = (
    'tickets[0].message_post(body="It works like this.", author_id=tickets[0]'
    '.partner_id.id, message_type="comment", subtype_xmlid="mail.mt_comment")'
)


@pytest.mark.parametrize("after", [(0, 0), (0, 0.25), (0.25, 0), (0, 1.5)])
def test_an_answer_in_the_second_of_the_closing_is_not_lost(shell, fetch, race, after):
    ids = prepare(shell, f"answer {after}", WAIT)
    results = race(0, calls(ids, CLOSE, ANSWER, after=after))
    # the client's call always ends well; the job is run again by itself
    assert "won" in results
    said = fetch(
        "SELECT count(*) FROM mail_message WHERE model = 'cap.ticket' AND res_id = %s"
        " AND body LIKE '%%It works like this%%'",
        [ids[0]],
    )
    assert said == [(1,)]
    state = fetch(
        "SELECT stage_kind, closed_at, waiting_since FROM cap_ticket WHERE id = %s",
        [ids[0]],
    )
    assert state == [("open", None, None)]
    # the next run of the job finds nothing to close
    shell(f"tickets = env['cap.ticket'].browse({ids})\n{CLOSE}\nenv.cr.commit()")
    stage = "SELECT stage_kind FROM cap_ticket WHERE id = %s"
    assert fetch(stage, [ids[0]]) == [("open",)]


# The job has begun when somebody changes the first of three tickets that are due.
CHANGED_MEANWHILE = """
import psycopg2
tickets = env["cap.ticket"].browse({ids})
env["cap.ticket.waiting.step"].search_count([])  # the snapshot is taken here
other = psycopg2.connect(dbname=env.cr.dbname)
other.cursor().execute(
    "UPDATE cap_ticket SET description = 'Changed' WHERE id = %s", [tickets[0].id])
other.commit()
steps = tickets.waiting_step_ids.filtered(lambda one: not one.done_at)
steps._work_through(steps, [("id", "in", steps.ids)], 10,
    lambda batch: batch._take_all(tickets._cap_now()))
env.cr.commit()
"""


def test_a_ticket_that_just_changed_keeps_no_other_from_closing(shell, fetch):
    each = textwrap.indent(WAIT.replace("tickets[0]", "one").strip(), "    ")
    ids = prepare(shell, "changed", f"for one in tickets:\n{each}")
    stages = "SELECT stage_kind FROM cap_ticket WHERE id = ANY(%s) ORDER BY id"
    shell(CHANGED_MEANWHILE.format(ids=ids))
    assert fetch(stages, [ids]) == [("waiting",), ("closed",), ("closed",)]
    shell(f"tickets = env['cap.ticket'].browse({ids})\n{CLOSE}\nenv.cr.commit()")
    assert fetch(stages, [ids]) == [("closed",)] * 3


TAKE = "assert tickets[0].with_user(agents[{}]).action_assign_to_me() is True"


@pytest.mark.parametrize("late", [0, 0.25])
def test_two_agents_take_a_ticket_and_one_is_told(shell, fetch, race, late):
    ids = prepare(shell, f"take {late}")
    results = race(0, calls(ids, TAKE.format(0), TAKE.format(1), after=(0, late)))
    # the other one got the notice that says who was faster
    assert results == ["lost", "won"]
    changes = fetch(
        "SELECT t.user_id = v.new_value_integer FROM cap_ticket t"
        " JOIN mail_message m ON m.model = 'cap.ticket' AND m.res_id = t.id"
        " JOIN mail_tracking_value v ON v.mail_message_id = m.id"
        " JOIN ir_model_fields f ON f.id = v.field_id AND f.name = 'user_id'"
        " WHERE t.id = %s",
        [ids[0]],
    )
    assert changes == [(True,)]
