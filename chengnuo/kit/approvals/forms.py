from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chengnuo.kit.forms import Form
from chengnuo.kit.models import Approval, ApprovalStep
from chengnuo.people.models import Staff

from .access import signers
from .actions import OPINION_LENGTH

MOST_COPIES = 20


class Decide(Form):
    """The decision on one step; the fingerprint is that of the page on which it was made."""

    step = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**15 - 1)
    sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)
    decision = forms.ChoiceField(choices=ApprovalStep.Decision.choices)
    opinion = forms.CharField(
        label=_("意见"), required=False, max_length=OPINION_LENGTH, widget=forms.Textarea(attrs={"rows": 2})
    )
    back_to = forms.TypedChoiceField(label=_("退回到"), required=False, coerce=int, empty_value=None)
    ask = forms.ModelChoiceField(label=_("请谁加签"), required=False, queryset=Staff.objects.none())

    def __init__(self, approval: Approval, data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        decided = [one for one in approval.steps.all() if one.decision]
        earlier = [(one.order, f"{one.decided_by} {one.asked_whom}") for one in decided]
        back_to, ask = self.fields["back_to"], self.fields["ask"]
        back_to.choices = [(0, _("提出的人")), *earlier]  # type: ignore[attr-defined]
        ask.queryset = signers(approval).select_related("unit")  # type: ignore[attr-defined]
        self.has_earlier = bool(earlier)


class Withdraw(Form):
    reason = forms.CharField(label=_("撤回理由"), max_length=OPINION_LENGTH)


class CopyTo(Form):
    people = forms.ModelMultipleChoiceField(
        label=_("抄送给"), queryset=Staff.objects.none(), widget=forms.SelectMultiple(attrs={"size": 5})
    )

    def __init__(self, approval: Approval, data: Any = None) -> None:
        super().__init__(data)
        known = approval.copies.values("staff_id")
        self.fields["people"].queryset = signers(approval).exclude(pk__in=known)  # type: ignore[attr-defined]

    def clean_people(self) -> list[Staff]:
        chosen = list(self.cleaned_data["people"])
        if len(chosen) > MOST_COPIES:
            raise forms.ValidationError(_("一次最多抄送%(most)s人"), params={"most": MOST_COPIES})
        return chosen
