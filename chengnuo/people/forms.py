from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chengnuo.kit.forms import DayField, Form, MomentField
from chengnuo.ledger.calendar import midnight

from .access import visible_staff
from .models import FactorRule, Role, Staff, Unit
from .passkeys import LONGEST as PASSKEY_LENGTH
from .scopes import DEFAULT_DAYS, READ, READING, WRITE, rooms


def end_of(day: date | None) -> datetime | None:
    """24:00 of the day."""
    return midnight(day + timedelta(days=1)) if day else None


def _password(label: Any, autocomplete: str, *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=200,
        strip=False,
        required=required,
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
    )


class SignInForm(Form):
    username = forms.CharField(
        label=_("用户名"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "autofocus": True}),
    )
    password = _password(_("密码"), "current-password")


class CodeForm(Form):
    """A code that an authenticator shows."""

    code = forms.CharField(
        label=_("验证码"),
        max_length=20,
        help_text=_("验证器上现在的6位数字"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True}),
    )


class ProveForm(Form):
    """Showing who one is: a code, a passkey's answer as the browser gives it, or the password."""

    prefix = "prove"
    code = forms.CharField(
        label=_("验证码"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True}),
    )
    password = _password(_("密码"), "current-password", required=False)
    passkey = forms.CharField(
        required=False, max_length=PASSKEY_LENGTH, widget=forms.HiddenInput(attrs={"data-passkey-answer": True})
    )


class PasskeySignInForm(Form):
    """What the browser says of a passkey, when somebody signs in by it alone."""

    passkey = forms.CharField(
        required=False, max_length=PASSKEY_LENGTH, widget=forms.HiddenInput(attrs={"data-passkey-answer": True})
    )


class PasskeyForm(Form):
    name = forms.CharField(
        label=_("名称"), max_length=60, help_text=_("认得出是哪一个，如 工位电脑、手机、U盾"), initial=_("工位电脑")
    )
    passkey = forms.CharField(
        required=False, max_length=PASSKEY_LENGTH, widget=forms.HiddenInput(attrs={"data-passkey-answer": True})
    )

    def clean_passkey(self) -> str:
        answer: str = self.cleaned_data["passkey"]
        if not answer:
            raise forms.ValidationError(_("浏览器没有做成通行密钥，再试一次"))
        return answer


class OwnPasswordForm(Form):
    """The first password of one's own; whoever sees it has just typed the one that he was handed."""

    password = _password(_("新密码"), "new-password")
    again = _password(_("再输一次"), "new-password")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = _("至少10个字符，一句只有你想得到的话最好；不用定期换")

    def clean_again(self) -> str:
        again: str = self.cleaned_data["again"]
        if self.cleaned_data.get("password") not in (None, again):
            raise forms.ValidationError(_("两次不一样"))
        return again


class FactorResetForm(Form):
    """Why the administrator takes somebody's second factor away."""

    reason = forms.CharField(
        label=_("理由"),
        max_length=200,
        help_text=_("怎么丢的，怎么确认是他本人"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class FactorRulesForm(Form):
    """What each role must have beside the password; one field per role, named by its kind."""

    def __init__(self, *args: Any, rules: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind, label in Role.Kind.choices:
            self.fields[kind] = forms.ChoiceField(label=label, choices=FactorRule.Need.choices, initial=rules[kind])


class PasswordForm(Form):
    """Somebody's own password: the old one, then the new one."""

    current = _password(_("现在的密码"), "current-password")
    password = _password(_("新密码"), "new-password")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = _("至少10个字符，改后其他会话随即结束；不用定期换")


class NewPasswordForm(Form):
    """A password that the administrator hands to somebody."""

    password = _password(_("新密码"), "new-password")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = _(
            "至少10个字符。只供下次登录用一次：登录后先设自己的密码；本人的会话随即结束"
        )


class UnitForm(Form):
    name = forms.CharField(label=_("名称"), max_length=60)
    division_code = forms.CharField(
        label=_("行政区划代码"),
        max_length=6,
        required=False,
        help_text=_("6位数字，预警按它找到机构"),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    phone = forms.CharField(label=_("值班电话"), max_length=30, required=False)


class UnitChangeForm(UnitForm):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)


class NewUnitForm(UnitForm):
    code = forms.CharField(label=_("代码"), max_length=6, help_text=_("登记簿的编号以它开头，不能再改，如 SU"))
    kind = forms.ChoiceField(label=_("类别"), choices=Unit.Kind.choices, initial=Unit.Kind.BRANCH)
    field_order = ["code", "name", "kind", "division_code", "phone"]


class StaffForm(Form):
    name = forms.CharField(label=_("姓名"), max_length=40)
    unit = forms.ModelChoiceField(label=_("机构"), queryset=Unit.objects.filter(closed_on=None), empty_label=None)
    phone = forms.CharField(label=_("电话"), max_length=30, required=False)
    extension = forms.CharField(
        label=_("分机"),
        max_length=12,
        required=False,
        help_text=_("电话系统里的分机号，来电弹屏按它认人"),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )


class StaffChangeForm(StaffForm):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)


class NewStaffForm(StaffForm):
    username = forms.CharField(label=_("用户名"), max_length=40, help_text=_("登录用，小写字母和数字，如 zhoumin"))
    password = _password(_("初始密码"), "new-password")
    field_order = ["name", "unit", "username", "password", "phone", "extension"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = _("至少10个字符，只供第一次登录：他登录后先设自己的密码")


class RoleForm(Form):
    kind = forms.ChoiceField(label=_("角色"), choices=Role.Kind.choices)
    unit = forms.ModelChoiceField(label=_("机构"), queryset=Unit.objects.filter(closed_on=None), empty_label=None)
    starts_at = DayField(label=_("自"))
    ends_at = DayField(label=_("至"), required=False, help_text=_("含当天，不填为长期"))


class AbsenceForm(Form):
    starts_at = MomentField(label=_("自"))
    ends_at = MomentField(label=_("至"))
    reason = forms.CharField(label=_("事由"), max_length=100)


class Colleague(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name}（{obj.unit.name}）"


class SubstituteForm(Form):
    staff = Colleague(label=_("替代人"), queryset=Staff.objects.none())
    starts_at = DayField(label=_("自"))
    ends_at = DayField(label=_("至"), help_text=_("含当天"))
    reason = forms.CharField(label=_("事由"), max_length=200)

    def __init__(self, *args: Any, user: Staff, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        colleagues = visible_staff(user, now).filter(is_active=True).exclude(pk=user.pk).select_related("unit")
        field = self.fields["staff"]
        assert isinstance(field, Colleague)
        field.queryset = colleagues.order_by("unit_id", "pk")


class StaffFilter(Form):
    q = forms.CharField(label=_("姓名、用户名"), max_length=40, required=False)
    unit = forms.ModelChoiceField(label=_("机构"), queryset=Unit.objects.none(), required=False, empty_label=_("全部"))


class TokenForm(Form):
    """A token as people choose it: what it may do, where, and for how long."""

    EVERYWHERE = "everywhere"

    name = forms.CharField(label=_("用途"), max_length=60, help_text=_("给谁、做什么用，如 总机弹屏"))
    how = forms.ChoiceField(
        label=_("权限"), choices=[(READ, _("只读")), (WRITE, _("读写"))], initial=READ, widget=forms.RadioSelect
    )
    where = forms.MultipleChoiceField(
        label=_("范围"),
        help_text=_("只勾用得到的，总不超出本人的权限"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("至少选一个范围")},
    )
    days = forms.TypedChoiceField(
        label=_("有效期"),
        coerce=int,
        choices=[(30, _("30天")), (90, _("90天")), (180, _("180天")), (365, _("一年"))],
        initial=DEFAULT_DAYS,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        where = self.fields["where"]
        assert isinstance(where, forms.MultipleChoiceField)
        where.choices = [(self.EVERYWHERE, _("全部")), *rooms().items()]

    def scopes(self) -> list[str]:
        """The scopes that were chosen, as the token keeps them."""
        how, where = self.cleaned_data["how"], self.cleaned_data["where"]
        if self.EVERYWHERE in where:
            return [how]
        return [room if how == WRITE else room + READING for room in where]
