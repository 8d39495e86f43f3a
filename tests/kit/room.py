"""A small feature to try the kit with: it writes series rows, so that a test can see what was carried out."""

import json
from typing import Literal

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from pydantic import Field

from chengnuo.kit.api import Answer, Id, Instant, Router, Schema, acts, paged, replies
from chengnuo.kit.api_edge import api_urls, make_api
from chengnuo.kit.forms import Form, MomentField
from chengnuo.kit.posts import done, posted_once
from chengnuo.ledger.errors import Refusal
from chengnuo.ledger.models import Series
from chengnuo.people.models import Staff
from chengnuo.site import urls as site


def carried_out() -> int:
    return Series.objects.filter(register="TEST").count()


def carry_out(note: str) -> str:
    with transaction.atomic(savepoint=False):
        nth = carried_out() + 1
        Series.objects.create(register="TEST", branch=str(nth), year=2026)
        if note == "refuse":
            raise Refusal("too_early", "现在还不能记", clause="3.1.5", fields={"note": "换一个时间"})
    return f"/test/{nth}/"


class NoteForm(Form):
    note = forms.CharField(max_length=20)
    at = MomentField(required=False)


@posted_once
def write(request: HttpRequest) -> HttpResponse:
    form = NoteForm(request.POST or None)
    if form.is_valid():
        try:
            return redirect(carry_out(form.cleaned_data["note"]))
        except Refusal as refusal:
            form.refused(refusal)
    # As a page does, it asks the database while it shows the form again.
    return HttpResponse(f"{carried_out()} {json.dumps(form.errors, ensure_ascii=False)}", status=form.status)


@posted_once
def refuse(request: HttpRequest) -> HttpResponse:
    return redirect(carry_out("refuse"))


@posted_once
def fragment(request: HttpRequest) -> HttpResponse:
    return done(HttpResponse(carry_out("fragment")))


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("broken on purpose")


router = Router(tags=["desk"])


class NotePayload(Schema):
    note: str = Field(max_length=20)
    kind: Literal["a", "b"] = "a"
    at: Instant | None = None
    refers_to: Id | None = None
    tags: list[str] = []


class NoteAnswer(Answer):
    where: str


@router.post("/notes", response=replies({201: NoteAnswer}))
def post_note(request, payload: NotePayload):
    return acts(request, payload, lambda: (201, NoteAnswer(where=carry_out(payload.note))))


@router.get("/people", response=replies({200: dict}))
def list_people(request, after: str | None = None, limit: int = 2):
    people, following = paged(Staff.objects.all(), after, limit)
    return {"people": [one.pk for one in people], "next": following}


@router.get("/broken", response=replies({200: dict}))
def broken_operation(request):
    raise RuntimeError("a secret of ours")


urlpatterns = [
    path("write/", write),
    path("refuse/", refuse),
    path("fragment/", fragment),
    path("broken/", broken),
    path("api/test/", api_urls(make_api([router], "test"))),
    *site.urlpatterns,
]
handler400, handler403, handler404, handler500 = site.handler400, site.handler403, site.handler404, site.handler500
