"""What a caller says, what he is told and what is promised him: put together from stories.toml."""

import tomllib
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from .portfolio import Customer

TEXTS: dict[str, Any] = tomllib.loads(Path(__file__).with_name("stories.toml").read_text("utf-8"))
SUBJECTS = {"claims": 45, "sales": 20, "premium": 12, "attitude": 10, "policy": 8, "other": 5}
"""Of a hundred complaints."""
LOSSES = {
    "motor": (7_000, 1.1), "accident_health": (8_000, 1.1), "liability": (32_000, 1.4), "property": (45_000, 1.5),
    "cargo": (40_000, 1.4), "engineering": (80_000, 1.4), "life": (150_000, 0.5), "other": (4_000, 0.8),
}  # fmt: skip
"""Median in yuan and spread of log-normal losses: about 6 of 100 come to more than 200,000."""
PLATES = {
    "BJ": "京A", "SH": "沪C", "GZ": "粤A", "SZ": "粤B", "CD": "川A", "WH": "鄂A", "NJ": "苏A", "SU": "苏E", "HZ": "浙A",
    "XA": "陕A", "CQ": "渝B", "QD": "鲁B",
}  # fmt: skip
GENERAL = 0.22
"""Of the enquiries that are about no line of business."""


@dataclass
class Story:
    """What was said. `answer` is told on the spot; else `what` is promised and `told` later. `fields` are the case's."""

    content: str
    answer: str
    what: str
    told: str
    fields: dict[str, Any] = field(default_factory=dict)


class Stories:
    """Draws stories; one template comes again only when all like it have been told."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self._left: dict[tuple[str, str, str], list[list[str]]] = {}

    def pick(self, name: str) -> str:
        text: str = self.chance.choice(TEXTS[name])
        return text

    def unknown(self) -> Story:
        content, answer = self._next("unknown", "", "", TEXTS["unknown"])
        return Story(content, answer, "", "")

    def noise(self) -> tuple[str, str]:
        """Why nobody is answered, and what was heard."""
        reason, content = self._next("noise", "", "", TEXTS["noise"])
        return reason, content

    def enquiry(self, one: Customer, contact: int) -> Story:
        line = "" if self.chance.random() < GENERAL else self.chance.choice(one.lines)
        *_, content, answer, what, told = self._fitting("enquiry", line, one)
        return self._told(one, contact, content, answer, what, told)

    def loss(self, one: Customer, contact: int) -> Story:
        line = self.chance.choice(one.lines)
        amount = Decimal(round(self.chance.lognormvariate(0, LOSSES[line][1]) * LOSSES[line][0], -2)) or Decimal(100)
        if amount >= 10_000:
            amount = round(amount, -3)
        *_, cause, content, answer, what, told = self._fitting("loss", line, one)
        story = self._told(one, contact, content, answer, what, told, amount=shown(amount))
        injured = int(line in {"motor", "liability", "accident_health"} and self.chance.random() < 0.025)
        story.fields = {"cause": cause, "estimate": amount, "place": one.address, "serious_injuries": injured}
        return story

    def complaint(self, one: Customer, contact: int) -> Story:
        subject = self.chance.choices(list(SUBJECTS), list(SUBJECTS.values()))[0]
        amount = Decimal(round(self.chance.lognormvariate(8.6, 1.2), -2)) or Decimal(100)
        *_, content, answer, what, told = self._fitting("complaint", subject, one)
        story = self._told(one, contact, content, answer, what, told, amount=shown(amount))
        story.fields = {"category": subject, "amount": amount if "{amount}" in content else None}
        if self.chance.random() < 0.07:
            story.fields["forwarded_by_regulator"] = True
            story.content = f"监管转办件，来电核对：{story.content}"
        return story

    def appointment(self, one: Customer, contact: int) -> Story:
        *_, content, answer, what, told = self._fitting("appointment", "", one)
        return self._told(one, contact, content, answer, what, told)

    def following(self, kind: str, one: Customer, contact: int) -> Story:
        """A call about a matter that runs; `{case}` stays for its number."""
        rows = [row for row in TEXTS["following"] if row[0] == kind]
        _kind, content, answer, what, told = self._next("following", kind, "", rows)
        return self._told(one, contact, content, answer, what, told, case="{case}")

    def _fitting(self, kind: str, line: str, one: Customer) -> list[str]:
        who = "p" if one.is_person else "c"
        at = 0 if kind == "appointment" else 1
        rows = [row for row in TEXTS[kind] if row[at] in ("a", who) and (at == 0 or row[0] == line)]
        return self._next(kind, line, who, rows or [row for row in TEXTS[kind] if row[at] in ("a", who)])

    def _next(self, kind: str, line: str, who: str, rows: list[list[str]]) -> list[str]:
        left = self._left.setdefault((kind, line, who), [])
        if not left:
            left += rows
            self.chance.shuffle(left)
        return left.pop()

    def _told(self, one: Customer, contact: int, content: str, *more: str, **given: str) -> Story:
        words = {
            "plate": f"{PLATES[one.branch]}尾号{self.chance.randint(101, 989)}的车",
            "person": self.chance.choice("王李张刘陈杨赵黄周吴徐孙") + self.chance.choice(("师傅", "工", "某", "姐")),
            "goods": one.trade[1],
            "machine": one.trade[2],
            "place": one.trade[3],
            "n": str(self.chance.randint(2, 9)),
            "month": str(self.chance.randint(1, 12)),
            "insurer": self.chance.choice(("屿安", "汇岳", "沧澜", "钧石")),
            "tail": str(self.chance.randint(101, 989)),
            "amount": "",
            **given,
        }
        text, *others = (words_.format(**words) for words_ in (content, *more))
        opening = self.pick("openings") if one.contacts[contact]["title"] else "{who}{text}"
        content = opening.format(who=one.manner[contact], title=one.contacts[contact]["title"], text=text)
        return Story(content + self.pick("tails"), *others)


def shown(amount: Decimal) -> str:
    """3.2万, or 2600: as it is said."""
    return f"{amount / 10_000:.1f}".removesuffix(".0") + "万" if amount >= 10_000 else f"{amount:.0f}"
