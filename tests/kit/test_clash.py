"""Two people change one record: both texts, one choice per field."""

import re

from django import forms
from django.http import QueryDict

from chengnuo.kit.clash import clash
from chengnuo.kit.forms import Form

from .conftest import NOW


class PersonForm(Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    name = forms.CharField(label="姓名")
    note = forms.CharField(label="备注", widget=forms.Textarea, required=False)
    kinds = forms.MultipleChoiceField(label="类别", choices=[("a", "甲"), ("b", "乙")], required=False)
    is_key = forms.BooleanField(label="重点", required=False)


def clashed(rf, zhou, posted: str):
    request = rf.post("/people/1/", QueryDict(posted).dict() | {"kinds": QueryDict(posted).getlist("kinds")})
    request.user, request.now = zhou, NOW
    form = PersonForm(request.POST)
    assert form.is_valid()
    stored = {"name": "李建明", "note": "", "kinds": ["b"], "is_key": True}
    return clash(request, form, stored, version=7)


def fields_of(html: str) -> QueryDict:
    """What the page would post as it stands."""
    sent = QueryDict(mutable=True)
    page = html.split('<form class="card"')[1].split("</form>")[0]
    for tag in re.findall(r"<input[^>]*>", page):
        got = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if got.get("type") != "radio" or "checked" in tag:
            sent.appendlist(got["name"], got["value"])
    return sent


def test_only_what_differs_is_asked_with_both_texts(rf, zhou):
    answer = clashed(rf, zhou, "version=6&name=李建民&note=&kinds=a&kinds=b&is_key=on&once=1")
    text = answer.content.decode()
    assert answer.status_code == 409
    assert re.findall(r"<legend>(.*?)</legend>", text) == ["姓名", "类别"]
    assert "李建民" in text
    assert "李建明" in text
    assert "甲、乙" in text


def test_saved_again_as_it_stands_mine_holds_under_the_stored_version(rf, zhou):
    sent = fields_of(clashed(rf, zhou, "version=6&name=李建民&kinds=a").content.decode())
    form = PersonForm(sent)
    assert form.is_valid()
    assert form.cleaned_data == {"version": 7, "name": "李建民", "note": "", "kinds": ["a"], "is_key": False}


def test_what_its_writer_gave_up_is_the_other_persons(rf, zhou):
    sent = fields_of(clashed(rf, zhou, "version=6&name=李建民&kinds=a").content.decode())
    for name in ("name", "kinds", "is_key"):
        sent[f"take-{name}"] = "theirs"
    form = PersonForm(sent)
    assert form.is_valid()
    assert form.cleaned_data == {"version": 7, "name": "李建明", "note": "", "kinds": ["b"], "is_key": True}
