"""A list as a workbook: exactly what the person sees, typed, and nothing that a spreadsheet would carry out."""

import io
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from python_calamine import CalamineWorkbook

from chengnuo.clients.access import visible_clients
from chengnuo.clients.models import Client
from chengnuo.hotline.actions import NewPromise
from chengnuo.kit import blobs, excel, exports, jobs, lists
from chengnuo.kit.characters import FORBIDDEN
from chengnuo.kit.lists import exported_list
from chengnuo.kit.models import Blob, Job, JobState
from chengnuo.ledger.check import check
from chengnuo.ledger.clock import ZONE, moved_to
from chengnuo.ledger.models import TrailEvent, ref
from chengnuo.people.actions import end_role
from chengnuo.people.models import Role, Staff
from tests.cast import refused
from tests.clients.conftest import CONTACT, PERSON, POLICY, entered
from tests.hotline.world import HOUR, NOW, a_call, do


def local(hour: int, minute: int) -> datetime:
    """An instant of the day as a workbook has it: of no zone."""
    return datetime(2026, 9, 28, hour, minute, tzinfo=ZONE).replace(tzinfo=None)


def asked(staff, key="clients", query="") -> Job:
    return do(exports.export, exported_list(key), query, by=staff)


def carried_out(job: Job, now=NOW) -> Job:
    with moved_to(now, "test"):
        jobs.run_job(job.pk)
    job.refresh_from_db()
    return job


def content(job: Job) -> bytes:
    return blobs.content_of(Blob.objects.get(subject_type="kit.job", subject_pk=job.pk))


def read(job: Job, sheet: int = 0) -> list[list]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content(job))).get_sheet_by_index(sheet).to_python()


@pytest.fixture
def three(cast):
    """Two clients of Suzhou, one of Hangzhou; one of them covered today."""
    one = entered(cast.su, cast.zhoumin, contacts=[CONTACT], policies=[POLICY])
    two = entered(cast.su, cast.zhoumin, PERSON)
    other = entered(cast.hz, cast.luyao, {"name": '=HYPERLINK("http://x")杭州厂', "kind": "company"})
    return one, two, other


def test_a_list_comes_out_as_its_page_shows_it_with_typed_cells(three, cast):
    job = carried_out(asked(cast.zhoumin))
    assert (job.state, job.words) == (JobState.DONE, "导出2行")
    assert read(job) == [
        ["名称", "认定", "类别", "机构", "客户经理", "在保", "最早到期", "客户起始日"],
        ["罗咏仪", "", "个人", "苏州分公司", "", 0.0, "", date(2026, 9, 28)],
        ["苏州锦穗精密机械有限公司", "", "企业", "苏州分公司", "", 1.0, date(2027, 5, 27), date(2026, 9, 28)],
    ]
    assert check()[0] == []


def test_filter_order_and_chosen_columns_are_those_of_the_page_at_the_time_of_asking(three, cast):
    lists.keep_choice(cast.linxiaotang, "clients", ["credit_code", "unit"], "")
    job = asked(cast.linxiaotang, query="kind=company&sort=since")
    lists.keep_choice(cast.linxiaotang, "clients", ["kind"], "")
    assert [row[:2] for row in read(carried_out(job))] == [
        ["名称", "信用代码"],
        ["苏州锦穗精密机械有限公司", "91999999MAMHW8NR6D"],
        ['=HYPERLINK("http://x")杭州厂', ""],
    ]
    assert read(job, 1) == [
        ["列表", "客户"],
        ["导出人", "林晓棠（客户服务中心）"],
        ["导出时间", local(14, 36)],
        ["行数", 2.0],
        ["筛选", "类别：企业"],
    ]


def test_the_head_is_frozen_filtered_and_what_begins_like_a_formula_is_text(three, cast):
    book = load_workbook(io.BytesIO(content(carried_out(asked(cast.luyao)))))
    sheet = book.worksheets[0]
    cell = sheet["A2"]
    assert (sheet.title, sheet.freeze_panes, sheet.auto_filter.ref) == ("客户", "A2", "A1:H2")
    assert (cell.value, cell.data_type, cell.quotePrefix) == ('=HYPERLINK("http://x")杭州厂', "s", True)
    assert sheet["A1"].font.b is True


def test_calls_and_promises_have_instants_and_numbers_stay_masked(three, cast):
    a_call(cast, client=three[0], caller="13800001021", promise=NewPromise("查", NOW + HOUR))
    a_call(cast, caller="13912345678", client=None)
    (head, unknown, known) = read(carried_out(asked(cast.zhoumin, "calls")))
    place = {title: at for at, title in enumerate(head)}
    assert {type(row[place["来电"]]) for row in (unknown, known)} == {datetime}
    assert known[place["来电"]] == local(14, 34)
    assert unknown[place["来电人"]] == "139****5678"
    promises = read(carried_out(asked(cast.zhoumin, "promises")))
    assert promises[1][promises[0].index("首次承诺")] == local(15, 36)
    assert "13912345678" not in str(read(Job.objects.order_by("pk").first()))


def test_somebody_whose_reach_ended_before_it_was_written_gets_less_not_more(three, cast):
    job = asked(cast.zhoumin)
    do(end_role, Role.objects.get(staff=cast.zhoumin), by=cast.admin)
    assert len(read(carried_out(job, NOW + HOUR))) == 1


def test_what_was_exported_is_on_record_with_its_filter(three, cast):
    job = carried_out(asked(cast.zhoumin, query="q=13800001021&kind=company"))
    where = ref(job)
    event = TrailEvent.objects.get(subject_type=where.type, subject_pk=where.pk, verb="list.exported")
    assert '"list":"clients"' in event.body
    assert '"rows":1' in event.body
    assert "13800001021" not in event.body
    assert {one.name: one.text for one in event.texts.all()} == {"private.query": "q=13800001021&kind=company"}


def test_a_filter_that_cannot_be_is_refused_in_words(three, cast):
    assert carried_out(asked(cast.zhoumin, query="kind=odd")).words == "筛选条件不对，改好再导出"
    with refused("query_too_long"):
        asked(cast.zhoumin, query="q=" + "x" * 1000)


def test_too_many_rows_are_refused_in_words(three, cast, monkeypatch):
    monkeypatch.setattr(exports, "MOST_ROWS", 1)
    job = carried_out(asked(cast.zhoumin))
    assert (job.state, job.words) == (JobState.REFUSED, "超过1行，缩小查询范围再导出")


def test_the_button_says_how_many_only_where_all_are_on_the_page(three, page, monkeypatch):
    assert "导出2行" in page.get("/clients/").text
    monkeypatch.setattr(lists, "PAGE", 1)
    text = page.get("/clients/").text
    assert ("导出</button>" in text, "导出1行" in text) == (True, False)
    answer = page.post("/lists/clients/export/", {"query": "kind=company"})
    job = Job.objects.get()
    assert (answer["Location"], job.args) == (
        job.get_absolute_url(),
        {
            "list": "clients",
            "query": "kind=company",
            "columns": ["name", "ticks", "kind", "unit", "manager", "in_force", "next_end", "since"],
        },
    )
    assert page.post("/lists/nothing/export/").status_code == 404


def test_the_queries_do_not_grow_with_the_rows(cast):
    counts = []
    for more in (1, 30):
        for nth in range(more):
            entered(cast.su, cast.zhoumin, {"name": f"第{more}-{nth}户", "kind": "company"}, although_similar=True)
        job = asked(cast.zhoumin)
        with CaptureQueriesContext(connection) as captured:
            carried_out(job)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_what_a_person_may_not_see_is_in_no_export_of_his(three, cast):
    for staff in Staff.objects.all():
        names = {row[0] for row in read(carried_out(asked(staff)))[1:]}
        assert names == set(visible_clients(staff, NOW).values_list("name", flat=True))
    assert Client.objects.count() == 3


def written(value):
    book = Workbook(write_only=True)
    sheet = book.create_sheet("x")
    sheet.append([excel.cell(sheet, value), excel.cell(sheet, "end")])
    content = exports.saved(book)
    return (
        CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python(skip_empty_area=False)[0][0]
    )


# Of blanks alone readers make an empty cell.
@given(st.text(max_size=200).filter(lambda text: FORBIDDEN.sub("", text).strip() or not text))
def test_whatever_text_people_wrote_comes_back_the_same(text):
    assert written(text) == FORBIDDEN.sub("", text).replace("\r\n", "\n").replace("\r", "\n")


@pytest.mark.parametrize(
    "value, expected",
    [
        ("_x0041_", "_x0041_"),
        ("_x005F_x0041_", "_x005F_x0041_"),
        ("𬱖\tA\r\nB", "𬱖\tA\nB"),
        ("=1+1", "=1+1"),
        ("@SUM(A1)", "@SUM(A1)"),
        (" 00123 ", " 00123 "),
        (Decimal("1284600.50"), 1284600.5),
        (12345678901234567890, "12345678901234567890"),
        (True, "是"),
        (datetime(2026, 9, 28, 23, 59, tzinfo=ZONE), local(23, 59)),
        (None, ""),
        ("长" * 40_000, "长" * 32_767),
    ],
)
def test_a_cell_comes_back_with_its_type(value, expected):
    assert written(value) == expected
