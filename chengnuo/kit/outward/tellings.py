"""Who is told of what, and by which channels: the table that the administrator reads and changes.

Whom the procedure names (the ladder's rung, the one whose matter it is) is told whatever the table says; it adds people
and chooses channels. A room registers the moments that its actions tell of, from AppConfig.ready():

    register_moment("shift.swap_asked", _("请求换班"), channels=("mail",))
    notify([other.pk], _n("%(who)s想和你换班"), {...}, shift, now, moment="shift.swap_asked")
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chengnuo.ledger.ladder import CENTRE, CHAIRMAN, EXECUTIVE, MANAGER, PERSON, RUNG_NAMES, told
from chengnuo.ledger.models import Obligation

from ..models import Channel, Telling

WHO: dict[str, tuple[int, "str | Promise"]] = {
    "keeper": (PERSON, RUNG_NAMES[PERSON]),
    "manager": (MANAGER, RUNG_NAMES[MANAGER]),
    "centre": (CENTRE, RUNG_NAMES[CENTRE]),
    "executive": (EXECUTIVE, RUNG_NAMES[EXECUTIVE]),
    "chairman": (CHAIRMAN, RUNG_NAMES[CHAIRMAN]),
}


@dataclass(frozen=True)
class Moment:
    """Something that people are told of. `told` says in words whom the procedure names."""

    key: str
    label: "str | Promise"
    told: "str | Promise"
    also: tuple[str, ...] = ()
    channels: tuple[str, ...] = (Channel.MAIL,)


_moments: dict[str, Moment] = {}


def register_moment(
    key: str,
    label: "str | Promise",
    told: "str | Promise" = "",
    *,
    also: tuple[str, ...] = (),
    channels: tuple[str, ...] = (Channel.MAIL,),
) -> None:
    """Name a moment with what holds until the administrator says otherwise. Called from AppConfig.ready()."""
    if unknown := set(also) - WHO.keys():
        raise ValueError(f"nobody is called {unknown}")
    _moments[key] = Moment(key, label, told or _("当事人"), also, channels)


def moment_key(what: str, rung: int) -> str:
    """The key of a moment of a duty: `duty.open`, `duty.remind`, `duty.due`, `duty.rung2` to `duty.rung4`."""
    return f"duty.rung{rung}" if what == "rung" else f"duty.{what}"


def register() -> None:
    """The moments of every duty, and the kit's own."""
    everywhere = tuple(Channel.values)
    register_moment("duty.open", _("事项开始"), _("承办人"), channels=())
    register_moment("duty.remind", _("到期前提醒"), _("承办人"))
    register_moment("duty.due", _("到期未办"), _("机构负责人"), channels=everywhere)
    for who in ("centre", "executive", "chairman"):
        rung, name = WHO[who]
        register_moment(f"duty.rung{rung}", _("逾期上报"), name, channels=everywhere)
    register_moment("duty.urged", _("催办"), _("承办人"))
    register_moment("job.ended", _("后台任务结束"), _("发起人"), channels=())
    register_moment("staff.security", _("登录安全变动"))
    register_moment("outlet.failing", _("通知渠道不通"), _("系统管理员"), channels=())


def moments() -> dict[str, Moment]:
    """Every moment by key, in the order of registration."""
    return dict(_moments)


@dataclass(frozen=True)
class Told:
    """What holds for a moment now; `row` is the administrator's change, None where there was none."""

    moment: Moment
    also: tuple[str, ...]
    channels: tuple[str, ...]
    row: Telling | None


def table() -> dict[str, Told]:
    """What holds for every moment: one read."""
    rows = {row.moment: row for row in Telling.objects.all()}
    return {key: _told(one, rows.get(key)) for key, one in _moments.items()}


def _told(moment: Moment, row: Telling | None) -> Told:
    if row is None:
        return Told(moment, moment.also, moment.channels, None)
    return Told(moment, tuple(row.also), tuple(row.channels), row)


def also_told(asked: Sequence[tuple[Obligation, str]], now: datetime) -> list[list[int]]:
    """The ids of the people whom the table adds, per duty and moment: at most four reads, whatever their number."""
    if not asked:
        return []
    known = table()
    wanted = [
        (nth, duty, WHO[who][0])
        for nth, (duty, key) in enumerate(asked)
        for who in (known[key].also if key in known else ())
    ]
    found: list[list[int]] = [[] for _one in asked]
    if wanted:
        for (nth, _duty, _rung), people in zip(wanted, told([(d, r) for _n, d, r in wanted], now), strict=True):
            found[nth] += people
    return found
