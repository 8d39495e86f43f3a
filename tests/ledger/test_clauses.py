"""The catalogue of clauses and figures is whole, in order and in both languages."""

from decimal import Decimal

import pytest
from django.utils import translation

from chengnuo.ledger import clauses as catalogue
from chengnuo.ledger.clauses import KINDS, UnknownClause, chapters, clause, clauses, covers, guards
from chengnuo.ledger.models import CalendarDay, CalendarTable, ParameterVersion
from chengnuo.ledger.parameters_catalogue import UNITS, parameter_kinds

BY_CHAPTER = """
2.1 2.2 2.3
3.1.1 3.1.2 3.1.3 3.1.4 3.1.5
3.2.1 3.2.2 3.2.3 3.2.4 3.2.5 3.2.6 3.2.7 3.2.8 3.2.9
3.3.0 3.3.1 3.3.2 3.3.3
3.4.1 3.4.2 3.4.3
3.5.0 3.5.1 3.5.2 3.5.3 3.5.4 3.5.5 3.5.6 3.5.7 3.5.8 3.5.9 3.5.10
3.6.1 3.6.2 3.6.3 3.6.4 3.6.5 3.6.6
3.7.0 3.7.1 3.7.2 3.7.3 3.7.4 3.7.5 3.7.6 3.7.7 3.7.8
3.8.0 3.8.1 3.8.2 3.8.3 3.8.4
4.0
4.1.1 4.1.A 4.1.B 4.1.C 4.1.D 4.1.E 4.1.F
4.2.1 4.2.A 4.2.B 4.2.C 4.2.D 4.2.E
4.3.1 4.3.A 4.3.B 4.3.C 4.3.D
4.4.0 4.4.1 4.4.2 4.4.3 4.4.4 4.4.5 4.4.6 4.4.7
4.5.a 4.5.b 4.5.c 4.5.d 4.5.2
5.1 5.2 5.3 5.4 5.5 5.6
6.1 6.2
"""
IDS = BY_CHAPTER.split()

FIRST_VALUES = {
    "report.at_once": "30 minutes",
    "centre.acknowledges": "30 minutes",
    "centre.guides": "1 working_days",
    "call_back.due": "15 minutes",
    "case.taken_on": "240 working_minutes",
    "plan.drafted": "10 working_days",
    "plan.delivered": "3 working_days",
    "emergency_plan.drawn_up": "20 working_days",
    "interim_reply.every": "3 working_days",
    "complaint.target": "7 natural_days",
    "complaint.limit": "15 natural_days",
    "key_client.reported": "1 working_days",
    "survey.followed_up": "3 working_days",
    "filing.due": "5 working_days",
    "roster.horizon": "14 days",
    "inspection.every": "3 months",
    "period_summary.due": "15 natural_days",
    "borrowing.term": "5 working_days",
    "copy.term": "30 natural_days",
    "alert.told": "30 minutes",
    "renewal.first": "90 days",
    "renewal.second": "60 days",
    "renewal.last": "30 days",
    "reminder.share": "75 percent",
    "reminder.least": "10 minutes",
    "rung.centre": "25 percent",
    "rung.executive": "50 percent",
    "rung.chairman": "100 percent",
    "rung.gap": "15 minutes",
    "backdating.gap": "10 minutes",
    "claim.escalation_amount": "200000 yuan",
    "complaint.major_amount": "100000 yuan",
    "client.large_premium": "500000 yuan",
}


def test_every_clause_is_there_once_and_in_the_procedures_order():
    assert list(clauses()) == IDS


@pytest.mark.parametrize("id_", IDS)
def test_a_clause_is_told_in_both_languages_and_says_how_it_is_carried(id_):
    one = clause(id_)
    assert 0 < len(one.titles.zh) <= 16
    assert one.titles.en
    assert one.titles.en.isascii()
    assert one.texts.zh.endswith("。")
    assert one.texts.en.endswith(".")
    assert one.chapter in chapters()
    assert one.kinds
    assert set(one.kinds) <= set(KINDS)
    assert set(one.figures) <= set(parameter_kinds())


def test_every_chapter_has_clauses_and_the_chapters_keep_their_order():
    assert list(dict.fromkeys(one.chapter for one in clauses().values())) == list(chapters())


def test_titles_are_told_apart():
    titles = [one.titles.zh for one in clauses().values()]
    assert len(set(titles)) == len(titles)


def test_the_language_of_the_screen_chooses_the_text():
    with translation.override("zh-hans"):
        assert clause("3.1.5").title == "按承诺时间反馈"
        assert str(chapters()["3.4"]) == "协赔"
    with translation.override("en"):
        assert clause("3.1.5").title == "Answer by the promised time"
        assert str(chapters()["3.4"]) == "Claims assistance"
    with translation.override(None):
        assert clause("3.1.5").title == "按承诺时间反馈"


def test_the_readings_that_are_ours_are_marked():
    assert [id_ for id_, one in clauses().items() if one.default] == ["2.2", "3.2.8", "3.5.1", "3.7.6", "6.2"]


@pytest.mark.parametrize("id_", ["", "3.1.6", "3.1", "4.1.a"])
def test_an_unknown_clause_is_an_error(id_):
    with pytest.raises(UnknownClause):
        clause(id_)


@pytest.mark.parametrize("key", list(parameter_kinds()))
def test_a_figure_names_its_clause_its_unit_and_bounds_that_hold_its_first_value(key):
    kind = parameter_kinds()[key]
    assert clause(kind.clause)
    assert key in clause(kind.clause).figures
    assert kind.unit in UNITS
    assert kind.source
    assert kind.titles.zh
    assert kind.titles.en
    assert kind.allows(kind.value)


def test_the_first_values_are_those_of_the_domain():
    kinds = parameter_kinds()
    assert {key: f"{kinds[key].value:f} {kinds[key].unit}" for key in FIRST_VALUES} == FIRST_VALUES


def test_a_figure_of_the_law_may_be_made_stricter_and_not_laxer():
    limit = parameter_kinds()["complaint.limit"]
    assert [limit.allows(Decimal(days)) for days in (14, 15, 16)] == [True, True, False]
    assert not limit.is_default


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-1", "0.5", "1E+400"])
def test_a_value_that_cannot_be_is_not_allowed(value):
    assert not parameter_kinds()["call_back.due"].allows(Decimal(value))


def test_money_has_fen_and_no_less():
    amount = parameter_kinds()["claim.escalation_amount"]
    assert amount.allows(Decimal("199999.99"))
    assert not amount.allows(Decimal("199999.999"))


def test_what_carries_a_clause_is_registered_under_its_kind(monkeypatch):
    monkeypatch.setattr(catalogue, "COVERS", {})

    @guards("2.3")
    def no_close_without_reply() -> None: ...

    assert dict(catalogue.COVERS) == {("2.3", "guard"): [f"{__name__}.{no_close_without_reply.__qualname__}"]}


def test_a_clause_is_not_marked_as_carried_in_a_way_it_is_not():
    with pytest.raises(ValueError, match=r"2\.3"):
        covers("2.3", "report")
    with pytest.raises(UnknownClause):
        guards("9.9")


@pytest.mark.clause("4.0", good=True)
@pytest.mark.parametrize("book", [ParameterVersion, CalendarTable, CalendarDay])
def test_no_figure_and_no_calendar_belongs_to_a_branch(book):
    related = {field.related_model._meta.label for field in book._meta.get_fields() if field.is_relation}
    assert related <= {"people.Staff", "ledger.CalendarTable", "ledger.CalendarDay"}
