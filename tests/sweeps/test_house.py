"""The laws of the house: imports run one way, words go through gettext, forms are safe to send twice, files stay small."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

CODE = Path(settings.BASE_DIR) / "chengnuo"
SOURCES = sorted(path for path in CODE.rglob("*.py") if "migrations" not in path.parts)
TEMPLATES = sorted(CODE.rglob("*.html"))
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def place(path: Path) -> str:
    return path.relative_to(CODE.parent).as_posix()


# Imports

FLOORS = (("settings",), ("launch",), ("ledger",), ("people",), ("kit",), ("clients",))
FEATURES = (
    "hotline",
    "plans",
    "visits",
    "claims",
    "complaints",
    "satisfaction",
    "support",
    "annual",
    "daily",
    "rounds",
    "letters",
)
TOP = ("site", "cli", "__main__")
FLOOR = {room: number for number, rooms in enumerate((*FLOORS, FEATURES, TOP)) for room in rooms}
ALLOWED_BETWEEN_FEATURES = ("actions",)
# docs/decisions/pages-of-people-stand-on-the-kit.md
EDGES_OF_PEOPLE = ("api", "api_access", "apps", "forms", "views")
KIT_FOR_PEOPLE = ("api", "clash", "forms", "posts", "requests", "shell")


def imports() -> Iterator[tuple[Path, str, str]]:
    """(file, its room, what it imports of the product), dots resolved."""
    for path in SOURCES:
        parts = path.relative_to(CODE).with_suffix("").parts
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [f"{node.module}.{alias.name}" for alias in node.names]
            else:
                continue
            yield from ((path, parts[0], name) for name in names if name.startswith("chengnuo."))


def test_every_room_has_its_floor():
    rooms = {path.name for path in CODE.iterdir() if (path / "__init__.py").exists()}
    assert rooms - {"procedure"} == set(FLOOR) - {"cli", "__main__"}


def test_imports_run_one_way():
    wrong = []
    for path, room, name in imports():
        other = name.split(".")[1]
        if room == other or FLOOR[other] < FLOOR[room]:
            continue
        if room in FEATURES and other in FEATURES and name.split(".")[2] in ALLOWED_BETWEEN_FEATURES:
            continue
        inside = path.relative_to(CODE).with_suffix("").parts[1:]
        if (room, other) == ("people", "kit") and inside[0] in EDGES_OF_PEOPLE and name.split(".")[2] in KIT_FOR_PEOPLE:
            continue
        wrong.append(f"{place(path)}: {name}")
    assert wrong == []


def test_a_model_names_foreign_keys_of_lower_rooms_alone(db):
    from django.apps import apps

    wrong = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model.__module__.startswith("chengnuo")
        for field in model._meta.fields
        if field.related_model and field.related_model.__module__.startswith("chengnuo")
        if FLOOR[field.related_model._meta.app_label] > FLOOR[model._meta.app_label]
        and field.related_model._meta.label != settings.AUTH_USER_MODEL.replace(".staff", ".Staff")
    ]
    assert wrong == []


# Words

TRANSLATED = re.compile(
    r"{%\s*(translate|trans)\b.*?%}|{%\s*blocktranslate\b.*?%}.*?{%\s*endblocktranslate\s*%}|{#.*?#}"
    r"|{%\s*comment.*?%}.*?{%\s*endcomment\s*%}|_\((\"[^\"]*\"|'[^']*')\)",
    re.DOTALL,
)
GETTEXT = {
    "_",
    "_l",
    "_n",
    "gettext",
    "gettext_lazy",
    "gettext_noop",
    "ngettext",
    "ngettext_lazy",
    "pgettext",
    "pgettext_lazy",
}


@pytest.mark.parametrize("path", TEMPLATES, ids=place)
def test_every_chinese_word_of_a_template_is_translatable(path):
    bare = TRANSLATED.sub("", path.read_text("utf-8"))
    assert [line.strip() for line in bare.splitlines() if CHINESE.search(line)] == []


def literals(tree: ast.AST) -> Iterator[ast.Constant]:
    """Chinese texts that are neither docstrings nor inside a call of gettext."""
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    } | {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    told: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in GETTEXT:
            told |= {id(inner) for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in docs | told:
            continue
        if CHINESE.search(node.value) and node.value not in LEGAL_FORMS:
            yield node


# Chinese that is data, not words of the screen, and why.
DATA = {
    "chengnuo/kit/procedure/forms.py": "the words that mark days off and make-up days in a published table",
    "chengnuo/letters/fields.py": "the names of merge fields as authors type them, and a date as a letter has it",
    "chengnuo/kit/phrases/filling.py": "the names that are filled in as authors type them",
    "chengnuo/letters/addresses.py": "the marks by which an address is read",
    "chengnuo/ledger/seed.py": "the source that the first tables name",
    "chengnuo/settings/base.py": "the name of a language, in that language",
    "chengnuo/site/management/commands/demo.py": "what the people of the demo company are",
    "chengnuo/kit/api_edge.py": "the API's own title, which is the product's name",
    "chengnuo/ledger/holidays.py": "names of published holidays, as the State Council gives them",
    "chengnuo/complaints/matching/reading.py": "the signs by which plates, sums, counts and days are read",
    "chengnuo/clients/phones.py": "full-width digits and words that people type into numbers",
    "chengnuo/clients/importing/cells.py": "dates and yes and no as people type them into cells",
    "chengnuo/clients/importing/sheets.py": "the example row of the template",
    "chengnuo/clients/names.py": "marks that names are folded by",
    "chengnuo/launch": "the launcher speaks before Django and its catalogue are there",
    "chengnuo/cli.py": "the launcher speaks before Django and its catalogue are there",
    "chengnuo/site/demo": "what the people of the demo company say and write",
    "chengnuo/site/replay": "what the replay writes as reason of the recorded ticks",
}


LEGAL_FORMS = {"有限公司", "有限责任公司", "股份"}


@pytest.mark.parametrize("path", SOURCES, ids=place)
def test_every_chinese_word_of_the_code_is_translatable(path):
    if any(place(path).startswith(start) for start in DATA):
        return
    found = [f"{node.lineno}: {node.value}" for node in literals(ast.parse(path.read_text("utf-8")))]
    assert found == []


# Forms

FORM = re.compile(r"<form\b[^>]*\bmethod=\"post\"[^>]*>(.*?)</form>", re.DOTALL)
# Sent before anybody is known, to leave, or to see again: there is nothing to be carried out twice.
SENT_AGAIN = {
    "people/sign_in.html": "a sign-in",
    "people/_press.html": "see the view",
    "people/own_password.html": "a password is kept nowhere, and setting it twice is setting it once",
    "people/passkey.html": "the question that a passkey answers is good for one time",
    "people/prove.html": "a proof is good for one time",
    "people/security.html": "every set of recovery codes is a new one, and nothing may keep it",
    "people/totp.html": "a code is good for one time, and nothing may keep the secret",
    "kit/_me.html": "a sign-out",
    "kit/_print.html": "every printing is an event of its own",
    "people/tokens.html": "every token is a new one, and nothing may keep its secret",
    "hotline/feeds.html": "every address is a new one, and nothing may keep its secret",
    "hotline/print.html": "every printing is an event of its own",
    "clients/_unmask.html": "every showing of a number is an event of its own",
    "satisfaction/_link.html": "every showing of a link is an event of its own",
    "satisfaction/rate.html": "its address is good for one time",
    "visits/feeds.html": "every address is a new one, and nothing may keep its secret",
    "visits/plan.html": "every printing is an event of its own",
}
# Opened by the secret in its address, without a cookie: there is no session of ours that another page could ride on.
WITHOUT_SESSION = {"satisfaction/rate.html"}


@pytest.mark.parametrize("path", TEMPLATES, ids=place)
def test_every_form_that_is_posted_is_ours_and_takes_effect_once(path):
    name = "/".join(path.parts[-2:])
    for body in FORM.findall(path.read_text("utf-8")):
        assert "{% csrf_token %}" in body or name in WITHOUT_SESSION
        assert "{% once %}" in body or name in SENT_AGAIN


# Files


@pytest.mark.parametrize("path", [*SOURCES, *TEMPLATES], ids=place)
def test_a_file_is_one_aspect_and_holds_no_note_to_oneself(path):
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= 400
    assert not re.search(r"\b(TODO|FIXME|XXX)\b", text)


def test_no_table_lacks_its_migration(db):
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_the_page_of_coverage_is_not_stale():
    call_command("coverage", check=True)
