"""English on the inside, Chinese on the screen: one glossary binds them, and nothing is missing from it."""

import ast
import tomllib

from django.apps import apps
from django.conf import settings

from chengnuo.kit.timeline import verbs
from tests.sweeps.test_house import SOURCES

GLOSSARY = tomllib.loads((settings.PROCEDURE_DIR / "glossary.toml").read_text("utf-8"))


def models():
    return [model for model in apps.get_models() if model.__module__.startswith("chengnuo.")]


def test_every_model_has_its_chinese_name_and_no_name_is_left_over():
    assert sorted(GLOSSARY["models"]) == sorted(model.__name__ for model in models())


def test_every_verb_of_a_move_has_its_chinese_name_and_no_verb_is_left_over():
    of_moves = {one.verb for model in models() for one in getattr(model, "MOVES", ())}
    assert sorted(GLOSSARY["moves"]) == sorted(of_moves)


def recorded():
    """The verbs that the code writes: the first words of `record(…)`, where they are a text."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id="record"), args=[ast.Constant(value=str(verb)), *_rest]):
                    yield verb


def test_every_event_is_told_in_words():
    assert sorted(set(recorded()) - set(verbs())) == []
