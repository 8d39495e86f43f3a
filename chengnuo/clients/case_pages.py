"""What every room of cases has alike before its chapter is built: a list, a page, taking on, handing on."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.apps import apps
from django.db.models import Case as Case_
from django.db.models import Count as CountOf
from django.db.models import OuterRef, QuerySet, Subquery, When
from django.db.models.functions import ExtractYear, Least
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator, format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from chengnuo.kit.act_pages import act_page
from chengnuo.kit.blobs import files_of
from chengnuo.kit.duties import duties_of
from chengnuo.kit.forms import Form
from chengnuo.kit.lists import Bulk, Column, Listing
from chengnuo.kit.records import named, register_handles, register_visible
from chengnuo.kit.requests import Asked
from chengnuo.kit.search import register_search
from chengnuo.kit.shell import MenuEntry, register_menu
from chengnuo.kit.templatetags.kit import chip, countdown, due, used, when
from chengnuo.kit.timeline import register_verb, timeline_of
from chengnuo.kit.times import fate
from chengnuo.ledger import clock
from chengnuo.ledger.check import counts_numbers
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.links import linked
from chengnuo.ledger.models import Obligation, ref
from chengnuo.ledger.moves import moves_from
from chengnuo.ledger.trail import looked
from chengnuo.people.access_explained import register_kind, register_right
from chengnuo.people.models import Staff
from chengnuo.people.reach import CENTRE, reach

from .access import sees
from .case_bulk import HandOnForm, bulk_acts, bulk_views
from .cases import Case, hand_to, may_hand_on, may_take_on
from .cases_found import searched
from .lenses import Lenses, lens_form, looked_at
from .models import Client
from .past import Past, Topic, register_past
from .running import FEW, Running, register_running

Visible = Callable[[Staff, datetime], QuerySet[Any]]


def register_room(
    model: type[Case], visible: Visible, verbs: Mapping[str, Any], *, clause: str, order: int, go: str, label: Any
) -> None:
    """Tell the rooms below about a room of cases: its verbs, who sees its records, its menu entry, its numbers."""
    name = model._meta.app_label
    for verb, words in verbs.items():
        register_verb(verb, words, "contact" if not verb.endswith(("handed_on", "estimated")) else "system")
    register_visible(
        model._meta.label_lower,
        lambda user, now, pks: set(visible(user, now).filter(pk__in=list(pks)).values_list("pk", flat=True)),
    )

    register_kind(
        model._meta.label_lower,
        label,
        visible,
        acts=[("take_on", _("受理"), may_take_on), ("hand_on", _("转派"), may_hand_on)],
        find=lambda number: model._default_manager.filter(number=number),
    )
    for act, words, may in (("take_on", _("受理"), may_take_on), ("hand_on", _("转派别人的"), may_hand_on)):
        register_right(
            f"{name}.{act}",
            format_lazy("{label}：{words}", label=label, words=words),
            lambda user, unit, now, may=may: may(user, model(unit_id=unit), now),  # type: ignore[misc]
        )

    register_handles(model._meta.label_lower, _may_add_files)

    def runs(user: Staff, client: Client, now: datetime) -> list[Running]:
        rows = visible(user, now).filter(client=client).exclude(state__in=model.FINISHED).order_by("-pk")[:FEW]
        return [
            Running(ref(row), row.number, row.get_absolute_url(), row.matter, str(label), row.state_label)
            for row in rows
            if not row.is_over
        ]

    def past(client: Client, since: datetime, user: Staff, now: datetime) -> list[Past]:
        rows = visible(user, now).filter(client=client, entered_at__gte=since)
        return [Past(Topic.SERVICES, label, rows.count())]

    register_past(name, order, past)
    register_running(name, order, runs)
    register_search(searched(model, visible, label, order))
    owed = (model._meta.label_lower,)
    register_menu(MenuEntry(name, label, f"{name}:list", order=order, clause=clause, go=go, owed=owed))

    def rows() -> Iterable[tuple[str, str, int, int]]:
        found = (
            model._default_manager.annotate(year=ExtractYear("entered_at", tzinfo=ZONE))
            .values("unit__code", "year")
            .annotate(rows=CountOf("pk"))
            .order_by()
        )
        return [(model.REGISTER, row["unit__code"], row["year"], row["rows"]) for row in found]

    counts_numbers(rows)


def _may_add_files(user: Staff, case: Any, now: datetime) -> bool:
    """Who may take it on, and the centre to what is with it; nobody who keeps out of it."""
    is_with_centre = getattr(case, "escalated_at", None) is not None and reach(user, now).is_a(*CENTRE)
    return (is_with_centre or may_take_on(user, case, now)) and not case.barred(user)


def _term(case: Any) -> SafeString:
    """When the next of what is owed is due, and how much of its time is used."""
    if case.next_due is None:
        return SafeString("")
    whole = max((case.next_due - case.next_since).total_seconds(), 1)
    share = int(100 * (clock.now() - case.next_since).total_seconds() / whole)
    return format_html("{}{}", due(case.next_due), used(share, fate(case.next_due).tone))


def with_next_due(cases: QuerySet[Any]) -> QuerySet[Any]:
    """Each with what is owed on it, or beside it, and due first, as the columns of its list want it."""
    open_ = Obligation.objects.filter(state="open", due__isnull=False).order_by("due", "pk")
    owed = [open_.filter(subject_type=cases.model._meta.label_lower, subject_pk=OuterRef("pk"))]
    for label, to_case in cases.model.BESIDE:
        parts = apps.get_model(label)._default_manager.filter(**{to_case: OuterRef(OuterRef("pk"))})
        owed.append(open_.filter(subject_type=label, subject_pk__in=parts.values("pk")))
    dues = [Subquery(rows.values("due")[:1]) for rows in owed]
    first = Least(*dues) if len(dues) > 1 else dues[0]
    since = [When(next_due=due, then=Subquery(rows.values("since")[:1])) for due, rows in zip(dues, owed, strict=True)]
    return cases.annotate(next_due=first).annotate(next_since=Case_(*since))


@dataclass(frozen=True)
class Pages:
    """The pages of one kind of case. `facts` are the rows of its fact sheet, `take_on` its first move:
    of the case and what its form holds, `by` whom and `now`."""

    model: type[Case]
    visible: Visible
    clause: str
    title: Any
    facts: Callable[[Any], list[tuple[Any, Any]]]
    take_on: Callable[..., Any]
    may_take_on: Callable[[Staff, Any, datetime], bool]
    form: Callable[[Any], Form] = lambda data: Form(data)
    template: str = "clients/case.html"
    more: Callable[[Asked, Any], dict[str, Any]] = lambda _request, _case: {}
    lenses: Lenses = field(default_factory=dict)
    """The ways to look at the list, by key."""
    enter: tuple[str, Any, Callable[[Staff, datetime], bool]] | None = None
    """Where one is entered by hand: the page, its label, and who may."""
    columns: Sequence[Column] = ()
    """What its list says besides."""
    bulk: Sequence[Bulk] = ()
    """What may be done with several of them besides."""

    def urls(self) -> list[URLPattern]:
        urge_several, hand_on_several = bulk_views(self._room, self._rows, self.clause)
        return [
            path("", require_GET(self.list), name="list"),
            path("urge/", urge_several, name="urge_several"),
            path("hand-on/", hand_on_several, name="hand_on_several"),
            path("<int:pk>/", require_GET(self.page), name="page"),
            path("<int:pk>/take-on/", self._take_on(), name="take_on"),
            path("<int:pk>/hand-on/", self._hand_on(), name="hand_on"),
        ]

    def _rows(self, request: Asked) -> QuerySet[Any]:
        return self._seen(request.user, request.now)

    def _seen(self, user: Staff, now: datetime) -> QuerySet[Any]:
        return self.visible(user, now).select_related("unit", "client", "client_unit", "owner")

    def _listed(self, user: Staff, now: datetime) -> QuerySet[Any]:
        return with_next_due(self._seen(user, now))

    @property
    def _room(self) -> str:
        return self.model._meta.app_label

    def __post_init__(self) -> None:
        self.listing  # noqa: B018 — made when the room opens, so that its export is known.

    @cached_property
    def listing(self) -> Listing:
        return Listing(
            self._room,
            [
                Column("number", gettext_lazy("单号"), lambda case: case.number, is_fixed=True),
                Column("state", gettext_lazy("状态"), lambda case: chip(case.state_label, "work")),
                Column("due", gettext_lazy("时限"), _term, plain=lambda case: case.next_due),
                Column("left", gettext_lazy("剩余"), lambda case: countdown(case.next_due), shape="aside"),
                Column(
                    "client", gettext_lazy("客户"), lambda case: case.client.name if case.client else _("未登记来电人")
                ),
                Column(
                    "matter",
                    gettext_lazy("事由"),
                    lambda case: Truncator(case.matter).chars(80),
                    shape="rest",
                    plain=lambda case: case.matter,
                ),
                *self.columns,
                Column("owner", gettext_lazy("承办"), lambda case: case.owner.name),
                Column("unit", gettext_lazy("机构"), lambda case: case.unit.name, shape="aside"),
                Column(
                    "entered_at",
                    gettext_lazy("登记"),
                    lambda case: when(case.entered_at),
                    plain=lambda case: case.entered_at,
                ),
            ],
            sort="-id",
            title=self.title,
            rows=self._listed,
            filter_form=lens_form(self.lenses, self.model.STATES) if self.lenses else None,
            narrow_for=self._looked_at if self.lenses else None,
            bulk=lambda _user, _now: (*bulk_acts(self._room), *self.bulk),
        )

    def _looked_at(self, rows: QuerySet[Any], asked: dict[str, Any], user: Staff, now: datetime) -> QuerySet[Any]:
        return looked_at(rows, asked, self.lenses, user, now)

    def list(self, request: Asked) -> HttpResponse:
        """Newest first, a page at a time."""
        context = {
            "title": self.title,
            "clause_id": self.clause,
            "list": self.listing.shown(request, self._listed(request.user, request.now)),
        }
        if self.enter and self.enter[2](request.user, request.now):
            context |= {"enter_url": reverse(self.enter[0]), "enter_label": self.enter[1]}
        return render(request, "clients/cases.html", context)

    def page(self, request: Asked, pk: int) -> HttpResponse:
        user, now = request.user, request.now
        case = get_object_or_404(self._rows(request), pk=pk)
        looked(case, by=user, now=now)
        links = linked(case)
        names = named(user, now, [where for where, _why in links])
        first = [one for one in moves_from(case) if case.state == self.model.FIRST]
        context = {
            "case": case,
            "title": self.title,
            "list_url": f"{self.model._meta.app_label}:list",
            "facts": self.facts(case),
            "links": [names[where] for where, _why in links if where in names],
            "duties": duties_of(case, user, now),
            "timeline": timeline_of(request, case),
            "files": files_of(case, user, now),
            "first": first[0] if first and self.may_take_on(user, case, now) else None,
            "take_on_url": f"{self.model._meta.app_label}:take_on",
            "hand_on_url": f"{self.model._meta.app_label}:hand_on",
            "may_hand_on": case.state not in self.model.FINISHED and may_hand_on(user, case, now),
            "full": case.client is not None and sees(user, case.client, now),
            "state": self.model.STATES(case.state).label,
            "is_first": case.state == self.model.FIRST,
            **self.more(request, case),
        }
        return render(request, self.template, context)

    def _case(self, request: Asked, pk: int) -> Any:
        return get_object_or_404(self._rows(request), pk=pk)

    def _take_on(self) -> Callable[..., HttpResponse]:
        first = next(one for one in self.model.MOVES if self.model.FIRST in one.from_)
        return act_page(
            self._case,
            self.may_take_on,
            gettext_lazy("只有承办机构的人能受理"),
            lambda data, _case, _request: self.form(data),
            lambda case, data, who: self.take_on(case, data, **who),
            verb=first.label,
            clause=first.clause,
            intro=lambda case: case.matter,
            said=lambda case, _data: _("%(number)s 由你承办") % {"number": case.number},
        )

    def _hand_on(self) -> Callable[..., HttpResponse]:
        return act_page(
            self._case,
            may_hand_on,
            gettext_lazy("只有承办人或机构负责人能转派"),
            lambda data, case, _request: HandOnForm(data, case),
            lambda case, data, who: hand_to(case, **data, **who),
            verb=gettext_lazy("转派"),
            clause="3.1.4",
            intro=lambda case: case.matter,
            said=lambda case, data: _("%(number)s 已转给%(name)s") % {"number": case.number, "name": data["to"].name},
        )
