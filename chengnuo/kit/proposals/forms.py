"""The forms of a proposal's way; a room adds the one of its own paper."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chengnuo.kit.forms import DayField, Form
from chengnuo.kit.rows import Cell, RowsField

from .acts import LONGEST
from .models import Proposal

BUDGET = (Cell("name", _("用途")), Cell("amount", _("金额（元）"), is_number=True))


def text(label: Any, rows: int = 3, **more: Any) -> forms.CharField:
    """A field for a longer text, which a draft may still lack."""
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, widget=area, max_length=LONGEST, required=more.pop("required", False), **more)


def budget_field() -> RowsField:
    return RowsField(BUDGET, label=_("预算"), help_text=_("合计由系统算"))


class ReasonForm(Form):
    reason = text(_("原因"), required=True)


class AnalysisForm(Form):
    conclusion = text(_("分析结论"), 5, required=True, help_text=_("结合客户业务历史、机构意见和要求"))
    amount = forms.DecimalField(label=_("建议批准金额"), max_digits=14, decimal_places=2, min_value=0)
    terms = text(_("只批准的部分"), help_text=_("全部照准就留空；只批一部分时写明批准哪些支持，分管领导批的就是这一份"))

    def __init__(self, data: Any, one: Proposal) -> None:
        super().__init__(
            data, initial={"amount": one.amount, "conclusion": one.conclusion, "terms": one.proposed_terms}
        )
        self.fields["amount"].help_text = _("申请%s元，可以少批") % f"{one.amount:,.2f}"


class CarriedOutForm(Form):
    done_on = DayField(label=_("实施日"), help_text=_("活动结束的日子，不早于批准日"))
    how = text(_("实施情况"), required=True, help_text=_("没有办成的写明原因"))


class ResultForm(Form):
    result = text(_("反馈"), 5, required=True, help_text=_("效果、实际花费、问题"))
