"""Register, roster, directory and record on paper: what stands there, for whom, and that it is on record."""

import base64
import json
import re
from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chengnuo.hotline import actions, printing
from chengnuo.hotline.actions import NewCase, NewPromise
from chengnuo.hotline.models import DutyLine
from chengnuo.kit import documents
from chengnuo.kit.blobs import content_of
from chengnuo.kit.documents import press, printable
from chengnuo.kit.jobs import run_job
from chengnuo.kit.models import Blob, Job
from chengnuo.ledger.clock import moved_to
from chengnuo.ledger.models import TrailEvent, ref
from tests.hotline.world import DAY, HOUR, MINUTE, NOW, a_call, a_client, a_missed_call, at, do

SITE = "https://desk.example.com"
TODAY = NOW.date()
HOSTILE = [
    '#let x = 1; #eval("1+1") #import "/settings/base.py"',
    "$x^2$ *粗* _斜_ `代码` ``` = 标题 - 一 + 二 / 三: 四 @引 <标> \\ ~",
    "<script>alert(1)</script> <b>粗</b> &amp; {{ 7*7 }} {% now %}",
    "王𬱖·（经理）",
    'a"b\\"c\\u{41}',
    "第一行\n第二行\n\n第四行",
    "支付\u202e00.001\u202c元\u200f",
    "停\x07电\x1b止",
    "x" * 3000,
    "\U0010fffd😀",
]


def absolute(path):
    return SITE + path


def events(verb):
    return [
        (event.subject, event.by.username, json.loads(event.body)["data"])
        for event in TrailEvent.objects.filter(verb=verb).select_related("by").order_by("pk")
    ]


def sent(user, name, post=None, now=NOW, **kwargs):
    browser = Browser()
    browser.force_login(user)
    with moved_to(now, "test"):
        return browser.post(reverse(f"hotline:{name}", kwargs=kwargs), post or {})


def period(unit, since=TODAY, until=TODAY):
    return {"unit": unit.pk, "since": since.isoformat(), "until": until.isoformat()}


def register_of(cast, now=NOW, since=TODAY, until=TODAY):
    rows = printing.printed_rows(cast.zhoumin, now, cast.su, since, until)
    return printing.register_form(
        rows, unit=cast.su, since=since, until=until, by=cast.zhoumin, now=now, absolute=absolute
    )


def record_of(cast, call, now=NOW):
    return printing.call_record(call, by=cast.zhoumin, now=now, absolute=absolute)


def laid_out(document):
    return press.typesetter(document.template, document.data())


def said(laid, label):
    """The texts that carry a label, in the order in which they stand on the pages."""
    return [found.get("text", found.get("value")) for found in json.loads(laid.query(f"<{label}>"))]


def pages(laid):
    made = laid.compile(format="svg")
    return [page.decode() for page in (made if isinstance(made, list) else [made])]


# Text only as data


@pytest.mark.parametrize("text", [text for text in HOSTILE if not set("\x07\x1b") & set(text)])
def test_what_people_wrote_is_set_as_they_wrote_it(cast, text):
    call = a_call(cast, content=text, answer=text, caller_name=text[:60].replace("\n", " "))
    document = record_of(cast, call)
    assert said(laid_out(document), "content") == [printable(text)]
    assert documents.typeset(document).startswith(b"%PDF-")


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_breaks_a_register(cast, text):
    a_call(cast)
    document = register_of(cast)
    row = document.body["rows"][0]
    same = {"content": text, "reply": text, "done": text, "client": text, "caller": text, "operator": text}
    laid = laid_out(replace(document, body={**document.body, "rows": [row | same, row]}))
    assert said(laid, "row") == [row["number"]] * 2


def test_the_longest_content_goes_on_over_pages_until_it_is_told(cast):
    a_call(cast, content="客户反复询问。")
    document = register_of(cast)
    row = document.body["rows"][0]
    counts = []
    for times in (1400, 2800):
        long = row | {"content": row["content"] * times, "is_long": True}
        counts.append(len(pages(laid_out(replace(document, body={**document.body, "rows": [long, row]})))))
    assert counts[0] > 5
    assert counts[1] >= 2 * counts[0] - 1


def test_a_row_is_torn_only_where_it_fills_a_third_of_a_page(cast):
    a_call(cast, content="字" * 600)
    a_call(cast, NOW + MINUTE, content="字" * 601)
    assert [row["is_long"] for row in register_of(cast).body["rows"]] == [False, True]


# Head and foot


def test_a_form_has_its_number_its_pages_and_the_code_of_its_address(cast):
    call = a_call(cast)
    document = record_of(cast, call)
    laid = laid_out(document)
    assert document.address == f"{SITE}/hotline/{call.pk}/"
    assert said(laid, "number") == [call.number]
    assert said(laid, "page") == ["第 1 页 / 共 1 页"]
    drawn = re.findall(r'href="data:image/svg\+xml;base64,([^"]+)"', pages(laid)[0])
    assert [base64.b64decode(one).decode() for one in drawn] == [documents.qr(document.address)]


def test_the_code_of_a_register_holds_the_list_that_it_shows(cast):
    assert register_of(cast).address == f"{SITE}/hotline/?unit={cast.su.pk}&since=2026-09-28&until=2026-09-28"


def test_five_hundred_rows_have_the_head_on_every_page_and_none_is_lost(cast):
    a_call(cast, content="客户问预付赔款何时到账，国庆前要付供应商设备款。" * 2)
    document = register_of(cast)
    row = document.body["rows"][0]
    rows = [row | {"place": place, "number": f"DH-SU-26-{place:04d}"} for place in range(1, 501)]
    laid = laid_out(replace(document, body={**document.body, "rows": rows}))
    count = len(pages(laid))
    assert count > 20
    assert said(laid, "page") == [f"第 {page} 页 / 共 {count} 页" for page in range(1, count + 1)]
    # The sheet of the signatures alone may have no rows.
    assert len(said(laid, "head")) in (count, count - 1)
    assert said(laid, "row") == [row["number"] for row in rows]
    assert said(laid, "total") == ["500"]


def test_a_period_without_calls_says_so(cast):
    laid = laid_out(register_of(cast))
    assert said(laid, "empty") == ["本期无来电"]
    assert said(laid, "total") == ["0"]


def test_the_same_form_is_the_same_bytes(cast):
    a_call(cast)
    assert documents.typeset(register_of(cast)) == documents.typeset(register_of(cast))


# What stands there


def test_a_row_tells_the_call_its_promise_and_what_became_of_it(cast):
    client = a_client(cast)
    promise = NewPromise("查清保单到期日", NOW + HOUR, "陈月琴")
    call = a_call(
        cast,
        client=client,
        caller="138 0000 1021",
        caller_name="陈月琴",
        kinds=["enquiry", "complaint"],
        promise=promise,
        cases=[NewCase("complaint")],
    )
    a_missed_call(cast, NOW + MINUTE, caller="0512-6600 6620")
    (row, missed) = register_of(cast, now=NOW + 2 * HOUR).body["rows"]
    assert row == {
        "place": 1,
        "number": call.number,
        "at": "2026-09-28\n14:34",
        "caller": "陈月琴\n138****1021",
        "client": client.name,
        "kinds": "咨询\n投诉",
        "content": "问保单何时到期",
        "reply": "承诺2026-09-28\xa015:36前答复陈月琴：查清保单到期日（周敏承办）",
        "done": "待答复，已逾期\n转TS-SU-26-0001",
        "operator": "周敏",
        "is_void": False,
        "is_long": False,
    }
    assert (missed["content"], missed["done"], missed["operator"]) == ("未接来电", "待回拨", "")


def test_a_void_row_keeps_its_number_and_tells_the_reason(cast):
    call = a_call(cast)
    do(actions.void_call, call, reason="重复登记", by=cast.zhoumin)
    document = register_of(cast)
    assert [(row["number"], row["is_void"], row["done"]) for row in document.body["rows"]] == [
        (call.number, True, "作废：重复登记")
    ]
    assert document.body["void"] == 1
    call.refresh_from_db()
    assert said(laid_out(record_of(cast, call)), "void") == ["作废"]


def test_a_day_belongs_to_the_register_from_its_first_minute_to_its_last(cast):
    for moment in ("09-27 23:59", "09-28 00:00", "09-28 23:59", "09-29 00:00"):
        a_missed_call(cast, at(moment))
    rows = printing.printed_rows(cast.zhoumin, at("09-30 09:00"), cast.su, TODAY, TODAY)
    assert [row.rang_at for row in rows] == [at("09-28 00:00"), at("09-28 23:59")]


def test_the_record_tells_promises_moves_and_cases(cast):
    call = a_call(cast, promise=NewPromise("查", NOW + HOUR, "陈月琴"), cases=[NewCase("loss")])
    promise = call.promises.get()
    do(actions.tell_interim, promise, text="在查", by=cast.zhoumin, now=NOW + MINUTE)
    do(actions.answer_promise, promise, text="10月8日到期", by=cast.zhoumin, now=NOW + 2 * HOUR)
    body = record_of(cast, call, now=NOW + 3 * HOUR).body
    (told,) = body["promises"]
    assert told["fate"] == "迟答复 2026-09-28\xa016:36"
    assert [(act["kind"], act["text"]) for act in told["acts"]] == [("告知进展", "在查"), ("答复", "10月8日到期")]
    assert body["cases"] == ["XP-SU-26-0001"]
    assert body["events"][0]["label"] == "登记来电"


def test_no_form_shows_a_whole_number(cast):
    client = a_client(cast)
    contact = client.positions.get().contact
    call = a_call(cast, client=client, contact=contact, caller="138 0000 1021")
    do(actions.show_number, call, by=cast.zhoumin)
    for document in (register_of(cast), record_of(cast, call)):
        told = json.dumps(document.data(), ensure_ascii=False)
        assert "138****1021" in told
        assert "13800001021" not in re.sub(r"[\s-]", "", told)


def a_shift(cast, staff, since, until, **more):
    do(actions.enter_shift, unit=cast.su, staff=staff, starts_at=at(since), ends_at=at(until), by=cast.xuning, **more)


def roster_of(cast, since, until):
    return printing.roster_form(cast.su, since, until, by=cast.zhoumin, now=NOW, absolute=absolute)


def test_the_roster_shows_who_answers_who_stands_by_and_what_nobody_has(cast):
    a_shift(cast, cast.zhoumin, "09-29 20:30", "09-30 08:30")
    a_shift(cast, cast.lize, "09-30 08:30", "09-30 20:30")
    a_shift(cast, cast.xuning, "09-30 20:30", "10-01 00:00")
    a_shift(cast, cast.zhoumin, "09-30 08:30", "10-01 08:30", role="backup")
    document = roster_of(cast, at("09-30 00:00").date(), at("10-01 00:00").date())
    days = document.body["days"]
    assert [(row["hours"], row.get("name")) for row in days[0]["duty"]] == [
        ("前日20:30—08:30", "周敏"),
        ("08:30—20:30", "李泽"),
        ("20:30—24:00", "许宁"),
    ]
    assert [(row["hours"], row["name"]) for row in days[0]["backup"]] == [("08:30—次日08:30", "周敏")]
    assert days[1]["duty"] == [{"hours": "00:00—24:00", "is_gap": True}]
    assert [(day["date"], day["mark"], day["is_off"]) for day in days] == [
        ("09-30 周三", "", False),
        ("10-01 周四", "休 国庆节", True),
    ]
    laid = laid_out(document)
    assert said(laid, "gap") == ["无人值班"]
    assert said(laid, "day") == ["09-30 周三", "10-01 周四"]


def test_the_directory_names_every_branch_and_says_who_has_no_line(cast):
    line = DutyLine(unit=cast.su, number="0512-00006620", digits="051200006620", registered_at=at("01-05 09:00"))
    gone = DutyLine(unit=cast.hz, number="0571-00006620", digits="057100006620", registered_at=at("01-05 09:00"))
    gone.withdrawn_at = at("03-05 09:00")
    DutyLine.objects.bulk_create([line, gone])
    body = printing.duty_directory(by=cast.luyao, now=NOW, absolute=absolute).body
    assert [(row["unit"], row["phone"], row["since"]) for row in body["rows"]] == [
        ("北京分公司", "", ""),
        ("苏州分公司", "0512-0000 6620", "2026-01-05"),
        ("杭州分公司", "", ""),
    ]
    assert body["missing"] == 2
    DutyLine.objects.all().delete()


# Who prints, and that it is on record


def test_each_printing_is_one_event_and_the_paper_is_kept_by_nobody(cast):
    call = a_call(cast)
    answer = sent(cast.zhoumin, "print_register", period(cast.su))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Disposition"] == 'inline; filename="DH-SU-20260928-20260928.pdf"'
    days = {"since": "2026-09-28", "until": "2026-09-28"}
    assert events("register.printed") == [(ref(cast.su), "zhoumin", {**days, "rows": 1})]
    for _again in range(2):
        assert sent(cast.zhoumin, "print_call", pk=call.pk).status_code == 200
    assert events("call.printed") == [(ref(call), "zhoumin", {"number": call.number})] * 2
    assert sent(cast.xuning, "print_roster", period(cast.su)).status_code == 200
    assert events("roster.printed") == [(ref(cast.su), "xuning", days)]
    assert sent(cast.luyao, "print_directory").status_code == 200
    assert events("directory.printed") == [(ref(cast.hz), "luyao", {"rows": 3})]
    assert Blob.objects.count() == 0


def test_another_branch_prints_nothing_of_ours_and_leaves_no_event(cast):
    call = a_call(cast)
    assert sent(cast.luyao, "print_call", pk=call.pk).status_code == 404
    for name in ("print_register", "print_roster"):
        assert sent(cast.luyao, name, period(cast.su)).status_code == 422
    assert TrailEvent.objects.filter(verb__endswith=".printed").count() == 0


def test_the_centre_prints_the_register_of_any_branch(cast):
    a_call(cast)
    assert sent(cast.linxiaotang, "print_register", period(cast.su)).status_code == 200


@pytest.mark.parametrize(
    ("name", "days", "field", "words"),
    [
        ("print_register", -1, "until", "“到”在“从”之后或同一天"),
        ("print_register", 366, "until", "一次最多366天，缩短期间再打印"),
        ("print_roster", 62, "until", "一次最多62天，缩短期间再打印"),
    ],
)
def test_a_period_that_cannot_be_is_refused_beside_its_field(cast, name, days, field, words):
    answer = sent(cast.zhoumin, name, period(cast.su, until=TODAY + days * DAY))
    assert answer.status_code == 422
    assert answer.context["form"].errors == {field: [words]}


def test_without_fonts_printing_is_refused_in_words_and_leaves_no_event(cast, settings, tmp_path):
    call = a_call(cast)
    settings.PRINT_FONTS = tmp_path
    answer = sent(cast.zhoumin, "print_call", pk=call.pk)
    assert answer.status_code == 503
    assert "打印用的字体没有装上，请管理员重新安装" in answer.content.decode()
    assert events("call.printed") == []


# Long registers


def test_a_long_register_is_made_by_the_worker_for_who_asked(cast, monkeypatch):
    monkeypatch.setattr(printing, "MOST_AT_ONCE", 1)
    for nth in range(2):
        a_call(cast, NOW + nth * MINUTE)
    answer = sent(cast.zhoumin, "print_register", period(cast.su), now=NOW + HOUR)
    job = Job.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, job.get_absolute_url())
    assert events("register.printed") == []
    with moved_to(NOW + HOUR, "test"):
        run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.words) == ("done", "登记簿2条，打开文件打印")
    assert content_of(Blob.objects.get(subject_pk=job.pk)).startswith(b"%PDF-")
    (printed,) = events("register.printed")
    assert printed == (ref(cast.su), "zhoumin", {"since": "2026-09-28", "until": "2026-09-28", "rows": 2})


def test_more_rows_than_a_book_holds_are_refused(cast, monkeypatch):
    monkeypatch.setattr("chengnuo.hotline.printing.register.MOST_ROWS", 1)
    for nth in range(2):
        a_call(cast, NOW + nth * MINUTE)
    answer = sent(cast.zhoumin, "print_register", period(cast.su))
    assert answer.status_code == 422
    assert answer.context["form"].errors == {"until": ["超过1条，缩短期间再打印"]}
    assert events("register.printed") == []


def test_a_register_asks_as_much_for_eight_rows_as_for_one(cast):
    counts = []
    for count in (1, 7):
        for nth in range(count):
            a_call(cast, NOW + nth * MINUTE, promise=NewPromise("查", NOW + DAY), cases=[NewCase("loss")])
        with CaptureQueriesContext(connection) as captured:
            register_of(cast, now=NOW + HOUR)
        counts.append(len(captured))
    assert counts[0] == counts[1]


# The page that asks


def test_the_list_hands_its_filter_to_the_page_that_prints(cast):
    browser = Browser()
    browser.force_login(cast.zhoumin)
    with moved_to(NOW, "test"):
        query = f"?unit={cast.su.pk}&since=2026-09-01&until=2026-09-20"
        assert (
            f"/hotline/print/register/?unit={cast.su.pk}&amp;since=2026-09-01"
            in browser.get(f"/hotline/{query}").content.decode()
        )
        form = browser.get(f"/hotline/print/register/{query}").context["form"]
        asked = [str(form[name].value()) for name in ("unit", "since", "until")]
        assert asked == [str(cast.su.pk), "2026-09-01", "2026-09-20"]
        form = browser.get("/hotline/print/register/?since=2026-09-01").context["form"]
        assert [str(form[name].value()) for name in ("since", "until")] == ["2026-09-01", "2026-09-28"]
        form = browser.get("/hotline/print/roster/?since=2026-10-05&until=9999999").context["form"]
        assert [str(form[name].value()) for name in ("since", "until")] == ["2026-10-05", "2026-10-18"]
        form = browser.get("/hotline/print/register/").context["form"]
        assert [form[name].value() for name in ("unit", "since", "until")] == [cast.su.pk, TODAY, TODAY]
