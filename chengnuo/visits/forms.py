"""What the pages of visits take in."""

import json
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chengnuo.clients.basis import Basis, Planned
from chengnuo.clients.models import Client, Contact, Site
from chengnuo.kit.blobs import BlobField
from chengnuo.kit.forms import DayField, Form, MomentField
from chengnuo.ledger.clock import ZONE
from chengnuo.people.models import Staff

from .actions import Answers, Signed, Unsigned
from .actions.given import lines
from .models import Outcome, Question, Visit

MARKS = [(str(mark), str(mark)) for mark in range(1, 6)]
LINES = _("每行一项")


def area(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class LinesField(forms.CharField):
    """Several items, one a line."""

    widget = forms.Textarea

    def clean(self, value: Any) -> Any:
        return lines(super().clean(value) or "")


class PlanForm(Form):
    """A visit planned by hand; what of the plan is still to be done is offered first."""

    wanted_at = MomentField(label=_("上门时间"))
    purpose = forms.CharField(label=_("去办什么"), max_length=500, widget=area(2))
    basis = forms.ChoiceField(label=_("依据"), choices=[("", _("选一项")), *Basis.choices])
    planned_id = forms.TypedChoiceField(label=_("方案项目"), coerce=int, empty_value=None, required=False)
    basis_reason = forms.CharField(
        label=_("方案外的原因"), max_length=500, required=False, help_text=_("突发事件和其他要写明")
    )
    contact = forms.ModelChoiceField(
        label=_("联系人"), queryset=Contact.objects.none(), required=False, empty_label=_("未定")
    )
    site = forms.ModelChoiceField(label=_("地点"), queryset=Site.objects.none(), required=False, empty_label=_("未定"))
    owner = forms.ModelChoiceField(label=_("谁去"), queryset=Staff.objects.none(), empty_label=None)
    is_urgent = forms.BooleanField(label=_("紧急"), required=False)
    preparation = LinesField(label=_("要准备的"), required=False, max_length=4000, help_text=LINES)

    def __init__(self, *args: Any, client: Client, offered: list[Planned], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        people = Contact.objects.filter(positions__client=client, positions__is_active=True).order_by("pk")
        fields["contact"].queryset = people.distinct()
        fields["site"].queryset = Site.objects.filter(client=client)
        fields["owner"].queryset = colleagues(client.unit_id)
        if offered:
            fields["planned_id"].choices = [("", _("不按方案")), *((one.id, one.label) for one in offered)]
        else:
            del self.fields["planned_id"]


class ConfirmForm(Form):
    agreed_at = MomentField(label=_("约定时间"))
    agreed_with = forms.CharField(label=_("与谁约定"), max_length=60)
    other_wishes = forms.CharField(label=_("其他要求"), widget=area(), max_length=2000, required=False)


class MoveForm(Form):
    agreed_at = MomentField(label=_("新的时间"))
    agreed_with = forms.CharField(label=_("客户方谁同意"), max_length=60)
    why = forms.CharField(label=_("原因"), max_length=500, required=False)


class PrepareForm(Form):
    """The items of the preparation, each with its tick; more are added below."""

    more = LinesField(label=_("再加"), required=False, max_length=4000, help_text=LINES)

    def __init__(self, *args: Any, visit: Visit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = [one["text"] for one in visit.preparation or []]
        for place, one in enumerate(visit.preparation or []):
            self.fields[f"done{place}"] = forms.BooleanField(label=one["text"], required=False, initial=one["done"])
        self.order_fields([*(f"done{place}" for place in range(len(self.items))), "more"])

    @property
    def done(self) -> set[int]:
        return {place for place in range(len(self.items)) if self.cleaned_data[f"done{place}"]}


class ArriveForm(Form):
    at = MomentField(label=_("到达时间"))


class CarryOutForm(Form):
    """A visit that was paid; what of the preparation was left undone has its reason."""

    arrived_at = MomentField(label=_("到达时间"))
    left_at = MomentField(label=_("离开时间"))
    did = forms.CharField(label=_("办了什么"), widget=area(4), max_length=5000)
    unagreed_because = forms.CharField(label=_("为何没有事先约定"), max_length=500, help_text=_("记为违规（4.1.B）"))
    late_because = forms.CharField(
        label=_("迟到的原因"), max_length=500, required=False, help_text=_("到达晚于约定时间时写")
    )

    def __init__(self, *args: Any, visit: Visit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["unagreed_because" if visit.agreed_at else "late_because"]
        if visit.arrived_at:
            self.fields["arrived_at"].disabled = True
        self.items = visit.preparation or []
        for place, one in enumerate(self.items):
            self.fields[f"done{place}"] = forms.BooleanField(label=one["text"], required=False, initial=one["done"])
            self.fields[f"why{place}"] = forms.CharField(
                label=_("没做的原因"), max_length=200, required=False, initial=one["why"]
            )

    @property
    def prepared(self) -> list[tuple[bool, str]]:
        given = self.cleaned_data
        return [(given[f"done{place}"], given[f"why{place}"]) for place in range(len(self.items))]


class WhyForm(Form):
    why = forms.CharField(label=_("原因"), max_length=500, widget=area(2))


class ExplainForm(Form):
    late_because = forms.CharField(label=_("迟到的原因"), max_length=500, widget=area(2))


class SignatureFields(Form):
    """The client's hand on the screen or a scan of the sealed form, and who signed."""

    signer = forms.CharField(label=_("签章人"), max_length=60, required=False)
    strokes = forms.CharField(widget=forms.HiddenInput, max_length=200_000, required=False)
    scan = BlobField(label=_("盖章扫描件"), required=False)

    def clean_strokes(self) -> list[Any]:
        try:
            strokes = json.loads(self.cleaned_data["strokes"] or "[]")
        except (ValueError, RecursionError):
            strokes = None
        if not is_strokes(strokes):
            raise forms.ValidationError(_("签字读不出来，重签"), code="no_signature")
        return strokes  # type: ignore[no-any-return]

    def signed(self, now: datetime, *, is_sealed: bool) -> Signed:
        given = self.cleaned_data
        scan = given["scan"] if is_sealed else None
        return Signed(given["signer"], now, [] if scan else given["strokes"], scan)


def is_strokes(strokes: Any) -> bool:
    """Whether this is a list of lists of pairs of numbers, as a pad sends them."""
    return isinstance(strokes, list) and all(
        isinstance(stroke, list)
        and all(
            isinstance(point, list) and all(isinstance(n, int | float) and not isinstance(n, bool) for n in point)
            for point in stroke
        )
        for stroke in strokes
    )


class SurveyForm(SignatureFields):
    """《客户服务调查表》 on the screen."""

    overall = forms.TypedChoiceField(
        label=_("总体满意度"), choices=MARKS, coerce=int, empty_value=None, required=False, widget=forms.RadioSelect
    )
    opinions = forms.CharField(label=_("意见和建议"), widget=area(), max_length=5000, required=False)
    wishes = LinesField(label=_("要求"), required=False, max_length=16_000, help_text=_("每行一项，各有承办和时限"))
    outcome = forms.ChoiceField(
        label=_("签章"), choices=Outcome.choices, initial=Outcome.SIGNED, widget=forms.RadioSelect
    )
    reason = forms.CharField(label=_("未签的原因"), max_length=500, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in Question:
            self.fields[question.value] = forms.TypedChoiceField(
                label=question.label,
                choices=MARKS,
                coerce=int,
                empty_value=None,
                required=False,
                widget=forms.RadioSelect,
            )

    @property
    def judged(self) -> list[Any]:
        """The fields of marks, the whole first."""
        return [self["overall"], *(self[question.value] for question in Question)]

    def answers(self) -> Answers:
        given = self.cleaned_data
        marks = {one.value: given[one.value] for one in Question if given[one.value] is not None}
        return Answers(given["overall"], marks, given["opinions"], given["wishes"])

    def outcome_given(self, now: datetime) -> Signed | Unsigned:
        kind = self.cleaned_data["outcome"]
        if kind not in (Outcome.SIGNED, Outcome.SEALED):
            return Unsigned(kind, self.cleaned_data["reason"])
        return self.signed(now, is_sealed=kind == Outcome.SEALED)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("outcome") == Outcome.SEALED and not given.get("scan"):
            self.add_error("scan", _("选盖章的扫描件"))
        return given


class AskAgainForm(SignatureFields):
    """The second time: signed, sealed, or what the client said."""

    note = forms.CharField(label=_("再请的结果"), max_length=500, required=False, help_text=_("没有签章时写明"))

    def outcome_given(self, now: datetime) -> Signed | None:
        given = self.cleaned_data
        if given["scan"]:
            return self.signed(now, is_sealed=True)
        return self.signed(now, is_sealed=False) if given["strokes"] else None


class FollowUpForm(Form):
    reviewed = forms.CharField(label=_("审核意见"), max_length=500, widget=area(), help_text=_("怎么处理，转给谁"))
    wishes = LinesField(label=_("还要办的"), required=False, max_length=16_000, help_text=_("每行一项，各有承办和时限"))


class FileForm(Form):
    where = forms.CharField(label=_("归入"), max_length=120, help_text=_("哪个客户档案，放在哪里"))


class WishForm(Form):
    """What is done about something that a client asked for."""

    act = forms.ChoiceField(
        label=_("怎么办"),
        choices=[("settle", _("办结并告诉客户")), ("tell", _("告诉客户进展")), ("pass_on", _("转交"))],
        widget=forms.RadioSelect,
        initial="settle",
    )
    text = forms.CharField(label=_("说明"), widget=area(), max_length=5000, required=False)
    to = forms.ModelChoiceField(
        label=_("转给"), queryset=Staff.objects.none(), required=False, empty_label=_("转交时选")
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = people  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("act") == "pass_on" and not given.get("to"):
            self.add_error("to", _("选转给谁"))
        return given


class PeriodForm(Form):
    """Local days, the last one included."""

    since = DayField(label=_("从"))
    until = DayField(label=_("到"))
    longest = 366

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        since, until = given.get("since"), given.get("until")
        if since and until and since > until:
            self.add_error("until", _("“到”在“从”之后或同一天"))
        elif since and until and (until - since).days >= self.longest:
            self.add_error("until", _("一次最多%s天，缩短期间") % self.longest)
        return given

    @property
    def span(self) -> tuple[datetime, datetime]:
        """From the first instant until before the last."""
        return span_of(self.cleaned_data["since"], self.cleaned_data["until"])


def span_of(since: date, until: date) -> tuple[datetime, datetime]:
    return datetime.combine(since, time(), ZONE), datetime.combine(until + timedelta(days=1), time(), ZONE)


def colleagues(unit_id: int) -> Any:
    """Who may pay a visit for a branch."""
    return Staff.objects.filter(unit_id=unit_id, is_active=True).order_by("name", "pk")
