"""All of a workbook against the rules of the forms and what is on record. Nothing is written."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as _n

from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.errors import Invalid
from chengnuo.people.access import visible_staff
from chengnuo.people.models import Staff, Unit

from .. import credentials, names, rules
from ..access import may_tick, units_for_import
from ..duplicates import candidates, known_numbers
from ..models import TICKS, Agreement, Policy
from .reading import Book, Choices, Row, read_book
from .sheets import AGREEMENTS, CLIENTS, CONTACTS, POLICIES, SHEETS, SITES

Tell = Callable[[int, int, str], None]
EVERY = 50


@dataclass
class Ready:
    """A client to be entered, with the arguments of the actions. `agreements` are (values, day of signing)."""

    row: Row
    unit: Unit | None = None
    manager: Staff | None = None
    own: dict[str, str] = field(default_factory=dict)
    contacts: list[dict[str, Any]] = field(default_factory=list)
    sites: list[dict[str, Any]] = field(default_factory=list)
    policies: list[dict[str, Any]] = field(default_factory=list)
    agreements: list[tuple[dict[str, Any], str]] = field(default_factory=list)

    @property
    def ticks(self) -> list[str]:
        return [name for name in TICKS if self.row.values[name]]

    @property
    def happened_at(self) -> datetime | None:
        """The start of the day on which he was first entered elsewhere."""
        day = self.row.values["entered_on"]
        return datetime.combine(date.fromisoformat(day), time(), ZONE) if day else None

    @property
    def digits(self) -> list[str]:
        """The normal forms of his contacts' numbers; what cannot be dialled is told elsewhere."""
        forms = []
        for person in self.contacts:
            try:
                forms += [form for _written, form in rules.numbers(person["phones"])]
            except ValueError:
                continue
        return forms


@dataclass
class Checked:
    """What a workbook would write, and what stands in its way."""

    book: Book
    clients: list[Ready]

    @property
    def rows(self) -> list[Row]:
        return [row for sheet in SHEETS for row in self.book[sheet.key]]

    @property
    def faults(self) -> int:
        return sum(len(row.faults) for row in self.rows)

    @property
    def similar(self) -> int:
        """Clients who may be on record already and are not ticked 仍然导入."""
        return sum(bool(row.similar) for row in self.rows)

    @property
    def counts(self) -> dict[str, int]:
        """How many rows each sheet would write."""
        return {sheet.key: len(self.book[sheet.key]) for sheet in SHEETS}


def choices_for(user: Staff, now: datetime) -> Choices:
    """The labels that may stand in each column of choices; the branches are those this person may import for."""
    found: dict[tuple[str, str], dict[str, str]] = {
        (sheet.key, one.key): {str(label): value for value, label in one.choices.items()}
        for sheet in SHEETS
        for one in sheet.fields
        if one.choices
    }
    units = list(units_for_import(user, now))
    by_code = {unit.code: str(unit.pk) for unit in units}
    found["clients", "unit"] = {unit.name: str(unit.pk) for unit in units} | by_code
    return found


def check(content: bytes, *, by: Staff, now: datetime, tell: Tell) -> Checked:
    """Read a workbook and check every row of it. Raises Invalid (422) when it is none, or not this one."""
    tell(0, 1, _n("读取"))
    book = read_book(content, choices_for(by, now))
    checked = Checked(book, [Ready(row) for row in book[CLIENTS.key]])
    _check_clients(checked, by, now, tell)
    _check_parts(checked, now.astimezone(ZONE).date(), tell)
    _check_numbers(checked, by, now)
    _check_likeness(checked, by, now, tell)
    return checked


def _check_clients(checked: Checked, by: Staff, now: datetime, tell: Tell) -> None:
    units = {str(unit.pk): unit for unit in units_for_import(by, now)}
    staff = list(visible_staff(by, now).filter(is_active=True).select_related("unit"))
    ticks, today = may_tick(by, now), now.astimezone(ZONE).date()
    for nth, one in enumerate(checked.clients):
        if nth % EVERY == 0:
            tell(nth, len(checked.clients), _n("核对客户"))
        row = one.row
        one.unit = units.get(row.values["unit"])
        if one.unit is None:
            row.wrong("unit", _("要填写"))
        one.manager = _manager(row, staff, one.unit)
        _check_ticks(one, ticks)
        _check_origin(row, today)
        one.own = {key: row.values[key] for key in ("name", "kind", "credit_code", "resident_id")}
        one.own["since"] = row.values["since"] or row.values["entered_on"]
        values = _ruled(row, rules.client_values, one.own, today)
        if values:
            one.own, notes = values[0], values[1]
            row.notes += notes


def _ruled(row: Row, rule: Callable[..., Any], given: Mapping[str, Any], *more: Any) -> Any:
    """What the rule makes of it, or None with its words beside the cells. A cell is told of once."""
    try:
        return rule(given, *more)
    except Invalid as fault:
        columns = {one.key for one in row.sheet.fields}
        for name, words in fault.fields.items():
            key = name if name in columns else {"number": "number_of"}.get(name, row.sheet.fields[0].key)
            row.wrong(key, words)
    return None


def _manager(row: Row, staff: Sequence[Staff], unit: Unit | None) -> Staff | None:
    """By user name, or by a name that one person has: in the client's own branch, else anywhere."""
    asked = row.values["manager"]
    if not asked:
        return None
    found = [one for one in staff if one.username == asked.lower()] or [one for one in staff if one.name == asked]
    at_home = [one for one in found if unit and one.unit_id == unit.pk]
    found = at_home or found
    if len(found) == 1:
        return found[0]
    row.wrong("manager", _("有%s个人同名，写用户名") % len(found) if found else _("没有这个在职人员，核对姓名，或留空"))
    return None


def _check_ticks(one: Ready, may: bool) -> None:
    row = one.row
    if not one.ticks:
        return
    if not may:
        for name in one.ticks:
            row.wrong(name, _("认定由客户服务中心办理，这里留空"))
    _taken(row, "reason", rules.text, row.values["reason"], 200)


def _check_origin(row: Row, today: date) -> None:
    _taken(row, "author", _author, row.values["author"])
    if row.values["entered_on"]:
        day = _taken(row, "entered_on", rules.day, row.values["entered_on"])
        if day is None or day > today:
            row.wrong("entered_on", _("原登记日期还没有到，核对"))
            row.values["entered_on"] = ""


def _author(value: str) -> str:
    got = rules.text(value, MOST_OF_AUTHOR, required=False)
    if "|" in got:
        raise ValueError(_("不能有“|”，删去"))
    return got


MOST_OF_AUTHOR = 30


def _taken(row: Row, column: str, rule: Callable[..., Any], *given: Any) -> Any:
    try:
        return rule(*given)
    except ValueError as fault:
        row.wrong(column, str(fault))
        return None


class Index:
    """The clients of the workbook by name, and by name with a number."""

    def __init__(self, clients: Iterable[Ready]) -> None:
        self._named: dict[str, list[Ready]] = {}
        for one in clients:
            self._named.setdefault(names.folded(one.row.values["name"]), []).append(one)

    def find(self, row: Row) -> Ready | None:
        """The client that a row of another sheet names; without exactly one, the row says why."""
        name, number = row.values["client"], credentials.compact(row.values["number"])
        if not name:
            row.wrong("client", _("要填写"))
            return None
        found = self._named.get(names.folded(name), [])
        if not found:
            row.wrong("client", _("“客户”页没有这个名称，先在那页登记，或改成一致"))
            return None
        if number:
            found = [one for one in found if number in _numbers(one.row)]
            if not found:
                row.wrong("number", _("“客户”页这个客户不是这个证件号，改成一致"))
        elif len(found) > 1:
            row.wrong("number", _("“客户”页有%s户同名，填证件号") % len(found))
        if len(found) > 1 and number:
            row.wrong("number", _("“客户”页有%s户同名同号，先改那页") % len(found))
        return found[0] if len(found) == 1 else None


def _numbers(row: Row) -> set[str]:
    return {credentials.compact(row.values[key]) for key in ("credit_code", "resident_id")} - {""}


def _check_parts(checked: Checked, today: date, tell: Tell) -> None:
    index = Index(checked.clients)
    checks = {CONTACTS.key: _contact, SITES.key: _site, AGREEMENTS.key: _agreement, POLICIES.key: _policy}
    total = sum(len(checked.book[key]) for key in checks)
    nth = 0
    for key, check_one in checks.items():
        for row in checked.book[key]:
            if nth % (EVERY * 10) == 0:
                tell(nth, total, _n("核对联系人、场所、协议、保单"))
            nth += 1
            check_one(row, index.find(row) or Ready(row), today)


def _contact(row: Row, one: Ready, today: date) -> None:
    values = row.values
    phones = values["phones"].replace("；", ";").replace("、", ";").replace("\n", ";").split(";")
    person = {"name": values["name"], "title": values["title"], "note": values["note"], "phones": phones}
    cleaned = _ruled(row, rules.contact_values, person)
    if cleaned and any(
        other["name"] == cleaned["name"] and {form for _w, form in cleaned["phones"]} & set(other["forms"])
        for other in one.contacts
    ):
        row.wrong("name", _("这个客户前面已有同名同号的联系人，删去一行"))
    forms = [form for _written, form in cleaned["phones"]] if cleaned else []
    one.contacts.append(person | {"forms": forms})


def _site(row: Row, one: Ready, today: date) -> None:
    given = {key: row.values[key] for key in ("name", "address", "division_code", "lat", "lon")}
    _ruled(row, rules.site_values, given)
    one.sites.append(given)


def _policy(row: Row, one: Ready, today: date) -> None:
    given = {key: row.values[key] for key in row.values if key not in {"client", "number"}}
    _ruled(row, rules.policy_values, given)
    one.policies.append(given)


def _agreement(row: Row, one: Ready, today: date) -> None:
    given = {key: row.values[key] for key in ("starts_on", "ends_on", "scope")} | {"number": row.values["number_of"]}
    _ruled(row, rules.agreement_values, given)
    signed_on = row.values["signed_on"]
    if signed_on:
        try:
            rules.day_of_signing(signed_on, today)
        except Invalid as fault:
            row.wrong("signed_on", fault.fields["signed_on"])
    one.agreements.append((given, signed_on))


def _check_numbers(checked: Checked, by: Staff, now: datetime) -> None:
    """Numbers that may be there once: in the workbook, and on record."""
    book = checked.book
    clients = book[CLIENTS.key]
    known = known_numbers([number for row in clients for number in _numbers(row)], by=by, now=now)
    for key in ("credit_code", "resident_id"):
        _once(clients, key, credentials.compact, known)
    for sheet, key, model, column, words in (
        (POLICIES, "no", Policy, "no", _("这个保单号已登记过，核对保单")),
        (AGREEMENTS, "number_of", Agreement, "number", _("这个协议编号已用过，核对协议")),
    ):
        rows = book[sheet.key]
        given = [row.values[key] for row in rows if row.values[key]]
        taken = model._default_manager.filter(**{f"{column}__in": _storable(given)}).values_list(column, flat=True)
        _once(rows, key, str, dict.fromkeys(taken, words))


def _storable(given: Iterable[str]) -> list[str]:
    """What a database may be asked for; it takes no NUL."""
    return [one for one in given if "\0" not in one]


def _once(rows: Sequence[Row], key: str, form: Callable[[str], str], known: Mapping[str, str]) -> None:
    first: dict[str, int] = {}
    for row in rows:
        value = form(row.values[key])
        if not value:
            continue
        if value in known:
            row.wrong(key, known[value])
        if value in first:
            row.wrong(key, _("与第%(row)s行重复，删去一行或改正号码") % {"row": first[value]})
        first.setdefault(value, row.number)


def _check_likeness(checked: Checked, by: Staff, now: datetime, tell: Tell) -> None:
    """Clients of similar names or with one phone, on record and further up in the workbook: a warning."""
    above = Above()
    for nth, one in enumerate(checked.clients):
        if nth % EVERY == 0:
            tell(nth, len(checked.clients), _n("查重"))
        row, name, forms = one.row, one.row.values["name"], one.digits
        is_asked = not row.values["although_similar"] and name and "name" not in row.faults
        near = above.near(name, forms) if is_asked else None
        above.add(row.number, name, forms)
        if not is_asked:
            continue
        words = [found.text for found in candidates(name, forms, by=by, now=now)]
        if near:
            words.insert(0, _("与第%(row)s行名称相近或电话相同") % {"row": near})
        if words:
            row.similar = _("可能已有这个客户：%(words)s；确认不是同一户，在“仍然导入”填是") % {
                "words": "；".join(words[:3])
            }


class Above:
    """The clients of the rows above, found by what their names and phones share."""

    def __init__(self) -> None:
        self._names: dict[int, str] = {}
        self._pairs: dict[str, list[int]] = {}
        self._phones: dict[str, int] = {}

    def add(self, row: int, name: str, forms: Iterable[str]) -> None:
        self._names[row] = name
        for pair in names.pairs(names.core(name)):
            self._pairs.setdefault(pair, []).append(row)
        for form in forms:
            self._phones.setdefault(form, row)

    def near(self, name: str, forms: Iterable[str]) -> int | None:
        """The row of one who may be the same: the rules of `duplicates`, within the workbook."""
        if phoned := next((self._phones[form] for form in forms if form in self._phones), None):
            return phoned
        shared = Counter(row for pair in names.pairs(names.core(name)) for row in self._pairs.get(pair, ()))
        for row, _many in shared.most_common(LOOKED_AT):
            if names.likeness(name, self._names[row]) >= names.ALIKE:
                return row
        return None


LOOKED_AT = 50
