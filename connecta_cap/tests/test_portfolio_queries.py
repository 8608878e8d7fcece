from lxml import etree

from odoo.tests import tagged

from ..tools.months import add_months
from .health_common import HealthCommon

ACTIVITY = (
    "activity_exception_decoration",
    "activity_exception_icon",
    "activity_state",
    "activity_summary",
    "activity_type_icon",
    "activity_type_id",
)
# what these widgets read besides their own field
READ_BY_WIDGET = {
    "list_activity": ACTIVITY,
    "kanban_activity": ACTIVITY,
    "cap_attainment": ("attainment_decided",),
}
NAMED = {"fields": {"display_name": {}}}
ROWS = 80


@tagged("post_install", "-at_install")
class TestPortfolioQueries(HealthCommon):
    """The list of clients costs as little as it must, with every column it can show."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager.group_ids += cls.env.ref("base.group_multi_company")
        cls.mine = cls.env["cap.subscription"].with_user(cls.manager)
        day = f"{add_months(cls.subscription._cap_today(), -14)}"
        tiers = ("essential", "advisor", "alliance")
        for number in range(ROWS + 1):
            client, user = cls.make_client(f"Many{number}")
            subscription = cls.subscribe(client, tiers[number % 3], day)
            subscription._assign("consultant", cls.users["consultant"], cls.today())
            ticket = {"name": "T", "partner_id": user.partner_id.id}
            cls.env["cap.ticket"].create(ticket)
            person = (cls.agent, cls.manager)[number % 2]
            subscription.activity_schedule(
                "mail.mail_activity_data_todo", user_id=person.id
            )
            cls.make_environment(subscription, "Production")

    @classmethod
    def today(cls):
        return cls.subscription._cap_today()

    def read_spec(self, view_type):
        """Return what the browser asks of each row that a view shows."""
        view = self.mine.get_view(view_type=view_type)
        names = []
        for node in etree.fromstring(view["arch"]).iter("field"):
            names += [node.get("name"), *READ_BY_WIDGET.get(node.get("widget"), ())]
        spec = {}
        for name in names:
            kind = self.mine._fields[name].type
            related = {"fields": {}} if kind == "one2many" else {}
            spec[name] = NAMED if kind == "many2one" else related
        return spec

    def count_list(self, spec, limit, **options):
        def read():
            found = self.mine.web_search_read(
                [], spec, limit=limit, count_limit=10001, **options
            )
            self.assertEqual(len(found["records"]), limit)

        read()  # fills the registry's caches, as the first request does
        return self.count(read)

    def test_every_column_of_eighty_clients_costs_at_most_25_queries(self):
        spec = self.read_spec("list")
        columns = {"tier_id", "renewal_state", "attainment_90", "owed_count"}
        columns |= {"late_count", "credit_hours", "fair_use_is_above", "health_state"}
        columns |= {"consultant_id", "is_upgrade_candidate", "company_id"}
        self.assertLessEqual(columns, set(spec))
        few, many = self.count_list(spec, 12), self.count_list(spec, ROWS)
        self.assertEqual(few, many)
        # a margin: the request itself asks who is logged in
        self.assertLessEqual(many, 23)

    def test_sorting_by_what_no_column_holds_costs_no_more(self):
        spec = self.read_spec("list")
        plain = self.count_list(spec, ROWS)
        for order in ("health_state", "attainment_90 desc", "credit_hours"):
            with self.subTest(order):
                self.assertEqual(self.count_list(spec, ROWS, order=order), plain)
