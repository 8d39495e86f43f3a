"""Forms of the clients' room. What a value must be is said by the rules; a refusal comes back beside its field."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chengnuo.kit.blobs import BlobField, Stored
from chengnuo.kit.forms import DayField, Form
from chengnuo.kit.sniffing import XLSX
from chengnuo.people.access import visible_staff
from chengnuo.people.models import Staff, Unit

from .access import units_for_entry
from .credentials import masked_id
from .models import TICKS, Client, Phone, Policy, Position
from .phones import masked

PHONE_LINES = _("每行一个；手机、带区号的座机、400和95短号都可以")


class Versioned(Form):
    """A form that changes a record says which version of it the person read; one that adds a record has none."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "version" not in self.initial:
            del self.fields["version"]

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class ClientForm(Versioned):
    name = forms.CharField(label=_("名称"), max_length=120)
    kind = forms.ChoiceField(label=_("类别"), choices=Client.Kind.choices)
    credit_code = forms.CharField(label=_("信用代码"), max_length=40, required=False, help_text=_("企业和社会组织"))
    resident_id = forms.CharField(label=_("身份证号"), max_length=40, required=False, help_text=_("个人"))
    unit = forms.ModelChoiceField(label=_("机构"), queryset=Unit.objects.none(), empty_label=None)
    manager = forms.ModelChoiceField(
        label=_("客户经理"), queryset=Staff.objects.none(), required=False, empty_label=_("未定")
    )
    since = DayField(label=_("客户起始日"))

    def __init__(self, *args: Any, user: Staff, now: datetime, client: Client | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.client = client
        units = units_for_entry(user, now)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        staff = visible_staff(user, now).filter(is_active=True)
        self.fields["manager"].queryset = staff  # type: ignore[attr-defined]
        if client is not None:
            del self.fields["unit"]
            if client.resident_id:
                self.fields["resident_id"].help_text = _("已登记%(number)s，不改就留空") % {
                    "number": masked_id(client.resident_id)
                }

    def values(self) -> dict[str, Any]:
        """What the rules are asked about. An id left empty on a person's form is the one on record."""
        given = super().values()
        if self.client is not None and given["kind"] == Client.Kind.PERSON and not given["resident_id"]:
            given["resident_id"] = self.client.resident_id
        return given


class NewClientForm(ClientForm):
    contact = forms.CharField(label=_("联系人"), max_length=40, required=False, help_text=_("个人客户填本人"))
    title = forms.CharField(label=_("职务"), max_length=60, required=False)
    phones = forms.CharField(
        label=_("电话"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=PHONE_LINES,
    )
    although_similar = forms.BooleanField(label=_("仍要新建"), required=False)

    def people(self) -> list[dict[str, Any]]:
        """The first contact, if one is given."""
        given = self.cleaned_data
        numbers = given["phones"].splitlines()
        if not given["contact"] and not any(line.strip() for line in numbers):
            return []
        return [{"name": given["contact"] or given["name"], "title": given["title"], "phones": numbers}]


class ContactForm(Versioned):
    name = forms.CharField(label=_("姓名"), max_length=40)
    title = forms.CharField(label=_("职务"), max_length=60, required=False)
    kept = forms.MultipleChoiceField(
        label=_("现有电话"), required=False, widget=forms.CheckboxSelectMultiple, help_text=_("去掉勾选就停用")
    )
    phones = forms.CharField(
        label=_("新电话"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=PHONE_LINES,
    )
    email = forms.CharField(label=_("邮箱"), max_length=254, required=False, help_text=_("从这个地址来的信认作他的"))
    note = forms.CharField(label=_("备注"), max_length=200, required=False)

    def __init__(self, *args: Any, phones: list[Phone], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {str(phone.pk): phone for phone in phones}
        if phones:
            choices = [(str(phone.pk), masked(phone.number)) for phone in phones]
            self.fields["kept"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["kept"]

    def values(self) -> dict[str, Any]:
        given = super().values()
        kept = [self.known[pk].number for pk in given.pop("kept", [])]
        return {**given, "phones": [*kept, *given["phones"].splitlines()]}

    @staticmethod
    def initial_of(position: Position, phones: list[Phone]) -> dict[str, Any]:
        contact = position.contact
        return {
            "version": contact.version,
            "name": contact.name,
            "title": position.title,
            "note": contact.note,
            "email": contact.email,
            "kept": [str(phone.pk) for phone in phones],
        }


class SiteForm(Versioned):
    name = forms.CharField(label=_("场所"), max_length=60)
    address = forms.CharField(label=_("地址"), max_length=200)
    division_code = forms.CharField(label=_("区划代码"), max_length=12, required=False, help_text=_("6位或12位"))
    lat = forms.CharField(label=_("纬度"), max_length=20, required=False)
    lon = forms.CharField(label=_("经度"), max_length=20, required=False)


class PolicyForm(Versioned):
    no = forms.CharField(label=_("保单号"), max_length=60)
    line = forms.ChoiceField(label=_("险种"), choices=Policy.Line.choices)
    insurer = forms.CharField(label=_("保险公司"), max_length=80)
    insured = forms.CharField(label=_("被保险人"), max_length=120, required=False, help_text=_("与客户不同时填"))
    sum_insured = forms.CharField(label=_("保额"), max_length=30, help_text=_("元"))
    premium = forms.CharField(label=_("保费"), max_length=30, help_text=_("元，整个保险期间"))
    deductible = forms.CharField(label=_("免赔"), max_length=200, required=False)
    commission = forms.CharField(label=_("佣金"), max_length=30, required=False, help_text=_("元"))
    starts_on = DayField(label=_("首日"))
    ends_on = DayField(label=_("末日"), help_text=_("当天仍在保"))


class AgreementForm(Form):
    number = forms.CharField(label=_("协议编号"), max_length=40)
    starts_on = DayField(label=_("起始日"))
    ends_on = DayField(label=_("截止日"))
    scope = forms.CharField(label=_("委托范围"), max_length=2000, required=False, widget=forms.Textarea)


class SignForm(Form):
    signed_on = DayField(label=_("签署日"))


class ReasonForm(Form):
    reason = forms.CharField(label=_("原因"), max_length=200)


class TickForm(ReasonForm):
    on = DayField(label=_("认定日"))


class SureForm(Form):
    """Nothing to fill in: the button says it."""


class ClientFilter(Form):
    q = forms.CharField(label=_("名称、证件号、电话、保单"), required=False, max_length=120)
    unit = forms.ModelChoiceField(
        label=_("机构"),
        queryset=Unit.objects.filter(kind=Unit.Kind.BRANCH),
        required=False,
        empty_label=_("全部"),
    )
    kind = forms.ChoiceField(label=_("类别"), required=False, choices=[("", _("全部")), *Client.Kind.choices])
    tick = forms.ChoiceField(label=_("认定"), required=False, choices=[("", _("全部")), *TICKS.items()])


class BookField(BlobField):
    """An uploaded workbook. What else is uploaded in its place is told what it should have been."""

    def to_python(self, value: Any) -> Stored | None:
        words = _("只收.xlsx；旧格式.xls和CSV先在Excel里另存为.xlsx，带密码的先去掉密码")
        try:
            stored = super().to_python(value)
        except forms.ValidationError as fault:
            if fault.code != "file_type":
                raise
            raise forms.ValidationError(words, code="file_type") from fault
        if stored and stored.type != XLSX.mime:
            raise forms.ValidationError(words, code="file_type")
        return stored


class ImportForm(Form):
    file = BookField(label=_("工作簿"), help_text=_("用模板填写的.xlsx，最大20兆"))


class ConfirmForm(Form):
    although_similar = forms.BooleanField(label=_("仍然导入可能已有的客户"), required=False)
