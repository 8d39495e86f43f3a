"""Where a branch is: the province by the first two digits of its division code (GB/T 2260), and the region that one
thinks of when one calls (3.1.1)."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

NORTH, NORTH_EAST, EAST, CENTRAL = _("华北"), _("东北"), _("华东"), _("华中")
SOUTH, SOUTH_WEST, NORTH_WEST, ELSEWHERE = _("华南"), _("西南"), _("西北"), _("未填地区")
REGIONS = (NORTH, NORTH_EAST, EAST, CENTRAL, SOUTH, SOUTH_WEST, NORTH_WEST, ELSEWHERE)
PROVINCES: dict[str, tuple["str | Promise", "str | Promise"]] = {
    "11": (_("北京"), NORTH),
    "12": (_("天津"), NORTH),
    "13": (_("河北"), NORTH),
    "14": (_("山西"), NORTH),
    "15": (_("内蒙古"), NORTH),
    "21": (_("辽宁"), NORTH_EAST),
    "22": (_("吉林"), NORTH_EAST),
    "23": (_("黑龙江"), NORTH_EAST),
    "31": (_("上海"), EAST),
    "32": (_("江苏"), EAST),
    "33": (_("浙江"), EAST),
    "34": (_("安徽"), EAST),
    "35": (_("福建"), EAST),
    "36": (_("江西"), EAST),
    "37": (_("山东"), EAST),
    "41": (_("河南"), CENTRAL),
    "42": (_("湖北"), CENTRAL),
    "43": (_("湖南"), CENTRAL),
    "44": (_("广东"), SOUTH),
    "45": (_("广西"), SOUTH),
    "46": (_("海南"), SOUTH),
    "50": (_("重庆"), SOUTH_WEST),
    "51": (_("四川"), SOUTH_WEST),
    "52": (_("贵州"), SOUTH_WEST),
    "53": (_("云南"), SOUTH_WEST),
    "54": (_("西藏"), SOUTH_WEST),
    "61": (_("陕西"), NORTH_WEST),
    "62": (_("甘肃"), NORTH_WEST),
    "63": (_("青海"), NORTH_WEST),
    "64": (_("宁夏"), NORTH_WEST),
    "65": (_("新疆"), NORTH_WEST),
    "71": (_("台湾"), EAST),
    "81": (_("香港"), SOUTH),
    "82": (_("澳门"), SOUTH),
}


def place(division_code: str) -> tuple["str | Promise", "str | Promise"]:
    """(province, region) of a division code; a code that is empty or unknown lies 未填地区."""
    return PROVINCES.get(division_code[:2], ("", ELSEWHERE))
