"""What stands around every page: the menu, the bell's count, the company's name, by registration."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import groupby

from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from chengnuo.ledger import clock
from chengnuo.ledger.access import visible_obligations
from chengnuo.people.reach import reach

from .requests import Asked

# A person's next duties that the menu looks at: beyond them a figure would say no more.
NEXT_DUTIES = 1000


@dataclass(frozen=True)
class Count:
    """The figure beside a menu entry: what waits for this person; red when some of it is overdue."""

    number: int
    overdue: bool = False


@dataclass(frozen=True)
class MenuEntry:
    """One line of the menu.

    `order` places it, and its hundreds are the group between two hairlines: 100 desk and clients, 3xx and 4xx the
    chapters (301 is 3.1), 5xx what follows. `clause` stands in the gutter; without one `icon` does. `go` is the
    letter after `g`; `new_key` opens `new_url_name` from anywhere. `owed` are the types of record, or the beginnings of
    their names (`hotline.`), whose open duties are the figure beside it. `shown` hides the entry from some people.
    """

    key: str
    label: str | Promise
    url_name: str
    order: int
    clause: str = ""
    icon: str = ""
    go: str = ""
    new_key: str = ""
    new_url_name: str = ""
    new_label: str | Promise = ""
    owed: tuple[str, ...] = ()
    shown: Callable[[Asked], bool] | None = None


@dataclass(frozen=True)
class MenuLine:
    """An entry as one person sees it on one page."""

    entry: MenuEntry
    url: str
    new_url: str
    count: Count | None
    is_current: bool


_entries: dict[str, MenuEntry] = {}
_bell: list[Callable[[Asked], int]] = []
_company: list[Callable[[], str]] = []
_bar: list[Callable[[Asked], str]] = []
_cards: dict[int, Callable[[Asked], str]] = {}


def register_menu(entry: MenuEntry) -> None:
    """Add an entry; called from AppConfig.ready(). Raises ValueError when the key is taken by another entry."""
    if _entries.setdefault(entry.key, entry) != entry:
        raise ValueError(f"menu key {entry.key} is taken")


def register_bell(count: Callable[[Asked], int]) -> None:
    """Say how many notices a person has not read."""
    _bell[:] = [count]


def register_bar(bar: Callable[[Asked], str]) -> None:
    """Say, as safe HTML, what stands above every page of a person: who is calling him."""
    _bar[:] = [bar]


def register_desk_card(order: int, card: Callable[[Asked], str]) -> None:
    """Say, as safe HTML, what stands beside one's duties on the first page; nothing for whom it does not concern.

    Raises ValueError when another card has this place.
    """
    if _cards.setdefault(order, card) != card:
        raise ValueError(f"the place {order} beside the desk is taken")


def desk_cards(request: Asked) -> list[str]:
    """The registered cards for this person, in their order."""
    return [shown for _order, card in sorted(_cards.items()) if (shown := card(request))]


def register_company(name: Callable[[], str]) -> None:
    """Say the short name of the company that stands beside 承诺."""
    _company[:] = [name]


def company() -> str:
    """The company's short name, as somebody registered it; else nothing."""
    return _company[0]() if _company else ""


def menu_for(request: Asked) -> list[list[MenuLine]]:
    """The groups of the menu for this person, in the order of the procedure. An entry without a page is left out."""
    found = [(entry, _url(entry.url_name)) for entry in sorted(_entries.values(), key=lambda entry: entry.order)]
    found = [(entry, url) for entry, url in found if url and (entry.shown is None or entry.shown(request))]
    duties = _next_duties(request) if any(entry.owed for entry, _address in found) else []
    current = _current(request.path, [url for _entry, url in found])
    lines = [
        MenuLine(entry, url, _url(entry.new_url_name), _count(entry.owed, duties, request.now), url == current)
        for entry, url in found
    ]
    return [list(group) for _, group in groupby(lines, key=lambda line: line.entry.order // 100)]


def _next_duties(request: Asked) -> list[tuple[str, datetime | None]]:
    """What this person owes, by type of record and time due, the most urgent first: one reading for the whole menu."""
    seen = visible_obligations(reach(request.user, request.now), request.now)
    mine = seen.filter(owner=request.user, state="open").order_by("due")
    return list(mine.values_list("subject_type", "due")[:NEXT_DUTIES])


def _count(owed: tuple[str, ...], duties: list[tuple[str, datetime | None]], now: datetime) -> Count | None:
    mine = [due for type_, due in duties if owed and type_.startswith(owed)]
    return Count(len(mine), any(due and due < now for due in mine)) if mine else None


def chapters() -> list[MenuEntry]:
    """The entries of the menu that are chapters of the procedure, in its order."""
    return sorted((entry for entry in _entries.values() if entry.clause), key=lambda entry: entry.order)


def pages() -> list[tuple[str, str]]:
    """The pages of the menu that everybody has, by label and address."""
    found = [(str(entry.label), _url(entry.url_name)) for entry in _entries.values() if entry.shown is None]
    return [(label, url) for label, url in found if url]


def _url(name: str) -> str:
    try:
        return reverse(name) if name else ""
    except NoReverseMatch:
        return ""


def _current(path: str, urls: list[str]) -> str:
    """The longest menu address that the page lies under; the desk at / is current only on itself."""
    under = [url for url in urls if path == url or (url != "/" and path.startswith(url))]
    return max(under, key=len, default="")


class Shell:
    """Everything around the page, each part computed only when a template prints it."""

    def __init__(self, request: Asked) -> None:
        self.request = request

    @cached_property
    def menu(self) -> list[list[MenuLine]]:
        return menu_for(self.request)

    @cached_property
    def lines(self) -> list[MenuLine]:
        return [line for group in self.menu for line in group]

    @cached_property
    def bell(self) -> int:
        return _bell[0](self.request) if _bell else 0

    @cached_property
    def company(self) -> str:
        return company()

    @cached_property
    def bar(self) -> str:
        return _bar[0](self.request) if _bar else ""

    @property
    def now(self) -> datetime:
        return timezone.localtime(clock.now())

    @property
    def words(self) -> dict[str, str]:
        """What the scripts say, in the person's language; %s is the figure."""
        return {
            "overdue": _("逾期%s"),
            "left": _("剩%s"),
            "days": _("%s天"),
            "hours": _("%s时"),
            "minutes": _("%s分"),
            "moment": _("不到1分"),
            "saved": _("%s 已存草稿"),
            "unsaved": _("草稿未存，网络恢复后自动再存"),
            "unreached": _("没有取到，关闭后再打开"),
            "file_waits": _("等待"),
            "file_goes": _("正在传"),
            "file_there": _("已传"),
            "file_lost": _("没有传出，再按一次“添加”"),
            "file_large": _("超过%s兆，压缩后再传"),
            "unsent": _("还有%s项拜访没传出，退出就从本机删去。仍要退出？"),
        }
