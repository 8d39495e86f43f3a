"""The names in brackets that an author writes into a phrase, and the record that fills them: the one on whose page, or
below whose address, the form stands that it is put into. What fills a name is never looked at for names again."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.apps import apps
from django.urls import NoReverseMatch, Resolver404, resolve

from chengnuo.ledger.models import Kept, Ref
from chengnuo.people.models import Staff

from ..records import types_of, visible_refs

NAME = re.compile(r"【([^【】\n]{0,20})】")
KEEPERS = ("owner", "keeper", "operator")
LARGEST_KEY = 2**63


def _keeper(record: Any) -> Any:
    return next((found for name in KEEPERS if (found := getattr(record, name, None))), "")


NAMES: Mapping[str, Callable[[Any], Any]] = {
    "客户": lambda record: getattr(record, "client", None),
    "单号": lambda record: getattr(record, "number", ""),
    "承办": _keeper,
    "机构": lambda record: getattr(record, "unit", None),
}


def unknown(text: str) -> list[str]:
    """The names in brackets that nothing fills, each once, in order."""
    return [name for name in dict.fromkeys(NAME.findall(text)) if name not in NAMES]


def filled(text: str, record: Kept | None) -> str:
    """The text for this record. A name for which it has nothing stays, to be written by hand."""

    def word(found: re.Match[str]) -> str:
        ask = NAMES.get(found[1])
        return str((ask(record) if ask and record else None) or found[0])

    return NAME.sub(word, text)


def room_at(path: str) -> str:
    """The room of the product to which this address belongs; empty where there is none."""
    try:
        return resolve(path).namespace.partition(":")[0]
    except Resolver404:
        return ""


def record_behind(path: str, user: Staff, now: datetime) -> Kept | None:
    """The record whose page lies at this address or above it, if the person sees it."""
    try:
        match = resolve(path)
    except Resolver404:
        return None
    key = match.kwargs.get("pk")
    if not isinstance(key, int) or key >= LARGEST_KEY:
        return None
    candidates = [Ref(type_, key) for type_ in types_of(match.namespace)]
    for where in sorted(visible_refs(user, now, candidates)):
        # What is everybody's to see is seen whether it is there or not.
        record = apps.get_model(where.type)._default_manager.filter(pk=key).first()
        if record is not None and path.startswith(_address(record)):
            return record
    return None


def _address(record: Any) -> str:
    """Its page; what has none is found at no address."""
    try:
        return str(record.get_absolute_url())
    except (AttributeError, NoReverseMatch):
        return "\n"
