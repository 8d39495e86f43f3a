"""Lists: a filter above a table, columns to choose, sort, density, saved views, and pages by key; all in the URL.

    CALLS = Listing(
        "calls",
        columns=[
            Column("number", _("编号"), lambda call: call.number, is_fixed=True),
            Column("state", _("状态"), lambda call: chip(call.get_state_display(), "work")),
            Column("started", _("来电"), lambda call: when(call.started_at), sort="started_at"),
            Column("operator", _("接线"), lambda call: call.operator.name, is_default=False),
        ],
        filter_form=CallFilter,                     # a kit Form of optional fields, method GET
        narrow=lambda calls, asked: calls.filter(state=asked["state"]) if asked["state"] else calls,
        sort="-started_at",
        edge=lambda call: "edge-red" if call.is_overdue else "",
    )

    def calls(request):
        rows = visible_calls(request.user, request.now).select_related("operator")
        return render(request, "hotline/calls.html", {"list": CALLS.shown(request, rows)})

and in the page `{% include "kit/_list.html" %}`. `rows` is the visible set with what the cells need already joined.
With `title=_("来电")` and `rows=lambda user, now: …` it is exported too (kit.exports): the same visible set, asked
anew at the export's time.
`bulk` gives the acts that a person may choose several rows for: each leads to its page (kit.bulk_pages).
`address` gives a row's page where the record has none of its own. `narrow_for` is a `narrow` that also asks who looks,
and when.
A column's `sort` names a column of the table that is never null; the key makes the order total, so that a page is found
by the row before it, whatever was added meanwhile, and the whole is never counted.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest, QueryDict
from django.urls import get_resolver
from django.utils.functional import Promise
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from chengnuo.ledger.errors import Invalid
from chengnuo.people.models import Staff

from .characters import forbidden, plain
from .forms import Form
from .models import ListChoice, SavedView

PAGE = 50
DENSITIES = ("", "compact", "two")
MOST_VIEWS = 20
MOST_COLUMNS = 40
PLACE = frozenset({"after", "before"})


@dataclass(frozen=True)
class Column:
    """`cell` gives what stands in a row: text, or safe HTML from a template tag. `sort` is a column never null.

    `plain` gives the value of an exported cell, with its type: a date, an instant, a number; without it the words of
    the cell. It tells no more than the record's page does to who sees it. `shape` is `rest` for the one column that
    takes the room left, `aside` for what a telephone leaves out.
    """

    key: str
    label: str | Promise
    cell: Callable[[Any], object]
    sort: str = ""
    is_fixed: bool = False
    is_default: bool = True
    is_number: bool = False
    shape: str = ""
    plain: Callable[[Any], object] | None = None

    def value(self, record: Any) -> object:
        """What stands in an exported cell."""
        if self.plain:
            return self.plain(record)
        shown = self.cell(record)
        return unescape(strip_tags(shown)).strip() if isinstance(shown, SafeString) else shown

    @property
    def classes(self) -> str:
        return " ".join(filter(None, (self.shape, "num" if self.is_number else "")))


@dataclass(frozen=True)
class Head:
    """A column as the table's head shows it; `url` sorts by it, `order` is ascending, descending or nothing."""

    column: Column
    url: str
    order: str


@dataclass(frozen=True)
class Row:
    record: Any
    url: str
    edge: str
    cells: list[tuple[Column, object]]


@dataclass(frozen=True)
class Bulk:
    """An act on several rows at once, with the name of its page. What prints is posted, and opens beside the list."""

    label: str | Promise
    url_name: str
    prints: bool = False


@dataclass(frozen=True)
class Tab:
    """A saved view above the table."""

    view: SavedView
    url: str
    is_current: bool


@dataclass(frozen=True)
class Shown:
    """A list as one person sees one page of it: the context variable `list` of `kit/_list.html`."""

    key: str
    form: Form | None
    heads: list[Head]
    rows: list[Row]
    columns: list[tuple[Column, bool]]
    density: str
    tabs: list[Tab]
    newer: str
    older: str
    query: str
    here: str
    is_exported: bool
    bulk: Sequence[Bulk]
    total: int | None
    """How many rows there are, where that is known without counting: when all of them stand on the page."""


class Listing:
    """One list of the product; the module's docstring shows its use."""

    def __init__(
        self,
        key: str,
        columns: Sequence[Column],
        *,
        sort: str,
        filter_form: type[Form] | None = None,
        narrow: Callable[[QuerySet[Any], dict[str, Any]], QuerySet[Any]] | None = None,
        narrow_for: Callable[[QuerySet[Any], dict[str, Any], Staff, datetime], QuerySet[Any]] | None = None,
        edge: Callable[[Any], str] = lambda record: "",
        title: str | Promise = "",
        rows: Callable[[Staff, datetime], QuerySet[Any]] | None = None,
        address: Callable[[Any], str] | None = None,
        may_ask: Callable[[Staff, datetime, dict[str, Any]], bool] = lambda user, now, asked: True,
        bulk: Callable[[Staff, datetime], Sequence[Bulk]] = lambda user, now: (),
    ) -> None:
        self.key, self.columns, self.sort = key, list(columns), sort
        self.filter_form, self.edge = filter_form, edge
        self.narrow, self.narrow_for = narrow, narrow_for
        self.title, self.rows, self.address, self.may_ask, self.bulk = title, rows, address, may_ask, bulk
        if rows:
            _exported[key] = self

    def shown(self, request: HttpRequest, rows: QuerySet[Any]) -> Shown:
        """The page of `rows` that the address asks for. Three queries, whatever the number of rows."""
        form = self.filter_form(request.GET) if self.filter_form else None
        user = cast(Staff, request.user)
        now: datetime = request.now  # type: ignore[attr-defined]
        if form:
            rows = self._narrowed(rows, form, user, now) if form.is_valid() else rows.none()
        sort = self._sort(request.GET.get("sort", ""))
        found, newer, older = _page(rows, sort, request.GET)
        choice = ListChoice.objects.filter(staff=user, list_key=self.key).first()
        columns = self._columns(choice.columns if choice else [])
        chosen = [column for column, is_chosen in columns if is_chosen]
        asked = _without(request.GET, PLACE)
        return Shown(
            key=self.key,
            form=form,
            heads=[_head(column, sort, asked) for column in chosen],
            rows=[self._row(record, chosen) for record in found],
            columns=columns,
            density=choice.density if choice else "",
            tabs=[Tab(view, f"?{view.query}", view.query == asked.urlencode()) for view in views_of(user, self.key)],
            newer=_url(asked, before=newer),
            older=_url(asked, after=older),
            query=asked.urlencode(),
            here=request.get_full_path(),
            is_exported=self.rows is not None,
            bulk=self.bulk(user, now),
            total=None if newer or older else len(found),
        )

    def asked(self, user: Staff, now: datetime, query: str) -> tuple[QuerySet[Any], Form | None]:
        """Every row that this address shows to this person now, in its order, and the filter's form; of them only
        those with `pick`, where it names any.

        Raises Invalid (422) for a filter that cannot be: its page shows nothing either; Http404 for what may not be
        asked."""
        asked = QueryDict(query)
        form = self.filter_form(asked) if self.filter_form else None
        rows = self.rows(user, now) if self.rows else None
        if rows is None or (form and not form.is_valid()):
            raise Invalid("filter", _("筛选条件不对，改好再导出"))
        if form:
            rows = self._narrowed(rows, form, user, now)
        if picks := picked(asked.getlist("pick")):
            rows = rows.filter(pk__in=picks)
        sort = self._sort(asked.get("sort", ""))
        return rows.order_by(sort, "-pk" if sort.startswith("-") else "pk"), form

    def _narrowed(self, rows: QuerySet[Any], form: Form, user: Staff, now: datetime) -> QuerySet[Any]:
        """The rows of a valid filter. Each may be seen by itself; what they tell together may be for others to know."""
        if not self.may_ask(user, now, form.cleaned_data):
            raise Http404
        if self.narrow_for:
            return self.narrow_for(rows, form.cleaned_data, user, now)
        return self.narrow(rows, form.cleaned_data) if self.narrow else rows

    def chosen(self, user: Staff) -> list[str]:
        """The keys of the columns that this person has in his list, in their order."""
        choice = ListChoice.objects.filter(staff=user, list_key=self.key).first()
        return [column.key for column, is_chosen in self._columns(choice.columns if choice else []) if is_chosen]

    def _sort(self, asked: str) -> str:
        sortable = {column.sort for column in self.columns if column.sort}
        return asked if asked.removeprefix("-") in sortable else self.sort

    def _columns(self, chosen: list[str]) -> list[tuple[Column, bool]]:
        """The fixed columns, the chosen ones in their order, then the rest, which are hidden."""
        known = {column.key: column for column in self.columns}
        wanted = [key for key in chosen if key in known] or [c.key for c in self.columns if c.is_default]
        fixed = [column.key for column in self.columns if column.is_fixed]
        shown = list(dict.fromkeys([*fixed, *wanted]))
        return [(known[key], True) for key in shown] + [(c, False) for c in self.columns if c.key not in shown]

    def _row(self, record: Any, columns: list[Column]) -> Row:
        own = getattr(record, "get_absolute_url", lambda: "")
        url = self.address(record) if self.address else own()
        return Row(record, url, self.edge(record), [(column, column.cell(record)) for column in columns])


def picked(asked: Sequence[str]) -> list[int]:
    """The keys of the chosen rows. Raises Invalid (422) for more than a page holds; what is no key is left out."""
    keys = {int(one) for one in asked if one.isascii() and one.isdigit() and len(one) < 19}
    if len(keys) > PAGE:
        raise Invalid("too_many", pick=_("一次最多选%s条") % PAGE)
    return sorted(keys)


_exported: dict[str, Listing] = {}


def exported_list(key: str) -> Listing:
    """The list of this key, if it can be exported. Raises LookupError."""
    # Lists stand beside the rooms' pages, which a worker has not imported; resolving an address does that.
    get_resolver().url_patterns  # noqa: B018
    return _exported[key]


def exported_titles() -> "list[str | Promise]":
    """What the lists are called that can be taken out as files."""
    get_resolver().url_patterns  # noqa: B018
    return [listing.title for listing in _exported.values()]


def _page(rows: QuerySet[Any], sort: str, asked: QueryDict) -> tuple[list[Any], str, str]:
    """The rows beside the cursor in the order asked for, with the cursors of what is newer and older than they."""
    name, is_down = sort.removeprefix("-"), sort.startswith("-")
    cursor = _cursor(rows.model, name, asked.get("before") or asked.get("after") or "")
    back = cursor is not None and "before" in asked
    if cursor:
        value, pk = cursor
        side = "lt" if is_down != back else "gt"
        rows = rows.filter(Q(**{f"{name}__{side}": value}) | Q(**{name: value, f"pk__{side}": pk}))
    sign = "-" if is_down != back else ""
    found = list(rows.order_by(f"{sign}{name}", f"{sign}pk")[: PAGE + 1])
    has_more, found = len(found) > PAGE, found[:PAGE]
    if back:
        found.reverse()
    if not found:
        return [], "", ""
    has_newer = has_more if back else bool(cursor)
    has_older = bool(cursor) if back else has_more
    return found, _mark(found[0], name) if has_newer else "", _mark(found[-1], name) if has_older else ""


def _mark(record: Any, name: str) -> str:
    value = getattr(record, name)
    return json.dumps([value.isoformat() if isinstance(value, datetime) else str(value), record.pk])


def _cursor(model: type[Model], name: str, text: str) -> tuple[Any, int] | None:
    """The place that an address names. Anything that is no place of ours means the first page."""
    try:
        value, pk = json.loads(text)
        is_place = isinstance(value, str) and not forbidden(value) and type(pk) is int and 0 < pk < 2**63
        field: Any = model._meta.get_field(name)
        found = field.clean(value, None) if is_place and value else None
        if isinstance(found, datetime):
            found = found.astimezone(UTC)  # PostgreSQL takes no offset of 16 hours or more.
        return None if found is None else (found, pk)
    except (ValueError, TypeError, OverflowError, ValidationError, RecursionError):
        return None


def _head(column: Column, sort: str, asked: QueryDict) -> Head:
    if not column.sort:
        return Head(column, "", "")
    order = {column.sort: "ascending", f"-{column.sort}": "descending"}.get(sort, "")
    turned = column.sort if order == "descending" else f"-{column.sort}"
    return Head(column, _url(_without(asked, {"sort"}), sort=turned), order)


def _without(asked: QueryDict, names: frozenset[str] | set[str]) -> QueryDict:
    kept = QueryDict(mutable=True)
    for name, values in asked.lists():
        if name not in names and any(values):
            kept.setlist(name, values)
    return kept


def _url(asked: QueryDict, **more: str) -> str:
    if not all(more.values()):
        return ""
    full = asked.copy()
    for name, value in more.items():
        full[name] = value
    return f"?{full.urlencode()}"


def keep_choice(user: Staff, key: str, columns: list[str], density: str) -> None:
    """Remember how this person likes a list; columns that the list does not have are ignored when it is shown."""
    chosen = [name for name in map(plain, columns[:MOST_COLUMNS]) if len(name) <= MOST_COLUMNS]
    kept = {"columns": chosen, "density": density if density in DENSITIES else ""}
    ListChoice.objects.update_or_create(staff=user, list_key=key[:40], defaults=kept)


def forget_choice(user: Staff, key: str) -> None:
    ListChoice.objects.filter(staff=user, list_key=key).delete()


def views_of(user: Staff, key: str) -> QuerySet[SavedView]:
    return SavedView.objects.filter(staff=user, list_key=key)


def keep_view(user: Staff, key: str, name: str, query: str) -> None:
    """Save a list's filter under a name; the same name again replaces it. Raises Invalid (422)."""
    name, query = plain(name), _without(QueryDict(query), PLACE).urlencode()
    if not 0 < len(name) <= 30 or len(query) > 1000 or len(key) > 40:
        raise Invalid("view_name", name=_("视图名写1到30个字"))
    if views_of(user, key).exclude(name=name).count() >= MOST_VIEWS:
        raise Invalid("too_many_views", name=_("已有%s个视图，先删去不用的") % MOST_VIEWS)
    SavedView.objects.update_or_create(staff=user, list_key=key, name=name, defaults={"query": query})
