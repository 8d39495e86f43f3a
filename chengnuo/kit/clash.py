"""Two people changed one record: both texts side by side, one choice per field, and saved again.

except Stale as stale:
    return clash(request, form, {"name": stale.theirs.name}, version=stale.theirs.version)
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from .forms import TAKE, THEIRS, Form, as_posted, shown
from .posts import UNSIGNED, fall_back


@dataclass(frozen=True)
class Choice:
    """A field with two texts: `posted` is the other person's as this form would send it."""

    name: str
    label: str
    mine: str
    theirs: str
    posted: list[str]


def clash(request: HttpRequest, form: Form, fields: Mapping[str, Any], *, version: int) -> HttpResponse:
    """The page (409) that lays the posted values beside `fields`, which are stored now under `version`.

    What the refused action wrote falls back. The page posts to the same address everything that was posted, with the
    stored version and, per differing field, whose text holds; `kit.forms.Form` puts the chosen one in its place.
    """
    fall_back()
    choices = [one for name in fields if (one := _choice(form, name, fields[name])).posted != _sent(form, name)]
    kept = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in UNSIGNED and name != form.add_prefix("version") and not name.startswith((TAKE, THEIRS))
        for value in values
    ]
    kept.append((form.add_prefix("version"), str(version)))
    return render(request, "kit/clash.html", {"choices": choices, "kept": kept, "take": TAKE}, status=409)


def _choice(form: Form, name: str, stored: Any) -> Choice:
    field = form.fields[name]
    posted = as_posted(field, stored)
    label = str(form[name].label)
    return Choice(form.add_prefix(name), label, shown(field, _sent(form, name)), shown(field, posted), posted)


def _sent(form: Form, name: str) -> list[str]:
    sent = form.fields[name].widget.value_from_datadict(form.data, form.files, form.add_prefix(name))
    if isinstance(sent, bool):
        return ["on"] if sent else []
    values = sent if isinstance(sent, list | tuple) else [sent]
    return [str(value).replace("\r\n", "\n") for value in values if value not in (None, "")]
