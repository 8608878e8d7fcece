from odoo import fields, models


class CapEnvironmentTokenIssue(models.TransientModel):
    """Makes a token, or the next one of a rotation, and shows it this one time.

    The token's text is never stored: it travels in the answer to the click.
    """

    _name = "cap.environment.token.issue"
    _description = "New token"

    environment_id = fields.Many2one(
        "cap.environment", required=True, readonly=True, ondelete="cascade"
    )
    name = fields.Char("Used by", help="The server or script that gets the token.")
    replaces = fields.Boolean(
        "Replaces the others",
        help="The environment's other tokens end after the overlap.",
    )
    overlap = fields.Integer(
        default=24, help="Hours in which both old and new tokens are good."
    )
    secret = fields.Char("Token", store=False, readonly=True)

    _overlap_positive = models.Constraint(
        "CHECK(overlap >= 0)", "An overlap is not negative."
    )

    # === ACTION METHODS === #

    def action_issue(self):
        """Make the token and show it.

        :return: action that opens the same dialog with the token's text.
        """
        self.ensure_one()
        tokens = self.env["cap.environment.token"]
        overlap = self.overlap if self.replaces else None
        token, secret = tokens._issue(self.environment_id, self.name, overlap)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Token of %(name)s", name=token.name),
            "res_model": self._name,
            "views": [
                (
                    self.env.ref(
                        "connecta_cap.cap_environment_token_issue_view_form_shown"
                    ).id,
                    "form",
                )
            ],
            "target": "new",
            "context": {
                "default_environment_id": self.environment_id.id,
                "default_name": token.name,
                "default_secret": secret,
            },
        }
