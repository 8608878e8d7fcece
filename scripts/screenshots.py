"""`make screenshots`: pictures of every screen, taken from the running application."""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parent))

from devenv.databases import Databases
from devenv.environment import open_environment
from devenv.paths import LOGS, ROOT, STATE
from devenv.server import Server
from devenv.tools import find_browser

FOLDER = STATE / "screenshots"
# the pictures that the README shows
KEPT = ("triage", "portal-ticket")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
BACKEND = {
    "desk": ("agent", "/odoo/cap-desk"),
    "triage": ("agent", "/odoo/cap-triage"),
    "tickets": ("agent", "/odoo/cap-tickets"),
    "my-tickets": ("agent", "/odoo/cap-my-tickets"),
    "analysis": ("lead", "/odoo/cap-ticket-analysis"),
    "ledger": ("lead", "/odoo/cap-sla-ledger"),
    "portfolio": ("manager", "/odoo/cap-portfolio"),
    "service-reports": ("manager", "/odoo/cap-service-reports"),
    "subscriptions": ("manager", "/odoo/cap-subscriptions"),
    "change-requests": ("manager", "/odoo/cap-change-requests"),
    "fair-use-reviews": ("manager", "/odoo/cap-fair-use-reviews"),
    "fair-use-contests": ("manager", "/odoo/cap-fair-use-contests"),
    "fair-use-policies": ("capadmin", "/odoo/cap-fair-use-policies"),
    "outside-reasons": ("lead", "/odoo/cap-outside-reasons"),
    "tiers": ("capadmin", "/odoo/cap-tiers/1"),
    "teams": ("capadmin", "/odoo/cap-teams/1"),
    "reasons": ("capadmin", "/odoo/cap-reasons"),
    "closed-days": ("capadmin", "/odoo/cap-closed-days"),
    "my-clients": ("consultant", "/odoo/cap-my-clients"),
    "material": ("consultant", "/odoo/cap-material"),
    "workshops": ("consultant", "/odoo/cap-workshops"),
    "absences": ("consultant", "/odoo/cap-absences"),
    "health": ("consultant", "/odoo/cap-health"),
    "advice": ("consultant", "/odoo/cap-advice"),
    "audits": ("consultant", "/odoo/cap-audits"),
    "recommendations": ("consultant", "/odoo/cap-recommendations"),
    "training-sessions": ("consultant", "/odoo/cap-training-sessions"),
    "training-slots": ("consultant", "/odoo/cap-training-slots"),
    "training-hours": ("manager", "/odoo/cap-training-hours"),
    "training-lapsing": ("manager", "/odoo/cap-training-lapsing"),
    "training-rules": ("capadmin", "/odoo/cap-training-rules"),
    "reminders": ("manager", "/odoo/cap-reminders"),
}
# forms, by what to click in a list
FORMS = {
    "audit": ("consultant", "/odoo/cap-audits", ".o_data_row td[name=name]"),
    "recommendation": (
        "consultant",
        "/odoo/cap-recommendations",
        ".o_kanban_record .fw-bold",
    ),
    "training-session": (
        "consultant",
        "/odoo/cap-training-sessions",
        ".o_data_row td[name=topic]",
    ),
    "training-lot": (
        "manager",
        "/odoo/cap-training-hours",
        ".o_data_row td[name=partner_id]",
    ),
    "workshop": ("consultant", "/odoo/cap-workshops", ".o_kanban_record"),
    "material-form": ("consultant", "/odoo/cap-material", ".o_data_row td[name=name]"),
}
# what only the highest tier has
ALLIANCE = {
    "portal-consultant": "/my/cap",
    "portal-workshop-wish": "/my/cap/workshop",
    "portal-training-alliance": "/my/cap/training",
}
PORTAL = {
    "portal-training": "/my/cap/training",
    "portal-training-request": "/my/cap/training/request",
    "portal-audits": "/my/cap/audits",
    "portal-recommendations": "/my/cap/recommendations?filterby=all",
    "portal-home": "/my",
    "portal-cover": "/my/cap",
    "portal-change": "/my/cap/change",
    "portal-deliveries": "/my/cap/deliveries?filterby=all",
    "portal-history": "/my/cap/history?day=2026-03-12",
    "portal-tickets": "/my/cap/tickets?filterby=all",
    "portal-new": "/my/cap/tickets/new",
    "portal-library": "/my/cap/library",
    "portal-workshop": "/my/cap/workshop",
    "portal-fair-use": "/my/cap/fair-use",
    "portal-reports": "/my/cap/reports",
    "portal-health": "/my/cap/health",
}


def open_page(browser: Browser, url: str, login: str, width: int) -> Page:
    """Return a page on which a demo user has logged in."""
    view = {"width": width, "height": 800}
    page = browser.new_context(base_url=url, viewport=view).new_page()
    page.goto("/web/login")
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", login)
    page.click("button[type=submit]")
    page.wait_for_url(lambda where: "/web/login" not in where)
    return page


def shoot(page: Page, name: str, whole: bool = False) -> None:
    page.wait_for_timeout(1500)
    page.screenshot(path=FOLDER / f"{name}.png", full_page=whole)


def shoot_backend(browser: Browser, url: str) -> None:
    for name, (login, path) in BACKEND.items():
        page = open_page(browser, url, login, 1400)
        page.goto(path)
        shoot(page, name)
        page.context.close()
    for name, (login, path, target) in FORMS.items():
        page = open_page(browser, url, login, 1400)
        page.goto(path)
        page.locator(target).first.click()
        page.wait_for_selector(".o_form_view")
        shoot(page, name)
        page.context.close()
    agent = open_page(browser, url, "agent", 1400)
    agent.goto("/odoo/cap-triage")
    agent.locator(".o_data_row button[data-priority='3']").nth(3).click()
    shoot(agent, "assess")
    agent.keyboard.press("Escape")
    agent.locator(".o_data_row td[name=name]").nth(3).click()
    shoot(agent, "ticket")
    manager = open_page(browser, url, "manager", 1400)
    manager.goto("/odoo/cap-subscriptions")
    manager.click(".o_data_row:has-text('Bakker')")
    shoot(manager, "subscription")
    manager.click("button:has-text('Change tier')")
    manager.click(".modal label:has-text('Alliance')")
    shoot(manager, "change-tier")


def shoot_portal(browser: Browser, url: str) -> None:
    for width, tail in ((1200, ""), (360, "-phone")):
        page = open_page(browser, url, "advisor", width)
        for name, path in PORTAL.items():
            page.goto(path)
            shoot(page, name + tail, whole=True)
        page.goto("/my/cap/tickets?search=4711")
        page.click(".o_cap_tickets a")
        shoot(page, f"portal-ticket{tail}", whole=True)
        for name, path, target in (
            ("portal-audit", "/my/cap/audits", ".o_cap_audits a"),
            ("portal-material", "/my/cap/library", ".o_cap_library a"),
            ("portal-training-move", "/my/cap/training", "a[href$='/reschedule']"),
        ):
            page.goto(path)
            page.locator(target).first.click()
            shoot(page, name + tail, whole=True)
        page.context.close()
        page = open_page(browser, url, "alliance", width)
        for name, path in ALLIANCE.items():
            page.goto(path)
            shoot(page, name + tail, whole=True)
        page.context.close()


def main() -> None:
    environment = open_environment("test")
    databases = Databases(environment)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        databases.throw_away(databases.addon_template(), "pictures") as name,
        Server(environment, name, LOGS / "screenshots.log") as server,
        sync_playwright() as playwright,
    ):
        chromium = playwright.chromium.launch(
            executable_path=find_browser(), args=FLAGS
        )
        shoot_backend(chromium, server.url)
        shoot_portal(chromium, server.url)
        chromium.close()
    images = ROOT / "docs" / "images"
    images.mkdir(exist_ok=True)
    for name in KEPT:
        shutil.copy(FOLDER / f"{name}.png", images)
    print(f"pictures: {FOLDER}")


if __name__ == "__main__":
    main()
