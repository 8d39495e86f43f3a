"""The reports as pages, workbook, paper and API: the same figures everywhere, for whoever reads them."""

import io
import json

import pytest
from django.http import Http404
from django.test import Client as Browser
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from chengnuo.kit import blobs, jobs
from chengnuo.kit.exports import words_of
from chengnuo.kit.models import Blob, Job
from chengnuo.ledger.clock import moved_to
from chengnuo.ledger.models import TrailEvent, ref
from chengnuo.people.actions import end_role, give_role, make_token
from chengnuo.people.models import Role
from chengnuo.site.reports.catalogue import REPORTS
from chengnuo.site.reports.exporting import titled
from chengnuo.site.reports.lists import CALL_LIST, DUTIES, PROMISE_LIST
from chengnuo.site.reports.periods import Period, month_of, months_up_to, usual
from chengnuo.site.reports.tables import as_data, figure
from tests.cast import refused
from tests.hotline.world import DAY, NOW, do
from tests.site.reports.world import asked, lived

pytestmark = pytest.mark.urls("tests.site.reports.urls")


@pytest.fixture
def a_month(cast):
    lived(cast)
    return cast


def signed_in(staff) -> Browser:
    browser = Browser()
    browser.force_login(staff)
    return browser


def get(browser, path, **more):
    with moved_to(NOW, "test"):
        return browser.get(path, **more)


PAGES = ("compliance/", "promises/", "response/", "response/kept/", "calls/", "fairness/", "duties/")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(
    "query", ["?since=2026-09-30&until=2026-09-01", "?since=x&until=y", "?unit=999999", "?unit=x", "?since=2026-09-01"]
)
def test_what_cannot_be_asked_is_told_beside_nothing_broken(a_month, path, query):
    answer = get(signed_in(a_month.xuning), f"/reports/{path}{query}")
    assert answer.status_code == (200 if path == "duties/" else 422)


def test_another_branch_is_no_choice_and_tells_nothing(a_month):
    answer = get(signed_in(a_month.luyao), f"/reports/compliance/?unit={a_month.su.pk}")
    assert (answer.status_code, "苏州分公司" in answer.text) == (422, False)
    lines = get(signed_in(a_month.luyao), f"/reports/duties/?unit={a_month.su.pk}")
    assert (lines.status_code, "data-row" in lines.text) == (200, False)


@pytest.mark.parametrize("name", ["admin", "lize"])
def test_who_reaches_no_unit_sees_an_empty_report(a_month, name):
    staff = getattr(a_month, name)
    for role in Role.objects.filter(staff=staff).exclude(kind="administrator"):
        do(end_role, role, by=a_month.admin)
    for path in PAGES:
        assert get(signed_in(staff), f"/reports/{path}").status_code == 200


def test_a_duty_opens_its_record_and_another_branchs_is_hidden(a_month):
    duty = asked(a_month.xuning).duties.filter(clause="3.1.5").first()
    assert (
        get(signed_in(a_month.xuning), f"/reports/duties/{duty.pk}/")["Location"]
        == duty.subject.load().get_absolute_url()
    )
    assert get(signed_in(a_month.luyao), f"/reports/duties/{duty.pk}/").status_code == 404


def sheets(job) -> dict[str, list[list[object]]]:
    blob = Blob.objects.get(subject_type="kit.job", subject_pk=job.pk)
    book = CalamineWorkbook.from_filelike(io.BytesIO(blobs.content_of(blob)))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


@pytest.mark.parametrize("key", REPORTS)
def test_the_workbook_has_the_figures_of_the_page_and_says_whose_they_are(a_month, key):
    browser = signed_in(a_month.xuning)
    with moved_to(NOW, "test"):
        browser.post(f"/reports/export/{key}/", {"query": "since=2026-09-01&until=2026-09-30"})
        job = Job.objects.get()
        jobs.run_job(job.pk)
        tables = REPORTS[key].tables(asked(a_month.xuning))
    written = sheets(job)
    assert list(written) == [*(table.title for table in tables), "说明"]
    for table in tables:
        head, *rows = written[table.title]
        assert head == [table.head, *(titled(column) for column in table.columns)]
        for line, row in zip(table.lines, rows, strict=True):
            told = [
                "样本不足" if cell.is_short else figure(column, cell) if cell.value is not None else ""
                for column, cell in zip(table.columns, line.cells, strict=True)
            ]
            assert row == [line.label, *told]
    assert ["机构", "苏州分公司"] in written["说明"]
    event = TrailEvent.objects.get(verb="report.exported")
    assert (event.subject, event.by) == (ref(job), a_month.xuning)


def test_a_workbook_of_what_cannot_be_is_refused_and_asks_for_no_work(a_month):
    from chengnuo.site.reports.exporting import export

    for query in ("unit=999999", "since=2026-09-02&until=2026-09-01", "x" * 1001):
        with refused("report_query"):
            do(export, REPORTS["calls"], query, by=a_month.xuning)
    assert not Job.objects.exists()


def test_a_workbook_is_of_what_its_person_sees_when_it_is_written(a_month):
    from chengnuo.site.reports.exporting import export

    job = do(export, REPORTS["compliance"], "", by=a_month.xuning)
    do(end_role, Role.objects.get(staff=a_month.xuning), by=a_month.admin)
    with moved_to(NOW, "test"):
        jobs.run_job(job.pk)
    assert sheets(job)["按条款"][-1] == ["合计", 0, 0, 0, 0, 0, ""]


def test_a_workbook_of_a_branch_that_was_left_meanwhile_does_not_become_another_report(a_month):
    from chengnuo.site.reports.exporting import export

    for unit in (a_month.su, a_month.hz):
        do(give_role, a_month.lize, unit=unit, kind=Role.Kind.MANAGER, by=a_month.admin)
    job = do(export, REPORTS["compliance"], f"unit={a_month.hz.pk}", by=a_month.lize)
    do(end_role, Role.objects.get(staff=a_month.lize, unit=a_month.hz), by=a_month.admin)
    with moved_to(NOW, "test"):
        jobs.run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, Blob.objects.count()) == ("refused", 0)


def test_the_list_behind_a_person_s_figure_is_for_whom_the_figure_is(a_month):
    query = f"person={a_month.zhoumin.pk}"
    for listing in (DUTIES, PROMISE_LIST, CALL_LIST):
        with pytest.raises(Http404):
            listing.asked(a_month.lize, NOW, query)
        for who in (a_month.zhoumin, a_month.xuning, a_month.wanghaiyan, a_month.chenlixing):
            listing.asked(who, NOW, query)
    assert signed_in(a_month.lize).get(f"/reports/calls/records/?{query}").status_code == 404


def test_a_record_list_narrowed_to_units_says_which_in_words(a_month):
    _rows, form = CALL_LIST.asked(a_month.wanghaiyan, NOW, f"unit={a_month.su.pk}&unit={a_month.hz.pk}")
    assert set(words_of(form)[0][1].removeprefix("机构：").split("、")) == {"苏州分公司", "杭州分公司"}


@pytest.mark.parametrize("instant", ["9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "2026-09-01T00:00:00"])
def test_a_place_in_a_list_that_no_database_knows_is_no_fault(a_month, instant):
    address = f'/reports/calls/records/?after=["{instant}",1]'
    assert signed_in(a_month.xuning).get(address).status_code == 200


def words(pdf: bytes) -> str:
    return "\n".join(page.extract_text(extraction_mode="layout") for page in PdfReader(io.BytesIO(pdf)).pages)


def test_the_paper_has_the_figures_of_the_page_and_its_printing_is_an_event(a_month):
    browser = signed_in(a_month.xuning)
    with moved_to(NOW, "test"):
        answer = browser.post("/reports/compliance/print/?since=2026-09-01&until=2026-09-30")
        (table, _units) = REPORTS["compliance"].tables(asked(a_month.xuning))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    event = TrailEvent.objects.get(verb="report.printed")
    assert (event.subject, event.by) == (ref(a_month.su), a_month.xuning)
    printed = words(answer.content)
    assert "规程执行" in printed
    for line, cells in table.rows:
        row = next(row for row in printed.splitlines() if row.strip().startswith(line.label))
        assert row.split()[-len(cells) :] == [said for _column, _cell, said, _tone in cells]


def test_what_cannot_be_printed_is_not_printed(a_month):
    answer = signed_in(a_month.xuning).post("/reports/compliance/print/?unit=999999")
    assert (answer.status_code, TrailEvent.objects.filter(verb="report.printed").exists()) == (302, False)


@pytest.fixture
def api(a_month):
    def ask(staff, path):
        _token, secret = do(make_token, staff, name="x", expires_at=NOW + DAY, by=staff)
        with moved_to(NOW, "test"):
            return Browser().get(f"/api/reports{path}", headers={"Authorization": f"Bearer {secret}"})

    return ask


@pytest.mark.parametrize("key", REPORTS)
def test_the_api_tells_the_same_numbers(a_month, api, key):
    for staff in (a_month.wanghaiyan, a_month.xuning, a_month.luyao):
        told = api(staff, f"/reports/{key}?since=2026-09-01&until=2026-09-30").json()
        with moved_to(NOW, "test"):
            tables = [as_data(table) for table in REPORTS[key].tables(asked(staff))]
        assert told["tables"] == json.loads(json.dumps(tables))
        assert (told["key"], told["since"], told["until"]) == (key, "2026-09-01", "2026-09-30")


def test_the_api_narrows_to_units_and_refuses_what_cannot_be(a_month, api):
    one = api(a_month.wanghaiyan, f"/reports/calls?unit={a_month.su.pk}").json()
    assert one["units"] == [a_month.su.pk]
    for query, status in (
        (f"calls?unit={a_month.su.pk}", 422),
        ("calls?since=2026-09-02&until=2026-09-01", 422),
        ("calls?since=2026-09-02", 422),
        ("calls?since=x", 422),
        ("nothing", 404),
    ):
        assert api(a_month.luyao, f"/reports/{query}").status_code == status, query
    assert {one["key"] for one in api(a_month.luyao, "/reports").json()["reports"]} == set(REPORTS)


@pytest.mark.parametrize(
    "since, until, label, before",
    [
        ("2026-09-01", "2026-09-30", "9月", "8月"),
        ("2026-01-01", "2026-01-31", "1月", "12月"),
        ("2026-07-01", "2026-09-30", "三季度", "二季度"),
        ("2026-01-01", "2026-03-31", "一季度", "四季度"),
        ("2026-01-01", "2026-12-31", "2026年", "2025年"),
        ("2026-09-03", "2026-09-17", "09-03至09-17", "08-19至09-02"),
        ("2026-09-01", "2026-09-01", "09-01至09-01", "08-31至08-31"),
    ],
)
def test_a_period_has_its_name_and_the_one_before_it_touches_it(since, until, label, before):
    from datetime import date

    period = Period(date.fromisoformat(since), date.fromisoformat(until))
    assert (period.label, period.before.label, period.before.end) == (label, before, period.start)


def test_the_usual_periods_hold_today_and_twelve_months_touch_each_other():
    today = NOW.date()
    month_before, *holding = usual(today)
    assert [period.months for period in holding] == [1, 3, 12]
    assert all(period.since <= today <= period.until for period in holding)
    assert month_before.end == month_of(today).start
    months = months_up_to(today, 12)
    assert [one.end for one in months[:-1]] == [one.start for one in months[1:]]
    assert (len(months), months[-1]) == (12, month_of(today))
