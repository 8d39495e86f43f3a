"""What every room of proposals tells the kit: its events' words, who sees its records, its approvals, its numbers."""

from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count as CountOf
from django.db.models import QuerySet
from django.db.models.functions import ExtractYear
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chengnuo.ledger.check import counts_numbers
from chengnuo.ledger.clock import ZONE
from chengnuo.people.access_explained import register_kind as register_explained
from chengnuo.people.access_explained import register_right
from chengnuo.people.models import Staff
from chengnuo.people.reach import CENTRE, reach

from ..approvals.kinds import register_kind
from ..records import register_handles, register_visible
from ..search import Hit, Kind, Words, register_search, shown
from ..timeline import Told, register_verb
from .access import may_write
from .acts import Proposals
from .models import Proposal

Visible = Callable[[Staff, datetime], QuerySet[Any]]
SAID = ("title", "reason", "conclusion", "terms", "how", "result")
VERBS = {
    "drafted": _("起草"),
    "edited": _("修改"),
    "submitted": _("报总部"),
    "taken_back": _("收回修改"),
    "returned": _("退回修改"),
    "analysed": _("分析报批"),
    "put_back": _("退回重新分析"),
    "approved": _("批准"),
    "rejected": _("不批准"),
    "carried_out": _("登记实施"),
    "reported": _("反馈结果"),
    "printed": _("打印"),
}


def _words(told: Told) -> str:
    said = [told.texts[name] for name in SAID if told.texts.get(name)]
    for name in ("granted", "proposed"):
        if name in told.data:
            said.insert(0, gettext("%s元") % f"{Decimal(told.data[name]):,.2f}")
    return "，".join(said)


def register_proposals(
    paper: Proposals[Any], visible: Visible, *, order: int, texts: Callable[[Any], list[str]]
) -> None:
    """Tell the kit about a room's proposals. `texts` are the words that one is found by, its title first."""
    model = paper.model
    type_ = model._meta.label_lower
    for verb, words in VERBS.items():
        register_verb(
            f"{paper.noun}.{verb}", format_lazy("{words}{label}", words=words, label=paper.label), "system", _words
        )
    register_visible(
        type_, lambda user, now, pks: set(visible(user, now).filter(pk__in=list(pks)).values_list("pk", flat=True))
    )
    register_handles(type_, _may_add)
    register_kind(paper.kind())
    register_explained(
        type_,
        paper.label,
        visible,
        acts=[("write", _("起草和上报"), lambda user, one, now: may_write(user, one.unit_id, now))],
        find=lambda number: model._default_manager.filter(number=number),
    )
    register_right(
        f"{paper.noun}.write", format_lazy("{label}：{words}", label=paper.label, words=_("起草和上报")), may_write
    )
    register_search(_searched(paper, visible, order, texts))
    counts_numbers(lambda: _numbers(model))


def _may_add(user: Staff, one: Proposal, now: datetime) -> bool:
    """The branch's papers are the branch's to add; the centre adds what it weighed them by."""
    return may_write(user, one.unit_id, now) or reach(user, now).is_a(*CENTRE)


def _searched(paper: Proposals[Any], visible: Visible, order: int, texts: Callable[[Any], list[str]]) -> Kind:
    def words(one: Any) -> Words:
        return Words(texts=texts(one), number=one.number, unit=one.unit_id, at=one.drafted_at)

    def hit(one: Any) -> Hit:
        subtitle = f"{one.unit.name} {one.get_state_display()}"
        return Hit(texts(one)[0] or one.number, subtitle, one.get_absolute_url(), one.number, texts(one))

    # What the words are made of is more than the columns named here can tell; any change of the row renews them.
    reads = tuple(field.attname for field in paper.model._meta.concrete_fields)
    return Kind(paper.noun, paper.model, paper.label, order, reads, words, shown(visible, hit, "unit"))


def _numbers(model: type[Proposal]) -> Iterable[tuple[str, str, int, int]]:
    rows = (
        model._default_manager.annotate(entered=ExtractYear("drafted_at", tzinfo=ZONE))
        .values("unit__code", "entered")
        .annotate(rows=CountOf("pk"))
        .order_by()
    )
    return [(model.REGISTER, row["unit__code"], row["entered"], row["rows"]) for row in rows]
