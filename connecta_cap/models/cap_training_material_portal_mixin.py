from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date, human_size

from ..const import TRAINING_MATERIAL

KIND_ICONS = {
    "document": "fa-file-text-o",
    "link": "fa-external-link",
    "video": "fa-play-circle-o",
}


class CapTrainingMaterialPortalMixin(models.AbstractModel):
    """The client's library: what is in it, what is new, and how a file is handed out.

    Portal users read a whitelist of the material and nothing of its versions. Each verb
    checks the reader's own access first and then acts on the reader's behalf.
    """

    _name = "cap.training.material.portal.mixin"
    _inherit = ["cap.training.access.mixin"]
    _description = "A client's library"

    def _portal_readable_fields(self):
        return super()._portal_readable_fields() | {
            "name",
            "summary",
            "kind",
            "topic_id",
            "lang",
            "minutes",
            "state",
            "published_at",
            "is_offered",
        }

    # === BUSINESS METHODS - LIST === #

    @api.model
    def _get_library_views(self):
        """Return the shelves that cut across topics: label by name."""
        return {
            "all": self.env._("Everything"),
            "new": self.env._("New since your last visit"),
            "unread": self.env._("Not opened yet"),
            "favourites": self.env._("Favourites"),
        }

    @api.model
    def _portal_enter_library(self):
        """Note a visit of the library.

        :return: when the visit before ended, None on the first one.
        """
        visits = self.env["cap.training.library.visit"].sudo()
        return visits._visit(self.env.user, self._cap_now())

    @api.model
    def _get_library_domain(self, choice, previous):
        """Return the domain of what a reader looks for.

        :param choice: dict of `search`, `topic` (id or ''), `kind` and `show`.
        :param previous: when the visit before ended, None on the first one.
        """
        domain = Domain("is_offered", "=", True)
        domain &= self._get_search_domain(choice["search"])
        if choice["topic"]:
            domain &= Domain("topic_id", "=", int(choice["topic"]))
        if choice["kind"]:
            domain &= Domain("kind", "=", choice["kind"])
        mine = Domain("user_id", "=", self.env.uid)
        marks = self.env["cap.training.material.mark"].sudo()
        if choice["show"] == "new":
            domain &= Domain("published_at", ">", previous or self._cap_now())
        elif choice["show"] == "favourites":
            liked = marks.search(mine & Domain("is_favourite", "=", True))
            domain &= Domain("id", "in", liked.material_id.ids)
        elif choice["show"] == "unread":
            seen = marks.search(mine & Domain("view_count", ">", 0))
            domain &= Domain("id", "not in", seen.material_id.ids)
        return domain

    @api.model
    def _clean_choice(self, search="", topic="", kind="", show=""):
        """Return what a reader asked for; what is unknown means everything."""
        topics = self.env["cap.training.topic"].search([("active", "=", True)])
        kinds = self._fields["kind"]._description_selection(self.env)
        views = self._get_library_views()
        return {
            "search": " ".join((search or "").split())[:100],
            "topic": topic if topic in map(str, topics.ids) else "",
            "kind": kind if kind in dict(kinds) else "",
            "show": show if show in views else "all",
            "topics": [(str(record.id), record.name) for record in topics],
            "kinds": kinds,
            "views": list(views.items()),
        }

    @api.model
    def _has_library(self):
        """Return whether the asking user's cover gives access to training material."""
        subscriptions = self.env["cap.subscription"].sudo()
        client = self.env.user.commercial_partner_id
        active = subscriptions.search(
            [("partner_id", "=", client.id), ("state", "=", "active")]
        )
        return any(line._entitled(TRAINING_MATERIAL) for line in active)

    def _prepare_library_rows(self, previous):
        """Return what the library shows of each piece, in order.

        :param previous: when the visit before ended, None on the first one.
        """
        marks = self.env["cap.training.material.mark"]._get_marks(self.env.user, self)
        words = {
            "kind": dict(self._fields["kind"]._description_selection(self.env)),
            "lang": dict(self._fields["lang"]._description_selection(self.env)),
            "zone": self._cap_zone(),
        }
        return [
            material._prepare_library_row(marks.get(material.id), previous, words)
            for material in self
        ]

    def _prepare_library_row(self, mark, previous, words):
        self.ensure_one()
        shown = self.sudo().version_id
        day = self._cap_date_of(self.published_at, words["zone"])
        return {
            "id": self.id,
            "url": f"/my/cap/library/{self.id}",
            "name": self.name,
            "summary": self.summary or "",
            "topic": self.topic_id.name,
            "kind": self.kind,
            "kind_label": words["kind"][self.kind],
            "icon": KIND_ICONS[self.kind],
            "language": words["lang"].get(self.lang, self.lang),
            "minutes": self.minutes,
            "version": shown.number,
            "published": format_date(self.env, day),
            "is_new": bool(previous and self.published_at > previous),
            "is_seen": bool(mark and mark.view_count),
            "is_favourite": bool(mark and mark.is_favourite),
        }

    # === BUSINESS METHODS - PAGE AND VERBS === #

    def _portal_open(self):
        """Return what the page of one piece shows, and note that it was opened.

        :raises AccessError: when the reader's cover does not give it.
        """
        self.ensure_one()
        self.check_access("read")
        (row,) = self._prepare_library_rows(None)
        marks = self.env["cap.training.material.mark"]
        marks.sudo()._mark_seen(self.env.user, self, self._cap_now())
        shown = self.sudo().version_id
        player = ""
        if self.kind == "video":
            player = self.env["cap.video.host"]._find_player(shown.url)
        return row | {
            "note": shown.note,
            "file_name": shown.file_name,
            "file_size": human_size(shown.file_size) if shown.file_size else "",
            "address": shown.url or "",
            "player": player,
        }

    def _portal_get_file(self):
        """Return the file of the version that is shown, as a stream to send.

        :return: `odoo.http.Stream`, None when there is no file.
        :raises AccessError: when the reader's cover does not give it.
        """
        self.ensure_one()
        self.check_access("read")
        shown = self.sudo().version_id
        if self.kind != "document" or not shown.file_size:
            return None
        return (
            self.env["ir.binary"]
            .sudo()
            ._get_stream_from(shown, "file", filename=shown.file_name)
        )

    def _portal_set_favourite(self, is_favourite):
        """Set or drop the reader's favourite.

        :param is_favourite: whether it is one from now on.
        :raises AccessError: when the reader's cover does not give the material.
        """
        self.ensure_one()
        self.check_access("read")
        marks = self.env["cap.training.material.mark"].sudo()
        marks._mark_favourite(self.env.user, self, is_favourite)
