"""Numbers that tell who somebody is: 统一社会信用代码 (GB 32100) and the resident id (GB 11643)."""

import re
import unicodedata
from datetime import date

from django.utils.translation import gettext as _
from stdnum import numdb
from stdnum.cn import ric, uscc

SYNTHETIC_AREA = "999999"


def compact(raw: str) -> str:
    """Capitals and digits alone: full-width forms, spaces and hyphens are how people type."""
    return re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", raw)).upper()


def credit_code(raw: str) -> tuple[str, str]:
    """The code in its one form and a warning ('' when none). Raises ValueError, in words, for one that cannot be."""
    code = compact(raw)
    if not re.fullmatch(r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}", code):
        raise ValueError(_("统一社会信用代码是18位数字和大写字母，没有I、O、S、V、Z，按营业执照补全"))
    if uscc.calc_check_digit(code) != code[-1]:
        raise ValueError(_("统一社会信用代码的校验位不对，照营业执照核对每一位"))
    return code, _unknown(code[2:8])


def resident_id(raw: str, today: date) -> tuple[str, str]:
    """The id in its one form and a warning ('' when none). Raises ValueError, in words, for one that cannot be."""
    number = compact(raw)
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        raise ValueError(_("身份证号是18位，末位可以是X，照证件补全"))
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise ValueError(_("身份证号里的出生日期不存在，照证件核对第7至14位")) from None
    if not date(1900, 1, 1) <= born <= today:
        raise ValueError(_("身份证号里的出生日期不可能，照证件核对第7至14位"))
    if ric.calc_check_digit(number) != number[-1]:
        raise ValueError(_("身份证号的校验位不对，照证件核对每一位"))
    return number, _unknown(number[:6])


def masked_id(number: str) -> str:
    """`110***********1234`."""
    return f"{number[:3]}{'*' * (len(number) - 7)}{number[-4:]}" if len(number) > 7 else "*" * len(number)


def _unknown(area: str) -> str:
    known = area == SYNTHETIC_AREA or any(props for _part, props in numdb.get("cn/loc").info(area))
    return "" if known else _("行政区划代码%(area)s不在表里，核对后可照存") % {"area": area}
