"""Forms of the channels, the table of who is told, and one's own addresses."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..forms import Form
from ..models import Channel, DeliveryState, Notice, Outlet, Security
from .tellings import WHO


class ServerFields(Form):
    """Where a mail server is and how it knows us; the password is never shown again."""

    host = forms.CharField(label=_("服务器"), max_length=200, required=False)
    port = forms.IntegerField(label=_("端口"), min_value=1, max_value=65535)
    security = forms.ChoiceField(label=_("加密"), choices=Security.choices)
    username = forms.CharField(label=_("用户名"), max_length=200, required=False)
    secret = forms.CharField(
        label=_("密码"),
        max_length=200,
        required=False,
        strip=False,
        help_text=_("留空不改；存在数据目录的文件里"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class OutletForm(Form):
    is_on = forms.BooleanField(label=_("启用"), required=False)
    url = forms.CharField(
        label=_("系统地址"),
        max_length=200,
        required=False,
        help_text=_("通知里的链接以它开头，如 https://desk.example.com"),
    )
    names_clients = forms.BooleanField(
        label=_("带客户信息"), required=False, help_text=_("不勾选时，通知只写条款、单号和期限，不写客户的名字和电话")
    )
    per_minute = forms.IntegerField(label=_("每分钟最多"), min_value=1, max_value=1000)


class MailOutletForm(ServerFields, OutletForm):
    sender = forms.CharField(label=_("发件地址"), max_length=200, required=False)
    field_order = (
        "is_on",
        "host",
        "port",
        "security",
        "username",
        "secret",
        "sender",
        "url",
        "names_clients",
        "per_minute",
    )


def outlet_form(outlet: Outlet, data: Any = None) -> OutletForm:
    """The form of a channel, filled with what is set."""
    form = MailOutletForm if outlet.channel == Channel.MAIL else OutletForm
    return form(data, initial={name: getattr(outlet, name) for name in form.base_fields if name != "secret"})


class TellingForm(Form):
    also = forms.MultipleChoiceField(
        label=_("另外通知"),
        choices=[(key, label) for key, (_rung, label) in WHO.items()],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    channels = forms.MultipleChoiceField(
        label=_("发到"), choices=Channel.choices, required=False, widget=forms.CheckboxSelectMultiple
    )


class AddressesForm(Form):
    """One's own addresses, and the kinds of notices wanted by each channel."""

    def __init__(self, *args: Any, channels: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.channels = channels
        for channel in channels:
            label = Channel(channel).label
            self.fields[channel] = forms.CharField(
                label=label,
                max_length=300,
                required=False,
                help_text=_("邮箱地址") if channel == Channel.MAIL else _("群机器人的Webhook地址"),
                widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "email"}),
            )
            self.fields[f"{channel}_own"] = forms.BooleanField(label=_("自己选种类"), required=False)
            self.fields[f"{channel}_kinds"] = forms.MultipleChoiceField(
                label=_("种类"), choices=Notice.Kind.choices, required=False, widget=forms.CheckboxSelectMultiple
            )


class LogFilter(Form):
    state = forms.ChoiceField(label=_("状态"), choices=[("", _("全部")), *DeliveryState.choices], required=False)
    channel = forms.ChoiceField(label=_("渠道"), choices=[("", _("全部")), *Channel.choices], required=False)
