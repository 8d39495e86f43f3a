"""Forms of the product: no control characters, times in Asia/Shanghai, refusals beside the fields they belong to."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
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


class EditForm(Form):
    """A form that changes a record which somebody else may change meanwhile. `initial` is what is stored.

    What its person left as he saw it stays as it is stored by now; what both changed is said beside the field, and the
    next sending holds.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._changed_by_others: dict[str, str] = {}
        for field in self.fields.values():
            # What was seen travels with the form, of fields that send one value.
            field.show_hidden_initial = not isinstance(
                field, forms.BooleanField | forms.MultipleChoiceField | forms.ModelMultipleChoiceField
            )

    def _clean_fields(self) -> None:
        self._settle()
        super()._clean_fields()
        for name, theirs in self._changed_by_others.items():
            self.add_error(name, gettext("刚被别人改成“%s”，核对后再存") % theirs)

    def _settle(self) -> None:
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        for bound in self:
            seen = data.get(bound.html_initial_name)
            if seen is None:
                continue
            stored = as_posted(bound.field, self.get_initial_for_field(bound.field, bound.name))
            was, sent = (_as_sent(bound.field, one) for one in (seen, data.get(bound.html_name, "")))
            if stored in (was, sent):
                continue
            if sent == was:
                data[bound.html_name] = next(iter(stored), "")
            else:
                self._changed_by_others[bound.name] = shown(bound.field, stored)
            data[bound.html_initial_name] = next(iter(stored), "")
        self.data = data


def _as_sent(field: forms.Field, raw: str) -> list[str]:
    """A raw value of the form, so that it compares with `as_posted`."""
    raw = raw.replace("\r\n", "\n").strip()
    if isinstance(field, forms.DateTimeField | forms.DateField | forms.DecimalField):
        try:
            return as_posted(field, field.to_python(raw))
        except forms.ValidationError:
            return [raw]
    return [raw] if raw else []


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


def as_posted(field: forms.Field, stored: Any) -> list[str]:
    """A stored value as its form would send it."""
    if isinstance(stored, bool):
        return ["on"] if stored else []
    formatted = field.widget.format_value(field.prepare_value(stored))
    values = formatted if isinstance(formatted, list | tuple) else [formatted]
    return [str(value) for value in values if value not in (None, "")]


def shown(field: forms.Field, posted: list[str]) -> str:
    """What was sent for a field, in the words that its page has for it."""
    if isinstance(field, forms.BooleanField):
        return gettext("是") if posted else gettext("否")
    labels = {str(value): str(label) for value, label in _choices(getattr(field, "choices", ()))}
    return gettext("、").join(labels.get(value, value) for value in posted) or gettext("（空）")


def _choices(choices: Iterable[Any]) -> Iterable[tuple[Any, Any]]:
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from _choices(label)
        else:
            yield value, label
