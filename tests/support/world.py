"""A request of Suzhou's for headquarters' support, as far on its way as a test wants it."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from chengnuo.clients.models import Client
from chengnuo.kit.approvals.actions import decide
from chengnuo.kit.models import Approval
from chengnuo.ledger.models import ref
from chengnuo.support import actions
from chengnuo.support.models import SupportRequest
from tests.cast import Cast
from tests.hotline.world import NOW, do

PAPER: dict[str, Any] = {
    "kind": "service",
    "title": "国庆前防汛培训",
    "objective": "让客户的仓管员会用防汛沙袋和水泵",
    "activity": "半天课，半天演练",
    "starts_on": date(2026, 10, 12),
    "ends_on": date(2026, 10, 13),
    "scheme": "总部专家主讲，苏州带队",
    "budget": [{"name": "讲师差旅", "amount": "3000"}, {"name": "物料", "amount": "2000.50"}],
    "needed": "专家一名，物料两套",
    "opinion": "客户年内两次进水，建议全额支持",
}


def a_draft(cast: Cast, client: Client | None, now: datetime = NOW, **more: Any) -> SupportRequest:
    values = {**PAPER, "clients": [client.pk] if client else [], **more}
    return do(actions.draft, cast.su, values, by=cast.zhoumin, now=now)


def submitted(cast: Cast, client: Client, now: datetime = NOW, **more: Any) -> SupportRequest:
    return do(actions.submit, a_draft(cast, client, now, **more), by=cast.zhoumin, now=now)


def analysed(
    cast: Cast, client: Client, amount: str = "5000.50", terms: str = "", now: datetime = NOW, **more: Any
) -> SupportRequest:
    given = {"conclusion": "值得做", "amount": Decimal(amount), "terms": terms}
    return do(actions.analyse, submitted(cast, client, now, **more), by=cast.linxiaotang, now=now, **given)


def approval_of(request: SupportRequest) -> Approval:
    where = ref(request)
    return Approval.objects.filter(subject_type=where.type, subject_pk=where.pk).latest("pk")


def decided(cast: Cast, request: SupportRequest, decision: str = "approve", now: datetime = NOW) -> SupportRequest:
    """The executive's word on what waits for him."""
    approval = approval_of(request)
    step = approval.steps.get(decision="", asked_at__isnull=False)
    do(decide, step, decision, sha256=approval.sha256, opinion="看过", by=cast.chenlixing, now=now)
    request.refresh_from_db()
    return request


def approved(
    cast: Cast, client: Client, amount: str = "5000.50", terms: str = "", now: datetime = NOW, **more: Any
) -> SupportRequest:
    return decided(cast, analysed(cast, client, amount, terms, now, **more), now=now)
