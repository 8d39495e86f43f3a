from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chengnuo.people.models import Unit

from ..forms import Form
from ..models import SendingState
from ..timeline import verbs


class WebhookForm(Form):
    name = forms.CharField(label=_("名称"), max_length=60, help_text=_("收事件的系统，如 数据仓库"))
    url = forms.CharField(
        label=_("地址"),
        max_length=500,
        help_text=_("https地址，不跟随转向"),
        widget=forms.TextInput(attrs={"inputmode": "url", "spellcheck": "false"}),
    )
    unit = forms.ModelChoiceField(
        label=_("机构"),
        queryset=Unit.objects.all(),
        required=False,
        empty_label=_("全部机构"),
        help_text=_("只发这个机构的记录的事件"),
    )
    verbs = forms.MultipleChoiceField(label=_("事件"), choices=(), widget=forms.CheckboxSelectMultiple)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["verbs"].choices = [(one.name, one.label) for one in verbs().values()]  # type: ignore[attr-defined]
        self.fields["verbs"].error_messages["required"] = _("至少选一种事件")

    @property
    def chosen(self) -> set[str]:
        """The verbs that are ticked as the form stands."""
        return set(self["verbs"].value() or ())


class SecretForm(Form):
    at_once = forms.BooleanField(
        label=_("旧密钥立即作废"), required=False, help_text=_("泄露时勾选；不勾选，24小时内新旧两个密钥都签")
    )


class LogFilter(Form):
    state = forms.ChoiceField(label=_("状态"), choices=[("", _("全部")), *SendingState.choices], required=False)
