from odoo import models
from odoo.exceptions import AccessError


class CapPortalWhitelistMixin(models.AbstractModel):
    """Portal users read a named set of fields of a model, and write none.

    Record rules say which records a client sees; this says what of them. A field that
    is added later is hidden until somebody names it. What a client may do is a verb,
    `_portal_*`: it checks first whose record it is, and then acts as superuser.
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

    def _get_portal_client(self):
        """Return the organisation whose record it is, as superuser; a hook."""
        self.ensure_one()
        return self.sudo().subscription_id.partner_id

    def _check_is_own(self):
        """Refuse whoever is not of the organisation whose record it is.

        Staff reads the records of all clients, and acts in the name of none.

        :raises AccessError: naming the record and its client.
        """
        self.ensure_one()
        self.check_access("read")
        client = self._get_portal_client()
        if client != self.env.user.commercial_partner_id:
            raise AccessError(
                self.env._(
                    "%(record)s is for %(client)s to decide on, in the portal. Use the "
                    "buttons of its form instead.",
                    record=self.display_name,
                    client=client.name or self.env._("nobody"),
                )
            )
