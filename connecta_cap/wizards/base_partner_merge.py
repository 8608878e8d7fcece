from odoo import models
from odoo.exceptions import UserError

from ..const import LIVE_STATES


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Keeps clients of the program whole when contacts are merged.

    Merging moves references in the database, past all rules of the models. Here those
    rules are checked before and afterwards, and what follows from the contact (client,
    cached rights) is brought up to date. A refused merge leaves everything as it was.
    """

    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        partners = self.env["res.partner"].sudo().browse(partner_ids).exists()
        clients = {partner: partner.commercial_partner_id for partner in partners}
        known = self._list_cap_clients(partners.commercial_partner_id)
        self._check_one_live(partners)
        with self.env.cr.savepoint():
            result = super()._merge(partner_ids, dst_partner, extra_checks)
            self.env.flush_all()
            self.env.invalidate_all()
            merged = partners.exists()
            if len(partners) > 1 and len(merged) == 1:
                self._check_same_cap_client(merged, clients, known)
                self._hand_over_to_client(merged)
        # record rules keep the client of a login in a cache
        self.env.registry.clear_cache()
        return result

    # === BUSINESS METHODS === #

    def _list_cap_clients(self, clients):
        """Return those of the clients that the program has something on record for."""
        records = (
            ("cap.subscription", "partner_id"),
            ("cap.ticket", "commercial_partner_id"),
        )
        known = self.env["res.partner"].sudo()
        for model, field in records:
            found = self.env[model].sudo().with_context(active_test=False)
            groups = found._read_group([(field, "in", clients.ids)], [field])
            known = known.union(*(group[0] for group in groups))
        return known

    def _check_one_live(self, clients):
        """Refuse that one client gets two live subscriptions in a company."""
        subscriptions = (
            self.env["cap.subscription"]
            .sudo()
            .with_context(active_test=False)
            .search([("partner_id", "in", clients.ids), ("state", "in", LIVE_STATES)])
        )
        for company, live in subscriptions.grouped("company_id").items():
            if len(live) > 1:
                raise UserError(
                    self.env._(
                        "These contacts cannot be merged: %(subscriptions)s are both "
                        "live in %(company)s, and a client has one live subscription. "
                        "Close one of them first, then merge.",
                        subscriptions=self.env._(" and ").join(
                            live.mapped("display_name")
                        ),
                        company=company.name,
                    )
                )

    def _check_same_cap_client(self, merged, clients, known):
        """Refuse that a contact leaves its client: tickets or a login would follow.

        A client may be merged into another one; a contact may not end up with
        another client than its own while the program serves either of them.

        :param merged: the contact that is left.
        :param clients: dict of each contact's client before the merge.
        :param known: the clients that the program has on record.
        """
        after = merged.commercial_partner_id
        for partner, before in clients.items():
            stays = before in (after, partner)
            if not stays and (before in known or after in known):
                raise UserError(
                    self.env._(
                        "These contacts cannot be merged: one is a contact of "
                        "%(client)s, the result would belong to %(other)s, and one "
                        "client would get to see what is the other's. If both "
                        "organisations are the same, merge the organisations first. If "
                        "a person changed employer, set the new company on the old "
                        "contact first.",
                        client=before.display_name,
                        other=after.display_name,
                    )
                )

    def _hand_over_to_client(self, merged):
        """Let what belonged to the merged contact belong to its client.

        Needed when somebody who was a client alone became a contact of one.
        """
        client = merged.commercial_partner_id
        if client == merged:
            return
        self._check_one_live(merged | client)
        everything = {"active_test": False, "tracking_disable": True}
        subscriptions = self.env["cap.subscription"].sudo().with_context(**everything)
        subscriptions.search([("partner_id", "=", merged.id)]).write(
            {"partner_id": client.id}
        )
        tickets = self.env["cap.ticket"].sudo().with_context(**everything)
        tickets.search([("commercial_partner_id", "=", merged.id)])._guarded_write(
            {"commercial_partner_id": client.id}
        )
        self.env.flush_all()
