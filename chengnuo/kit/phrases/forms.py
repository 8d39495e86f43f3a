from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chengnuo.ledger.errors import Invalid
from chengnuo.people.models import Staff, Unit

from ..forms import Form
from ..models import Phrase
from .access import may_write, units_written_for
from .rules import clean_text, known, rooms

UNIT = f"{Phrase.Scope.UNIT}:"


class PhraseForm(Form):
    """`scope` is there while it is a new one: whose a phrase is does not change."""

    title = forms.CharField(label=gettext_lazy("标题"), max_length=Phrase.TITLE)
    scope = forms.ChoiceField(label=gettext_lazy("谁用"), choices=())
    room = forms.ChoiceField(label=gettext_lazy("用在"), choices=(), required=False)
    text = forms.CharField(label=gettext_lazy("内容"), max_length=Phrase.TEXT, widget=forms.Textarea(attrs={"rows": 6}))
    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)

    def __init__(self, data: Any, *, user: Staff, now: datetime, phrase: Phrase | None = None, **more: Any) -> None:
        super().__init__(data, **more)
        self.units = {f"{UNIT}{unit.pk}": unit for unit in units_written_for(user, now)}
        self.fields["room"].choices = [("", _("各处")), *rooms().items()]  # type: ignore[attr-defined]
        self.fields["text"].help_text = _("可用%s") % known()
        if phrase is not None:
            del self.fields["scope"]
            return
        scopes = [(Phrase.Scope.OWN.value, str(Phrase.Scope.OWN.label))]
        scopes += [(key, unit.name) for key, unit in self.units.items()]
        if may_write(user, Phrase(), now):
            scopes.append((Phrase.Scope.COMPANY.value, str(Phrase.Scope.COMPANY.label)))
        self.fields["scope"].choices = scopes  # type: ignore[attr-defined]
        self.fields["scope"].initial = Phrase.Scope.OWN

    def clean_text(self) -> str:
        try:
            return clean_text(self.cleaned_data["text"])
        except Invalid as refusal:
            raise forms.ValidationError(refusal.fields["text"]) from refusal

    @property
    def whose(self) -> "dict[str, str | Unit | None]":
        """The chosen scope as the action takes it."""
        unit = self.units.get(self.cleaned_data["scope"])
        return {"scope": Phrase.Scope.UNIT.value if unit else self.cleaned_data["scope"], "unit": unit}

    @property
    def words(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ("title", "room", "text")}
