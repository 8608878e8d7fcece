from odoo import api, models
from odoo.exceptions import UserError

# Only server code holds this object: no remote call can put it into its context.
GUARDED_WRITE = object()


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
        for vals in vals_list:
            self._check_guarded(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_guarded(vals)
        return super().write(vals)

    def _check_guarded(self, vals):
        if self.env.context.get("cap_guarded_write") is GUARDED_WRITE:
            return
        guarded = self._get_guarded_fields() & vals.keys()
        if guarded:
            labels = {
                self._fields[name]._description_string(self.env) for name in guarded
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
        guarded = self.sudo().with_context(cap_guarded_write=GUARDED_WRITE)
        return guarded.write(vals)
