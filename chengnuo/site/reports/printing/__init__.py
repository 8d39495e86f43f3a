"""规程执行 on paper (6.2)."""

from collections.abc import Callable

from django.utils import translation
from django.utils.translation import gettext as _

from chengnuo.kit.documents import Document
from chengnuo.ledger.acting import acting
from chengnuo.ledger.trail import record

from ..compliance import Compliance, clause_table, compliance, unit_table
from ..scope import Scope
from ..tables import Table

TEMPLATE = "site/reports/printing/compliance.typ"


def compliance_form(scope: Scope, absolute: Callable[[str], str]) -> Document:
    """The page's tables as a form: the company's paper is Chinese. `absolute` makes an address of this site."""
    with translation.override("zh-hans"):
        found = compliance(scope)
        return Document(
            TEMPLATE,
            _("规程执行"),
            number=f"GCZX-{scope.period.since:%Y%m%d}-{scope.period.until:%Y%m%d}",
            address=absolute(scope.link("compliance")),
            by=scope.user,
            now=scope.now,
            unit=scope.unit_words,
            clause="6.2",
            body={
                "period": _("%(since)s 至 %(until)s") % {"since": scope.period.since, "until": scope.period.until},
                "units": scope.unit_words,
                **_rates(found),
                "clauses": _rows(clause_table(scope, found)),
                "of_units": _rows(unit_table(scope, found.by_unit())),
            },
        )


def _rates(found: Compliance) -> dict[str, str]:
    said = {"rate": found.total.rate, "before": found.before.rate, "target": found.target}
    return {name: "—" if value is None else f"{value:.1f}%" for name, value in said.items()}


def _rows(table: Table) -> list[list[str]]:
    return [[line.label, *(words for _column, _cell, words, _tone in cells)] for line, cells in table.rows]


def printed(scope: Scope) -> None:
    """The report was printed: an event of the unit of who printed it."""
    data = {"since": scope.period.since, "until": scope.period.until, "units": list(scope.units)}
    with acting(scope.user.unit) as fresh:
        record("report.printed", fresh, by=scope.user, now=scope.now, data=data)
