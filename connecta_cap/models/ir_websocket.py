from odoo import models

from ..const import DESK_CHANNEL


class IrWebsocket(models.AbstractModel):
    """Lets staff hear that tickets changed, in the companies whose tickets they see."""

    _inherit = "ir.websocket"

    def _build_bus_channel_list(self, channels):
        return super()._build_bus_channel_list(self._list_desk_channels(channels))

    def _list_desk_channels(self, channels):
        """Put the user's own companies in place of the name that a screen asks by.

        A screen names no company: nobody hears of one that is not the user's.

        :param channels: list of what a screen asks for.
        """
        others = [channel for channel in channels if channel != DESK_CHANNEL]
        user = self.env.user
        if len(others) == len(channels):
            return others
        if not user.has_group("connecta_cap.group_cap_user"):
            return others
        return others + [(company, DESK_CHANNEL) for company in user.company_ids]
