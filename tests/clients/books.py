"""Workbooks as people fill them, good and bad."""

import io
from datetime import date
from typing import Any

from openpyxl import Workbook
from stdnum.cn import uscc

from chengnuo.clients.importing.sheets import SHEETS

HEADS = {sheet.key: {one.key: str(one.head) for one in sheet.fields} for sheet in SHEETS}
TITLES = {sheet.key: str(sheet.title) for sheet in SHEETS}
CHARS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
FIRST = "苏杭京沪宁锡常通扬泰镇徐盐淮连宿温台绍湖嘉金丽舟衢甬"
SECOND = "锦恒瑞达澄宏远博创新兴隆昌盛华丰源泽德信诚嘉禾茂永泰康宁安"
THIRD = "精密电子食品纺织机械化工医疗物流建材仪表"
BRANCHES = ("苏州分公司", "杭州分公司", "北京分公司")
CLIENT = {"name": "苏州锦穗精密机械有限公司", "kind": "企业", "unit": "苏州分公司"}


def code(nth: int) -> str:
    """A credit code of the area set aside for tests, with its check digit."""
    digits = ""
    for _place in range(9):
        digits, nth = CHARS[nth % 31] + digits, nth // 31
    start = f"91999999{digits}"
    return start + uscc.calc_check_digit(start)


def book(heads: dict[str, dict[str, str]] = HEADS, **rows: list[dict[str, Any]]) -> bytes:
    """A workbook of these rows by sheet; a head for every column that the template has."""
    made = Workbook()
    made.remove(made.active)
    for key, title in TITLES.items():
        sheet = made.create_sheet(title)
        sheet.append(list(heads[key].values()))
        for row in rows.get(key, []):
            sheet.append([row.get(column) for column in heads[key]])
    return packed(made)


def packed(made: Workbook) -> bytes:
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def name(nth: int) -> str:
    """Names that are not alike: three parts from lists, two of them of the number's own digits."""
    first, rest = nth % len(FIRST), nth // len(FIRST)
    second, third = rest % len(SECOND), rest // len(SECOND)
    return f"{FIRST[first]}{SECOND[second]}{SECOND[(second * 7 + first) % len(SECOND)]}{THIRD[(third * 2) % len(THIRD)]}{nth % 1000:03}有限公司"


def many(count: int, branches: tuple[str, ...] = BRANCHES) -> dict[str, list[dict[str, Any]]]:
    """So many clients, each with two contacts, a site, two policies, every fourth with an agreement."""
    rows: dict[str, list[dict[str, Any]]] = {key: [] for key in TITLES}
    for nth in range(count):
        who = {"client": name(nth), "number": code(nth)}
        rows["clients"].append(
            {
                "name": name(nth),
                "kind": "企业",
                "credit_code": code(nth),
                "unit": branches[nth % len(branches)],
                "author": "王芳",
                "entered_on": date(2019, 3, 2),
                "although_similar": "是",
            }
        )
        for place in (1, 2):
            phone = f"138{place}{nth:07}"
            rows["contacts"].append({**who, "name": f"陈月{place}", "title": "主管", "phones": phone})
            rows["policies"].append(
                {
                    **who,
                    "no": f"YA-PRO-2026-{nth:06}-{place}",
                    "line": "财产险",
                    "insurer": "屿安财产保险股份有限公司",
                    "sum_insured": 29900000,
                    "premium": 20930.5,
                    "starts_on": date(2026, 5, 28),
                    "ends_on": date(2027, 5, 27),
                }
            )
        rows["sites"].append(
            {**who, "name": "总部", "address": f"苏州市吴中区金塘路{nth}号", "division_code": "320506"}
        )
        if nth % 4 == 0:
            rows["agreements"].append(
                {
                    **who,
                    "number_of": f"WT-2026-{nth:05}",
                    "starts_on": date(2026, 1, 1),
                    "ends_on": date(2026, 12, 31),
                    "signed_on": date(2025, 12, 20),
                }
            )
    return rows
