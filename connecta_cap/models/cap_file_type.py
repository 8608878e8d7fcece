import os

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.mimetypes import guess_mimetype

from ..exceptions import RefusedFile

MEGABYTE = 1024 * 1024


class CapFileType(models.Model):
    """A kind of file that the program hands out to clients, and how large it may be.

    Anything that is not listed is refused, by its name and by what is in it.
    """

    _name = "cap.file.type"
    _description = "CAP File Type"
    _order = "extension"
    _rec_name = "extension"

    extension = fields.Char(required=True, help="The end of the file's name: pdf, png.")
    content_types = fields.Char(
        required=True,
        help="What may be in it, as MIME types with commas between them.",
    )
    max_megabytes = fields.Integer("Largest size (MB)", required=True, default=25)
    active = fields.Boolean(default=True)

    _extension_unique = models.UniqueIndex(
        "(extension)", "This file type is in the list: change that line."
    )
    _size_positive = models.Constraint(
        "CHECK(max_megabytes > 0)", "The largest size is at least 1 MB."
    )

    # === CONSTRAINT METHODS === #

    @api.constrains("extension")
    def _check_extension(self):
        for kind in self:
            if not kind.extension.isalnum() or kind.extension != kind.extension.lower():
                raise ValidationError(
                    self.env._(
                        "“%(extension)s” is not the end of a file's name: write it in "
                        "small letters and digits, without a dot.",
                        extension=kind.extension,
                    )
                )

    # === BUSINESS METHODS === #

    @api.model
    def _check_file(self, name, content):
        """Refuse a file that is of no listed type, empty, too large or disguised.

        :param name: file name.
        :param content: bytes.
        :raises RefusedFile: naming the file and what would be accepted.
        """
        extension = os.path.splitext(name or "")[1].lstrip(".").lower()
        allowed = self.sudo().search([("extension", "!=", False)])
        kind = allowed.filtered(lambda kind: kind.extension == extension)
        if not kind:
            raise RefusedFile(
                self.env._(
                    "“%(name)s” is of a type that is not handed out. Use one of these: "
                    "%(allowed)s.",
                    name=name,
                    allowed=", ".join(allowed.mapped("extension")),
                )
            )
        if not content:
            raise RefusedFile(
                self.env._("The file “%(name)s” is empty: choose it again.", name=name)
            )
        if len(content) > kind.max_megabytes * MEGABYTE:
            raise RefusedFile(
                self.env._(
                    "“%(name)s” is larger than %(most)s MB. Make it smaller, or share "
                    "it as a link.",
                    name=name,
                    most=kind.max_megabytes,
                )
            )
        kind._check_content(name, content)

    def _check_content(self, name, content):
        self.ensure_one()
        found = guess_mimetype(content, default="application/octet-stream")
        listed = {part.strip() for part in self.content_types.split(",")}
        if found not in listed:
            raise RefusedFile(
                self.env._(
                    "“%(name)s” is not what its name says: its content is "
                    "%(found)s. Save it as %(extension)s again.",
                    name=name,
                    found=found,
                    extension=self.extension,
                )
            )
