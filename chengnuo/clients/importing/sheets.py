"""The sheets of the workbook and their columns. Columns are found by their head, in whatever order they stand."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from ..models import Client, Policy

TEXT, CODE, DAY, MONEY, DEGREES, CHOICE, YES = "text", "code", "day", "money", "degrees", "choice", "yes"
SAMPLE = "示例"
"""A row whose first cell begins so is the template's example and is passed over."""


EXAMPLE = f"{SAMPLE}：苏州锦穗精密机械有限公司"


@dataclass(frozen=True)
class Field:
    """A column. `kind` says how a cell is read: a code keeps every digit, a choice is one of the labels."""

    key: str
    head: Any
    kind: str = TEXT
    is_needed: bool = False
    width: int = 16
    choices: Mapping[str, Any] | None = None
    note: Any = ""
    sample: str = ""


@dataclass(frozen=True)
class Sheet:
    key: str
    title: Any
    fields: tuple[Field, ...]

    def field(self, key: str) -> Field:
        return next(one for one in self.fields if one.key == key)


def _choices(pairs: Iterable[tuple[Any, Any]]) -> dict[str, Any]:
    return {str(value): label for value, label in pairs}


OF_CLIENT = (
    Field(
        "client",
        _("客户名称"),
        is_needed=True,
        width=30,
        note=_("与“客户”页的名称一致"),
        sample=EXAMPLE,
    ),
    Field("number", _("客户证件号"), CODE, width=22, note=_("有同名客户时必填：信用代码或身份证号")),
)
CLIENTS = Sheet(
    "clients",
    _("客户"),
    (
        Field("name", _("名称"), is_needed=True, width=30, note=_("最多120个字"), sample=EXAMPLE),
        Field("kind", _("类别"), CHOICE, True, 10, _choices(Client.Kind.choices), sample="企业"),
        Field(
            "credit_code",
            _("统一社会信用代码"),
            CODE,
            width=22,
            note=_("企业和社会组织，18位"),
            sample="91999999MAMHW8NR6D",
        ),
        Field("resident_id", _("身份证号"), CODE, width=22, note=_("个人，18位")),
        Field("unit", _("机构"), CHOICE, True, 16, note=_("服务这个客户的分公司"), sample="苏州分公司"),
        Field("manager", _("客户经理"), width=12, note=_("姓名或用户名；同名时写用户名")),
        Field("since", _("客户起始日"), DAY, width=13, note=_("不填用原登记日期，再没有用今天"), sample="2019-03-02"),
        Field("key", _("重点客户"), YES, width=9, note=_("认定由客户服务中心填")),
        Field("large", _("大客户"), YES, width=9),
        Field("high_risk", _("高风险"), YES, width=9),
        Field("reason", _("认定原因"), width=24, note=_("有认定时必填")),
        Field("author", _("原登记人"), width=12, note=_("原来登记这个客户的人，最多40个字"), sample="王芳"),
        Field("entered_on", _("原登记日期"), DAY, width=13, sample="2019-03-02"),
        Field("although_similar", _("仍然导入"), YES, width=9, note=_("提示“可能已有这个客户”而确认不是同一户时填是")),
    ),
)
CONTACTS = Sheet(
    "contacts",
    _("联系人"),
    (
        *OF_CLIENT,
        Field("name", _("姓名"), is_needed=True, width=12, sample="陈月琴"),
        Field("title", _("职务"), width=14, sample="行政主管"),
        Field(
            "phones",
            _("电话"),
            CODE,
            width=30,
            note=_("几个号码用分号隔开"),
            sample="13800001021；0512-00006620",
        ),
        Field("note", _("备注"), width=24, note=_("最多200个字")),
    ),
)
SITES = Sheet(
    "sites",
    _("场所"),
    (
        *OF_CLIENT,
        Field("name", _("场所"), is_needed=True, width=16, sample="木渎厂"),
        Field("address", _("地址"), is_needed=True, width=36, sample="苏州市吴中区木渎镇金塘路0号"),
        Field("division_code", _("行政区划代码"), CODE, width=14, note=_("6位或12位"), sample="320506"),
        Field("lat", _("纬度"), DEGREES, width=11, note=_("十进制度数"), sample="31.252"),
        Field("lon", _("经度"), DEGREES, width=11, sample="120.518"),
    ),
)
AGREEMENTS = Sheet(
    "agreements",
    _("委托协议"),
    (
        *OF_CLIENT,
        Field("number_of", _("协议编号"), CODE, True, 18, sample="WT-2026-001"),
        Field("starts_on", _("起始日"), DAY, True, 13, sample="2026-10-01"),
        Field("ends_on", _("截止日"), DAY, True, 13, sample="2027-09-30"),
        Field("signed_on", _("签署日"), DAY, width=13, note=_("不填就是起草；填了按起止日履行或到期")),
        Field("scope", _("委托范围"), width=36, note=_("最多2000个字"), sample="全部财产险"),
    ),
)
POLICIES = Sheet(
    "policies",
    _("保单"),
    (
        *OF_CLIENT,
        Field("no", _("保单号"), CODE, True, 24, sample="YA-PRO-2026-105000"),
        Field("line", _("险种"), CHOICE, True, 14, _choices(Policy.Line.choices), sample="财产险"),
        Field("insurer", _("保险公司"), is_needed=True, width=26, sample="屿安财产保险股份有限公司"),
        Field("insured", _("被保险人"), width=24, note=_("与客户不同时填")),
        Field("sum_insured", _("保额（元）"), MONEY, True, 16, sample="29900000"),
        Field("premium", _("保费（元）"), MONEY, True, 14, note=_("整个保险期间"), sample="20930"),
        Field("deductible", _("免赔"), width=18),
        Field("commission", _("佣金（元）"), MONEY, width=14),
        Field("starts_on", _("保障首日"), DAY, True, 13, sample="2026-05-28"),
        Field("ends_on", _("保障末日"), DAY, True, 13, note=_("当天仍在保"), sample="2027-05-27"),
    ),
)
SHEETS = (CLIENTS, CONTACTS, SITES, AGREEMENTS, POLICIES)
RULES, SUMMARY, LISTS, WRONG = _("说明"), _("汇总"), _("选项"), _("错误")
"""Sheets and the column that we write ourselves and do not read."""
