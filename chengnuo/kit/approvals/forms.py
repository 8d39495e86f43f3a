from django import forms
from django.utils.translation import gettext_lazy as _

from chengnuo.kit.forms import Form
from chengnuo.kit.models import ApprovalStep

from .actions import OPINION_LENGTH


class Decide(Form):
    """The decision on one step; the fingerprint is that of the page on which it was made."""

    step = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)
    decision = forms.ChoiceField(choices=ApprovalStep.Decision.choices)
    opinion = forms.CharField(
        label=_("意见"), required=False, max_length=OPINION_LENGTH, widget=forms.Textarea(attrs={"rows": 2})
    )


class Withdraw(Form):
    reason = forms.CharField(label=_("撤回理由"), max_length=OPINION_LENGTH)
