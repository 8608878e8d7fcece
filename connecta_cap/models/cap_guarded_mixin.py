from collections import namedtuple
from contextvars import ContextVar

from odoo import api, models
from odoo.exceptions import UserError

# Leave to write some values once on each of some records. It is held beside the call:
# a context would hand it on to whatever code wakes up within the write.
Leave = namedtuple("Leave", ["model", "ids", "vals"])
LEAVE = ContextVar("cap_guarded_write", default=None)


class CapGuardedMixin(models.AbstractModel):
    """Fields that only the program's own verbs set, whoever asks and however.

    Neither a form, an import, a default, a mail alias nor superuser code can write
    them: whoever tries is told, and defaults are dropped so that nothing else is lost.
    """

    _name = "cap.guarded.mixin"
    _description = "Fields that follow from the program's rules"

    @api.model
    def _get_guarded_fields(self):
        """Return the names of the fields that are guarded; a hook.

        :return: set of field names.
        """
        return set()

    # === CRUD METHODS === #

    @api.model
    def default_get(self, fields):
        defaults = super().default_get(fields)
        for name in self._get_guarded_fields() & defaults.keys():
            # what the field itself starts with, not what somebody set as a default
            del defaults[name]
            if self._fields[name].default:
                defaults[name] = self._fields[name].default(self)
        return defaults

    @api.model_create_multi
    def create(self, vals_list):
        guarded = self._get_guarded_fields()
        for vals in vals_list:
            self._refuse_by_hand(guarded & vals.keys())
        return super().create(vals_list)

    def write(self, vals):
        guarded = self._get_guarded_fields() & vals.keys()
        if guarded and not self._take_leave({name: vals[name] for name in guarded}):
            self._refuse_by_hand(guarded)
        return super().write(vals)

    def _refuse_by_hand(self, names):
        """Refuse to set guarded fields, naming them.

        :param names: set of field names; nothing is refused when it is empty.
        """
        if names:
            labels = {
                self._fields[name]._description_string(self.env) for name in names
            }
            raise UserError(
                self.env._(
                    "%(fields)s of %(record)s cannot be set by hand: it follows from "
                    "the program's rules. Use the buttons of its form.",
                    fields=", ".join(sorted(labels)),
                    record=self[:1].display_name or self.env._("a new record"),
                )
            )

    # === BUSINESS METHODS === #

    def _guarded_write(self, vals):
        """Set guarded fields: the one door that the program's verbs go through.

        :param vals: field values.
        """
        token = LEAVE.set(Leave(self._name, set(self.ids), dict(vals)))
        try:
            return self.sudo().write(vals)
        finally:
            LEAVE.reset(token)

    def _take_leave(self, vals):
        """Return whether a verb wants just these values written here, and use it up."""
        leave = LEAVE.get()
        if not leave or leave.model != self._name or not leave.ids.issuperset(self.ids):
            return False
        if not vals.items() <= leave.vals.items():
            return False
        leave.ids.difference_update(self.ids)
        return True
