from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

NOTE_CHARACTERS = 1000


class CapHealthActionPortalMixin(models.AbstractModel):
    """What a client does with the actions that are its own, once they are published.

    Its people have no access to actions at all: a Health Check that they may read
    looks the action up for them, see `cap.health.check._portal_act`.
    """

    _name = "cap.health.action.portal.mixin"
    _inherit = ["cap.guarded.mixin", "cap.clock.mixin"]
    _description = "A client's side of an action"

    client_note = fields.Text("The client says", readonly=True, copy=False)

    # === CRUD METHODS === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"client_note"}

    # === BUSINESS METHODS === #

    def _portal_act(self, step, note=""):
        """Do what a person of the client asks for; the consultant reads it.

        :param step: `done`, `undo` or `note`.
        :param note: the client's words; beside another step they replace those before
            only when there are any.
        :raises AccessError: for any other step.
        :raises UserError: when it is done, or not done, or carried over already.
        """
        self.ensure_one()
        steps = {
            "done": self._portal_done,
            "undo": self._portal_undo,
            "note": self._portal_note,
        }
        if step not in steps:
            raise AccessError(self.env._("There is no such step."))
        steps[step](self._clean_note(note))

    def _portal_done(self, note):
        if self.state != "open":
            raise UserError(self._word_not_open())
        vals = {"done_on": self._cap_today(), "done_by_id": self.env.uid}
        news = self._pick_news(note)
        self._guarded_write(vals | news)
        told = self._for_consultant()
        self._tell_consultant(
            told.env._("“%(action)s” is done, says the client.", action=self.name),
            news.get("client_note"),
        )

    def _portal_undo(self, note):
        if self.state != "done":
            raise UserError(
                self.env._("“%(action)s” is not marked as done.", action=self.name)
            )
        if not self._is_done_by_client():
            raise UserError(
                self.env._(
                    "Our consultant marked “%(action)s” as done: leave a comment when "
                    "it is not.",
                    action=self.name,
                )
            )
        news = self._pick_news(note)
        self._guarded_write({"done_on": False, "done_by_id": False} | news)
        told = self._for_consultant()
        self._tell_consultant(
            told.env._(
                "“%(action)s” is not done after all, says the client.", action=self.name
            ),
            news.get("client_note"),
        )

    def _portal_note(self, note):
        if note == (self.client_note or ""):
            return
        self._guarded_write({"client_note": note})
        told = self._for_consultant()
        text = (
            told.env._("The client comments on “%(action)s”:", action=self.name)
            if note
            else told.env._(
                "The client took its comment on “%(action)s” back.", action=self.name
            )
        )
        self._tell_consultant(text, note)

    def _pick_news(self, note):
        """Return the values of a note that came with another step, {} for no news."""
        return {"client_note": note} if note and note != self.client_note else {}

    def _clean_note(self, note):
        lines = (" ".join(line.split()) for line in (note or "").splitlines())
        text = "\n".join(lines).replace("\x00", "").strip()
        if len(text) > NOTE_CHARACTERS:
            raise UserError(
                self.env._(
                    "A comment has at most %(most)s characters, yours has %(count)s: "
                    "shorten it, or file a ticket.",
                    most=NOTE_CHARACTERS,
                    count=len(text),
                )
            )
        return text

    def _for_consultant(self):
        """Return the action as the consultant of its check reads it."""
        lang = self.check_id.user_id.lang or self.env.lang
        return self.with_context(lang=lang)

    def _tell_consultant(self, text, note=""):
        """Put what the client did on record on the check, and tell its consultant."""
        self.check_id.message_post(
            body="\n".join(filter(None, (text, note))),
            partner_ids=self.check_id.user_id.partner_id.ids,
            subtype_xmlid="mail.mt_note",
        )

    def _is_done_by_client(self):
        self.ensure_one()
        person = self.done_by_id.partner_id
        return bool(person) and person.commercial_partner_id == self.partner_id

    def _prepare_client_part(self):
        """Return what a client reads of its part in an action, and may do.

        :return: dict of `note`, `done_by`, `may_tick` and `may_undo`.
        """
        self.ensure_one()
        is_theirs = (
            self.env.user.share
            and self.owner == "client"
            and self.check_id.state == "published"
        )
        return {
            "note": self.client_note or "",
            "done_by": self.done_by_id.name or "",
            "may_tick": is_theirs and self.state == "open",
            "may_undo": is_theirs
            and self.state == "done"
            and self._is_done_by_client(),
        }
