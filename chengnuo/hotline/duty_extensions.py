"""What lines and roster add to the rooms below: words, rounds, who is concerned when somebody is away."""

from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from chengnuo.kit.outward.tellings import register_moment
from chengnuo.kit.records import register_visible
from chengnuo.kit.timeline import register_verb
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.daily import on_daily
from chengnuo.ledger.loop import on_round
from chengnuo.ledger.models import Occasion
from chengnuo.people.models import Staff
from chengnuo.people.presence import on_presence
from chengnuo.people.reach import reach

from .access import visible_swaps
from .actions.days import review_days
from .actions.lines import ask_branches_without_line
from .actions.patterns import extend_patterns
from .actions.presence import concerned
from .duty_rules import COVERED_DAY

VERBS = {
    "line.registered": _("报备值班电话"),
    "line.withdrawn": _("停用值班电话"),
    "unit.asked_for_line": _("提示报备值班电话"),
    "roster.applied": _("按规则排班"),
    "roster.extended": _("续排"),
    "roster.stopped": _("停用排班规则"),
    "shift.swapped": _("换班"),
    "swap.asked": _("提出换班"),
    "swap.declined": _("不同意换班"),
    "swap.called_off": _("撤回换班"),
    "day.explained": _("说明值班空档"),
    "day.reviewed": _("核对值班空档"),
    "feed.made": _("生成值班日历地址"),
    "feed.revoked": _("停用值班日历地址"),
}
for _name, _label in VERBS.items():
    register_verb(_name, _label, "system")
register_moment("shift.uncovered", _("有人请假，值班要人接"), _("备班、机构负责人"))
register_moment("roster.clash", _("续排排不上"), _("机构负责人"))
register_moment("shift.swap", _("换班"), _("当事人"))


def _everybodys(user: Staff, now: datetime, pks: set[int]) -> set[int]:
    """Lines and roster are the whole company's to read (3.1.1)."""
    return pks


def _swaps(user: Staff, now: datetime, pks: set[int]) -> set[int]:
    return set(visible_swaps(user, now).filter(pk__in=pks).values_list("pk", flat=True))


def _days(user: Staff, now: datetime, pks: set[int]) -> set[int]:
    mine = Occasion.objects.filter(rule=COVERED_DAY, unit_id__in=reach(user, now).units, pk__in=pks)
    return set(mine.values_list("pk", flat=True))


def _week_of(record: Any) -> str:
    """The branch's week, from the Monday of the record's shift where it has one."""
    shift = getattr(record, "shift", record)
    address = f"{reverse('hotline:duty')}?unit={record.unit.code}"
    if not hasattr(shift, "starts_at"):
        return address
    day = shift.starts_at.astimezone(ZONE).date()
    return f"{address}&from={day - timedelta(days=day.weekday())}"


register_visible("hotline.dutyline", _everybodys, lambda line: reverse("hotline:lines"))
for _type in ("hotline.dutyshift", "hotline.rosterpattern"):
    register_visible(_type, _everybodys, _week_of)
register_visible("hotline.shiftswap", _swaps, _week_of)
register_visible("ledger.occasion", _days, lambda day: reverse("hotline:duty_day", args=[day.pk]))
on_round(extend_patterns)
on_round(review_days)
on_presence(concerned)
on_daily(ask_branches_without_line)
