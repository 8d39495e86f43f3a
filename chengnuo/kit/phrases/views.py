"""One's phrases on a page of their own, and the list of them that opens beside a field of a form."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chengnuo.ledger.errors import Forbidden, Refusal, Stale

from ..clash import clash
from ..models import Phrase
from ..posts import posted_once
from ..requests import Asked
from . import actions
from .access import may_write, require_may_write, visible_phrases
from .filling import filled, record_behind, room_at
from .forms import PhraseForm
from .rules import rooms


@require_GET
def phrases(request: Asked) -> HttpResponse:
    found: dict[str, list[tuple[Phrase, str, bool]]] = {}
    known = rooms()
    for one in _seen(request):
        row = (one, known.get(one.room, ""), may_write(request.user, one, request.now))
        found.setdefault(_whose(one), []).append(row)
    return render(request, "phrases/list.html", {"groups": found.items()})


def _seen(request: Asked) -> list[Phrase]:
    """One's own, then the units', then the company's, each by title."""
    rows = visible_phrases(request.user, request.now).select_related("unit").order_by("title", "pk")
    return sorted(rows, key=lambda one: (one.owner_id is None, one.unit_id is None, one.unit_id or 0))


def _whose(phrase: Phrase) -> str:
    return phrase.unit.name if phrase.unit else str(phrase.scope.label)


@require_http_methods(["GET", "HEAD", "POST"])
@posted_once
def phrase_new(request: Asked) -> HttpResponse:
    form = PhraseForm(request.POST or None, user=request.user, now=request.now)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.add_phrase(**form.words, **form.whose, by=request.user, now=request.now)  # type: ignore[arg-type]
        except Forbidden:
            raise
        except Refusal as refusal:
            form.refused(refusal)
        else:
            messages.success(request, _("已新增：%s") % made.title)
            return redirect("phrases:list")
    return _form(request, form, _("新增常用语"))


@require_http_methods(["GET", "HEAD", "POST"])
@posted_once
def phrase_edit(request: Asked, pk: int) -> HttpResponse:
    found = _one(request, pk)
    initial = {**_stored(found), "version": found.version}
    form = PhraseForm(request.POST or None, user=request.user, now=request.now, phrase=found, initial=initial)
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        try:
            made = actions.change_phrase(found, **form.words, by=request.user, now=request.now, version=version)
        except Stale as stale:
            return clash(request, form, _stored(stale.theirs), version=stale.theirs.version)
        except Refusal as refusal:
            form.refused(refusal)
        else:
            messages.success(request, _("已保存：%s") % made.title)
            return redirect("phrases:list")
    return _form(request, form, _("改常用语"), found)


def _stored(phrase: Phrase) -> dict[str, object]:
    return {"title": phrase.title, "room": phrase.room, "text": phrase.text}


def _form(request: Asked, form: PhraseForm, title: str, phrase: Phrase | None = None) -> HttpResponse:
    url = reverse("phrases:list")
    above = {"parent": _("常用语"), "parent_url": url, "cancel_url": url, "verb": _("保存")}
    context = {"form": form, "title": title, "phrase": phrase, "whose": _whose(phrase) if phrase else "", **above}
    return render(request, "phrases/form.html", context, status=form.status)


@require_POST
@posted_once
def phrase_remove(request: Asked, pk: int) -> HttpResponse:
    gone = actions.remove_phrase(_one(request, pk), by=request.user, now=request.now)
    messages.success(request, _("已删除：%s") % gone.title)
    return redirect("phrases:list")


def _one(request: Asked, pk: int) -> Phrase:
    """One that this person sees and may write."""
    found: Phrase = get_object_or_404(visible_phrases(request.user, request.now).select_related("unit"), pk=pk)
    require_may_write(request.user, found, request.now)
    return found


@never_cache
@require_GET
def pick(request: Asked) -> HttpResponse:
    """What may be put into the form at the address `at`: of its room and of every room, for its record."""
    path = request.GET.get("at", "")[:200]
    record = record_behind(path, request.user, request.now)
    room = room_at(path)
    rows = [(one, filled(one.text, record), _whose(one)) for one in _seen(request) if one.room in ("", room)]
    return render(request, "phrases/_pick.html", {"rows": rows})
