from functools import partial

from odoo import api, models
from odoo.tools import email_normalize

from ..tools.mail_signs import find_sign


class MailThread(models.AbstractModel):
    """Odoo's mail gateway, for mails about tickets only: others pass untouched."""

    _inherit = "mail.thread"

    # === BUSINESS METHODS === #

    @api.model
    def message_process(self, model, message, *args, **kwargs):
        process = partial(super().message_process, model, message, *args, **kwargs)
        if not self.env.context.get("default_fetchmail_server_id"):
            return process()
        return self.env["cap.mail.fetched"]._take(process, message, model)

    @api.model
    def message_route(
        self, message, message_dict, model=None, thread_id=None, custom_values=None
    ):
        screen = self.env["cap.mail.screen"]
        reason = "bounce" if message_dict.get("is_bounce") else ""
        reason = find_sign(message) or reason
        if not reason or not screen._is_ours(message_dict, model):
            routes = super().message_route(
                message, message_dict, model, thread_id, custom_values
            )
            return screen._screen_routes(message, message_dict, routes)
        if message_dict.get("is_bounce"):
            # the core notes on its own messages that they did not arrive
            self._routing_handle_bounce(message, message_dict)
        screen._park(message, message_dict, reason)
        return []

    @api.model
    def _routing_check_route(self, message, message_dict, route, raise_exception=True):
        author_id = message_dict.get("author_id")
        if route[0] == "cap.ticket":
            screen = self.env["cap.mail.screen"]
            author_id = screen._find_author(message_dict, route).id
            message_dict["author_id"] = author_id
        checked = super()._routing_check_route(
            message, message_dict, route, raise_exception=raise_exception
        )
        if route[0] == "cap.ticket":
            # of several contacts with the address the core has taken one
            message_dict["author_id"] = author_id
        return checked

    @api.model
    def _routing_reset_bounce(self, email_message, message_dict):
        # the registry knows which models count bounces: the core asks the database
        address = email_normalize(message_dict["email_from"])
        counting = self.pool["mail.thread.blacklist"]
        for name, model in self.pool.items() if address else ():
            if issubclass(model, counting) and not model._abstract:
                bounced = [
                    ("message_bounce", ">", 0),
                    ("email_normalized", "=", address),
                ]
                self.env[name].sudo().search(bounced)._message_reset_bounce(address)

    def _mail_find_user_for_gateway(self, email_value, alias=None):
        # an address proves nothing: no ticket is made in the name of a login
        known = alias.sudo() if alias else self.env["mail.alias"]
        # the gateway is about to ask for both: one query
        (known.alias_model_id | known.alias_parent_model_id).fetch(["model"])
        if known.alias_model_id.model == "cap.ticket":
            return self.env["res.users"]
        return super()._mail_find_user_for_gateway(email_value, alias=alias)

    @api.model
    def _detect_loop_sender(self, message, message_dict, routes):
        # those to tickets were counted on their way, and are kept when over the limit
        others = [route for route in routes or () if route[0] != "cap.ticket"]
        if routes and not others:
            return False
        return super()._detect_loop_sender(message, message_dict, others)

    def _message_parse_post_process(self, message, message_dict, routes):
        screen = self.env["cap.mail.screen"]
        unknown = screen._leave_out_known(message_dict, routes)
        values = super()._message_parse_post_process(message, unknown, routes)
        return screen._settle_people(message_dict, values, routes)

    def _message_parse_extract_payload(
        self, message, message_dict, save_original=False
    ):
        # a charset that nobody knows would lose the mail: its letters are guessed
        strange = self.env["cap.mail.screen"]._list_strange_charsets(message)
        for part, _charset in strange:
            part.set_param("charset", "utf-8")
        payload = super()._message_parse_extract_payload(
            message, message_dict, save_original=save_original
        )
        for part, charset in strange:
            part.set_param("charset", charset)
        return payload
