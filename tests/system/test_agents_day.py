"""A day of the support: clients' mail and portal, the desk, the lead's tasks."""

import queue
import re
import time
import urllib.parse
import xmlrpc.client

import pytest
from aiosmtpd.controller import Controller
from devenv.server import free_port
from playwright.sync_api import expect
from test_desk import open_desk, row, send_ticket, write_in_portal
from test_mail import Inbox, Office

CLIENT = "tom@meridian.example"
WAIT_SECONDS = 60
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"
PALLETS = "Pallets are counted twice"
AGAIN = "Twice as many pallets"
PRINTER = "The label printer stands still"
RETURNS = "Redesign how we take goods back"

expect.set_options(timeout=20_000)

PREPARE = """
from datetime import timedelta
import odoo.addons.mail
domain = env["mail.alias.domain"].search([("name", "=", "cap.example")], limit=1)
domain = domain or domain.create({
    "name": "cap.example", "bounce_alias": "bounce", "catchall_alias": "catchall",
    "default_from": "notifications", "company_ids": [(6, 0, env.company.ids)],
})
env.ref("connecta_cap.cap_team_support").write(
    {"alias_name": "support", "alias_domain_id": domain.id})
server = env["ir.mail_server"].create({
    "name": "Loopback", "smtp_host": "127.0.0.1", "smtp_port": %(port)s,
    "smtp_encryption": "none", "sequence": 1,
})
# mails are sent at once; the job that looks for others would take the same ones
queue = env.ref("mail.ir_cron_mail_scheduler_action")
queue.nextcall = env.cr.now().replace(microsecond=0) + timedelta(days=1)
env.cr.commit()
print("server", server.id)
print("job", env.ref("mail.ir_cron_send_scheduled_message").id)
print("gate", odoo.addons.mail.__path__[0] + "/static/scripts/odoo-mailgate.py")
"""
TIDY_UP = """
env["ir.mail_server"].browse(%(server)s).unlink()
domain = env["mail.alias.domain"].search([("name", "=", "cap.example")])
env["mail.alias"].search([]).alias_domain_id = False
env["res.company"].search([]).alias_domain_id = False
domain.unlink()
queue = env.ref("mail.ir_cron_mail_scheduler_action")
queue.nextcall = env.cr.now().replace(microsecond=0)
env.cr.commit()
"""
PARKED_BY_NOBODY = """
from email.message import EmailMessage
mail = EmailMessage()
mail["From"] = "Nora New <nora@nobody-knows.example>"
mail["To"] = "support@cap.example"
mail["Subject"] = "Who can help us"
mail["Message-Id"] = "<nora-1@nobody-knows.example>"
mail.set_content("Our orders stop since this morning.")
ticket = env["mail.thread"].message_process("cap.ticket", mail.as_bytes())
env.cr.commit()
print("id", ticket)
"""


class DayOffice(Office):
    """The mail server of a client who is known, and what Odoo sends there."""

    def __init__(self, *args):
        super().__init__(*args)
        self.users = {}

    def call(self, login, model, method, *args, **kwargs):
        """Call a method as a user, who logs in for the first call only."""
        server = xmlrpc.client.ServerProxy
        if login not in self.users:
            common = server(f"{self.server.url}/xmlrpc/2/common")
            self.users[login] = common.authenticate(self.database, login, login, {})
        models = server(f"{self.server.url}/xmlrpc/2/object", allow_none=True)
        user = self.users[login]
        return models.execute_kw(
            self.database, user, login, model, method, args, kwargs
        )

    def write(self, subject, **headers):
        """Have the client send a mail."""
        self.deliver(self.compose(subject, CLIENT, **headers))

    def read(self, subject, words):
        """Return the next mail to the client about a ticket with some words in it."""
        end = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < end:
            for mail in self.collect():
                body = mail.get_body(("html",)).get_content()
                if subject in mail["Subject"] and words in body:
                    return mail, body
        raise AssertionError(f"no mail about “{subject}” with “{words}”")

    def collect(self):
        """Yield the mails to the client, once Odoo has sent what waits."""
        self.call("admin", "ir.cron", "method_direct_trigger", [self.job])
        while True:
            try:
                recipients, mail = self.inbox.mails.get(timeout=0.3)
            except queue.Empty:
                return
            if CLIENT in recipients:
                yield mail


@pytest.fixture(scope="module")
def office(server, database, shell):
    inbox = Inbox()
    port = free_port()
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    printed = shell(PREPARE % {"port": port})
    known = dict(line.split(" ", 1) for line in printed.splitlines() if " " in line)
    yield DayOffice(server, database, known, inbox)
    shell(TIDY_UP % known)
    controller.stop()


# --- what an agent does again and again ---


def choose(agent, subject):
    """Open a ticket of the list at the side of the desk."""
    expect(row(agent, subject)).to_be_visible()
    row(agent, subject).click()
    side = agent.locator(".o_cap_desk_detail", has_text=subject)
    expect(side).to_be_visible()
    return side


def assess(agent, subject, priority):
    """Take a ticket of the queue, and give it a priority: three keys."""
    side = choose(agent, subject)
    agent.keyboard.press("a")
    expect(side.locator(".o_cap_desk_user")).to_have_text("Yours")
    agent.keyboard.press(priority)
    expect(agent.locator("#o_cap_reason")).to_be_focused()
    expect(agent.locator(f"#o_cap_priority_{priority}")).to_be_checked()
    agent.keyboard.press("Enter")
    expect(row(agent, subject)).to_have_count(0)
    expect(agent.locator(".o_cap_desk_list")).to_be_focused()


def go_to(agent, tab):
    agent.click(f"[data-tab={tab}]")
    expect(agent.locator(f"[data-tab={tab}]")).to_have_attribute(
        "aria-selected", "true"
    )


def act(agent, label):
    agent.click(".o_cap_desk_actions")
    agent.locator(".o-dropdown--menu").get_by_text(label, exact=True).click()
    expect(agent.locator(".modal")).to_be_visible()
    return agent.locator(".modal")


def say(agent, key, kind, words):
    """Write an answer or a note by keyboard."""
    agent.keyboard.press(key)
    expect(agent.locator(f".o_cap_composer_{kind} textarea")).to_be_focused()
    agent.keyboard.type(words)


# --- the day ---


def test_an_agents_day(office, login):
    """From the morning's queue to the vote, by whom it concerns, with real mail."""
    office.write(PALLETS)
    agent, client = open_desk(login("agent")), login("advisor", width=360)
    receipt, _body = office.read(PALLETS, "We received your request")
    work_through_the_morning(office, agent)
    answer_an_emergency(agent, client)
    talk_by_mail(office, agent)
    merge_what_came_twice(office, agent, client, receipt)
    send_elsewhere_what_is_outside(office, agent, client)
    close_and_be_rated(office, agent, client, login)


def work_through_the_morning(office, agent):
    assess(agent, PALLETS, "3")
    office.read(PALLETS, "Assessed: High")


def answer_an_emergency(agent, client):
    waiting = agent.locator("[data-tab=queue] .badge")
    before = int(waiting.inner_text())
    url = send_ticket(client, PRINTER, emergency=True)
    # it comes by itself, on top, marked by an icon and a word
    expect(row(agent, PRINTER)).to_contain_text("Emergency")
    top = agent.locator(".o_cap_desk_ticket").first
    expect(top).to_have_class(re.compile("o_cap_emergency"))
    expect(waiting).to_have_text(str(before + 1))
    side = choose(agent, PRINTER)
    expect(side).to_contain_text("Shipping of all orders")
    expect(side.locator(".o_cap_client_panel")).to_contain_text("Advisor")
    agent.click(".o_cap_desk_acknowledge")
    emergency = side.locator(".o_cap_desk_emergency")
    expect(emergency).to_contain_text("Ann Verbeke is on it")
    assess(agent, PRINTER, "4")
    expect(waiting).to_have_text(str(before))

    # a note stays inside, an answer waits for the client
    go_to(agent, "mine")
    choose(agent, PRINTER)
    say(agent, "i", "note", "The driver is from 2019.")
    agent.keyboard.press("Control+Enter")
    expect(agent.locator(".o_cap_message_note").first).to_contain_text("2019")
    say(agent, "r", "reply", "Please restart the printer.")
    agent.click(".o_cap_send_wait")
    expect(row(agent, PRINTER)).to_have_count(0)
    client.goto(url)
    expect(client.locator(".o-mail-Message", has_text="restart")).to_be_visible()
    expect(client.locator(".o-mail-Message", has_text="2019")).to_have_count(0)
    assert "2019" not in client.content()
    # the answer brings it back, and says who wrote last
    write_in_portal(client, url, "It prints again, thanks.")
    expect(row(agent, PRINTER)).to_contain_text("The client wrote last")
    choose(agent, PRINTER)
    said = agent.locator(".o_cap_message_client", has_text="It prints again")
    expect(said).to_be_visible()
    act(agent, "Close").locator(".btn-primary").click()
    expect(row(agent, PRINTER)).to_have_count(0)
    client.goto(url)
    expect(client.get_by_role("button", name="Reopen")).to_be_visible()


def talk_by_mail(office, agent):
    choose(agent, PALLETS)
    say(agent, "r", "reply", "Since which day?")
    agent.keyboard.press("Control+Enter")
    expect(agent.locator(".o_cap_message", has_text="Since which day?")).to_be_visible()
    question, _body = office.read(PALLETS, "Since which day?")
    office.write("Since Monday", In_Reply_To=question["Message-Id"])
    expect(row(agent, PALLETS)).to_contain_text("The client wrote last")


def merge_what_came_twice(office, agent, client, receipt):
    office.write(AGAIN)
    second, _body = office.read(AGAIN, "We received your request")
    number, other = (
        re.search(r"CAP-\d+", mail["Subject"])[0] for mail in (receipt, second)
    )
    go_to(agent, "queue")
    choose(agent, AGAIN)
    dialog = act(agent, "Merge or duplicate")
    dialog.locator("div[name=target_id] input").fill(number)
    agent.locator(".o-autocomplete--dropdown-item", has_text=PALLETS).click()
    promise = dialog.locator("div[name=promise]")
    expect(promise).to_contain_text(f"as promised for {number}")
    expect(dialog.locator("div[name=other_ids]")).to_contain_text(other)
    dialog.locator("div[name=reason] input").fill("The same pallets")
    dialog.locator("button:has-text('Merge for good')").click()
    expect(dialog).to_have_count(0)
    expect(agent.locator(".o_form_view")).to_contain_text(number)

    # no mail leaves by itself, and an answer to the old one goes where it goes on
    subjects = [mail["Subject"] for mail in office.collect()]
    assert not [one for one in subjects if number in one or other in one]
    office.write("Re: pallets", In_Reply_To=second["Message-Id"])
    open_desk(agent)
    go_to(agent, "mine")
    choose(agent, PALLETS)
    (ended,) = office.call(
        "admin",
        "cap.ticket",
        "search_read",
        [["number", "=", other], ["active", "=", False]],
        ["merged_into_id"],
    )
    client.goto(f"/my/cap/tickets/{ended['id']}")
    note = f"{other} was merged into this one"
    expect(client.locator("main")).to_contain_text(note)
    assert f"/{ended['merged_into_id'][0]}?merged" in client.url
    client.click("summary")
    expect(client.locator("main details")).to_contain_text("The orders stop.")


def send_elsewhere_what_is_outside(office, agent, client):
    office.write(RETURNS)
    office.read(RETURNS, "We received your request")
    go_to(agent, "queue")
    assess(agent, RETURNS, "1")
    office.read(RETURNS, "Assessed: Low")
    go_to(agent, "mine")
    choose(agent, RETURNS)
    dialog = act(agent, "Outside CAP")
    dialog.get_by_label("Process redesign").check()
    answer = dialog.locator("div[name=answer] textarea")
    expect(answer).to_have_value(re.compile("Connecta Advice"))
    dialog.locator("button:has-text('Send the answer')").click()
    expect(dialog).to_have_count(0)
    # it waits for the client now, who reads the reason and the way onward
    expect(row(agent, RETURNS)).to_have_count(0)
    go_to(agent, "waiting")
    choose(agent, RETURNS)
    mail, body = office.read(RETURNS, "outside the Connecta Assurance Program")
    assert "Connecta Advice" in body
    number = re.search(r"CAP-\d+", mail["Subject"])[0]
    client.goto(f"/my/cap/tickets?search={number}")
    client.click(f".o_cap_tickets a:has-text('{RETURNS}')")
    expect(client.locator(".o_cap_outside")).to_contain_text("Connecta Advice")
    assert client.evaluate("document.documentElement.scrollWidth") <= 360
    # and goes on by answering
    write_in_portal(client, client.url, "Then we ask for a quotation.")
    go_to(agent, "mine")
    expect(row(agent, RETURNS)).to_contain_text("The client wrote last")


def close_and_be_rated(office, agent, client, login):
    choose(agent, PALLETS)
    act(agent, "Close").locator(".btn-primary").click()
    expect(row(agent, PALLETS)).to_have_count(0)
    mail, body = office.read(f"Closed: {PALLETS}", "is closed")
    link = re.search(r'href="([^"]+/rate/\w+/1)"', body)[1]
    client.goto(urllib.parse.urlparse(link).path)
    client.fill("textarea[name=feedback]", "Nobody called back.")
    client.click("button[type=submit]:visible")
    expect(client.locator("main")).to_contain_text("Thank")

    number = re.search(r"CAP-\d+", mail["Subject"])[0]
    lead = login("lead")
    lead.goto("/odoo/cap-ratings")
    vote = lead.locator(".o_data_row", has_text=number)
    expect(vote).to_be_visible()
    (ticket,) = office.call("lead", "cap.ticket", "search", [["number", "=", number]])
    lead.goto(f"/odoo/cap-tickets/{ticket}")
    task = lead.locator(".o-mail-Activity", has_text="The client is not content")
    expect(task).to_contain_text("Nobody called back.")


# --- what else a day may bring ---


def test_a_prepared_question_waits_until_its_answer(login):
    client = login("advisor", width=360)
    path = send_ticket(client, "The label printer is slow")
    agent = login("agent")
    agent.goto(f"/odoo/cap-tickets/{path.rsplit('/', 1)[1]}")
    form = agent.locator(".o_form_view")
    form.locator(".o_cap_assess_buttons button[data-priority='2']").click()
    expect(agent.locator("#o_cap_reason")).to_be_focused()
    agent.keyboard.press("Enter")
    expect(form.locator("button[name=action_close]")).to_be_visible()
    form.locator("button:has-text('Reply')").click()
    dialog = agent.locator(".modal")
    dialog.locator("div[name=reply_id] input").click()
    agent.click(".o-autocomplete--dropdown-item:has-text('more details')")
    text = dialog.locator("div[name=body] textarea")
    expect(text).to_have_value(re.compile("we need a little more"))
    dialog.locator("input[type=file]").set_input_files(
        {"name": "how.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    expect(dialog.locator(".o_cap_file")).to_have_text("how.pdf")
    dialog.locator("button:has-text('Send')").click()
    expect(dialog).to_have_count(0)
    expect(form.locator("div[name=waiting_next]")).to_contain_text("Reminder on")

    client.goto(path)
    expect(client.locator(".o_cap_waiting")).to_contain_text("this ticket is closed on")
    asked = client.locator(".o-mail-Message", has_text="we need a little more")
    expect(asked).to_contain_text("how.pdf")
    write_in_portal(client, path, "It is label LBL-7, at eight.")
    client.goto(path)
    expect(client.locator(".o-mail-Message", has_text="LBL-7")).to_be_visible()
    expect(client.locator(".o_cap_waiting")).to_have_count(0)
    assert client.evaluate("document.documentElement.scrollWidth") <= 360

    agent.reload()
    # a narrow bar folds its stages into a menu
    stage = form.locator(".o_statusbar_status button[aria-checked=true]")
    expect(stage.filter(has_text="In progress")).to_be_attached()
    expect(form.locator("div[name=waiting_next]")).to_have_count(0)


def test_an_agent_links_an_unknown_sender_to_its_client(login, shell):
    ticket = re.search(r"id (\d+)", shell(PARKED_BY_NOBODY))[1]
    agent = login("agent")
    agent.goto("/odoo/cap-unknown-senders")
    sender = agent.locator(".o_data_row", has_text="nora@nobody-knows.example")
    sender.locator("button[name=action_identify]").click()
    dialog = agent.locator(".modal")
    dialog.locator("div[name=client_id] input").fill("Bakker")
    agent.click(".o-autocomplete--dropdown-item:has-text('Bakker') >> nth=0")
    cover = dialog.locator("div[name=cover]")
    expect(cover).to_contain_text("the promise counts from")
    expect(dialog.locator("div[name=contact_name] input")).to_have_value("Nora New")
    dialog.locator("button:has-text('Link to this client')").click()
    expect(sender).to_have_count(0)
    agent.goto(f"/odoo/cap-tickets/{ticket}")
    state = agent.locator(".o_field_widget[name=sla_state]")
    expect(state).to_contain_text("To assess")
    client = agent.locator("div[name=commercial_partner_id]").first
    expect(client).to_contain_text("Bakker")
