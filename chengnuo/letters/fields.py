"""The fields in braces that an author writes into a letter, and what stands there for each client. Text is data: what
a field is filled with is never looked at for fields again."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from chengnuo.clients.models import Client, Contact, Policy

FIELD = re.compile(r"\{([^{}\n]{1,12})\}")


@dataclass(frozen=True)
class Filling:
    """What a letter is filled from."""

    client: Client
    contact: Contact | None
    title: str
    policy: Policy | None
    recipient: str
    sender: str
    unit: str


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


NAMES: Mapping[str, Callable[[Filling], str]] = {
    "客户": lambda one: one.client.name,
    "联系人": lambda one: one.contact.name if one.contact else "",
    "称呼": lambda one: f"{one.contact.name}{one.title}" if one.contact else one.recipient,
    "险种": lambda one: str(one.policy.get_line_display()) if one.policy else "",
    "保单号": lambda one: one.policy.no if one.policy else "",
    "保险公司": lambda one: one.policy.insurer if one.policy else "",
    "到期日": lambda one: _day(one.policy.ends_on) if one.policy else "",
    "客户经理": lambda one: one.client.manager.name if one.client.manager else "",
    "负责人": lambda one: one.sender,
    "机构": lambda one: one.unit,
}


def used(text: str) -> list[str]:
    """The names in braces of a text, each once, in order."""
    return list(dict.fromkeys(FIELD.findall(text)))


def unknown(text: str) -> list[str]:
    return [name for name in used(text) if name not in NAMES]


def missing(text: str, filling: Filling) -> list[str]:
    """The fields of a text that have no value for this client: his letter is not made."""
    return [name for name in used(text) if name in NAMES and not NAMES[name](filling).strip()]


def filled(text: str, filling: Filling) -> str:
    return FIELD.sub(lambda found: NAMES[found[1]](filling) if found[1] in NAMES else found[0], text)
