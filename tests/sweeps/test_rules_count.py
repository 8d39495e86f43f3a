"""Every rule matters: replaced by one that owes nothing, a test marked as the breaking of its clause fails."""

import json
import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings

from chengnuo.ledger import coverage
from chengnuo.ledger.obligations import RULES

TESTS = Path(settings.BASE_DIR) / "tests"
PLUGIN = "tests.sweeps.owes_nothing"


def beside(url: str) -> str:
    """The same server, with a test database of its own."""
    parts = urlsplit(url)
    return parts._replace(path=f"{parts.path}_nothing").geturl() if parts.netloc else url.replace("?", "_nothing?", 1)


def broken_by_clause() -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for case in coverage.cases(TESTS):
        if not case.good:
            found[case.clause].append(case.test)
    return found


def test_every_clause_with_a_rule_has_a_test_of_its_breaking():
    assert {rule.clause for rule in RULES.values()} - set(broken_by_clause()) == set()


@pytest.mark.slow
def test_each_rule_that_owes_nothing_is_noticed_by_a_test_of_its_clause(tmp_path):
    tests = sorted({test for rule in RULES.values() for test in broken_by_clause()[rule.clause]})
    noticed = tmp_path / "noticed.json"
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
    environment |= {"CHENGNUO_NOTICED": str(noticed), "DATABASE_URL": beside(os.environ["DATABASE_URL"])}
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", PLUGIN, "-p", "no:randomly", "--no-header", *tests],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        timeout=1800,
    )
    assert noticed.exists(), ran.stdout[-2000:] + ran.stderr[-2000:]
    found = json.loads(noticed.read_text())
    assert set(found) == set(RULES)
    assert [name for name, test in found.items() if not test] == []
