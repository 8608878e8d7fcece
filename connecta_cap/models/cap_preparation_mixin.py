from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date


class CapPreparationMixin(models.AbstractModel):
    """What a consultant reads up on before a planned delivery.

    A feature with more to say about its own deliveries extends `_get_preparation`.
    """

    _name = "cap.preparation.mixin"
    _inherit = ["cap.desk.advice.mixin"]
    _description = "Preparation of deliveries"

    # === BUSINESS METHODS === #

    @api.model
    def _get_preparation_batch(self, deliveries):
        """Return what is there to prepare for each delivery.

        :return: dict of lists of texts by delivery id.
        """
        known = {
            "workshops": self.env["cap.workshop"]
            .search([("delivery_id", "in", deliveries.ids)])
            .grouped("delivery_id"),
            "audits": self.env["cap.audit"]
            .search([("delivery_id", "in", deliveries.ids)])
            .grouped("delivery_id"),
            "advice": self._count_advice(
                Domain("subscription_id", "in", deliveries.subscription_id.ids)
            ),
            "before": self._find_before(deliveries),
        }
        return {
            delivery.id: self._get_preparation(delivery, known)
            for delivery in deliveries
        }

    @api.model
    def _get_preparation(self, delivery, known):
        """Return what is there to prepare for one delivery; a hook.

        :param known: dict of what was looked up for all of them at once.
        :return: list of texts.
        """
        lines = self._prepare_workshop_lines(known["workshops"].get(delivery, ()))
        for audit in known["audits"].get(delivery, ()):
            lines.append(
                self.env._(
                    "%(audit)s: %(count)s checks to do",
                    audit=audit.display_name,
                    count=audit.open_check_count,
                )
            )
        if advice := known["advice"].get(delivery.subscription_id):
            lines.append(
                self.env._(
                    "Look at what is open of earlier advice: %(count)s, %(asked)s of "
                    "them without an answer",
                    count=sum(advice.values()),
                    asked=advice.get("proposed", 0),
                )
            )
        if count := delivery.subscription_id.open_ticket_count:
            lines.append(
                self.env._("Read the client's open tickets: %(count)s", count=count)
            )
        before = known["before"].get(
            (delivery.subscription_id, delivery.entitlement_id)
        )
        if before:
            lines.append(
                self.env._(
                    "Last time, on %(day)s: %(note)s",
                    day=format_date(self.env, before.delivered_on),
                    note=before.note or self.env._("no note was left"),
                )
            )
        return lines or [self.env._("First time for this client: introduce yourself.")]

    @api.model
    def _prepare_workshop_lines(self, workshops):
        lines = []
        for workshop in workshops:
            lines.append(self.env._("Topic: %(topic)s", topic=workshop.name))
            if workshop.goals:
                lines.append(self.env._("Goals: %(goals)s", goals=workshop.goals))
            names = ", ".join(workshop.sudo().attendee_ids.mapped("name"))
            if names:
                lines.append(self.env._("With: %(names)s", names=names))
        return lines

    @api.model
    def _find_before(self, deliveries):
        """Return the last delivery of the same kind, by client and entitlement."""
        rows = self.env["cap.delivery"]._read_group(
            Domain("subscription_id", "in", deliveries.subscription_id.ids)
            & Domain("entitlement_id", "in", deliveries.entitlement_id.ids)
            & Domain("delivered_on", "!=", False),
            ["subscription_id", "entitlement_id"],
            ["id:recordset"],
        )
        return {
            (subscription, entitlement): made.sorted("delivered_on")[-1:]
            for subscription, entitlement, made in rows
        }
