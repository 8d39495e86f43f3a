"""Claims and complaints on paper: what stands in each form, that its time has come, and that printing is an event."""

import io
import json

import pytest
from django.urls import reverse
from pypdf import PdfReader

from chengnuo.complaints import actions
from chengnuo.ledger.models import TrailEvent
from tests.claims.world import a_loss, estimated, guided, with_insurer
from tests.complaints.world import (
    DAY,
    HOUR,
    NOW,
    RUDE,
    a_complaint,
    at,
    at_centre,
    decided,
    do,
    instructed,
    settled,
    under_way,
)


def read(client, name, record, form):
    answer = client.post(reverse(name, args=[record.pk, form]))
    if answer.status_code != 200:
        return answer.status_code, ""
    pages = PdfReader(io.BytesIO(answer.content)).pages
    return 200, "".join("".join(page.extract_text().split()) for page in pages)


@pytest.fixture
def browser(cast, client):
    client.force_login(cast.zhoumin)
    return client


def test_a_complaints_record_tells_its_course_its_referral_and_its_decision(cast, client_su, browser):
    complaint = decided(cast, at_centre(cast, client_su), NOW + DAY, by=cast.linxiaotang)
    status, text = read(browser, "complaints:print", complaint, "record")
    assert status == 200
    for words in (
        complaint.number,
        "100,000.01",
        "金额超过重大标准",
        "三日内查清并道歉",
        "理赔款晚付九天",
        "2026-10-13",
    ):
        assert words in text, words
    event = TrailEvent.objects.get(verb="complaint.printed")
    assert json.loads(event.body)["data"]["form"] == "record"


def test_the_decision_letter_names_its_parts_and_the_ways_on_and_there_is_none_before(cast, client_su, browser):
    complaint = a_complaint(cast, client_su)
    assert read(browser, "complaints:print", complaint, "decision")[0] == 409
    complaint = settled(cast, client_su, account=RUDE, category="attitude")
    status, text = read(browser, "complaints:print", complaint, "decision")
    assert status == 200
    for words in ("理赔款晚付九天", "保险法第23条", "部分成立", "申请核查", "调解", "仲裁", "人民法院"):
        assert words in text, words


def test_the_report_to_the_chairman_waits_for_the_telling(cast, client_su, browser):
    complaint = a_complaint(cast, client_su)
    assert read(browser, "complaints:print", complaint, "chairman")[0] == 409
    complaint = settled(cast, client_su, account=RUDE, category="attitude")
    assert "投诉处理结果报告" in read(browser, "complaints:print", complaint, "chairman")[1]
    assert TrailEvent.objects.filter(verb="complaint.printed").count() == 1


def test_a_claims_cover_lists_estimates_and_documents(cast, client_su, browser):
    claim = with_insurer(cast, client_su, policy=client_su.policies.get())
    estimated(claim, "12345.67", by=cast.zhoumin, now=NOW + 3 * DAY)
    status, text = read(browser, "claims:print", claim, "cover")
    assert status == 200
    for words in ("赔案卷宗封面与目录", "12,345.67", "损失清单", "现场照片", "YA-PRO-2026-1"):
        assert words in text, words


def test_the_loss_report_has_the_branchs_words_and_the_centres_guidance(cast, client_su, browser):
    claim = a_loss(cast, client_su)
    assert read(browser, "claims:print", claim, "report")[0] == 409
    estimated(claim, "210000", by=cast.zhoumin, now=NOW)
    guided(cast, claim, NOW)
    status, text = read(browser, "claims:print", claim, "report")
    assert status == 200
    for words in ("210,000.00", "估损超过上报金额", "请指导预付赔款", "先申请预付赔款"):
        assert words in text, words


def test_the_reminder_names_the_clocks_that_run_with_their_articles(cast, client_su, browser):
    claim = a_loss(cast, client_su)
    assert read(browser, "claims:print", claim, "reminder")[0] == 409
    status, text = read(browser, "claims:print", with_insurer(cast, client_su), "reminder")
    assert status == 200
    assert "保险法23" in text


def test_a_form_that_there_is_not_and_another_branchs_case_are_not_found(cast, client_su, client):
    complaint = a_complaint(cast, client_su)
    client.force_login(cast.zhoumin)
    assert read(client, "complaints:print", complaint, "menu")[0] == 404
    client.force_login(cast.luyao)
    assert read(client, "complaints:print", complaint, "record")[0] == 404


def test_the_letter_is_not_printed_before_the_leaders_instruction_and_dates_the_receipt_in_china(
    cast, client_su, browser
):
    complaint = decided(cast, under_way(cast, client_su, received_at=at("09-28 02:10")), NOW + 3 * HOUR)
    assert "2026-09-28的投诉" in read(browser, "complaints:print", complaint, "decision")[1]
    do(actions.declare, complaint, "harm", because="媒体报道", by=cast.zhoumin, now=NOW + 4 * HOUR)
    assert read(browser, "complaints:print", complaint, "decision")[0] == 409
    instructed(cast, complaint, NOW + 5 * HOUR)
    assert read(browser, "complaints:print", complaint, "decision")[0] == 200
