from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.links import VideoHost, find_host_flaw, find_player


class CapVideoHost(models.Model):
    """A host whose videos may play within the library; all others are only linked."""

    _name = "cap.video.host"
    _description = "CAP Video Host"
    _order = "sequence, host, id"
    _rec_name = "host"

    host = fields.Char(
        required=True, help="Such as vimeo.com; www. makes no difference."
    )
    pattern = fields.Char(
        "Where the id is",
        required=True,
        help="A regular expression over the path and query of an address; its first "
        "group is the id of the video.",
    )
    player = fields.Char(
        "Address of the player", required=True, help="With {id} for the video's id."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    # === CONSTRAINT METHODS === #

    @api.constrains("host", "pattern", "player")
    def _check_sound(self):
        problems = {
            "pattern": self.env._("its expression needs one group that finds the id"),
            "player": self.env._("its player needs an https address with one {id}"),
            "host": self.env._("write the host alone, such as vimeo.com"),
        }
        for record in self:
            if flaw := find_host_flaw(record._to_host()):
                raise ValidationError(
                    self.env._(
                        "The video host “%(host)s” cannot be used: %(problem)s.",
                        host=record.host,
                        problem=problems[flaw],
                    )
                )

    # === BUSINESS METHODS === #

    def _to_host(self):
        self.ensure_one()
        return VideoHost(self.host, self.pattern, self.player)

    @api.model
    def _find_player(self, url):
        """Return the address of the player of a video, empty for a host not listed."""
        hosts = self.sudo().search([("active", "=", True)])
        return find_player(url, [record._to_host() for record in hosts])
