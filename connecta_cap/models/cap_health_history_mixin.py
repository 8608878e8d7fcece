from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL


class CapHealthHistoryMixin(models.AbstractModel):
    """Flows and environments: what has reported is archived, and keeps its history.

    Only an administrator deletes such a record, and only once it is archived: for a
    flow that a typing error made, or for a client whose figures have to go.
    """

    _name = "cap.health.history.mixin"
    _description = "History of what has reported"

    # === CRUD METHODS === #

    @api.ondelete(at_uninstall=False)
    def _unlink_except_reported(self):
        reported = self._filter_reported()
        in_use = reported.filtered("active")[:1]
        if in_use:
            raise UserError(
                self.env._(
                    "%(record)s has reported: deleting it would take its figures, its "
                    "incidents and its errors with it. Archive it instead. It is no "
                    "longer watched then, and its history stays.",
                    record=in_use.display_name,
                )
            )
        is_admin = self.env.user.has_group("connecta_cap.group_cap_admin")
        if reported and not (is_admin or self.env.su):
            raise UserError(
                self.env._(
                    "%(record)s is archived and keeps its history. Only an "
                    "administrator of the program can delete that for good.",
                    record=reported[:1].display_name,
                )
            )

    def unlink(self):
        self._part_from_tickets()
        return super().unlink()

    # === BUSINESS METHODS === #

    def _filter_reported(self):
        """Return those of the records that anything was reported of."""
        self.env.flush_all()
        rows = self.env.execute_query(self._get_reported_sql()) if self else []
        return self.browse(row[0] for row in rows)

    def _get_reported_sql(self):
        """Return the query for the ids of those that have reported; a hook."""
        raise NotImplementedError

    def _get_incident_domain(self):
        """Return the domain of the records' incidents; a hook."""
        raise NotImplementedError

    def _part_from_tickets(self):
        """Let tickets stay without the incidents that go."""
        incidents = self.env["cap.health.incident"].sudo()
        found = Domain("health_incident_id", "any", self._get_incident_domain())
        tickets = self.env["cap.ticket"].sudo().with_context(active_test=False)
        tickets.search(found).write({"health_incident_id": False})
        incidents.flush_model()

    @api.model
    def _get_reported_test(self, flow):
        """Return the SQL test of whether anything is on record about a flow.

        :param flow: SQL of its id.
        """
        parts = [
            SQL("EXISTS (SELECT FROM %s h WHERE h.flow_id = %s)", table, flow)
            for table in map(
                SQL.identifier,
                ("cap_health_sample", "cap_health_day", "cap_health_incident"),
            )
        ]
        return SQL("(%s)", SQL(" OR ").join(parts))
