"""The forms of complaints."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chengnuo.clients.cases import Channel
from chengnuo.clients.models import Client, Contact, Policy
from chengnuo.kit.forms import DayField, EditForm, Form, MomentField
from chengnuo.people.models import Staff, Unit

from .models import WAYS_ON, Cause, Complaint, Decision, Outcome, PauseKind

NOBODY = "—"


def _lines(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def _text(label: Any, longest: int, rows: int = 3, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=longest, widget=_lines(rows), **more)


def _channel(**more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=_("方式"), choices=Channel.choices, **more)


class GrievanceForm(Form):
    """What is complained of, by whom, on whose behalf, how it came."""

    account = _text(_("投诉事项"), 4000, 4)
    complainant = forms.CharField(label=_("投诉人"), max_length=60)
    complainant_phone = forms.CharField(label=_("投诉人电话"), max_length=30, required=False)
    contact = forms.ModelChoiceField(
        label=_("联系人"), queryset=Contact.objects.none(), required=False, empty_label=NOBODY
    )
    category = forms.ChoiceField(label=_("类别"), choices=Complaint.Category.choices)
    channel = forms.ChoiceField(label=_("渠道"), choices=Channel.choices)
    amount = forms.DecimalField(label=_("涉及金额（元）"), max_digits=16, decimal_places=2, min_value=0, required=False)
    claim = forms.ModelChoiceField(
        label=_("协赔案件"), queryset=Policy.objects.none(), required=False, empty_label=NOBODY
    )
    policy = forms.ModelChoiceField(label=_("保单"), queryset=Policy.objects.none(), required=False, empty_label=NOBODY)
    against = forms.ModelChoiceField(
        label=_("被投诉的人"),
        queryset=Staff.objects.none(),
        required=False,
        empty_label=NOBODY,
        help_text=_("此人不得处理这件投诉"),
    )
    on_behalf_of = forms.CharField(label=_("代谁投诉"), max_length=60, required=False)
    authority = forms.CharField(
        label=_("授权"), max_length=200, required=False, help_text=_("代他人投诉时写明授权书或关系")
    )
    people = forms.IntegerField(label=_("投诉人数"), min_value=1, max_value=30_000, initial=1)
    representatives = forms.CharField(
        label=_("代表"), max_length=300, required=False, help_text=_("超过5人的写明，最多5人，用顿号分开")
    )
    regulator = forms.CharField(label=_("转办单位"), max_length=60, required=False)
    regulator_no = forms.CharField(label=_("转办编号"), max_length=60, required=False)
    regulator_due = DayField(label=_("转办要求答复日"), required=False)

    def __init__(self, data: Any, client: Client | None, staff: Any, claims: Any, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        fields: dict[str, Any] = self.fields
        fields["against"].queryset = staff
        fields["against"].label_from_instance = lambda one: f"{one.name} {one.unit.name}"
        if client is None:
            for name in ("contact", "claim", "policy"):
                del fields[name]
            return
        fields["contact"].queryset = Contact.objects.filter(positions__client=client).distinct().order_by("pk")
        fields["claim"].queryset = claims
        fields["claim"].label_from_instance = lambda one: f"{one.number} {one.matter}"
        fields["policy"].queryset = client.policies.order_by("-ends_on")
        fields["policy"].label_from_instance = lambda one: f"{one.get_line_display()} {one.insurer} {one.no}"

    def grievance(self) -> dict[str, Any]:
        """What `Grievance` takes."""
        given = {name: self.cleaned_data.get(name) for name in GrievanceForm.base_fields}
        claim = given.pop("claim")
        return {**given, "claim_key": claim.pk if claim else None}


RARE = (
    *("against", "on_behalf_of", "authority", "people", "representatives"),
    *("regulator", "regulator_no", "regulator_due"),
)


class NewComplaintForm(GrievanceForm):
    """What is asked of every complaint comes first, the rest behind one line."""

    received_at = MomentField(label=_("收到时间"))
    unit = forms.ModelChoiceField(
        label=_("由哪个机构处理"), queryset=Unit.objects.none(), required=False, empty_label=NOBODY
    )

    def __init__(
        self, data: Any, client: Client | None, staff: Any, claims: Any, units: Any, initial: dict[str, Any]
    ) -> None:
        super().__init__(data, client, staff, claims, initial)
        fields: dict[str, Any] = self.fields
        if client is not None:
            del fields["unit"]
        else:
            fields["unit"].queryset = units
            fields["unit"].required = True

    @property
    def first_fields(self) -> list[Any]:
        return [bound for bound in self if bound.name not in RARE]

    @property
    def more_fields(self) -> list[Any]:
        return [bound for bound in self if bound.name in RARE]

    @property
    def more_is_open(self) -> bool:
        """Something there is filled in, or refused."""
        return any(
            bound.errors or (self.is_bound and bound.value() not in ("", "1", None)) for bound in self.more_fields
        )


class StateForm(GrievanceForm, EditForm):
    new_facts = forms.BooleanField(label=_("投诉人提出新的事实"), required=False, help_text=_("监管期限从现在重新起算"))


class AssessForm(Form):
    finding = _text(_("事实与责任是否清楚"), 1000)
    complex_because = _text(_("复杂的原因"), 500, 2, required=False, help_text=_("填了就按30日，不填按15日"))


class DeclareForm(Form):
    cause = forms.ChoiceField(
        label=_("定为"),
        choices=[(one.value, one.label) for one in (Cause.INFLUENCE, Cause.SUED, Cause.HARM, Cause.DIFFICULT)],
        widget=forms.RadioSelect,
    )
    because = _text(_("理由"), 500)


class BecauseForm(Form):
    because = _text(_("原因"), 500)


class ReportForm(Form):
    facts = _text(_("情况"), 4000, 4)
    measures = _text(_("已采取的措施"), 4000)
    asks = _text(_("请中心"), 2000, 2)


class InstructForm(Form):
    text = _text(_("指示"), 4000, 5)


class InvestigateForm(Form):
    plan = _text(_("查什么、谁去查"), 2000)


class NoteForm(Form):
    found = _text(_("查到什么"), 4000, 4)
    true_at = MomentField(label=_("何时"))


class ReplyForm(Form):
    said = _text(_("答复了什么"), 2000)
    whom = forms.CharField(label=_("答复谁"), max_length=60)
    channel = _channel()
    spoken_at = MomentField(label=_("何时"))


class PauseForm(Form):
    kind = forms.ChoiceField(label=_("为什么停"), choices=PauseKind.choices, widget=forms.RadioSelect)
    because = _text(_("委托谁、为什么"), 500)
    told_at = MomentField(label=_("何时告知投诉人"), required=False, help_text=_("外部鉴定：没有告知，期限照走"))
    told_whom = forms.CharField(label=_("告知了谁"), max_length=60, required=False)


class TellPauseForm(Form):
    told_at = MomentField(label=_("何时告知"))
    told_whom = forms.CharField(label=_("告知了谁"), max_length=60)


class ResultForm(Form):
    result = _text(_("结果"), 2000)


class FollowUpForm(ResultForm):
    whom = forms.CharField(label=_("问了谁"), max_length=60)


class ToldForm(Form):
    told_at = MomentField(label=_("何时告知"))
    channel = _channel()
    whom = forms.CharField(label=_("告知了谁"), max_length=60)


class RecuseForm(Form):
    staff = forms.ModelChoiceField(label=_("回避的人"), queryset=Staff.objects.none())
    because = _text(_("利害关系"), 500)

    def __init__(self, data: Any, staff: Any) -> None:
        super().__init__(data)
        field: Any = self.fields["staff"]
        field.queryset, field.label_from_instance = staff, lambda one: f"{one.name} {one.unit.name}"


class WithdrawForm(Form):
    whom = forms.CharField(label=_("谁撤回"), max_length=60)
    channel = _channel()
    because = _text(_("原因"), 500)
    said_at = MomentField(label=_("何时"))


class DecisionForm(Form):
    """The decision with the parts that it must name; saved as a draft they may still be empty."""

    outcome = forms.ChoiceField(label=_("结论"), choices=Outcome.choices, widget=forms.RadioSelect, required=False)
    findings = _text(_("查明的事实"), 4000, 4, required=False)
    basis = _text(_("依据"), 4000, 2, required=False)
    reasons = _text(_("理由"), 4000, 3, required=False)
    remedy = _text(_("处理"), 4000, 2, required=False)
    ways_on = forms.MultipleChoiceField(
        label=_("告知的后续途径"),
        choices=list(WAYS_ON.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("决定必须写明全部四项"),
    )

    @staticmethod
    def of(decision: Decision | None) -> dict[str, Any]:
        if decision is None:
            return {"ways_on": []}
        return {name: getattr(decision, name) for name in ("outcome", *Decision.PARTS, "ways_on")}


class SummaryForm(Form):
    summary = _text(_("处理结果"), 1000)


class AnswerForm(Form):
    answer = _text(_("怎么答复的"), 2000)
    answered_at = MomentField(label=_("何时"))


class CloseForm(Form):
    root_cause = _text(_("根本原因"), 1000)
    measure = _text(_("整改措施"), 1000)


class AskReviewForm(Form):
    whom = forms.CharField(label=_("谁申请"), max_length=60)
    because = _text(_("不服什么"), 1000)
    asked_at = MomentField(label=_("何时"))


class AtForm(Form):
    at = forms.CharField(label=_("在哪里、案号"), max_length=200)


class OtherForm(Form):
    """Another complaint of the client, and why."""

    other = forms.ModelChoiceField(label=_("哪一件"), queryset=Complaint.objects.none())
    because = _text(_("原因"), 500, 2)

    def __init__(self, data: Any, others: Any) -> None:
        super().__init__(data)
        field: Any = self.fields["other"]
        field.queryset, field.label_from_instance = others, lambda one: f"{one.number} {one.matter[:40]}"
