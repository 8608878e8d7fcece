"""Mail in through Odoo's own gate script, mail out through a real SMTP server."""

import email
import queue
import re
import subprocess
import sys
import time
import urllib.parse
import urllib.request
import xmlrpc.client
from email import policy
from email.message import EmailMessage
from email.utils import make_msgid
from http.cookiejar import CookieJar

import pytest
from aiosmtpd.controller import Controller
from devenv.server import free_port

SUPPORT = "support@cap.example"
CLIENT = "mia@nachtegaal.example"
WAIT_SECONDS = 60

PREPARE = """
import odoo.addons.mail
# another module of tests may have made both
domains = env["mail.alias.domain"]
domain = domains.search([("name", "=", "cap.example")]) or domains.create({
    "name": "cap.example", "bounce_alias": "bounce", "catchall_alias": "catchall",
    "default_from": "notifications", "company_ids": [(6, 0, env.company.ids)],
})
env.ref("connecta_cap.cap_team_support").write(
    {"alias_name": "support", "alias_domain_id": domain.id})
if not env["res.partner"].search([("name", "=", "Nachtegaal")]):
    client = env["res.partner"].create({"name": "Nachtegaal", "is_company": True})
    env["res.partner"].create(
        {"name": "Mia Maes", "parent_id": client.id, "email": "%(client)s"})
    subscription = env["cap.subscription"].create({"partner_id": client.id})
    tier = env.ref("connecta_cap.cap_tier_essential")
    subscription._start_tier(tier, subscription._cap_today(), "First contract")
    subscription.action_activate()
server = env["ir.mail_server"].create({
    "name": "Loopback", "smtp_host": "127.0.0.1", "smtp_port": %(port)s,
    "smtp_encryption": "none", "sequence": 1,
})
env.cr.commit()
print("server", server.id)
print("job", env.ref("mail.ir_cron_send_scheduled_message").id)
print("gate", odoo.addons.mail.__path__[0] + "/static/scripts/odoo-mailgate.py")
"""
TIDY_UP = """
env["ir.mail_server"].browse(%(server)s).unlink()
env.ref("connecta_cap.cap_team_support").alias_domain_id = False
env.cr.commit()
"""


class Inbox:
    """What the SMTP server was handed, by recipient."""

    def __init__(self):
        self.mails = queue.Queue()

    async def handle_DATA(self, _server, _session, envelope):
        mail = email.message_from_bytes(envelope.content, policy=policy.default)
        self.mails.put((envelope.rcpt_tos, mail))
        return "250 OK"


class Office:
    """The gate, the outgoing server, and people who call Odoo from outside."""

    def __init__(self, server, database, known, inbox):
        self.server, self.database = server, database
        self.gate, self.job = known["gate"], int(known["job"])
        self.inbox = inbox

    def call(self, login, model, method, *args, **kwargs):
        common = xmlrpc.client.ServerProxy(f"{self.server.url}/xmlrpc/2/common")
        uid = common.authenticate(self.database, login, login, {})
        models = xmlrpc.client.ServerProxy(
            f"{self.server.url}/xmlrpc/2/object", allow_none=True
        )
        return models.execute_kw(self.database, uid, login, model, method, args, kwargs)

    def compose(self, subject, sender=CLIENT, **headers):
        mail = EmailMessage(policy=policy.SMTP)
        mail["From"], mail["To"], mail["Subject"] = sender, SUPPORT, subject
        mail["Message-Id"] = make_msgid(domain="nachtegaal.example")
        for name, value in headers.items():
            mail[name.replace("_", "-")] = value
        mail.set_content("The orders stop.")
        return mail

    def deliver(self, mail):
        """Pipe a mail into the gate script, as a mail server does."""
        argv = [sys.executable, self.gate, "-d", self.database, "-u", "2"]
        argv += ["-p", "admin", "--host", "127.0.0.1", "--port", str(self.server.port)]
        subprocess.run(argv, input=mail.as_bytes(), check=True, timeout=120)

    def tickets(self, subject):
        fields = ["number", "sla_state", "priority", "commercial_partner_id"]
        domain = [["name", "=", subject]]
        return self.call("admin", "cap.ticket", "search_read", domain, fields)

    def messages(self, ticket):
        domain = [["model", "=", "cap.ticket"], ["res_id", "=", ticket["id"]]]
        domain.append(["message_type", "=", "email"])
        return self.call("admin", "mail.message", "search_count", domain)

    def await_mail(self, words, recipient=CLIENT):
        """Return the next mail to somebody whose text has these words.

        Odoo's own job sends what waits; it is only asked to run now.
        """
        end = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < end:
            self.call("admin", "ir.cron", "method_direct_trigger", [self.job])
            try:
                recipients, mail = self.inbox.mails.get(timeout=1)
            except queue.Empty:
                continue
            if recipient in recipients:
                body = mail.get_body(("html",)).get_content()
                assert words in body, body
                return mail, body
        raise AssertionError(f"no mail to {recipient}")


@pytest.fixture(scope="module")
def office(server, database, shell):
    inbox = Inbox()
    port = free_port()
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    printed = shell(PREPARE % {"client": CLIENT, "port": port})
    known = dict(line.split(" ", 1) for line in printed.splitlines() if " " in line)
    yield Office(server, database, known, inbox)
    shell(TIDY_UP % known)
    controller.stop()


def test_a_request_by_mail_from_arrival_to_vote(office):
    office.deliver(office.compose("Orders stop at night"))
    (ticket,) = office.tickets("Orders stop at night")
    tag = f"[{ticket['number']}]"
    assert ticket["commercial_partner_id"][1] == "Nachtegaal"
    assert (ticket["sla_state"], ticket["priority"]) == ("running", False)

    receipt, body = office.await_mail("We received your request")
    assert receipt["Subject"] == f"{tag} Orders stop at night"
    assert receipt["Auto-Submitted"] == "auto-replied"
    assert "working hours" in body
    assert "access_token" not in body

    # one answer by its headers, one by its subject alone
    office.deliver(office.compose("Hm", In_Reply_To=receipt["Message-Id"]))
    office.deliver(office.compose(f"RE: {tag} once more"))
    office.deliver(office.compose(f"Away {tag}", Auto_Submitted="auto-replied"))
    assert office.messages(ticket) == 3
    assert not office.tickets("Hm")

    office.call(
        "agent", "cap.ticket", "action_assess", ticket["id"], "3", "incident", "Blocks."
    )
    assessment, body = office.await_mail("Assessed: High")
    assert assessment["Subject"].startswith(tag)
    assert assessment["Auto-Submitted"] == "auto-generated"
    assert "Blocks." in body

    office.call("agent", "cap.ticket", "action_close", ticket["id"])
    closing, body = office.await_mail("is closed")
    assert closing["Subject"] == f"{tag} Closed: Orders stop at night"
    link = re.search(r'href="([^"]+/rate/\w+)/1"', body)[1]
    vote(office, link)
    domain = [["cap_ticket_id", "=", ticket["id"]], ["consumed", "=", True]]
    fields = ["rating", "feedback", "cap_user_id"]
    (given,) = office.call("lead", "rating.rating", "search_read", domain, fields)
    assert (given["rating"], given["feedback"]) == (1, "Too slow.")


def vote(office, link):
    """Open the page of a low vote and send it, as a browser does."""
    path = urllib.parse.urlparse(link).path
    jar = urllib.request.HTTPCookieProcessor(CookieJar())
    browser = urllib.request.build_opener(jar)
    page = browser.open(f"{office.server.url}{path}/1").read().decode()
    csrf = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    form = {"rate": "1", "feedback": "Too slow.", "csrf_token": csrf}
    data = urllib.parse.urlencode(form).encode()
    assert (
        browser.open(f"{office.server.url}{path}/submit_feedback", data).status == 200
    )


def test_a_file_of_twenty_megabytes_arrives_whole(office):
    mail = office.compose("A large file")
    mail.add_attachment(
        bytes(20 * 1024 * 1024),
        maintype="application",
        subtype="zip",
        filename="log.zip",
    )
    office.deliver(mail)
    office.deliver(mail)  # the same Message-Id again
    (ticket,) = office.tickets("A large file")
    domain = [["res_model", "=", "cap.ticket"], ["res_id", "=", ticket["id"]]]
    files = office.call(
        "admin", "ir.attachment", "search_read", domain, ["name", "file_size"]
    )
    assert [(one["name"], one["file_size"]) for one in files] == [
        ("log.zip", 20 * 1024 * 1024)
    ]
    office.await_mail(ticket["number"])


def test_a_stranger_reads_nothing_about_anybody(office):
    stranger = "eve@stranger.example"
    office.deliver(office.compose("Who are you?", sender=stranger))
    (ticket,) = office.tickets("Who are you?")
    assert (ticket["sla_state"], ticket["commercial_partner_id"]) == ("none", False)
    answer, body = office.await_mail("We received your message", stranger)
    assert answer["Auto-Submitted"] == "auto-replied"
    for word in ("Nachtegaal", "cover", "/mail/view", "/my/"):
        assert word not in body


def test_answers_to_a_merged_ticket_reach_the_one_that_goes_on(office):
    tickets = []
    for subject in ("Stock is wrong", "Stock is still wrong"):
        office.deliver(office.compose(subject))
        tickets += office.tickets(subject)
        office.await_mail(tickets[-1]["number"])
    kept, ended = tickets
    office.call("agent", "cap.ticket", "action_merge", kept["id"], [ended["id"]])
    # no mail leaves by itself
    office.call("admin", "ir.cron", "method_direct_trigger", [office.job])
    assert office.inbox.mails.empty()
    office.deliver(office.compose(f"Re: [{ended['number']}] Stock is still wrong"))
    assert office.messages(kept) == 3
    assert not office.messages(ended)


def test_a_question_by_mail_waits_until_its_answer(office):
    office.deliver(office.compose("Prices are old"))
    (ticket,) = office.tickets("Prices are old")
    office.await_mail(ticket["number"])
    office.call(
        "agent", "cap.ticket", "action_assess", ticket["id"], "2", "question", "Soon."
    )
    office.await_mail("Assessed")
    values = {"ticket_id": ticket["id"], "body": "Since when?", "after": "waiting"}
    reply = office.call("agent", "cap.ticket.reply", "create", values)
    office.call("agent", "cap.ticket.reply", "action_send", [reply])
    question, _body = office.await_mail("Since when?")
    assert stage_of(office, ticket) == "waiting"
    absence = office.compose("Away", In_Reply_To=question["Message-Id"])
    absence["Auto-Submitted"] = "auto-replied"
    office.deliver(absence)
    assert stage_of(office, ticket) == "waiting"
    office.deliver(office.compose("Monday", In_Reply_To=question["Message-Id"]))
    assert stage_of(office, ticket) == "open"


def test_who_called_is_told_by_mail(office):
    (contact,) = office.call(
        "agent", "res.partner", "search_read", [["email", "=", CLIENT]], ["parent_id"]
    )
    values = {"name": "Called: labels", "channel": "phone", "partner_id": contact["id"]}
    ticket = office.call("agent", "cap.ticket", "create", values)
    office.call(
        "agent", "cap.ticket", "action_assess", ticket, "2", "question", "Soon."
    )
    office.await_mail("Assessed: Normal")
    office.call("agent", "cap.ticket", "action_say", ticket, "Which labels?")
    office.await_mail("Which labels?")

    # a colleague takes over
    values = {"name": "Piet", "email": "piet@nachtegaal.example"}
    values["parent_id"] = contact["parent_id"][0]
    piet = office.call("admin", "res.partner", "create", values)
    office.call("agent", "cap.ticket", "write", [ticket], {"partner_id": piet})
    office.call("agent", "cap.ticket", "action_close", ticket)
    office.await_mail("is closed", values["email"])


def test_a_mail_from_the_desk_to_its_vote(office, login, tmp_path):
    """Mail in, all of the agent's work by the desk's keys, mail out."""
    subject = "The desk reads mail"
    agent = login("agent")
    agent.goto("/odoo/cap-desk")
    agent.wait_for_selector(".o_cap_connection:has-text('Live')")
    office.deliver(office.compose(subject))
    row = agent.locator(".o_cap_desk_ticket", has_text=subject)
    row.wait_for()
    office.await_mail("We received your request")
    row.click()
    agent.locator(".o_cap_desk_detail", has_text=subject).wait_for()
    agent.keyboard.press("3")
    agent.wait_for_selector("#o_cap_reason:focus")
    agent.keyboard.press("Enter")
    row.wait_for(state="detached")
    office.await_mail("Assessed: High")

    # the reply takes a file along
    guide = tmp_path / "guide.pdf"
    guide.write_bytes(b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF")
    (ticket,) = office.tickets(subject)
    office.call("agent", "cap.ticket", "action_assign_to_me", ticket["id"])
    agent.keyboard.press("ArrowRight")
    row.click()
    agent.locator(".o_cap_desk_detail", has_text=subject).wait_for()
    agent.keyboard.press("r")
    agent.wait_for_selector(".o_cap_composer_reply textarea:focus")
    agent.keyboard.type("Here is how.")
    agent.set_input_files(".o_cap_composer input[type=file]", guide)
    agent.wait_for_selector(".o_cap_file:has-text('guide.pdf')")
    assert agent.locator(".o_cap_file").count() == 1
    agent.focus(".o_cap_composer textarea")
    agent.keyboard.press("Control+Enter")
    agent.wait_for_selector(".o_cap_message:has-text('guide.pdf')")
    reply, _body = office.await_mail("Here is how.")
    (sent,) = reply.iter_attachments()
    assert (sent.get_filename(), sent.get_content()) == (
        "guide.pdf",
        guide.read_bytes(),
    )

    # the answer shows by itself
    office.deliver(office.compose("Thanks", In_Reply_To=reply["Message-Id"]))
    row.locator("text=The client wrote last").wait_for()
    agent.click(".o_cap_desk_actions")
    agent.click(".o-dropdown--menu >> text=Close")
    agent.click(".modal .btn-primary")
    row.wait_for(state="detached")
    _closing, body = office.await_mail("is closed")
    vote(office, re.search(r'href="([^"]+/rate/\w+)/1"', body)[1])


def stage_of(office, ticket):
    fields = ["stage_kind"]
    (found,) = office.call("admin", "cap.ticket", "read", [ticket["id"]], fields)
    return found["stage_kind"]
