from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import CapCommon


@tagged("post_install", "-at_install")
class TestStateMoves(CapCommon):
    """What holds for every model whose state goes by a table of moves."""

    def models(self):
        mixin = self.env.registry["cap.state.moves.mixin"]
        found = [
            model
            for model in self.env.values()
            if issubclass(type(model), mixin) and not model._abstract
        ]
        self.assertIn(self.env["cap.subscription"], found)
        return found

    def test_tables_name_states_that_exist_and_reach_each_of_them(self):
        for model in self.models():
            with self.subTest(model._name):
                states = {key for key, _label in model._fields["state"].selection}
                moves = model._get_moves()
                self.assertLessEqual(
                    {s for froms in moves.values() for s in froms}, states
                )
                start = model.default_get(["state"])["state"]
                self.assertEqual(set(moves) | {start}, states)

    def test_states_are_guarded(self):
        for model in self.models():
            with self.subTest(model._name):
                self.assertIn("state", model._get_guarded_fields())

    def test_a_step_is_for_all_records_or_for_none(self):
        both = self.subscription | self.zeta_subscription
        self.zeta_subscription._set_suspended()
        words = "Zeta.*“Suspended” and cannot become “Suspended”"
        with self.assertRaisesRegex(UserError, words):
            both._set_suspended()
        self.assertEqual(self.subscription.state, "active")

    def test_who_may_not_write_takes_no_step(self):
        for user in (self.agent, self.acme_user):
            with self.assertRaises(AccessError):
                self.subscription.with_user(user)._set_suspended()
        self.assertEqual(self.subscription.state, "active")
