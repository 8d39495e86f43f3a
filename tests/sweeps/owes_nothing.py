"""A pytest plugin: each rule in turn owes nothing, and the tests of its clause's breaking are run until one fails.

All in one process, for starting one with its database takes many times longer than these tests. What noticed each rule
is written to the file that the environment names, as JSON."""

import json
import os
from pathlib import Path

import pytest
from _pytest.runner import runtestprotocol

_owing_nothing = ""


@pytest.fixture(autouse=True)
def owes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    from chengnuo.ledger.obligations import RULES  # Not before Django is set up.

    monkeypatch.setattr(RULES[_owing_nothing], "func", lambda subject, facts: None)


def pytest_runtestloop(session: pytest.Session) -> bool:
    global _owing_nothing
    from chengnuo.ledger.obligations import RULES

    noticed = {}
    for name in sorted(RULES):
        _owing_nothing = name
        tests = [item for item in session.items if _breaks(item, RULES[name].clause)]
        noticed[name] = next((item.nodeid for item in tests if _fails(item)), "")
    Path(os.environ["CHENGNUO_NOTICED"]).write_text(json.dumps(noticed))
    return True


def _breaks(item: pytest.Item, clause: str) -> bool:
    marks = item.iter_markers("clause")
    return any(mark.args[0] == clause and not mark.kwargs["good"] for mark in marks)


def _fails(item: pytest.Item) -> bool:
    """Run as if it had just been collected; what belongs to the session stays for the next one."""
    item._initrequest()  # type: ignore[attr-defined]
    reports = runtestprotocol(item, log=False, nextitem=item.session)  # type: ignore[arg-type]
    return any(report.failed for report in reports if report.when == "call")
