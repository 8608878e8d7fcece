"""`make i18n`: bring the catalogues of the addon's words up to date.

The words come from a database made for the purpose, without demo data. A catalogue
keeps its translations, loses the words that are gone and gets the new ones empty.
Nothing in the files depends on the day or the machine: a second run changes nothing.
"""

import sys
from pathlib import Path

import polib

sys.path.insert(0, str(Path(__file__).parent))

from devenv.databases import Databases
from devenv.environment import open_environment
from devenv.paths import ADDON, ADDON_DIR, STATE
from devenv.ui import say, step

FOLDER = ADDON_DIR / "i18n"
TEMPLATE = FOLDER / f"{ADDON}.pot"
# language: how it counts things
LANGUAGES = {"nl": "nplurals=2; plural=(n != 1);", "fr": "nplurals=2; plural=(n > 1);"}


def make_header(language: str = "") -> dict[str, str]:
    """Return the header of a catalogue: without dates and names."""
    header = {
        "Project-Id-Version": ADDON,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
    }
    if language:
        header |= {"Language": language, "Plural-Forms": LANGUAGES[language]}
    return header


def merge(words: polib.POFile, known: polib.POFile, language: str = "") -> polib.POFile:
    """Return the catalogue of `words` with the translations that `known` has.

    A word that changed is a new word: its old translation might say something else.
    """
    texts = {entry.msgid: entry.msgstr for entry in known if not entry.obsolete}
    merged = polib.POFile()
    merged.metadata = make_header(language)
    for entry in sorted(words, key=lambda entry: entry.msgid):
        merged.append(
            polib.POEntry(
                msgid=entry.msgid,
                msgstr=texts.get(entry.msgid, "") if language else "",
                comment=entry.comment,
                occurrences=sorted(entry.occurrences),
            )
        )
    return merged


def read_known(path: Path) -> polib.POFile:
    """Return the catalogue of a file; an empty one when there is none yet."""
    return polib.pofile(str(path)) if path.exists() else polib.POFile()


def export_words() -> polib.POFile:
    """Return all words of the addon, from a fresh database."""
    environment = open_environment("test")
    databases = Databases(environment)
    file = STATE / f"{ADDON}.pot"
    code = (
        "from odoo.tools.translate import trans_export\n"
        f"with open({str(file)!r}, 'wb') as target:\n"
        f"    trans_export(False, [{ADDON!r}], target, 'po', env)\n"
    )
    try:
        bare = databases.deps_template(demo=False)
        with databases.throw_away(bare, "i18n") as name:
            databases.odoo(name, ["-i", ADDON], "i18n-install")
            databases.shell(name, code)
    finally:
        environment.stop_postgres()
    return polib.pofile(str(file))


def main() -> int:
    """Write the catalogues and say how much is left to translate."""
    with step("collecting the addon's words"):
        words = export_words()
    FOLDER.mkdir(exist_ok=True)
    merge(words, polib.POFile()).save(str(TEMPLATE))
    for language in LANGUAGES:
        path = FOLDER / f"{language}.po"
        catalogue = merge(words, read_known(path), language)
        catalogue.save(str(path))
        missing = len(catalogue.untranslated_entries())
        say(f"{path.name}: {len(catalogue)} terms, {missing} to translate")
    return 0


if __name__ == "__main__":
    sys.exit(main())
