"""Figures of the procedure with their unit, as people say them."""

from decimal import Decimal

from django.utils.translation import gettext as _


def unit_name(unit: str) -> str:
    """The unit as a column prints it."""
    return {
        "seconds": _("秒"),
        "minutes": _("分钟"),
        "natural_days": _("自然日"),
        "working_days": _("工作日"),
        "working_minutes": _("工作分钟"),
        "days": _("天"),
        "months": _("个月"),
        "percent": _("%"),
        "yuan": _("元"),
        "count": _("次"),
        "marks": _("分"),
    }.get(unit, unit)


def measured(value: Decimal | str, unit: str) -> str:
    """`30分钟`, `7个工作日`, `75%`, `200,000.00元`: the number without trailing zeros except in money."""
    number = Decimal(value)
    if unit == "yuan":
        return _("%s元") % f"{number:,.2f}"
    whole = f"{number:,.2f}".rstrip("0").rstrip(".")
    counted = {"natural_days": _("%s个自然日"), "working_days": _("%s个工作日")}.get(unit)
    return counted % whole if counted else f"{whole}{unit_name(unit)}"


def in_words(amount: Decimal) -> str:
    """A sum in yuan as forms and approvals write it beside the figure: 捌万陆仟肆佰元整."""
    import cn2an

    return str(cn2an.an2cn(f"{amount:.2f}", "rmb"))
