from odoo import api, models
from odoo.exceptions import UserError


class CapStateMovesMixin(models.AbstractModel):
    """A record whose `state` only goes the ways that its own table of moves allows.

    Each step is a verb, `_set_*`, and each verb goes through `_update_state`.
    """

    _name = "cap.state.moves.mixin"
    _inherit = ["cap.guarded.mixin"]
    _description = "States and the moves between them"

    # === CRUD METHODS === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"state"}

    # === BUSINESS METHODS === #

    @api.model
    def _get_moves(self):
        """Return {state: states from which it can be reached}; a hook."""
        return {}

    def _update_state(self, target, vals=None, allowed=None):
        """Move to a state: all records, or none of them.

        :param target: key of the states.
        :param vals: other guarded values that go with the step.
        :param allowed: states to come from, for a verb that starts from fewer than
            `_get_moves` says.
        :raises AccessError: for whoever may not write the records.
        :raises UserError: naming the first record that cannot go there.
        """
        self._check_move(target, allowed)
        self._guarded_write({"state": target, **(vals or {})})

    def _check_move(self, target, allowed=None):
        """Refuse a step that is not possible now; see `_update_state`."""
        self.check_access("write")
        allowed = self._get_moves()[target] if allowed is None else allowed
        labels = dict(self._fields["state"]._description_selection(self.env))
        for record in self:
            if record.state not in allowed:
                raise UserError(
                    self.env._(
                        "%(record)s is “%(state)s” and cannot become “%(target)s”. "
                        "Reload the page to see what can be done with it now.",
                        record=record.display_name,
                        state=labels[record.state],
                        target=labels[target],
                    )
                )
