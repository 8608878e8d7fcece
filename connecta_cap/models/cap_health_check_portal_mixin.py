from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import is_html_empty

from ..const import HEALTH_CHECK

# Twenty years of two checks a year.
LIST_SIZE = 40


class CapHealthCheckPortalMixin(models.AbstractModel):
    """What a client reads of its Health Checks, on its pages and on paper.

    Both show the same values. Names and parts are read as superuser here, so that a
    template never gets a record that knows more than the client may.
    """

    _name = "cap.health.check.portal.mixin"
    _inherit = ["cap.portal.whitelist.mixin", "cap.clock.mixin"]
    _description = "A client's side of a Health Check"

    def _portal_readable_fields(self):
        return super()._portal_readable_fields() | {
            "name",
            "subscription_id",
            "partner_id",
            "company_id",
            "state",
            "start",
            "stop",
            "location",
            "held_on",
            "published_on",
            "agenda",
            "minutes",
        }

    # === BUSINESS METHODS - PAGES === #

    @api.model
    def _portal_list(self):
        """Return what the client's page of Health Checks shows.

        :return: dict of `rows` (published checks), `next` (words about the next
            meeting, or ""), `checklists`, and whether the client is `entitled`.
        """
        checks = self.search([], order="held_on desc, id desc", limit=LIST_SIZE)
        subscription = self.env["cap.subscription"].search(
            [], order="state, id desc", limit=1
        )
        known = subscription.sudo()
        return {
            "rows": checks._prepare_portal_rows(),
            "next": self._word_next(subscription) if subscription else "",
            "checklists": known.checklist_ids._prepare_rows(),
            "entitled": bool(subscription) and subscription._entitled(HEALTH_CHECK),
        }

    @api.model
    def _word_next(self, subscription):
        """Return when the client's next meeting is and with whom, "" for none."""
        found = self.sudo().search(
            Domain("subscription_id", "=", subscription.id)
            & Domain("state", "in", ("planned", "prepared"))
            & Domain("stop", ">=", self._cap_now()),
            order="start",
            limit=1,
        )
        if not found:
            return ""
        parts = [found._word_when(), found.location, found.user_id.name]
        return ", ".join(filter(None, parts))

    def _prepare_portal_rows(self):
        """Return what the list shows of each check, in order."""
        known = self.sudo()
        known.mapped("user_id.name")
        known.mapped("action_ids.state")
        rows = []
        for check in known:
            states = check.action_ids.mapped("state")
            rows.append(
                {
                    "url": f"/my/cap/health-checks/{check.id}",
                    "number": check.name,
                    "held_on": check.held_on,
                    "consultant": check.user_id.name,
                    "actions": len(states),
                    "open": states.count("open"),
                    "carried": states.count("carried"),
                }
            )
        return rows

    def _prepare_document(self):
        """Return everything that the client reads of one check.

        :return: dict for the portal page and the PDF.
        :raises AccessError: for whoever may not read it.
        """
        self.ensure_one()
        self.check_access("read")
        known = self.sudo()
        snapshot = known.snapshot or {}
        return {
            "number": known.name,
            "client": known.partner_id.name,
            "consultant": known.user_id.name,
            "attendees": known.attendee_ids.mapped("name"),
            "when": known._word_when(),
            "held_on": known.held_on,
            "published_on": known.published_on,
            "is_published": known.state == "published",
            "agenda": "" if is_html_empty(known.agenda) else known.agenda,
            "minutes": "" if is_html_empty(known.minutes) else known.minutes,
            "actions": known.action_ids.sorted()._prepare_rows(),
            "figures": self._get_figures(),
            "checklists": snapshot.get("checklists", []),
        }

    def _portal_act(self, action_id, step, note=""):
        """Let a person of the client mark an action of theirs as done, or comment.

        :param action_id: id of the action, may be anything.
        :param step: see `cap.health.action`.
        :raises AccessError: when the check or the action is not theirs.
        """
        self.ensure_one()
        self.check_access("read")
        known = self.sudo()
        actions = known.action_ids.filtered(
            lambda one: one.id == action_id and one.owner == "client"
        )
        is_client = self.env.user.share and known.state == "published"
        if not (actions and is_client):
            raise AccessError(self.env._("This is no action of yours."))
        actions._portal_act(step, note)

    def _get_report_base_filename(self):
        self.ensure_one()
        return f"{self.env._('Health Check')} {self.sudo().display_name}"

    # === BUSINESS METHODS - MAIL === #

    def _tell_published(self):
        """Tell the client's contacts that the check can be read."""
        self.ensure_one()
        known = self.subscription_id._in_client_language()
        check = self.with_context(lang=self._get_client_lang())
        day = known._word_day(self.held_on)
        known._tell(
            "connecta_cap.mail_health_check_published",
            known.env._("Your Health Check of %(day)s", day=day),
            check=check._prepare_document(),
            url=f"{self.get_base_url()}/my/cap/health-checks/{self.id}",
        )
