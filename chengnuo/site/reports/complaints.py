"""Complaints (3.6): by month, branch, category, cause and stage; how many repeat; within time by the regulator's and by
the procedure's reading. Each stands in the period of its receipt."""

from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, Count, DateTimeField, F, Func, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from chengnuo.complaints.access import visible_complaints
from chengnuo.complaints.models import Cause, Complaint, Referral
from chengnuo.complaints.models import State as S
from chengnuo.ledger.books import rulebook

from .cases import CaseReport, Share
from .scope import Scope
from .tables import Column

COLUMNS = [
    Column("total", _("投诉")),
    Column("escalated", _("报中心"), chart=True, series="amber"),
    Column("repeated", _("重复"), tone="red"),
    Column("forwarded", _("监管转办")),
    Column("told", _("已告知"), chart=True, series="green"),
    Column("law_late", _("超监管期限"), tone="red"),
    Column("open", _("未结"), chart=True, series="grey"),
    Column("repeat_rate", _("重复率"), "rate"),
    Column("law", _("监管期限内"), "rate", tone="low"),
    Column("own", _("规程目标内"), "rate", tone="low"),
]


def which(name: str) -> Q:
    """Which complaints a figure of this name counts."""
    told = Q(notified_at__isnull=False)
    is_open = ~Q(state__in=Complaint.FINISHED) & Q(merged_into__isnull=True)
    # While the clock stands nobody can say how long.
    overdue = is_open & Q(notified_at__isnull=True, law_due__lt=F("asked_at")) & ~Q(state=S.PAUSED)
    known = {
        "total": Q(),
        "escalated": Q(pk__in=Referral.objects.values("complaint")),
        "repeated": Q(matter_key__isnull=False),
        "forwarded": Q(forwarded_by_regulator=True),
        "told": told,
        "law_late": (told & Q(notified_at__gt=F("law_due"))) | overdue,
        "law_kept": told & Q(notified_at__lte=F("law_due")),
        "judged": told | overdue,
        "own_kept": told & Q(notified_at__lte=F("own_due")),
        "open": is_open,
    }
    return known[name]


def rows(scope: Scope) -> QuerySet[Complaint]:
    """The complaints of these units that the person sees, with both readings of their time and why they went up."""
    return told_apart(visible_complaints(scope.user, scope.now).filter(unit__in=scope.units), scope.now)


def told_apart(complaints: QuerySet[Complaint], now: datetime) -> QuerySet[Complaint]:
    book = rulebook()
    figures = {
        name: int(book.parameter(f"complaint.{name}", now).value)
        for name in ("limit", "limit_complex", "extension", "target")
    }
    start = Coalesce("clock_from", "received_at")
    days = Case(When(complex_because="", then=Value(figures["limit"])), default=Value(figures["limit_complex"])) + Case(
        When(extended_at__isnull=False, then=Value(figures["extension"])), default=Value(0)
    )
    return complaints.annotate(
        law_due=_end(start, days + Coalesce("paused_days", 0)),
        own_due=_end(F("received_at"), Value(figures["target"])),
        asked_at=Value(now, output_field=DateTimeField()),
        cause=_cause(),
    )


def _end(start: Any, days: Any) -> Func:
    """24:00 in Asia/Shanghai of the n-th day after the day of an instant (民法典 201, 203)."""
    return Func(
        start,
        days,
        template="((date_trunc('day', %(expressions)s)) + interval '1 day') AT TIME ZONE 'Asia/Shanghai')",
        arg_joiner=" AT TIME ZONE 'Asia/Shanghai') + (interval '1 day' * (",
        output_field=DateTimeField(),
    )


def _cause() -> Case:
    """The first that applies of what makes a complaint one for the centre; empty for an ordinary one."""
    fields = ((Cause.SUED, "sued"), (Cause.INFLUENCE, "influence"), (Cause.HARM, "harm"))
    return Case(
        When(matter_key__isnull=False, then=Value(Cause.REPEATED.value)),
        *(When(~Q(**{field: ""}), then=Value(cause.value)) for cause, field in fields),
        When(~Q(difficult_because=""), then=Value(Cause.DIFFICULT.value)),
        When(pk__in=Referral.objects.values("complaint"), then=Value(Cause.AMOUNT.value)),
        default=Value("ordinary"),
        output_field=CharField(),
    )


REPORT = CaseReport(
    rows,
    "received_at",
    "complaint_list",
    COLUMNS,
    which,
    {
        "repeat_rate": Share("repeated", "total"),
        "law": Share("law_kept", "judged"),
        "own": Share("own_kept", "told"),
    },
    [
        ("categories", _("按类别"), _("类别"), "category", dict(Complaint.Category.choices)),
        ("causes", _("按原因"), _("原因"), "cause", {**dict(Cause.choices), "ordinary": _("一般")}),
        ("stages", _("按阶段"), _("阶段"), "state", dict(S.choices)),
    ],
    {
        "law_kept": Count("pk", filter=which("law_kept")),
        "judged": Count("pk", filter=which("judged")),
        "own_kept": Count("pk", filter=which("own_kept")),
    },
    _("监管期限：15日，复杂30日，经批准并告知再延长30日，停表除外；规程目标：7日。比率不足20件不显示"),
)
