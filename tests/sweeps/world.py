"""One of everything, Suzhou's, and everybody who may come to see it."""

from dataclasses import dataclass
from datetime import time
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from chengnuo.claims.models import Claim
from chengnuo.clients import actions as clients
from chengnuo.complaints.models import Complaint
from chengnuo.hotline import actions as hotline
from chengnuo.hotline.actions import NewCase, NewPromise
from chengnuo.hotline.mail.actions import set_mailbox
from chengnuo.hotline.models import Word
from chengnuo.hotline.patterns import Slot
from chengnuo.hotline.phone.words import Heard
from chengnuo.kit import blobs, jobs, lists, notices
from chengnuo.kit.models import Blob, Notice, SavedView, Webhook, WebhookDelivery
from chengnuo.kit.phrases.actions import add_phrase
from chengnuo.kit.procedure.actions import propose_parameter
from chengnuo.ledger import loop
from chengnuo.ledger.acting import acting
from chengnuo.ledger.models import Obligation, Occasion, TrailEvent, ref
from chengnuo.ledger.trail import record
from chengnuo.letters import actions as letters
from chengnuo.people import actions as people
from chengnuo.people.models import Role, Share, SignIn, Staff
from chengnuo.satisfaction.actions import rate
from chengnuo.satisfaction.models import RatingRequest
from chengnuo.satisfaction.tokens import token_of
from chengnuo.visits import actions as visits
from chengnuo.visits.models import Visit, Wish
from tests.cast import Cast
from tests.clients.conftest import AGREEMENT, PERSON, POLICY, SITE
from tests.hotline.exchange import LINE, a_line
from tests.hotline.world import DAY, HOUR, MINUTE, a_call, a_missed_call, do
from tests.letters.world import a_reply, a_round, chosen, fixed, made, posted
from tests.sweeps import claims_rows, complaints_rows, plans_rows, proposals_rows
from tests.sweeps.world_daily import daily_and_rounds

ROLES = (
    "operator",
    "manager",
    "other",
    "shared",
    "ended",
    "centre",
    "head",
    "executive",
    "chairman",
    "administrator",
)


@jobs.work("sweep.nothing")
def nothing(job: Any, tell: Any) -> jobs.Outcome:
    return jobs.Outcome("好了")


@dataclass(frozen=True)
class World:
    """Ids and people by name; `key("call")` is what a URL of the table asks for."""

    cast: Cast
    ids: dict[str, Any]
    people: dict[str, Staff]


def letter_rounds(cast: Cast) -> dict[str, Any]:
    """Letter rounds to the one client: drafted, its letter left out, fixed, out and answered, out and quiet, closed."""
    plain = {"body": "新的服务手册随信附上"}
    draft, left_out, to_fix, *sent = (chosen(a_round(cast, **plain)) for _nth in range(6))
    do(letters.exclude_letters, [left_out.letters.get()], reason="不寄", by=cast.zhoumin)
    out, quiet, closed = (posted(made(fixed(one))) for one in sent)
    do(letters.close_campaign, closed, summary="无回信", by=cast.zhoumin)
    letter = out.letters.get()
    return {
        "campaign": draft.pk,
        "campaign_version": draft.version,
        "letter_chosen_number": draft.letters.get().number,
        "letter_excluded": left_out.letters.get().pk,
        "campaign_fixed": fixed(to_fix).pk,
        "campaign_out": out.pk,
        "campaign_quiet": quiet.pk,
        "campaign_closed": closed.pk,
        "letter": letter.pk,
        "letter_reply": a_reply(cast, letter).pk,
    }


def visits_of(cast: Cast, client: Any, now: Any) -> dict[str, Visit]:
    """A visit at every stage: agreed, late, paid, without the client's hand, reviewed."""
    zhou = cast.zhoumin
    plan = {"owner": zhou, "purpose": "看消防设施", "wanted_at": now + DAY, "basis": "client", "by": zhou}
    found = {
        name: do(visits.plan_visit, client, now=now - HOUR, **plan)
        for name in ("agreed", "late", "done", "unsigned", "reviewed")
    }
    agreed = now - 30 * MINUTE
    for name, visit in found.items():
        when = now + DAY if name == "agreed" else agreed
        do(visits.confirm_visit, visit, now=now - HOUR, agreed_at=when, agreed_with="罗咏仪", by=zhou)
    do(visits.arrive, found["late"], now=now, at=agreed + 10 * MINUTE, by=zhou)
    refused = visits.Unsigned("refused", "要总部同意")
    for name in ("done", "unsigned", "reviewed"):
        do(visits.carry_out_visit, found[name], visits.Given(agreed, now), now=now, by=zhou)
    do(visits.record_survey, found["unsigned"], visits.Answers(wishes=["分列账单"]), refused, now=now, by=zhou)
    do(visits.record_survey, found["reviewed"], visits.Answers(overall=4), refused, now=now, by=zhou)
    do(visits.follow_up_visit, found["reviewed"], now=now, reviewed="无", by=zhou)
    return found


def everything(cast: Cast, now: Any) -> World:
    """All of it entered by Suzhou's people at an instant; the client is shared in full with Beijing's operator."""
    zhou, lize = cast.zhoumin, cast.lize
    contact = {"name": "罗咏仪", "title": "本人", "phones": ["138 0000 3212"]}
    client = do(
        clients.enter_client,
        now=now,
        unit=cast.su,
        values=PERSON,
        contacts=[contact],
        sites=[SITE],
        policies=[POLICY],
        by=zhou,
    )
    position = client.positions.get()
    call = a_call(
        cast,
        now,
        by=lize,
        client=client,
        cases=[NewCase("appointment"), NewCase("complaint"), NewCase("loss")],
        promise=NewPromise("查", now + HOUR, keeper=zhou),
    )
    promise = call.promises.get()
    waiting = a_call(cast, now, by=lize, client=client)
    missed = a_missed_call(cast, now, by=lize, client=client)
    _first, second = (
        do(hotline.answer_promise, one, now=now, text="好了", by=zhou)
        for one in (
            a_call(cast, now, by=zhou, client=client, contact=who, promise=NewPromise("查", now + HOUR)).promises.get()
            for who in (position.contact, None)
        )
    )
    rating, rating_asked = RatingRequest.objects.order_by("pk")
    do(rate, token_of(rating.salt), now=now, mark=1, words="没人回")
    shift = do(
        hotline.enter_shift,
        now=now,
        unit=cast.su,
        staff=zhou,
        starts_at=now + DAY,
        ends_at=now + DAY + HOUR,
        by=cast.xuning,
    )
    system, _secret = do(
        hotline.make_system,
        now=now,
        name="总机",
        dial_url="http://localhost:9/{extension}/{number}",
        by=cast.admin,
    )
    a_line(cast.su)
    ringing = do(
        hotline.hear,
        system,
        Heard(Word.RINGING, "c1", now, caller="13800003212", called=LINE, recording="https://pbx.example/1"),
        now=now,
    ).call
    swap = do(hotline.ask_swap, shift, now=now, of=cast.xuning, by=zhou)
    line = do(hotline.register_line, now=now, unit=cast.su, number="0512-65551234", by=cast.xuning)
    slot = Slot("白班", time(8), time(20), (cast.xuning.pk,))
    given = {"unit": cast.su, "name": "轮班", "starts_on": now.date() + 5 * DAY, "slots": [slot], "weeks": 3}
    pattern, _lines = do(hotline.start_pattern, now=now, by=cast.xuning, **given)
    loop._filled.clear()
    do(loop.fill_occasions, now=now)
    feed, _address = do(hotline.make_feed, now=now, by=zhou)
    approval = do(propose_parameter, "call_back.due", Decimal(10), None, "偏宽", by=cast.linxiaotang, now=now)
    substitute = do(
        people.name_substitute,
        zhou,
        now=now,
        staff=cast.xuning,
        starts_at=now + DAY,
        ends_at=now + 2 * DAY,
        reason="培训",
        by=zhou,
    )
    absence = do(
        people.report_absence, zhou, now=now, starts_at=now + DAY, ends_at=now + 2 * DAY, reason="培训", by=zhou
    )
    spare = do(people.open_unit, now=now, code="ZZ", name="空分公司", kind="branch", by=cast.admin)
    notices.notify([zhou.pk], "x", {}, promise, now)
    upload = SimpleUploadedFile("保单.txt", "保单".encode())
    do(blobs.attach, client, blobs.store(upload), now=now, by=zhou)
    token, _secret = do(people.make_token, zhou, name="总机", expires_at=now + DAY, by=zhou, now=now)
    do(people.open_session, zhou, now=now, session_key="k", address=None, agent="")
    lists.keep_view(zhou, "clients", "我的", "q=x")
    phrase = do(add_phrase, now=now, title="已收到", text="【客户】的材料已收到", by=zhou)
    of_unit = do(add_phrase, now=now, title="回电", text="下午回电", scope="unit", unit=cast.su, by=cast.xuning)
    job = do(jobs.start, "sweep.nothing", "试做", now=now, args={}, by=zhou)
    mailbox = do(
        set_mailbox,
        None,
        now=now,
        values={
            "unit": cast.su,
            "keeper": zhou,
            "host": "127.0.0.1",
            "port": 1,
            "security": "none",
            "username": "su",
            "folder": "INBOX",
            "trusts": "",
            "is_on": False,
        },
        secret="",
        version=None,
        by=cast.admin,
    )
    hook = Webhook(name="仓库", url="https://hooks.invalid/", verbs=["call.registered"], owner=cast.admin, made_at=now)
    with acting(hook):
        hook.save()
        record("webhook.registered", hook, by=cast.admin, now=now)
    event = {"event": TrailEvent.objects.earliest("pk"), "subject_type": "hotline.call", "subject_pk": call.pk}
    times = {"made_at": now, "since": now, "next_at": now}
    delivery = WebhookDelivery.objects.create(
        hook=hook, verb="call.registered", body="{}", state="failed", **event, **times
    )
    duty = Obligation.objects.get(subject_type="hotline.promise", subject_pk=promise.pk)
    stages = visits_of(cast, client, now)
    visit_feed, _address = do(visits.make_feed, now=now, by=zhou)
    agreement = do(clients.draft_agreement, client, now=now, values=AGREEMENT, by=zhou)
    of_daily_and_rounds = daily_and_rounds(cast, client, now)
    campaigns = letter_rounds(cast)
    do(
        people.share_client,
        now=now,
        client_id=client.pk,
        unit=cast.bj,
        scope=Share.Scope.FULL,
        because=ref(promise),
        by=None,
    )
    planned = plans_rows.made(cast, client, now)
    proposed = proposals_rows.made(cast, client, now)
    claim = Claim.objects.get()
    claimed = claims_rows.made(cast, client, now)
    complaint = Complaint.objects.get()
    complained = complaints_rows.made(cast, client, now)
    for role in Role.objects.filter(staff=lize):
        do(people.end_role, role, now=now, by=cast.admin)
    return World(
        cast,
        {
            "client": client.pk,
            "contact": position.pk,
            "phone": position.contact.phones.get().pk,
            "site": client.sites.get().pk,
            "policy": client.policies.order_by("pk")[0].pk,
            "agreement": agreement.pk,
            "call": call.pk,
            "waiting": waiting.pk,
            "system": system.pk,
            "ringing": ringing.pk,
            "missed": missed.pk,
            "promise": promise.pk,
            "rating": rating.pk,
            "rating_asked": rating_asked.pk,
            "judged": second.pk,
            "shift": shift.pk,
            "swap": swap.pk,
            "line": line.pk,
            "pattern": pattern.pk,
            "day": Occasion.objects.earliest("pk").pk,
            "su": cast.su.pk,
            **campaigns,
            "visit": Visit.objects.earliest("pk").pk,
            **{f"visit_{name}": visit.pk for name, visit in stages.items()},
            "visit_version": Visit.objects.get(pk=stages["agreed"].pk).version,
            "wish": Wish.objects.get().pk,
            "visit_feed": visit_feed.pk,
            "claim": claim.pk,
            "complaint": complaint.pk,
            **complained,
            "approval": approval.pk,
            "sha256": approval.sha256,
            "step": approval.steps.get().order,
            "notice": Notice.objects.filter(staff=zhou).latest("pk").pk,
            "blob": Blob.objects.get(subject_type="clients.client").pk,
            "view": SavedView.objects.get().pk,
            "job": job.pk,
            "phrase": phrase.pk,
            "phrase_of_unit": of_unit.pk,
            "duty": duty.pk,
            "mailbox": mailbox.pk,
            "hook": hook.pk,
            "delivery": delivery.pk,
            "number": call.number,
            "feed": feed.pk,
            "spare": spare.pk,
            "zhoumin": zhou.pk,
            "xuning": cast.xuning.pk,
            "token": token.pk,
            "session": SignIn.objects.latest("pk").pk,
            "substitute": substitute.pk,
            "absence": absence.pk,
            "role": Role.objects.get(staff=cast.xuning).pk,
            "later": (now + DAY).isoformat(),
            **planned,
            **proposed,
            **claimed,
            "now": now.isoformat(),
            "soon": (now + MINUTE).isoformat(),
            **of_daily_and_rounds,
        },
        {
            "operator": zhou,
            "manager": cast.xuning,
            "other": cast.luyao,
            "shared": cast.mengchuan,
            "ended": lize,
            "centre": cast.linxiaotang,
            "head": cast.wanghaiyan,
            "executive": cast.chenlixing,
            "chairman": cast.zhengqiming,
            "administrator": cast.admin,
        },
    )
