import polib

from odoo.tests import TransactionCase, tagged
from odoo.tools import file_open
from odoo.tools.translate import TranslationModuleReader

TEMPLATE = "connecta_cap/i18n/connecta_cap.pot"


@tagged("post_install", "-at_install")
class TestTranslationCatalogue(TransactionCase):
    """The catalogue keeps up with the program."""

    def test_it_holds_all_that_the_program_says(self):
        with file_open(TEMPLATE) as file:
            known = {entry.msgid for entry in polib.pofile(file.read())}
        said = {
            source
            for _module, _type, _name, record, source, *_ in TranslationModuleReader(
                self.env.cr, modules=["connecta_cap"]
            )
            if not str(record).endswith("_demo")
        }
        self.assertGreater(len(said), 1000)
        self.assertFalse(
            said - known,
            "The catalogues are out of date: run `make i18n`, then translate what it"
            " leaves empty.",
        )
