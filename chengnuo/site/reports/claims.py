"""Claims (3.4): by month, branch, line, stage and age; the insurer's speed against its clocks; paid against estimated.
Each stands in the period of its notice of loss."""

from datetime import datetime, timedelta

from django.db.models import Case, CharField, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.utils.translation import gettext_lazy as _

from chengnuo.claims.access import visible_claims
from chengnuo.claims.models import OVER, Claim, Escalation, LossEstimate
from chengnuo.claims.models import State as S
from chengnuo.clients.lenses import AGES
from chengnuo.clients.models import Policy

from .cases import CaseReport, Share
from .scope import Scope
from .tables import Column

DECIDES, PAYS = timedelta(days=30), timedelta(days=10)
"""保险法 23: decided within 30 days of the documents, paid within 10 of the agreement."""
COLUMNS = [
    Column("total", _("报案")),
    Column("escalated", _("报中心"), chart=True, series="amber"),
    Column("decided", _("已核定")),
    Column("decided_late", _("核定超30日"), tone="red"),
    Column("declined", _("拒赔")),
    Column("settled", _("付清"), chart=True, series="green"),
    Column("paid_late", _("赔付超10日"), tone="red"),
    Column("open", _("未结"), chart=True, series="grey"),
    Column("insurer", _("保险公司按时核定"), "rate", tone="low"),
    Column("ratio", _("赔付与估损之比"), "rate"),
]


def which(name: str) -> Q:
    """Which claims a figure of this name counts."""
    decided = Q(decided_at__isnull=False, submitted_at__isnull=False)
    known = {
        "total": Q(),
        "escalated": Q(pk__in=Escalation.objects.values("claim")),
        "decided": decided,
        "decided_late": decided & Q(decided_at__gt=F("submitted_at") + DECIDES),
        "declined": Q(state=S.DECLINED) | Q(decided_at__isnull=False, decided_amount=None),
        "settled": Q(settled_at__isnull=False),
        "paid_late": Q(settled_at__gt=F("agreed_at") + PAYS),
        "open": ~Q(state__in=OVER),
        "in_time": decided & Q(decided_at__lte=F("submitted_at") + DECIDES),
    }
    return known[name]


def rows(scope: Scope) -> QuerySet[Claim]:
    """The claims of these units that the person sees, each with its last estimate and its age."""
    return told_apart(visible_claims(scope.user, scope.now).filter(unit__in=scope.units), scope.now)


def told_apart(claims: QuerySet[Claim], now: datetime) -> QuerySet[Claim]:
    last = LossEstimate.objects.filter(claim=OuterRef("pk")).order_by("-pk").values("amount")[:1]
    return claims.annotate(last_estimate=Subquery(last), age=aged("reported_at", now))


def aged(column: str, now: datetime) -> Case:
    """The age of a record as the lists call it."""
    whens = [
        When(**{f"{column}__gt": now - timedelta(days=until)}, then=Value(key))
        for key, (_label, _since, until) in AGES.items()
        if until is not None
    ]
    return Case(*whens, default=Value("more"), output_field=CharField())


REPORT = CaseReport(
    rows,
    "reported_at",
    "claim_list",
    COLUMNS,
    which,
    {"insurer": Share("in_time", "decided"), "ratio": Share("paid_sum", "estimated_sum")},
    [
        ("lines", _("按险种"), _("险种"), "line", dict(Policy.Line.choices)),
        ("stages", _("按阶段"), _("阶段"), "state", dict(S.choices)),
        ("ages", _("按已有时间"), _("已有"), "age", {key: one[0] for key, one in AGES.items()}),
    ],
    {
        "paid_sum": Sum("paid", filter=which("settled")),
        "estimated_sum": Sum("last_estimate", filter=which("settled")),
    },
    _("按时核定：资料交齐30日内；赔付：达成协议10日内（保险法23）。比率不足20件不显示"),
)
