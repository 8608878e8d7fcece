from lxml import html

from odoo.tests import HttpCase, tagged

from .common import CapCommon
from .common_mail import CapMailCommon
from .renewal_common import RenewalCommon

ACME = "acme_user@test.example"
MONDAY = "2026-06-01 09:00:00"
LANGUAGES = ("nl_BE", "fr_BE")


def load(env):
    """Install the languages of the clients, with the addon's words."""
    for code in LANGUAGES:
        env["res.lang"]._activate_lang(code)
    modules = env["ir.module.module"]
    modules._load_module_terms(["connecta_cap"], LANGUAGES)


@tagged("post_install", "-at_install")
class TestTranslatedPages(CapCommon, HttpCase):
    """A client reads its pages in its language; names stay as they are."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        load(cls.env)

    def visit(self, url, lang):
        self.acme_user.lang = lang
        self.opener.cookies.clear()  # the language of the page before
        self.authenticate(self.acme_user.login, self.acme_user.login)
        answer = self.url_open(url)
        self.assertEqual(answer.status_code, 200)
        page = html.fromstring(answer.content)
        return " ".join(page.xpath("//*[@id='wrap']")[0].text_content().split())

    def test_the_cover(self):
        cases = {
            "nl_BE": ("Uw integraties", "De niveaus naast elkaar", "elk kwartaal"),
            "fr_BE": (
                "Vos intégrations",
                "Les niveaux côte à côte",
                "chaque trimestre",
            ),
            "en_US": ("Your integrations", "The tiers side by side", "every quarter"),
        }
        for lang, words in cases.items():
            page = self.visit("/my/cap", lang)
            for word in (*words, "Connecta Assurance Program", "Advisor"):
                self.assertIn(word, page, lang)

    def test_a_form(self):
        for lang, words in (("nl_BE", "Kan wachten"), ("fr_BE", "Peut attendre")):
            self.assertIn(words, self.visit("/my/cap/tickets/new", lang))


@tagged("post_install", "-at_install")
class TestTranslatedReceipt(CapMailCommon):
    """What the program answers by mail is in the client's language."""

    def test_the_receipt(self):
        load(self.env)
        cases = (("nl_BE", "minder dan 4 werkuren"), ("fr_BE", "4 heures ouvrées"))
        for lang, words in cases:
            self.acme_user.partner_id.lang = lang
            self.receive(self.compose(), MONDAY)
            receipt = self.mails_to(ACME)[-1]
            self.assertIn(words, receipt.body_html)
            self.assertNotIn("working hours", receipt.body_html)


@tagged("post_install", "-at_install")
class TestTranslatedNotice(RenewalCommon):
    """A mail that is a template is in the client's language from end to end."""

    def test_a_suspension(self):
        load(self.env)
        self.acme_user.partner_id.lang = "fr_BE"
        with self.on("2030-02-01"):
            self.env["cap.subscription.change.state"].with_user(self.manager).create(
                {
                    "subscription_id": self.subscription.id,
                    "operation": "suspend",
                    "reason": "Convenu par téléphone",
                }
            ).action_confirm()
        mail = self.mails()[0]
        self.assertEqual(mail.subject, "Votre couverture Connecta est suspendue")
        self.assertIn("suspendue à partir du", mail.body)
        self.assertIn("1 février 2030", mail.body)
        self.assertIn("Voir votre couverture", mail.body)
