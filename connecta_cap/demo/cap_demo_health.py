from odoo import api, models

# environment: client, name, kind, flows with key, connector, name, criticality, owner
ENVIRONMENTS = {
    "alliance_production": (
        "alliance",
        "Production",
        "production",
        (
            ("orders", "Webshop", "Orders to Odoo", "4", "Sales: each hour counts."),
            ("stock", "Webshop", "Stock to the shop", "3", "Warehouse."),
            ("prices", "Webshop", "Prices to the shop", "2", ""),
            ("customers", "Webshop", "Customers", "2", ""),
            ("shipments", "Carrier", "Shipments", "3", "Warehouse, until 17:00."),
            ("labels", "Carrier", "Labels", "3", "Warehouse."),
            ("returns", "Carrier", "Returns", "2", ""),
            ("invoices", "Accounting", "Invoices", "3", "Finance."),
            ("payments", "Bank", "Payments", "2", "Finance."),
            ("leads", "CRM", "Leads", "1", ""),
            ("products", "PIM", "Products", "2", "Marketing."),
            ("purchase", "EDI", "Purchase orders", "2", "Purchasing."),
        ),
    ),
    "alliance_test": ("alliance", "Test", "test", ()),
    "advisor_production": (
        "advisor",
        "Production",
        "production",
        (("orders", "Marketplace", "Orders", "3", "Sales."),),
    ),
}


class CapDemoHealth(models.AbstractModel):
    """Sets up environments that `scripts/demo_health.py` then reports for.

    Their tokens are known to everybody: that is for demonstrations only.
    """

    _name = "cap.demo.health"
    _description = "Demonstration of health"

    @api.model
    def _play(self):
        """Create environments, flows and tokens, once."""
        environments = self.env["cap.environment"]
        if environments.search_count([]):
            return
        for code, (client, name, kind, flows) in ENVIRONMENTS.items():
            partner = self.env.ref(f"connecta_cap.partner_{client}_demo")
            subscription = self.env["cap.subscription"].search(
                [("partner_id", "=", partner.id)], limit=1
            )
            environment = environments.create(
                {
                    "name": name,
                    "kind": kind,
                    "subscription_id": subscription.id,
                    "report_interval": 10,
                    "grace": 30,
                }
            )
            self._make_flows(environment, flows)
            self._make_token(environment, f"cap_demo_{code}")

    def _make_flows(self, environment, flows):
        self.env["cap.flow"].create(
            [
                {
                    "environment_id": environment.id,
                    "key": key,
                    "connector": connector,
                    "name": name,
                    "criticality": criticality,
                    "owner_note": owner,
                }
                for key, connector, name, criticality, owner in flows
            ]
        )

    def _make_token(self, environment, secret):
        tokens = self.env["cap.environment.token"].sudo()
        tokens.create(
            {
                "name": "Demonstration",
                "environment_id": environment.id,
                "prefix": secret[:10],
                "token_hash": tokens._digest(secret),
            }
        )
