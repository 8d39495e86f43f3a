"""Forms of the product: no control characters, times in Asia/Shanghai, refusals beside the fields they belong to."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.errors import Refusal

from .characters import forbidden
from .posts import fall_back

EARLIEST, LATEST = 1900, 2200
TAKE, THEIRS = "take-", "theirs-"


class MomentField(forms.DateTimeField):
    """An instant as a person types it, in Asia/Shanghai, to the minute."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def to_python(self, value: Any) -> datetime | None:
        moment = super().to_python(value)
        return _within_years(moment)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, datetime) and value.tzinfo:
            return value.astimezone(ZONE).replace(tzinfo=None)
        return value


class DayField(forms.DateField):
    """A date with the browser's own calendar."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def to_python(self, value: Any) -> date | None:
        return _within_years(super().to_python(value))


def _within_years(value: Any) -> Any:
    if value is not None and not EARLIEST <= value.year <= LATEST:
        raise forms.ValidationError(
            _("年份须在%(first)s到%(last)s之间"), code="year", params={"first": EARLIEST, "last": LATEST}
        )
    return value


class Form(forms.Form):
    """The base of every form.

    The page opens it with `Form(request.POST or None)`; after a refused action `refused()` puts the reason beside
    its field and undoes what the action wrote:

        if form.is_valid():
            try:
                call = register(..., by=request.user, now=request.now)
            except Refusal as refusal:
                form.refused(refusal)
            else:
                return redirect("hotline:call", call.pk)
        return render(request, "hotline/register.html", {"form": form}, status=form.status)
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.data = settled(self.data)
        self._refusal_status = 422
        for name, field in self.fields.items():
            _plain_words(field)
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs.setdefault("rows", 3)
            if name.endswith("phone"):
                field.widget.attrs.setdefault("inputmode", "tel")
            field.widget.attrs.setdefault("autocomplete", "off")

    @property
    def status(self) -> int:
        """The status of the page that shows this form: 422, or the refusal's own, once it was sent and is wrong."""
        return self._refusal_status if self.is_bound and self.errors else 200

    def _clean_fields(self) -> None:
        super()._clean_fields()  # type: ignore[misc]
        for name in self.fields:
            for text in self._typed(name):
                if wrong := forbidden(text):
                    self.cleaned_data.pop(name, None)
                    self.errors.pop(name, None)
                    self.add_error(name, wrong)
                    break

    def _typed(self, name: str) -> list[str]:
        """The strings that were sent for a field, as they came."""
        sent = self.fields[name].widget.value_from_datadict(self.data, {}, self.add_prefix(name))
        values = sent if isinstance(sent, list | tuple) else [sent]
        return [value for value in values if isinstance(value, str)]

    def refused(self, refusal: Refusal) -> None:
        """Show why the action refused, beside the fields it names, else above the form; undo what it wrote."""
        fall_back()
        self._refusal_status = refusal.status
        for name, message in refusal.fields.items():
            self.add_error(name if name in self.fields else None, message)
        if not refusal.fields:
            said = f"{refusal.message}（{refusal.clause}）" if refusal.clause else refusal.message
            self.add_error(None, said)


def settled(data: Any) -> Any:
    """The posted values after a clash of versions: of each field that its writer gave up, the other person's."""
    given_up = [name.removeprefix(TAKE) for name in data if name.startswith(TAKE) and data[name] == "theirs"]
    if not given_up or not isinstance(data, QueryDict):
        return data
    data = data.copy()
    for name in given_up:
        data.setlist(name, data.getlist(THEIRS + name))
    return data


def _plain_words(field: forms.Field) -> None:
    """Short words for the errors that Django words at length."""
    words: dict[str, Any] = {"required": _("缺这一项")}
    if isinstance(field, forms.ChoiceField):
        words["invalid_choice"] = _("没有这个选项，重新选")
    if isinstance(field, forms.DateTimeField):
        words["invalid"] = _("写成 2026-09-28 14:36 的样子")
    elif isinstance(field, forms.DateField):
        words["invalid"] = _("写成 2026-09-28 的样子")
    elif isinstance(field, forms.IntegerField | forms.DecimalField):
        words["invalid"] = _("填数字")
    field.error_messages = {**field.error_messages, **words}
