"""Two people changed one record: both texts side by side, one choice per field, and saved again.

except Stale as stale:
    return clash(request, form, {"name": stale.theirs.name}, version=stale.theirs.version)
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from .forms import TAKE, THEIRS, Form
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
    posted = _as_posted(field, stored)
    label = str(form[name].label)
    return Choice(form.add_prefix(name), label, _shown(field, _sent(form, name)), _shown(field, posted), posted)


def _sent(form: Form, name: str) -> list[str]:
    sent = form.fields[name].widget.value_from_datadict(form.data, form.files, form.add_prefix(name))
    if isinstance(sent, bool):
        return ["on"] if sent else []
    values = sent if isinstance(sent, list | tuple) else [sent]
    return [str(value).replace("\r\n", "\n") for value in values if value not in (None, "")]


def _as_posted(field: forms.Field, stored: Any) -> list[str]:
    if isinstance(stored, bool):
        return ["on"] if stored else []
    formatted = field.widget.format_value(field.prepare_value(stored))
    values = formatted if isinstance(formatted, list | tuple) else [formatted]
    return [str(value) for value in values if value not in (None, "")]


def _shown(field: forms.Field, posted: list[str]) -> str:
    if isinstance(field, forms.BooleanField):
        return _("是") if posted else _("否")
    labels = {str(value): str(label) for value, label in _choices(getattr(field, "choices", ()))}
    return _("、").join(labels.get(value, value) for value in posted) or _("（空）")


def _choices(choices: Iterable[Any]) -> Iterable[tuple[Any, Any]]:
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from _choices(label)
        else:
            yield value, label
