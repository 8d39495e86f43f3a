"""What a person sees is the same by every path: list, page, export, search, API."""

import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from python_calamine import CalamineWorkbook

from chengnuo.annual.access import visible_plans
from chengnuo.annual.models import AnnualPlan
from chengnuo.claims.access import visible_claims
from chengnuo.claims.models import Claim
from chengnuo.clients.access import visible_clients
from chengnuo.clients.models import Client
from chengnuo.complaints.access import visible_complaints
from chengnuo.complaints.models import Complaint
from chengnuo.daily.access import visible_contacts, visible_renewals
from chengnuo.daily.models import DailyContact, Renewal
from chengnuo.hotline.access import visible_calls, visible_promises
from chengnuo.hotline.actions import NewCase, NewPromise
from chengnuo.hotline.models import Call, Promise
from chengnuo.kit import blobs, jobs
from chengnuo.kit.models import Blob, Job
from chengnuo.kit.records import visible_refs
from chengnuo.ledger.clock import moved_to
from chengnuo.ledger.models import ref
from chengnuo.letters.access import visible_campaigns, visible_letters, visible_replies
from chengnuo.letters.models import Campaign, Letter, LetterReply
from chengnuo.people.actions import end_role, make_token, share_client
from chengnuo.people.models import Role, Share, Staff
from chengnuo.plans import actions as plans
from chengnuo.plans.access import visible_emergency_plans
from chengnuo.plans.access import visible_plans as visible_service_plans
from chengnuo.plans.models import EmergencyPlan, ServicePlan
from chengnuo.rounds.access import visible_rounds
from chengnuo.rounds.models import Round
from chengnuo.satisfaction.access import visible_ratings
from chengnuo.satisfaction.actions import rate
from chengnuo.satisfaction.models import RatingRequest
from chengnuo.satisfaction.tokens import token_of
from chengnuo.support import actions as support
from chengnuo.support.access import visible_support
from chengnuo.support.models import SupportRequest
from chengnuo.visits.access import visible_visits
from chengnuo.visits.models import Visit
from tests.annual.world import a_call as call_for_plans
from tests.hotline.world import DAY, HOUR, NOW, a_call, a_client, do
from tests.letters.world import a_reply, a_round, a_written_client, chosen, fixed, made, posted
from tests.support.world import PAPER
from tests.sweeps.plans_rows import EMERGENCY
from tests.sweeps.rows_daily import of_branch

KINDS: dict[str, tuple[Any, Callable[..., Any], str, str, str]] = {
    "call": (Call, visible_calls, "hotline:list", "hotline:call", "calls"),
    "promise": (Promise, visible_promises, "hotline:promises", "hotline:promise", "promises"),
    "client": (Client, visible_clients, "clients:list", "clients:page", "clients"),
    "visit": (Visit, visible_visits, "visits:list", "visits:page", "visits"),
    "plan": (ServicePlan, visible_service_plans, "plans:list", "plans:page", "plans"),
    "emergency": (
        EmergencyPlan,
        visible_emergency_plans,
        "plans:emergencies",
        "plans:emergency",
        "emergency-plans",
    ),
    "claim": (Claim, visible_claims, "claims:list", "claims:page", ""),
    "complaint": (Complaint, visible_complaints, "complaints:list", "complaints:page", ""),
    "support": (SupportRequest, visible_support, "support:list", "support:page", "support"),
    "annual": (AnnualPlan, visible_plans, "annual:list", "annual:page", "annual/plans"),
    "contact": (DailyContact, visible_contacts, "daily:list", "daily:page", "daily-contacts"),
    "renewal": (Renewal, visible_renewals, "daily:renewals", "daily:renewal", "renewals"),
    "round": (Round, visible_rounds, "rounds:list", "rounds:page", "rounds"),
    "campaign": (Campaign, visible_campaigns, "letters:list", "letters:page", "letter-campaigns"),
    "letter": (Letter, visible_letters, "letters:letters", "letters:letter", "letters"),
    "reply": (LetterReply, visible_replies, "letters:replies", "letters:reply", "letter-replies"),
    "rating": (RatingRequest, visible_ratings, "satisfaction:list", "satisfaction:page", "ratings"),
}
PEOPLE = ("zhoumin", "xuning", "lize", "linxiaotang", "chenlixing", "luyao", "mengchuan", "admin")


@pytest.fixture
def three_branches(cast):
    """In Suzhou, Hangzhou and Beijing a client, a call on one's own line and one on the next branch's; one client is
    shared; one operator's role has ended."""
    branches = [(cast.su, cast.zhoumin, "苏州"), (cast.hz, cast.luyao, "杭州"), (cast.bj, cast.mengchuan, "北京")]
    clients = [a_client(cast, unit, by, name=f"{town}锦穗公司", credit_code="") for unit, by, town in branches]
    for number, (unit, by, town) in enumerate(branches):
        paper = {**PAPER, "title": f"{town}锦穗", "clients": [clients[number].pk]}
        do(support.draft, unit, paper, by=by)
        for client in (clients[number], clients[number - 1]):
            a_call(
                cast,
                by=by,
                unit=unit,
                client=client,
                promise=NewPromise("查", NOW + HOUR),
                cases=[NewCase("appointment"), NewCase("complaint"), NewCase("loss")],
            )
            who = client.positions.get().contact if unit == client.unit else None
            a_call(cast, by=by, unit=unit, client=client, contact=who, answer="是", kinds=["enquiry"])
        do(plans.draft_plan, clients[number], by=cast.wanghaiyan)
        do(plans.draft_emergency_plan, clients[number], values=EMERGENCY, by=by)
    call_for_plans(cast)
    for number, (unit, by, _town) in enumerate(branches):
        a_written_client(cast, number, unit=unit, by=by)
        sent = posted(made(fixed(chosen(a_round(cast, by=by, unit=unit, body="通知")))))
        a_reply(cast, sent.letters.get(state="posted"), by=by)
    a_call(cast, by=cast.luyao, unit=cast.su)
    a_call(cast, by=cast.lize, unit=cast.su, promise=NewPromise("查", NOW + HOUR, keeper=cast.zhoumin))
    for asked in RatingRequest.objects.order_by("pk"):
        do(rate, token_of(asked.salt), mark=5)
    for (unit, by, _town), client in zip(branches, clients, strict=True):
        of_branch(cast, unit, by, client)
    because = ref(Call.objects.latest("pk"))
    given = {"scope": Share.Scope.FULL, "because": because, "by": None}
    do(share_client, client_id=clients[0].pk, unit=cast.bj, **given)
    do(end_role, Role.objects.get(staff=cast.lize), by=cast.admin)
    return cast


def exported(url: str, model: Any, staff: Staff, browser: Browser) -> set[int]:
    """The records in the workbook that the list's own button asks for, by their number or name."""
    found = re.search(r'action="(/lists/[a-z]+/export/)"', browser.get(url).text)
    if found is None:
        return set()  # An empty list has no button.
    browser.post(found[1])
    job = Job.objects.latest("pk")
    jobs.run_job(job.pk)
    blob = Blob.objects.get(subject_type="kit.job", subject_pk=job.pk)
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(blobs.content_of(blob))).get_sheet_by_index(0)
    names = [row[0] for row in sheet.to_python()[1:]]
    field = "name" if model is Client else "number"
    assert len(names) == len(set(names))
    return {one.pk for one in model.objects.all() if getattr(one, field) in names}


@pytest.mark.parametrize("name", PEOPLE)
def test_list_page_export_reference_and_api_show_the_same_records(three_branches, name):
    staff = Staff.objects.get(username=name)  # Afresh: who was asked before keeps what he reached then.
    _token, secret = do(make_token, staff, name="x", expires_at=NOW + DAY, by=staff)
    headers = {"Authorization": f"Bearer {secret}"}
    browser = Browser()
    browser.force_login(staff)
    with moved_to(NOW, "test"):
        for kind, (model, visible, list_, page, path) in KINDS.items():
            seen = set(visible(staff, NOW).values_list("pk", flat=True))
            every = set(model.objects.values_list("pk", flat=True))
            refs = [ref(record) for record in model.objects.all()]
            listed = browser.get(reverse(list_)).text
            said = {
                "list": {pk for pk in every if f'"{reverse(page, args=[pk])}"' in listed},
                "page": {pk for pk in every if browser.get(reverse(page, args=[pk])).status_code == 200},
                "reference": {where.pk for where in visible_refs(staff, NOW, refs)},
            }
            if path:
                urls = {pk: f"/api/v1/{path}/{pk}" for pk in every}
                said["API"] = {pk for pk, url in urls.items() if browser.get(url, headers=headers).status_code == 200}
            said["export"] = exported(reverse(list_), model, staff, browser)
            if path in {"calls", "clients", "ratings", "renewals", "rounds"}:
                answer = json.loads(browser.get(f"/api/v1/{path}", headers=headers).content)
                said["API list"] = {row["id"] for row in answer[path]}
            assert {way: pks for way, pks in said.items() if pks != seen} == {}, f"{kind}: {seen}"


@pytest.mark.parametrize("name", PEOPLE)
def test_a_search_finds_nothing_that_is_hidden(three_branches, name):
    staff = Staff.objects.get(username=name)  # Afresh: who was asked before keeps what he reached then.
    browser = Browser()
    browser.force_login(staff)
    hidden = [
        reverse(page, args=[pk])
        for model, visible, _list, page, _path in KINDS.values()
        for pk in set(model.objects.values_list("pk", flat=True))
        - set(visible(staff, NOW).values_list("pk", flat=True))
    ]
    with moved_to(NOW, "test"):
        for q in (
            "锦穗",
            "DH-SU-26-0001",
            "TS-HZ-26-0001",
            "XP-BJ-26-0001",
            "BF-SU-26-0001",
            "FW-HZ-26-0001",
            "RC-HZ-26-0001",
            "XB-BJ-26-0001",
            "DF-SU-26-0001",
            "13800001021",
            "1021",
            "陈月琴",
        ):
            answer = browser.get(reverse("kit:search"), {"q": q}, follow=True)
            shown = [answer.request["PATH_INFO"], *(url for url in hidden if f'"{url}"' in answer.text)]
            assert set(shown) & set(hidden) == set()
