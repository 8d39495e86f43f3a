"""What lines and roster add to the rooms below: words, rounds, who is concerned when somebody is away."""

from django.utils.translation import gettext_lazy as _

from chengnuo.kit.outward.tellings import register_moment
from chengnuo.kit.timeline import register_verb
from chengnuo.ledger.daily import on_daily
from chengnuo.ledger.loop import on_round
from chengnuo.people.presence import on_presence

from .actions.days import review_days
from .actions.lines import ask_branches_without_line
from .actions.patterns import extend_patterns
from .actions.presence import concerned

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
on_round(extend_patterns)
on_round(review_days)
on_presence(concerned)
on_daily(ask_branches_without_line)
