from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.image import image_data_uri
from odoo.tools.mimetypes import guess_mimetype

from ..const import (
    MAX_SCREENSHOT_BYTES,
    MAX_SCREENSHOTS,
    SCREENSHOT_TYPES,
    SEVERITIES,
)
from ..exceptions import RefusedFile


class CapAuditFinding(models.Model):
    """Something that an audit found: how grave it is, the evidence, what to do."""

    _name = "cap.audit.finding"
    _inherit = ["cap.audit.part.mixin"]
    _description = "CAP Audit Finding"
    _order = "audit_id, severity_order, sequence, id"

    name = fields.Char("Title", required=True)
    severity = fields.Selection(
        SEVERITIES,
        required=True,
        default="medium",
        help="How much it endangers the client's integrations. The client reads it.",
    )
    severity_order = fields.Integer(
        compute="_compute_severity_order", store=True, precompute=True
    )
    flow = fields.Char(help="The flow it is about; empty for the whole environment.")
    evidence = fields.Html(
        help="What you saw, where and when. The client reads it.",
        sanitize_style=True,
    )
    attachment_ids = fields.Many2many(
        "ir.attachment",
        "cap_audit_finding_attachment_rel",
        string="Screenshots",
        copy=False,
        help="Pictures (PNG, JPEG, GIF or WebP), at most 5 MB each.",
    )
    recommendation_ids = fields.One2many(
        "cap.recommendation", "finding_id", "Recommendations"
    )

    # === COMPUTE METHODS === #

    @api.depends("severity")
    def _compute_severity_order(self):
        order = [key for key, _label in SEVERITIES]
        for finding in self:
            known = finding.severity in order
            finding.severity_order = order.index(finding.severity) if known else 9

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        findings = super().create(vals_list)
        findings._adopt_screenshots()
        return findings

    def write(self, vals):
        result = super().write(vals)
        if "attachment_ids" in vals:
            self._adopt_screenshots()
        return result

    # === BUSINESS METHODS === #

    def _prepare_rows(self, with_pictures=False):
        """Return what a client reads of each finding, in order.

        :param with_pictures: whether the screenshots themselves come along.
        """
        labels = dict(self._fields["severity"]._description_selection(self.env))
        return [
            {
                "id": finding.id,
                "title": finding.name,
                "severity": finding.severity,
                "severity_word": labels[finding.severity],
                "flow": finding.flow,
                "evidence": finding.evidence,
                "screenshots": [
                    {
                        "id": picture.id,
                        "name": picture.name,
                        "uri": image_data_uri(picture.datas) if with_pictures else "",
                    }
                    for picture in finding.attachment_ids
                ],
                "advice": finding.recommendation_ids.mapped("name"),
            }
            for finding in self
        ]

    def _adopt_screenshots(self):
        """Make uploaded pictures the finding's own, so that its rules guard them.

        :raises UserError: for a file that is no picture, is too large, or is somebody
            else's.
        """
        for finding in self:
            pictures = finding.sudo().attachment_ids
            if len(pictures) > MAX_SCREENSHOTS:
                raise RefusedFile(
                    self.env._(
                        "“%(finding)s” has more than %(most)s screenshots: keep those "
                        "that show the most, or write a second finding.",
                        finding=finding.name,
                        most=MAX_SCREENSHOTS,
                    )
                )
            for picture in pictures:
                finding._check_screenshot(picture)
                finding._adopt(picture)

    def _adopt(self, picture):
        owner = (picture.res_model, picture.res_id)
        if owner == (self._name, self.id):
            return
        is_own = self.env.su or picture.create_uid == self.env.user
        if picture.res_id or not is_own:
            raise UserError(
                self.env._(
                    "“%(file)s” belongs to something else: upload it to “%(finding)s” "
                    "once more.",
                    file=picture.name,
                    finding=self.name,
                )
            )
        picture.write({"res_model": self._name, "res_id": self.id, "public": False})

    def _check_screenshot(self, picture):
        # what the file is, whatever its name and its sender say
        content = picture.raw or b""
        kind = guess_mimetype(content, default="")
        if picture.type != "binary" or kind not in SCREENSHOT_TYPES:
            raise RefusedFile(
                self.env._(
                    "“%(file)s” is no picture that a client can be shown. Attach a "
                    "screenshot as %(types)s.",
                    file=picture.name,
                    types=", ".join(SCREENSHOT_TYPES.values()),
                )
            )
        if len(content) > MAX_SCREENSHOT_BYTES:
            raise RefusedFile(
                self.env._(
                    "“%(file)s” is larger than %(most)s MB: make it smaller first.",
                    file=picture.name,
                    most=MAX_SCREENSHOT_BYTES // 1024**2,
                )
            )
        if picture.mimetype != kind:
            picture.mimetype = kind
