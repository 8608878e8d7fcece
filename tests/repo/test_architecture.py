"""The house rules that a reader should be able to rely on."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ADDON = ROOT / "connecta_cap"
MODELS = sorted(ADDON.glob("models/*.py")) + sorted(ADDON.glob("wizards/*.py"))
CODE = [
    path
    for folder in ("connecta_cap", "scripts")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "tests" not in path.parts
]
MANIFEST = ast.literal_eval((ADDON / "__manifest__.py").read_text())

MEBIBYTE = 1024 * 1024


def read(path):
    return path.read_text(encoding="utf-8")


def name(path):
    return str(path.relative_to(ROOT))


def tracked_files():
    out = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / part for part in out.stdout.split("\0") if part]


def functions(path):
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node for node in ast.walk(ast.parse(read(path))) if isinstance(node, kinds)]


def test_the_map_knows_where_each_model_belongs():
    page = read(ROOT / "docs/architecture.md")
    page = page.split("## Where in `models/`")[1].split("\n## ")[0]
    rows = re.findall(r"^\| [^|]+ \|([^|]+)\|[^|]+\|$", page, re.MULTILINE)
    areas = [re.findall(r"`(\w+)`", row) for row in rows]
    beginnings = [one for area in areas for one in area]
    assert len(beginnings) == len(set(beginnings))
    found = set()
    for path in sorted(ADDON.glob("models/*.py")):
        fits = [one for one in beginnings if path.name.startswith(one)]
        if path.name != "__init__.py":
            assert fits, f"{path.name} belongs to no area of the map"
            found.add(max(fits, key=len))
    assert set(beginnings) == found, "the map names what is not there"


@pytest.mark.parametrize("path", sorted(ADDON.glob("tools/*.py")), ids=name)
def test_tools_know_neither_odoo_nor_the_time(path):
    text = read(path)
    assert not re.search(r"^\s*(import|from) odoo", text, re.MULTILINE)
    assert not re.search(r"\b(now|utcnow|today)\(\)", text)


@pytest.mark.parametrize("path", CODE, ids=name)
def test_functions_are_short(path):
    long = {
        node.name: node.end_lineno - node.lineno + 1
        for node in functions(path)
        if node.end_lineno - node.lineno >= 40
    }
    assert not long


@pytest.mark.parametrize("path", MODELS, ids=name)
def test_model_files_are_short_and_hold_one_model(path):
    classes = [n for n in ast.parse(read(path)).body if isinstance(n, ast.ClassDef)]
    if path.name != "__init__.py":
        assert len(read(path).splitlines()) <= 250
        assert len(classes) == 1
        assert ast.get_docstring(classes[0])


@pytest.mark.parametrize("path", MODELS, ids=name)
def test_actions_and_crons_say_what_they_do(path):
    silent = [
        node.name
        for node in functions(path)
        if node.name.startswith(("action_", "_cron_")) and not ast.get_docstring(node)
    ]
    assert not silent


@pytest.mark.parametrize("path", sorted(ADDON.glob("controllers/*.py")), ids=name)
def test_controllers_never_act_as_superuser(path):
    assert "sudo(" not in read(path)
    assert "SUPERUSER" not in read(path)


def routes(path):
    """Return (method, its options in words) of each route of a controller."""
    return [
        (node.name, {option.arg: ast.unparse(option.value) for option in call.keywords})
        for node in functions(path)
        for call in node.decorator_list
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "route"
    ]


@pytest.mark.parametrize("path", sorted(ADDON.glob("controllers/*.py")), ids=name)
def test_pages_ask_for_a_login_and_changes_for_a_token(path):
    # machines report with a token of their own: described in docs/health-api.yaml
    if path.name == "health_api.py":
        return
    for method, options in routes(path):
        assert options["auth"] == "'user'", method
        assert "csrf" not in options, method
        if "readonly" in options:
            assert options.get("methods") in (None, "['GET']"), method


def test_the_manifest_lists_every_data_file_once():
    listed = MANIFEST["data"] + MANIFEST["demo"]
    folders = ("data", "demo", "security", "views", "wizards", "report")
    present = {
        str(path.relative_to(ADDON))
        for folder in folders
        for path in (ADDON / folder).rglob("*")
        if path.suffix in (".xml", ".csv")
    }
    assert sorted(listed) == sorted(present)


def test_every_component_has_a_unit_test():
    components = {path.name for path in (ADDON / "static/src/components").iterdir()}
    components |= {
        path.stem for path in (ADDON / "static/src/interactions").glob("*.js")
    }
    tested = {
        path.name.removesuffix(".test.js")
        for path in (ADDON / "static/tests").rglob("*.test.js")
    }
    assert components <= tested


def test_files_name_no_machine_and_no_package_host():
    hosts = r"(?:pypi\.org|pythonhosted|registry\.npmjs|deb\.debian|snapshot\.debian)"
    paths = r"(?:/root/|/home/\w+/|/work/)"
    guilty = []
    for path in tracked_files():
        if path == Path(__file__) or path.suffix in (".png", ".ico"):
            continue
        if path.exists() and re.search(f"{hosts}|{paths}", read(path)):
            guilty.append(name(path))
    assert not guilty


def test_no_file_is_large():
    # catalogues name every place of each word, by which Odoo reads them
    limits = {".po": 2 * MEBIBYTE, ".pot": 2 * MEBIBYTE}
    large = [
        name(path)
        for path in tracked_files()
        if path.exists() and path.stat().st_size > limits.get(path.suffix, MEBIBYTE)
    ]
    assert not large
