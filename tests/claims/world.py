"""Losses of Suzhou's company at instants of the end of September 2026."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from chengnuo.claims import actions
from chengnuo.claims.models import Claim, Escalation
from chengnuo.clients import actions as clients
from chengnuo.clients.models import Client
from tests.cast import Cast
from tests.hotline.world import DAY, HOUR, MINUTE, NOW, at, do

FIRE = "一号厂房配电间起火"
PAPERS = ("出险通知书", "损失清单", "现场照片")
BURNT = at("09-28 13:10")
COVER = {
    "no": "YA-PRO-2026-1",
    "line": "property",
    "insurer": "屿安财产保险股份有限公司",
    "sum_insured": Decimal(12_800_000),
    "premium": Decimal(20_930),
    "starts_on": date(2026, 1, 1),
    "ends_on": date(2026, 12, 31),
}
REPORT = actions.Report("配电间起火，设备过水", "已切断电源，通知保险公司查勘", "请指导预付赔款")


def insured(cast: Cast, client: Client) -> Client:
    """The client with one policy that covers the autumn."""
    do(clients.add_policy, client, values=COVER, by=cast.zhoumin)
    return client


def a_loss(cast: Cast, client: Client, *, now: datetime = NOW, **more: Any) -> Claim:
    """A fire, reported to Zhou Min an hour after it broke out."""
    loss = {"account": FIRE, "cause": "电气火灾", "place": "苏州木渎", "occurred_at": BURNT, "reporter": "陈月琴"}
    told = {name: more.pop(name) for name in list(more) if name in actions.Loss.__dataclass_fields__}
    given = {"reported_at": now - MINUTE, "by": cast.zhoumin, **more}
    return do(actions.enter_claim, client, actions.Loss(**{**loss, **told}), now=now, **given)


def estimated(claim: Claim, amount: str, *, by: Any, now: datetime, true_at: datetime | None = None) -> Any:
    given = actions.Sum(Decimal(amount))
    said = {"basis": "现场查勘", "said_by": "中正公估 秦岳", "true_at": true_at or now}
    return do(actions.revise_estimate, claim, given, by=by, now=now, **said)


def surveyed(cast: Cast, claim: Claim, now: datetime) -> Claim:
    given = {"surveyor": "中正公估 秦岳", "found": "设备三台过水", "surveyed_at": now}
    return do(actions.survey, claim, by=cast.zhoumin, now=now, **given)


def listed(cast: Cast, claim: Claim, now: datetime) -> Claim:
    return do(actions.collect, claim, PAPERS, by=cast.zhoumin, now=now)


def handed_in(cast: Cast, claim: Claim, now: datetime) -> Claim:
    """Every document came, is good, and is with the insurer."""
    for paper in claim.papers.all():
        for verb in ("receive", "accept"):
            do(actions.move_paper, paper, verb, by=cast.zhoumin, now=now)
    return do(actions.submit, claim, to="屿安财险 马骏", submitted_at=now, by=cast.zhoumin, now=now)


def decided(
    cast: Cast, claim: Claim, outcome: str, amount: str | None, now: datetime, because: str = "扣残值"
) -> Claim:
    given = {"amount": Decimal(amount) if amount else None, "because": because, "decided_at": now}
    return do(actions.decide, claim, outcome, by=cast.zhoumin, now=now, **given)


def paid(cast: Cast, claim: Claim, kind: str, amount: str, now: datetime) -> Any:
    given = {"kind": kind, "amount": Decimal(amount), "paid_on": (now - HOUR).date(), "payee": "苏州锦穗"}
    return do(actions.pay, claim, by=cast.zhoumin, now=now, **given)


def with_insurer(cast: Cast, client: Client, **more: Any) -> Claim:
    """A claim whose documents are with the insurer since the 30th at nine."""
    claim = a_loss(cast, client, **more)
    claim = listed(cast, surveyed(cast, claim, NOW + 2 * HOUR), NOW + 3 * HOUR)
    return handed_in(cast, claim, at("09-30 09:00"))


def escalation_of(claim: Claim) -> Escalation:
    return Escalation.objects.filter(claim=claim).latest("pk")


def guided(cast: Cast, claim: Claim, now: datetime, steps: tuple[str, ...] = ("先申请预付赔款",)) -> Escalation:
    """Reported by the branch and guided by the centre."""
    do(actions.report_to_centre, escalation_of(claim), REPORT, by=cast.zhoumin, now=now)
    return do(actions.guide, escalation_of(claim), steps, by=cast.linxiaotang, now=now + MINUTE)


__all__ = ["DAY", "HOUR", "MINUTE", "NOW", "Claim", "at", "do", "timedelta"]
