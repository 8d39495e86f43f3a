"""A pytest plugin: the rule named in the environment owes nothing, and only tests of a clause's breaking are run."""

import os

import pytest


@pytest.fixture(autouse=True)
def owes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    from chengnuo.ledger.obligations import RULES  # Not before Django is set up.

    monkeypatch.setattr(RULES[os.environ["CHENGNUO_OWES_NOTHING"]], "func", lambda subject, facts: None)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    items[:] = [item for item in items if any(not mark.kwargs["good"] for mark in item.iter_markers("clause"))]
