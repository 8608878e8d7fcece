"""`make bench`: the figures of speed, printed beside their budgets."""

import json
import re
import sys
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).parent))

from devenv.databases import Databases
from devenv.environment import open_environment
from devenv.paths import LOGS
from devenv.server import Server

TOOLS = Path(__file__).with_name("bench_tools.py")
CASES = [
    Path(__file__).with_name(name)
    for name in ("bench_cases.py", "bench_health_cases.py")
]
# Odoo's access log ends with: queries, seconds in SQL, other seconds
ACCESS = r'"(?:GET|POST) {path}[^"]*" 200 - (\d+) ([\d.]+) ([\d.]+)'
SEED = """
client = env.ref("connecta_cap.partner_advisor_contact_demo")
for start in range(0, {count}, 1000):
    env["cap.ticket"].create([
        {{"name": f"Seed {{start + n}}", "partner_id": client.id}}
        for n in range(min(1000, {count} - start))
    ])
    env.cr.commit()
"""


class Client:
    """A logged-in browser without a screen."""

    def __init__(self, url: str, login: str) -> None:
        self.url = url
        cookies = urllib.request.HTTPCookieProcessor(CookieJar())
        self.opener = urllib.request.build_opener(cookies)
        page = self.get("/web/login")
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
        form = {"login": login, "password": login, "csrf_token": token}
        self.opener.open(f"{url}/web/login", urlencode(form).encode())

    def get(self, path: str) -> str:
        return self.opener.open(self.url + path).read().decode()

    def call(self, model: str, method: str, **kwargs) -> None:
        """Call a method as the web client does."""

        body = {"model": model, "method": method, "args": [], "kwargs": kwargs}
        request = urllib.request.Request(
            f"{self.url}/web/dataset/call_kw/{model}/{method}",
            json.dumps({"params": body}).encode(),
            {"Content-Type": "application/json"},
        )
        answer = json.load(self.opener.open(request))
        assert "error" not in answer, answer["error"]


def measure(server: Server) -> dict[str, tuple[str, float]]:
    """Return (queries, seconds) of the triage list and the client's list."""
    agent, client = Client(server.url, "agent"), Client(server.url, "advisor")
    fields = [
        "number",
        "name",
        "is_emergency",
        "priority_line",
        "requested_urgency",
        "sla_deadline",
        "sla_state",
        "sla_terms",
        "priority",
        "ticket_type",
    ]
    names = {"fields": {"display_name": {}}}
    spec = {name: {} for name in fields} | {
        "commercial_partner_id": names,
        "tier_id": names,
        "user_id": names,
    }
    for _run in range(3):  # the last one counts: caches are warm
        agent.call(
            "cap.ticket",
            "web_search_read",
            domain=[["priority", "=", False]],
            specification=spec,
            limit=80,
        )
        client.get("/my/cap/tickets?filterby=all")
    log = server.log.read_text()
    found = {}
    for what, path in (
        ("triage list of 80", "/web/dataset/call_kw/cap.ticket/web_search_read"),
        ("client's list of 20", re.escape("/my/cap/tickets?filterby=all")),
    ):
        queries, sql, rest = re.findall(ACCESS.format(path=path), log)[-1]
        found[what] = (queries, float(sql) + float(rest))
    return found


def main() -> None:
    environment = open_environment("test")
    databases = Databases(environment)
    with databases.throw_away(databases.addon_template(), "bench") as name:
        for cases in CASES:
            out = databases.shell(name, TOOLS.read_text() + cases.read_text())
            print("\n".join(line for line in out.splitlines() if "BENCH" in line))
        for count, total in ((100, "100"), (9900, "10,000")):
            databases.shell(name, SEED.format(count=count))
            with Server(environment, name, LOGS / "bench.log") as server:
                for what, (queries, seconds) in measure(server).items():
                    print(
                        f"BENCH {what}, {total} tickets: queries {queries},"
                        f" {seconds * 1000:.0f} ms"
                    )


if __name__ == "__main__":
    main()
