from odoo import models


class CapPortalWhitelistMixin(models.AbstractModel):
    """Portal users read a named set of fields of a model, and write none.

    Record rules say which records a client sees; this says what of them. A field that
    is added later is hidden until somebody names it.
    """

    _name = "cap.portal.whitelist.mixin"
    _description = "Fields that portal users may read"

    def _portal_readable_fields(self):
        """Return the names of the fields that a portal user may read.

        :return: set of field names.
        """
        return {"id", "display_name"}

    def _has_field_access(self, field, operation):
        if not super()._has_field_access(field, operation):
            return False
        user = self.env.user
        if self.env.su or user._is_internal():
            return True
        return operation == "read" and field.name in self._portal_readable_fields()
