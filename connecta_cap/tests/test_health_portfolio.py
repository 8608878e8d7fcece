from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tests import tagged

from ..const import HEALTH_ORDER
from .health_common import HealthCommon


@tagged("post_install", "-at_install")
class TestHealthPortfolio(HealthCommon):
    """Clients are found, sorted and counted by the worst of their environments."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mine = cls.env["cap.subscription"].with_user(cls.manager)
        cls.bare = cls.subscribe(cls.lone, "essential", "2026-01-01")
        cls.known = cls.subscription | cls.zeta_subscription | cls.bare
        cls.place._guarded_write({"state": "ok"})
        cls.other._guarded_write({"state": "no_data"})

    def add(self, subscription, state, **values):
        place, _secret = self.make_environment(subscription, "More", **values)
        place._guarded_write({"state": state})
        return place

    def find(self, *states):
        return self.mine.search(
            [("id", "in", self.known.ids), ("health_state", "in", list(states))]
        )

    def tiles(self):
        health = self.mine.get_portfolio(mine=True)["health"]
        return {tile["key"]: tile for tile in health["tiles"]}

    def test_what_is_searched_is_what_is_shown(self):
        test = self.add(self.subscription, "down", kind="test")
        gone = self.add(self.subscription, "down")
        gone.active = False
        self.assertEqual(self.subscription.health_state, "ok", "production counts")
        lonely = self.add(self.bare, "degraded", kind="test")
        self.assertEqual(self.bare.health_state, "degraded", "it has nothing else")
        for state in (*HEALTH_ORDER, False):
            with self.subTest(state):
                wanted = self.known.filtered(lambda s, x=state: s.health_state == x)
                self.assertEqual(set(self.find(state).ids), set(wanted.ids))
        self.assertEqual(
            set(self.find("ok", "degraded").ids),
            {self.subscription.id, self.bare.id},
        )
        (test | lonely).active = False
        self.assertEqual(self.find(False).ids, self.bare.ids)
        self.assertEqual(
            set(self.find(False, "ok").ids), {self.bare.id, self.subscription.id}
        )
        rest = self.mine.search(
            [("id", "in", self.known.ids), ("health_state", "!=", "ok")]
        )
        self.assertEqual(set(rest.ids), {self.zeta_subscription.id, self.bare.id})

    def test_a_list_shows_the_worst_first_and_groups(self):
        self.add(self.zeta_subscription, "down")
        domain = [("id", "in", self.known.ids)]
        self.assertEqual(
            self.mine.search(domain, order="health_state, id").ids,
            (self.zeta_subscription | self.subscription | self.bare).ids,
        )
        self.assertEqual(
            self.mine.search(domain, order="health_state desc, id").ids[-1],
            self.zeta_subscription.id,
        )
        groups = dict(self.mine._read_group(domain, ["health_state"], ["__count"]))
        self.assertEqual(groups, {"down": 1, "ok": 1, False: 1})
        field = self.mine.fields_get(["health_state"])["health_state"]
        self.assertTrue(
            field["sortable"] and field["groupable"] and field["searchable"]
        )

    def test_each_count_opens_its_clients_the_worst_first(self):
        self.bare.account_manager_id = self.manager
        self.add(self.zeta_subscription, "down")
        answer = self.mine.get_portfolio(mine=True)["health"]
        keys = [tile["key"] for tile in answer["tiles"]]
        self.assertEqual(keys, ["down", "degraded", "no_data", "ok", "none"])
        self.assertEqual(answer["total"], 2)
        tiles = self.tiles()
        for key, count, tone in (
            ("down", "1", "danger"),
            ("degraded", "0", "muted"),
            ("no_data", "0", "muted"),
            ("ok", "1", "success"),
            ("none", "1", "muted"),
        ):
            with self.subTest(key):
                tile = tiles[key]
                self.assertEqual((tile["value"], tile["tone"]), (count, tone))
                found = self.mine.search(tile["domain"])
                self.assertEqual(str(len(found)), count)
                self.assertEqual(list(Domain(tile["domain"])), tile["domain"])
        self.assertEqual(
            self.mine.search(tiles["down"]["domain"]).ids, self.zeta_subscription.ids
        )
        self.place._guarded_write({"state": "paused"})
        self.assertEqual(self.tiles()["paused"]["value"], "1")

    def test_only_live_clients_of_ones_own_count(self):
        self.zeta_subscription._set_closed("The cover ends")
        tiles = self.tiles()
        self.assertEqual(tiles["no_data"]["value"], "0")
        self.assertEqual(tiles["ok"]["value"], "1")
        nobody = self.env["cap.subscription"].with_user(self.users["admin"])
        health = nobody.get_portfolio(mine=True)["health"]
        self.assertEqual(health["total"], 0)

    def test_who_may_is_offered_to_add_one(self):
        self.assertFalse(self.mine.get_portfolio()["health"]["may_add"])
        consultant = self.mine.with_user(self.consultant)
        self.assertTrue(consultant.get_portfolio()["health"]["may_add"])

    def test_it_is_not_for_clients(self):
        own = self.mine.with_user(self.acme_user)
        self.assertEqual(own.search([]), self.subscription)
        with self.assertRaises(AccessError):
            own.search([("health_state", "in", list(HEALTH_ORDER))])
        with self.assertRaises(AccessError):
            own.search([], order="health_state")

    def test_a_list_pays_one_query_for_it_however_long_it_is(self):
        def count(*names):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            spec = {name: {} for name in ("name", *names)}
            self.mine.web_search_read([], spec, order="health_state")
            return self.env.cr.sql_log_count - before

        for places in (1, 4):
            for _n in range(places):
                self.add(self.subscription, "degraded")
            count("health_state")
            self.assertEqual(count("health_state", "health_score") - count(), 1)

    def test_the_count_costs_one_query_however_many_there_are(self):
        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.mine._get_portfolio_health(Domain("state", "=", "active"))
            return self.env.cr.sql_log_count - before

        count()
        few = count()
        for number in range(8):
            client, _user = self.make_client(f"Many{number}")
            self.add(self.subscribe(client, "essential", "2026-01-01"), "down")
        count()  # new users made the registry forget its caches
        self.assertEqual(count(), few)
        self.assertLessEqual(few, 2)
