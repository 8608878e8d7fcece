"""The catalogues say everything, and nothing gets lost in translation."""

import re
import sys
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

from i18n import FOLDER, LANGUAGES, TEMPLATE, merge, read_known  # noqa: E402

PLACEHOLDER = re.compile(r"%\(\w+\)(?:\.\d+)?[a-z]|%%|%[sdg]\b|\{\{.*?\}\}|\{\w*\}")
TAG = re.compile(r"<[^>]+>")
# what a reader sees of a tag
SPOKEN = re.compile(r'\b(title|aria-label|placeholder|alt)="[^"]*"')


def read(path):
    return polib.pofile(str(path))


def signs(text):
    """Return what has to be the same in a term and in its translation."""
    return {
        "placeholders": sorted(PLACEHOLDER.findall(text)),
        "tags": sorted(SPOKEN.sub(r"\1", tag) for tag in TAG.findall(text)),
        "start": text[: len(text) - len(text.lstrip())],
        "end": text[len(text.rstrip()) :],
    }


def entries(**translations):
    """Return a catalogue with these terms."""
    catalogue = polib.POFile()
    for term, text in translations.items():
        catalogue.append(polib.POEntry(msgid=term, msgstr=text, comment="module: x"))
    return catalogue


@pytest.fixture(params=sorted(LANGUAGES))
def catalogue(request):
    return read(FOLDER / f"{request.param}.po")


def test_each_language_has_a_catalogue():
    assert {path.stem for path in FOLDER.glob("*.po")} == set(LANGUAGES)


def test_it_has_the_terms_of_the_template(catalogue):
    """`make i18n` brings them together."""
    assert [entry.msgid for entry in catalogue] == [
        entry.msgid for entry in read(TEMPLATE)
    ]


def test_nothing_is_left_to_translate(catalogue):
    """Translate what `make i18n` left empty."""
    assert not [entry.msgid for entry in catalogue.untranslated_entries()]


def test_nothing_is_guessed_or_left_over(catalogue):
    assert not catalogue.fuzzy_entries()
    assert not catalogue.obsolete_entries()


def test_placeholders_tags_and_ends_are_kept(catalogue):
    assert not {
        entry.msgid: entry.msgstr
        for entry in catalogue
        if entry.msgstr and signs(entry.msgid) != signs(entry.msgstr)
    }


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("%(count)s tickets", "tickets"),
        ("%s files", "%d bestanden"),
        ("95 %% of %(all)s", "95 % van %(all)s"),
        ("for {id}", "voor {nr}"),
        ("<b>Now</b>", "Nu"),
        ('<span invisible="a">Now</span>', '<span invisible="b">Nu</span>'),
        (" and ", "en"),
    ],
)
def test_a_loss_is_seen(term, text):
    assert signs(term) != signs(text)


def test_what_is_read_aloud_may_be_translated():
    assert signs('<i title="Owed"/> x') == signs('<i title="Te leveren"/> y')


@pytest.mark.parametrize("path", [TEMPLATE, *sorted(FOLDER.glob("*.po"))], ids=str)
def test_a_file_does_not_depend_on_day_or_machine(path):
    catalogue = read(path)
    assert not [key for key in catalogue.metadata if "Date" in key]
    assert not [
        place
        for entry in catalogue
        for place, _ in entry.occurrences
        if place[0] == "/"
    ]


def test_merging_keeps_what_is_translated_and_drops_what_is_gone():
    merged = merge(entries(New="", Old=""), entries(Gone="Weg", Old="Oud"), "nl")
    assert {e.msgid: e.msgstr for e in merged} == {"New": "", "Old": "Oud"}
    assert merged.metadata["Language"] == "nl"


def test_merging_forgets_what_is_obsolete():
    known = entries(Old="Oud")
    known[0].obsolete = True
    assert not merge(entries(Old=""), known, "nl")[0].msgstr


def test_the_template_has_no_translations():
    assert not merge(entries(Old="Oud"), polib.POFile())[0].msgstr


def test_merging_once_more_changes_nothing(tmp_path):
    path = tmp_path / "nl.po"
    words = entries(New="", Old="")
    first = merge(words, entries(Old="Oud"), "nl")
    first.save(str(path))
    assert str(merge(words, read_known(path), "nl")) == path.read_text()


def test_a_language_without_a_file_starts_empty(tmp_path):
    assert not read_known(tmp_path / "de.po")
