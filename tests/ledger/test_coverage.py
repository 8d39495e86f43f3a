"""The page that says what carries each clause and which tests try it."""

import pytest
from django.core.management import CommandError, call_command

from chengnuo.ledger import clauses as catalogue
from chengnuo.ledger import coverage

MARKED = """
import pytest

@pytest.mark.clause("2.3", good=True)
def test_it_closes_with_a_reply(): ...

@pytest.mark.parametrize("n", [1, pytest.param(2, marks=pytest.mark.clause("2.3", good=False))])
def test_it_does_not_close(n): ...

@pytest.mark.clause("4.5.a", good=True)
class TestEvents:
    @pytest.mark.clause("4.5.b", good=False)
    async def test_experts(self): ...
"""


@pytest.fixture
def marked(tmp_path):
    """Writes a file of tests into a folder of tests and gives the folder."""

    def write(text, name="test_a.py"):
        tests = tmp_path / "tests"
        tests.mkdir(exist_ok=True)
        (tests / name).write_text(text, "utf-8")
        return tests

    return write


def test_marks_are_found_on_tests_parameters_and_classes(marked):
    assert [(case.clause, case.good, case.test) for case in coverage.cases(marked(MARKED))] == [
        ("4.5.a", True, "tests/test_a.py::TestEvents"),
        ("4.5.b", False, "tests/test_a.py::TestEvents::test_experts"),
        ("2.3", True, "tests/test_a.py::test_it_closes_with_a_reply"),
        ("2.3", False, "tests/test_a.py::test_it_does_not_close"),
    ]


@pytest.mark.parametrize(
    "mark",
    ['"2.3"', '"2.3", True', '"2.3", good=1', '"2.3", good=None', "ID, good=True", "good=True", '"9.9", good=True'],
)
def test_a_mark_that_says_nothing_sure_is_refused_with_its_place(marked, mark):
    tests = marked(f"@pytest.mark.clause({mark})\ndef test_x(): ...\n")
    with pytest.raises(ValueError, match=r"tests/test_a\.py:1: "):
        coverage.cases(tests)


def test_a_clause_is_covered_by_a_carrier_and_a_case_of_either_sort(marked, monkeypatch):
    tests = marked(MARKED)
    monkeypatch.setattr(coverage, "COVERS", {})
    monkeypatch.setattr(coverage, "RULES", {})
    assert f"0 of {len(catalogue.clauses())} clauses are covered." in coverage.page(tests)
    monkeypatch.setattr(coverage, "COVERS", {("2.3", "guard"): ["chengnuo.hotline.actions.close"]})
    page = coverage.page(tests)
    assert f"1 of {len(catalogue.clauses())} clauses are covered." in page
    assert (
        "| ✓ 2.3 不回避难题 | guard | `hotline.actions.close` |  | `tests/test_a.py::test_it_closes_with_a_reply` "
        "| `tests/test_a.py::test_it_does_not_close` |" in page
    )


def test_every_clause_and_every_way_it_is_carried_has_its_row(marked):
    page = coverage.page(marked(""))
    rows = [line for line in page.splitlines() if line.startswith("| ") and not line.startswith("| Clause")]
    assert len(rows) == sum(len(one.kinds) for one in catalogue.clauses().values())


def test_a_stale_page_is_found_and_a_new_one_is_the_same_every_time(tmp_path, settings, marked):
    marked(MARKED)
    settings.BASE_DIR = settings.PROCEDURE_DIR = tmp_path
    with pytest.raises(CommandError, match="stale"):
        call_command("coverage", check=True)
    call_command("coverage")
    call_command("coverage", check=True)
    marked(MARKED.replace("good=False", "good=True"))
    with pytest.raises(CommandError, match="stale"):
        call_command("coverage", check=True)
