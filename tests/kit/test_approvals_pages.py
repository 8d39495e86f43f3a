"""The pages of the procedure and of approvals: one happy way, refusals, and what nobody may see."""

import re
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chengnuo.kit.models import Approval
from chengnuo.kit.procedure.actions import propose_parameter
from chengnuo.ledger.calendar_seed import published_tables
from chengnuo.ledger.clauses import clauses
from chengnuo.ledger.clock import ZONE, moved_to
from chengnuo.ledger.models import CalendarTable, Obligation, ParameterVersion
from chengnuo.ledger.parameters_catalogue import parameter_kinds

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 9, 28, 14, 36, tzinfo=ZONE)
KEY = "call_back.due"


@pytest.fixture(autouse=True)
def afternoon():
    with moved_to(NOW, "test"):
        yield


@pytest.fixture
def sign_in(client):
    def as_(staff):
        client.force_login(staff)
        return client

    return as_


@pytest.fixture
def proposal(cast):
    return propose_parameter(KEY, Decimal(20), None, "来电高峰打不完", by=cast.wanghaiyan, now=NOW)


def text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_every_clause_has_its_page(cast, sign_in):
    client = sign_in(cast.zhoumin)
    for id, clause in clauses().items():
        response = client.get(f"/procedure/clauses/{id}/")
        assert (response.status_code, clause.title in text(response)) == (200, True), id


@pytest.mark.parametrize("path", ["clauses/9.9.9/", "parameters/nothing/", "calendar/0/", "calendar/99999/", "why/1/"])
def test_what_does_not_exist_is_not_found(cast, sign_in, path):
    assert sign_in(cast.zhoumin).get(f"/procedure/{path}").status_code == 404


def test_the_list_of_figures_names_every_one_with_its_value(cast, sign_in):
    words = text(sign_in(cast.zhoumin).get("/procedure/parameters/"))
    assert all(kind.title in words for kind in parameter_kinds().values())
    assert "15分钟" in words


def test_a_figure_is_proposed_approved_and_carried(cast, sign_in):
    form = {"value": "20", "in_force_from": "", "reason": "来电高峰打不完", "once": str(uuid4())}
    asked = sign_in(cast.wanghaiyan).post(f"/procedure/parameters/{KEY}/", form)
    approval = Approval.objects.get()
    assert asked.headers["Location"] == f"/approvals/{approval.pk}/"
    page = sign_in(cast.chenlixing).get(f"/approvals/{approval.pk}/")
    assert approval.fingerprint in text(page)
    signed = {"step": "1", "sha256": approval.sha256, "decision": "approve", "once": str(uuid4())}
    for _time in range(2):
        assert sign_in(cast.chenlixing).post(f"/approvals/{approval.pk}/decide/", signed).status_code == 302
    assert ParameterVersion.objects.filter(key=KEY).count() == 2
    words = text(sign_in(cast.zhoumin).get(f"/procedure/parameters/{KEY}/"))
    assert "王海燕 陈立行 来电高峰打不完" in words


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"value": "x", "reason": "y"}, "填数字"),
        ({"value": "99999999", "reason": "y"}, "填 1"),
        ({"value": "20", "reason": ""}, "缺这一项"),
        ({"value": "20", "reason": "y", "in_force_from": "2026-09-28T14:00"}, "生效时间已过"),
        ({"value": "NaN", "reason": "y"}, "填数字"),
        ({"value": "20", "reason": "a\0b"}, ""),
    ],
)
def test_a_wrong_proposal_comes_back_with_its_reason_and_what_was_typed(cast, sign_in, form, said):
    response = sign_in(cast.wanghaiyan).post(f"/procedure/parameters/{KEY}/", form)
    assert response.status_code == 422
    assert said in text(response)
    assert not Approval.objects.exists()


def test_who_may_not_propose_is_refused_and_offered_no_form(cast, sign_in):
    client = sign_in(cast.zhoumin)
    assert "提交审批" not in text(client.get(f"/procedure/parameters/{KEY}/"))
    response = client.post(f"/procedure/parameters/{KEY}/", {"value": "20", "reason": "x"})
    assert response.status_code == 403


def test_a_request_that_one_may_not_see_is_not_found(cast, sign_in, proposal):
    client = sign_in(cast.luyao)
    assert client.get(f"/approvals/{proposal.pk}/").status_code == 404
    posted = {"step": "1", "sha256": proposal.sha256, "decision": "approve"}
    assert client.post(f"/approvals/{proposal.pk}/decide/", posted).status_code == 404


def test_one_that_one_sees_but_was_not_asked_is_forbidden(cast, sign_in, proposal):
    client = sign_in(cast.linxiaotang)
    assert "签字批准" not in text(client.get(f"/approvals/{proposal.pk}/"))
    posted = {"step": "1", "sha256": proposal.sha256, "decision": "approve"}
    assert client.post(f"/approvals/{proposal.pk}/decide/", posted).status_code == 403
    assert Approval.objects.get().state == "pending"


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"sha256": "0" * 64}, 409),
        ({"decision": "return"}, 422),
        ({"decision": "burn"}, 422),
        ({"step": "x"}, 422),
        ({"step": "9"}, 404),
        ({"sha256": ""}, 422),
        ({"opinion": "x" * 1001}, 422),
    ],
)
def test_a_decision_that_cannot_be_changes_nothing(cast, sign_in, proposal, change, status):
    posted = {"step": "1", "sha256": proposal.sha256, "decision": "approve", **change}
    response = sign_in(cast.chenlixing).post(f"/approvals/{proposal.pk}/decide/", posted)
    assert response.status_code == status
    assert Approval.objects.get().state == "pending"


def test_taking_back_needs_a_reason(cast, sign_in, proposal):
    client = sign_in(cast.wanghaiyan)
    assert client.post(f"/approvals/{proposal.pk}/withdraw/", {"reason": " "}).status_code == 422
    assert client.post(f"/approvals/{proposal.pk}/withdraw/", {"reason": "写错"}).status_code == 302
    assert Approval.objects.get().state == "withdrawn"


@pytest.mark.parametrize("tab", ["waiting", "mine", "ended", "nonsense"])
def test_the_list_has_its_tabs(cast, sign_in, proposal, tab):
    assert sign_in(cast.chenlixing).get("/approvals/", {"tab": tab, "page": "x"}).status_code == 200


def test_the_list_takes_the_same_statements_for_one_request_and_for_many(
    cast, sign_in, proposal, django_assert_num_queries
):
    client = sign_in(cast.chenlixing)
    client.get("/approvals/")
    with CaptureQueriesContext(connection) as one:
        client.get("/approvals/")
    for key in ("interim_reply.every", "complaint.target", "complaint.limit", "approval.due"):
        kind = parameter_kinds()[key]
        propose_parameter(key, kind.value - 1, None, "x", by=cast.linxiaotang, now=NOW)
    with django_assert_num_queries(len(one)):
        client.get("/approvals/")


def test_why_is_a_page_and_a_fragment_and_tells_everything(cast, sign_in, proposal):
    duty = Obligation.objects.get(subject_type="kit.approval")
    client = sign_in(cast.chenlixing)
    page, fragment = (
        client.get(f"/procedure/why/{duty.pk}/"),
        client.get(f"/procedure/why/{duty.pk}/", headers={"HX-Request": "true"}),
    )
    assert "<html" not in fragment.content.decode()
    for words in (text(page), text(fragment)):
        assert "1个工作日 ，第1版" in words
        assert "规程原值" in words
        assert "2026年第1版" in words
        assert "王海燕 提请审批" in words


def test_why_of_a_duty_that_one_may_not_see_is_not_found(cast, sign_in, proposal):
    duty = Obligation.objects.get(subject_type="kit.approval")
    assert sign_in(cast.luyao).get(f"/procedure/why/{duty.pk}/").status_code == 404


def test_a_year_is_imported_from_pasted_lines(cast, sign_in):
    days = "2031-01-01,休,元旦\n2031/01/02，休，元旦\n\n2031.01.04\t班\t元旦"
    posted = {"year": "2031", "source": "国办发明电", "days": days}
    response = sign_in(cast.admin).post("/procedure/calendar/import/", posted)
    assert response.headers["Location"] == "/procedure/calendar/2031/"
    assert CalendarTable.objects.get(year=2031).days.count() == 3
    assert "国办发明电" in text(sign_in(cast.zhoumin).get("/procedure/calendar/2031/"))


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ("元旦", "第1行看不懂"),
        ("2031-01-01,休\n2031-13-01,休", "第2行看不懂"),
        ("2031-01-01,休\n2031-01-01,休", "第2行：2031-01-01重复"),
        ("2030-01-01,休", "不在 2031 年"),
        ("2031-01-01,班", "本来就是工作日"),
        ('"' * 50, "第1行看不懂"),
    ],
)
def test_lines_that_cannot_be_read_are_named(cast, sign_in, days, said):
    response = sign_in(cast.wanghaiyan).post(
        "/procedure/calendar/import/", {"year": "2031", "source": "x", "days": days}
    )
    assert response.status_code == 422
    assert said in text(response)
    assert not CalendarTable.objects.filter(year=2031).exists()


@pytest.mark.parametrize("who", ["zhoumin", "xuning", "linxiaotang", "chenlixing"])
def test_others_do_not_import(cast, sign_in, who):
    client = sign_in(getattr(cast, who))
    assert client.get("/procedure/calendar/import/").status_code == 403
    assert client.post("/procedure/calendar/import/", {"year": "2031"}).status_code == 403


def test_years_without_a_table_are_marked(cast, sign_in):
    coming = max(published_tables()) + 1
    words = text(sign_in(cast.wanghaiyan).get("/procedure/calendar/"))
    assert ("未公布，暂按周末算" in words) == (coming <= NOW.year + 1)
    assert "未公布" in text(sign_in(cast.wanghaiyan).get(f"/procedure/calendar/{NOW.year + 9}/"))


def test_rungs_show_whom_they_told(cast, sign_in, proposal):
    from chengnuo.ledger.loop import tick

    late = NOW + timedelta(days=3)
    with moved_to(late, "test"):
        tick(late)
        duty = Obligation.objects.get(subject_type="kit.approval")
        words = text(sign_in(cast.chenlixing).get(f"/procedure/why/{duty.pk}/"))
    assert "更高一级已同时通知" in words
    assert "逾期" in words
