"""Several cases of a list at once: chased, handed on, insurers reminded, letters printed; all of it or nothing."""

import io
from datetime import date, timedelta

import pytest
from django.urls import reverse
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from chengnuo.clients import actions as clients
from chengnuo.kit import blobs, jobs
from chengnuo.kit.models import Blob, Job, Notice
from chengnuo.ledger.clock import moved_to
from chengnuo.ledger.models import TrailEvent
from chengnuo.people.models import Staff
from tests.claims.world import COVER, DAY, MINUTE, NOW, a_loss, at, do, with_insurer
from tests.hotline.world import a_client, turn

LATE = at("11-05 10:00")
"""More than thirty days after the documents were handed in on September 30th: the insurer's decision is late."""


@pytest.fixture
def browser(cast, client):
    client.force_login(cast.zhoumin)
    return client


def verbs(verb):
    return [event.subject_pk for event in TrailEvent.objects.filter(verb=verb).order_by("pk")]


def post(browser, name, cases, now, **given):
    with moved_to(now):
        return browser.post(reverse(f"claims:{name}"), {"pick": [case.pk for case in cases], **given})


def test_each_owner_of_the_chosen_cases_is_chased_and_it_stands_in_each_record(cast, client_su, browser):
    cases = [a_loss(cast, client_su), a_loss(cast, client_su, now=NOW + MINUTE)]
    answer = post(browser, "urge_several", cases, NOW + 2 * DAY, next="/claims/?lens=open")
    assert (answer.status_code, answer["Location"]) == (302, "/claims/?lens=open")
    assert verbs("duty.urged") == [case.pk for case in cases]
    assert Notice.objects.filter(kind=Notice.Kind.REMIND, staff=cast.zhoumin, subject_pk=cases[1].pk).exists()


def test_where_one_refuses_none_is_done_and_the_page_says_which(cast, client_su, browser):
    cases = [a_loss(cast, client_su), a_loss(cast, client_su, now=NOW + MINUTE)]
    post(browser, "urge_several", cases[1:], NOW + 2 * DAY)
    answer = post(browser, "urge_several", cases, NOW + 2 * DAY + MINUTE)
    assert answer.status_code == 409
    assert f"{cases[1].number} 没有办成" in answer.text
    assert "10分钟内已催过" in answer.text
    assert verbs("duty.urged") == [cases[1].pk]


def test_several_cases_of_one_branch_go_to_a_colleague_with_one_reason(cast, client_su, browser):
    cases = [a_loss(cast, client_su), a_loss(cast, client_su, now=NOW + MINUTE)]
    post(browser, "hand_on_several", cases, NOW + DAY, to=cast.xuning.pk, reason="休假")
    for case in cases:
        case.refresh_from_db()
    assert [case.owner for case in cases] == [cast.xuning, cast.xuning]
    assert verbs("claim.handed_on") == [case.pk for case in cases]


def test_what_one_may_not_hand_on_stands_there_with_the_reason_and_is_not_sent(cast, client_su, browser):
    mine, others = a_loss(cast, client_su), a_loss(cast, client_su, now=NOW + MINUTE)
    other = Staff.objects.exclude(pk=cast.zhoumin.pk).filter(unit=cast.su, is_active=True).first()
    post(browser, "hand_on_several", [others], NOW + DAY, to=other.pk)
    page = browser.get(reverse("claims:hand_on_several"), {"pick": [mine.pk, others.pk]})
    assert "只有承办人或机构负责人能转派" in page.text
    answer = post(browser, "hand_on_several", [mine, others], NOW + DAY, to=other.pk)
    assert answer.status_code == 422
    assert "有的已经不能办" in answer.text
    mine.refresh_from_db()
    assert mine.owner == cast.zhoumin


def test_nobody_reaches_the_cases_of_another_branch_by_choosing_their_keys(cast, client_su, client):
    case = a_loss(cast, client_su)
    client.force_login(cast.luyao)
    page = client.get(reverse("claims:remind_several"), {"pick": case.pk})
    assert (page.status_code, case.number in page.text) == (200, False)
    assert post(client, "remind_several", [case], LATE, channel="letter", sent_at=LATE.isoformat()).status_code == 200
    assert post(client, "print_reminders", [case], LATE).status_code == 409
    assert verbs("claim.insurer_reminded") == []


@pytest.mark.parametrize("pick", ["x", "-1", "9" * 30, "٣", ""])
def test_a_key_that_is_none_chooses_nothing(cast, client_su, browser, pick):
    answer = browser.get(reverse("claims:urge_several"), {"pick": pick})
    assert (answer.status_code, "没有选中记录" in answer.text) == (200, True)


def test_more_than_a_page_is_refused(cast, client_su, browser):
    answer = browser.get(reverse("claims:urge_several"), {"pick": list(range(1, 60))})
    assert (answer.status_code, "一次最多选50条" in answer.text) == (422, True)


def test_one_does_not_come_back_to_another_site(cast, client_su, browser):
    answer = post(browser, "urge_several", [a_loss(cast, client_su)], NOW + DAY, next="//evil.example/")
    assert (answer.status_code, answer["Location"]) == (302, reverse("claims:list"))


def late_ones(browser, now, cases):
    """Which of the cases stand in the list of late insurers, once the worker has been round."""
    turn(now)
    with moved_to(now):
        page = browser.get(reverse("claims:list"), {"lens": "insurer_late"}).text
    return [case.number in page for case in cases]


@pytest.mark.clause("3.4.2", good=True)
def test_the_insurers_of_several_claims_are_reminded_of_each_clock_that_ran_out(cast, client_su, browser):
    policy = client_su.policies.get()
    cases = [with_insurer(cast, client_su, policy=policy, now=now) for now in (NOW, NOW + MINUTE)]
    assert late_ones(browser, LATE - 10 * DAY, cases) == [False, False]
    assert late_ones(browser, LATE, cases) == [True, True]
    sent = (LATE - timedelta(minutes=5)).isoformat()
    answer = post(browser, "remind_several", cases, LATE, channel="letter", sent_at=sent)
    assert answer.status_code == 302, answer.text
    assert verbs("claim.insurer_reminded") == [case.pk for case in cases]
    for case in cases:
        case.refresh_from_db()
        assert case.insurer_reminded_at == LATE - timedelta(minutes=5)
    early = post(browser, "remind_several", [a_loss(cast, client_su, now=NOW + 3 * MINUTE)], LATE)
    assert "没有超过的保险公司时限" in early.text


def test_each_insurer_gets_a_letter_of_its_own_with_its_claims_only(cast, client_su, browser):
    other = a_client(cast, name="苏州安恒物流有限公司", credit_code="")
    policy = {**COVER, "no": "HZ-PRO-7", "insurer": "衡远财产保险股份有限公司", "ends_on": date(2026, 12, 30)}
    theirs = do(clients.add_policy, other, values=policy, by=cast.zhoumin)
    ours = client_su.policies.get()
    cases = [with_insurer(cast, client_su, policy=ours), with_insurer(cast, other, policy=theirs)]
    answer = post(browser, "print_reminders", cases, LATE)
    assert answer["Content-Type"] == "application/pdf"
    pages = ["".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(answer.content)).pages]
    assert [("屿安" in page, "衡远" in page) for page in pages] in (
        [(True, False), (False, True)],
        [(False, True), (True, False)],
    )
    assert sorted(verbs("claim.printed")) == sorted(case.pk for case in cases)


def test_what_was_chosen_comes_out_as_a_workbook_and_says_that_it_was_chosen(
    cast, client_su, browser, settings, tmp_path
):
    settings.BLOB_DIR = tmp_path
    cases = [a_loss(cast, client_su, now=NOW + nth * MINUTE) for nth in range(3)]
    foreign = a_loss(cast, a_client(cast, unit=cast.hz, by=cast.luyao, credit_code=""), by=cast.luyao)
    with moved_to(NOW + DAY):
        answer = browser.post(
            reverse("kit:export_list", args=["claims"]), {"pick": [cases[0].pk, cases[2].pk, foreign.pk]}
        )
        job = Job.objects.get()
        jobs.run_job(job.pk)
    assert answer["Location"] == job.get_absolute_url()
    book = CalamineWorkbook.from_filelike(io.BytesIO(blobs.content_of(Blob.objects.get())))
    rows, origin = (book.get_sheet_by_index(nth).to_python() for nth in (0, 1))
    assert [row[0] for row in rows[1:]] == [cases[2].number, cases[0].number]
    assert ["筛选", "所选3条"] in origin


def test_more_than_a_page_holds_is_not_chosen(browser):
    answer = browser.post(reverse("kit:export_list", args=["claims"]), {"pick": range(51)})
    assert (answer.status_code, Job.objects.count()) == (422, 0)
