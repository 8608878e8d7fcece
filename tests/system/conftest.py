"""A real server on a throw-away database, and a browser that people use it with.

`make test PART=system` runs what people do in a browser, `PART=processes` what needs
none: races, killed servers, mail. Both give the database in CAP_TEST_DATABASE and the
browser in CAP_TEST_BROWSER. CAP_TEST_LAG=600 lets each answer of the server come that
many milliseconds later: a test that reads a screen before it is there fails every time.
"""

import os
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import psycopg2
import pytest
from playwright.sync_api import expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

from devenv.databases import Databases  # noqa: E402
from devenv.environment import Environment  # noqa: E402
from devenv.logs import find_problems  # noqa: E402
from devenv.server import Server  # noqa: E402

STATE = ROOT / ".odoo"
# Odoo's own gate script for mail still uses it, and Odoo warns of each call
OLD_INTERFACE = "odoo.addons.rpc.controllers.xmlrpc: The /xmlrpc,"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# What a page asks for after it was opened goes out later.
LAG = """
const send = XMLHttpRequest.prototype.send;
XMLHttpRequest.prototype.send = function (...body) {
    const later = () => this.readyState === 1 && send.apply(this, body);
    setTimeout(later, %(lag)d);
};
const fetchNow = window.fetch;
window.fetch = async (...request) => {
    await new Promise((resolve) => setTimeout(resolve, %(lag)d));
    return fetchNow(...request);
};
"""

# One of two transactions that act at the same moment.
RACER = """
import time
from odoo.service.model import retrying
subscription = env["cap.subscription"].browse(%(id)s)
tier = env.ref("connecta_cap.cap_tier_%(tier)s")
today = subscription._cap_today()
subscription.period_ids.mapped("date_start")  # the snapshot is taken here
while time.time() < %(at)s:
    time.sleep(0.005)
def change():
%(change)s
try:
    change()
    env.flush_all()
    time.sleep(0.3)
    env.cr.commit()
    print("won")
except Exception as error:
    env.cr.rollback()
    print("lost", type(error).__name__)
"""


def pytest_configure(config):
    expect.set_options(timeout=20000)
    config.addinivalue_line("markers", "processes: needs no browser")


def pytest_collection_modifyitems(items):
    for item in items:
        if "browser" not in item.fixturenames:
            item.add_marker("processes")


@pytest.fixture(scope="session")
def database():
    return os.environ["CAP_TEST_DATABASE"]


@pytest.fixture(scope="session")
def environment():
    return Environment("test", dict(os.environ))


@pytest.fixture(scope="session")
def shell(environment, database):
    """Return a function that runs Python code in `odoo shell`."""
    databases = Databases(environment)
    return lambda code: databases.shell(database, code)


@pytest.fixture(scope="session")
def server(environment, database):
    log = STATE / "log" / f"test-{os.environ['CAP_TEST_PART']}.log"
    with Server(environment, database, log, args=("--max-cron-threads=1",)) as running:
        yield running
    bad = find_problems(log)
    bad = [line for line in bad if OLD_INTERFACE not in line]
    assert not bad, bad


@pytest.fixture
def connect(database):
    """Return a function that opens a connection of its own to the database."""
    opened = []

    def open_one():
        opened.append(psycopg2.connect(dbname=database))
        return opened[-1]

    yield open_one
    for connection in opened:
        connection.close()


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        path = os.environ["CAP_TEST_BROWSER"]
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def login(server, browser, request):
    """Return a function that gives a page on which a demo user has logged in.

    An error in the browser's console fails the test; a failed test leaves a picture.
    """
    contexts, errors = [], []

    def open_page(name, width=1400, height=900):
        context = browser.new_context(
            base_url=server.url,
            viewport={"width": width, "height": height},
            timezone_id="Europe/Brussels",  # a login takes its zone from the browser
        )
        context.set_default_timeout(20000)
        contexts.append(context)
        if lag := int(os.environ.get("CAP_TEST_LAG", 0)):
            context.add_init_script(LAG % {"lag": lag})
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto("/web/login")
        page.fill("input[name=login]", name)
        page.fill("input[name=password]", name)
        page.click("button[type=submit]")
        page.wait_for_url(lambda url: "/web/login" not in url)
        return page

    yield open_page
    folder = STATE / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    for number, context in enumerate(contexts):
        for page in context.pages:
            page.screenshot(path=folder / f"{request.node.name}-{number}.png")
        context.close()
    assert not errors


@pytest.fixture
def race(environment, database, shell):
    """Return a function that runs two pieces of code at the same moment."""

    def run(record_id, changes):
        at = time.time() + 8
        racers = [
            RACER
            % {
                "id": record_id,
                "tier": tier,
                "at": at,
                "change": textwrap.indent(textwrap.dedent(change), "    "),
            }
            for tier, change in changes
        ]
        argv = [environment.odoo, "shell", "-d", database, "--no-http"]
        started = [
            subprocess.Popen(
                [*argv, "--log-level=critical"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=sys.stderr,
                text=True,
                env=environment.variables,
            )
            for _racer in racers
        ]
        for process, racer in zip(started, racers, strict=True):
            process.stdin.write(racer)
            process.stdin.close()
        return sorted(process.stdout.read().split()[0] for process in started)

    return run
