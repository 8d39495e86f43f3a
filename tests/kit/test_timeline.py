"""What happened to a record, told to one reader."""

import ast
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from chengnuo.kit import timeline as lines
from chengnuo.kit.records import _visible
from chengnuo.kit.timeline import by_day, register_verb, timeline, timeline_of, verbs
from chengnuo.ledger.clock import moved_to
from chengnuo.ledger.trail import record

from .conftest import NOW


@pytest.fixture(autouse=True)
def words(monkeypatch):
    monkeypatch.setattr(lines, "_verbs", dict(lines._verbs))
    register_verb("call.registered", "登记来电", kind="contact")
    register_verb("claim.estimated", "改报估损", detail=lambda told: f"{told.data['sum']}元")


@pytest.fixture
def only_zhou(monkeypatch, zhou):
    monkeypatch.setitem(_visible, "people.staff", lambda user, now, pks: pks if user == zhou else set())


def happen(verb, subject, by=None, at=NOW, recorded=None, **more):
    with moved_to(recorded or at), transaction.atomic():
        return record(verb, subject, by=by, now=recorded or at, happened_at=at, **more)


def test_newest_first_by_whom_and_what_was_said(cast, zhou):
    happen("call.registered", cast.su, by=zhou, texts={"content": "问预付赔款到账日"})
    happen("claim.estimated", cast.su, data={"sum": "264,000", "clause": "3.4.3"}, at=NOW + timedelta(hours=1))
    told = timeline(cast.su, zhou, NOW)[:2]
    assert [(one.who, one.label, one.detail, one.kind, one.clauses) for one in told] == [
        ("", "改报估损", "264,000元", "system", ["3.4.3"]),
        ("周敏", "登记来电", "问预付赔款到账日", "contact", []),
    ]


def test_a_verb_that_nobody_named_is_still_told(cast, zhou):
    happen("odd.verb", cast.su)
    assert timeline(cast.su, zhou, NOW)[0].label == "odd.verb"


@pytest.mark.parametrize("late, shown", [(timedelta(minutes=10), False), (timedelta(minutes=10, seconds=1), True)])
def test_what_was_entered_later_than_ten_minutes_is_marked(cast, zhou, late, shown):
    happen("call.registered", cast.su, recorded=NOW + late)
    assert timeline(cast.su, zhou, NOW)[0].is_backdated is shown


def test_an_event_that_ended_a_breached_duty_says_how_late(cast, zhou):
    duty = {"clause": "3.4.3", "due": NOW.isoformat(), "ended_at": (NOW + timedelta(minutes=18)).isoformat()}
    met = duty | {"state": "met", "breached_at": NOW.isoformat()}
    in_time = duty | {"state": "met", "breached_at": None}
    withdrawn = duty | {"state": "withdrawn", "breached_at": NOW.isoformat()}
    assert lines._late([met]) == "迟18分"
    assert lines._late([in_time, withdrawn]) == ""


def test_another_record_is_named_only_to_who_may_see_it(cast, zhou, xu, only_zhou):
    happen("call.registered", cast.su, by=zhou, also=[cast.luyao])
    assert [one.number for one in timeline(cast.su, zhou, NOW)[0].others] == ["陆瑶"]
    assert timeline(cast.su, xu, NOW)[0].others == []


def test_an_event_of_a_record_out_of_reach_tells_nothing(cast, zhou, xu, only_zhou):
    happen("call.registered", cast.luyao, by=zhou, also=[cast.su], texts={"content": "秘密"})
    assert timeline(cast.su, zhou, NOW)[0].detail == "秘密"
    hidden = timeline(cast.su, xu, NOW)[0]
    assert (hidden.who, hidden.detail, hidden.others, hidden.clauses) == ("", "", [], [])
    assert "登记来电" not in hidden.label


def test_contact_and_system_are_apart(cast, zhou):
    happen("call.registered", cast.su, by=zhou)
    happen("claim.estimated", cast.su, data={"sum": "1"})
    assert [one.label for one in timeline(cast.su, zhou, NOW, "contact")] == ["登记来电"]
    assert "登记来电" not in [one.label for one in timeline(cast.su, zhou, NOW, "system")]


def test_parts_follow_each_other(cast, zhou):
    for nth in range(5):
        happen("call.registered", cast.hz, by=zhou, at=NOW + timedelta(minutes=nth))
    asked = RequestFactory().get("/")
    asked.user, asked.now = zhou, NOW
    seen = 0
    shown = timeline_of(asked, cast.hz, limit=2)
    while shown.older:
        seen += sum(len(day.entries) for day in shown.days)
        asked.GET = {"before": str(shown.older), "kind": "all"}
        shown = timeline_of(asked, cast.hz, limit=2)
    assert seen + sum(len(day.entries) for day in shown.days) == len(timeline(cast.hz, zhou, NOW))


@pytest.mark.parametrize("asked", ["before=x", "before=-1", f"before={'9' * 40}", "kind=odd", "before=²"])
def test_a_wrong_address_shows_the_newest(cast, zhou, asked):
    request = RequestFactory().get(f"/?{asked}")
    request.user, request.now = zhou, NOW
    assert timeline_of(request, cast.su).kind == "all"
    assert timeline_of(request, cast.su).days


def test_events_stand_under_their_local_day(cast, zhou):
    happen("call.registered", cast.su, at=NOW.replace(hour=15, minute=59))
    happen("call.registered", cast.su, at=NOW.replace(hour=16, minute=0))
    days = [day.date.isoformat() for day in by_day(timeline(cast.su, zhou, NOW))]
    assert days[:2] == ["2026-09-29", "2026-09-28"]


def test_the_queries_do_not_grow_with_the_events(cast, zhou, only_zhou):
    happen("call.registered", cast.hz, by=zhou, also=[cast.luyao], texts={"content": "一"})
    with CaptureQueriesContext(connection) as few:
        timeline(cast.hz, zhou, NOW)
    for _nth in range(29):
        happen("call.registered", cast.hz, by=zhou, also=[cast.luyao, cast.lize], texts={"content": "一"})
    with CaptureQueriesContext(connection) as many:
        timeline(cast.hz, zhou, NOW)
    assert (len(few), len(many)) == (4, 4)


def test_the_fragment_shows_people_marks_and_escapes_words(cast, zhou, rf):
    happen("call.registered", cast.su, by=zhou, texts={"content": "<b>赔"}, recorded=NOW + timedelta(hours=1))
    request = rf.get("/")
    request.user, request.now = zhou, NOW
    html = render_to_string("kit/_timeline.html", {"timeline": timeline_of(request, cast.su)})
    assert "<b>周敏</b> 登记来电：&lt;b&gt;赔" in html
    assert "补记" in html


def recorded_verbs() -> dict[str, str]:
    """Every verb that the product records, as a literal, with the file that does."""
    found = {}
    for path in sorted((settings.BASE_DIR / "chengnuo").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            given = [*node.args[:1]] if name == "record" else []
            given += [word.value for word in node.keywords if word.arg == "verb"] if name in {"record", "Draft"} else []
            for value in given:
                if isinstance(value, ast.Constant) and isinstance(value.value, str) and "." in value.value:
                    found[value.value] = str(Path(path).relative_to(settings.BASE_DIR))
    return found


def test_every_verb_that_is_recorded_has_its_words():
    installed = tuple(app.replace(".", "/") for app in settings.INSTALLED_APPS if app.startswith("chengnuo"))
    missing = {verb: path for verb, path in recorded_verbs().items() if path.startswith(installed)}
    assert {verb: path for verb, path in missing.items() if verb not in verbs()} == {}


def test_every_verb_has_chinese_words():
    assert [verb.name for verb in verbs().values() if str(verb.label).isascii()] == []
