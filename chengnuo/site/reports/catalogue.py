"""The reports by their key: what page, workbook and API ask, each with its title and the clause that wants it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise as Text
from django.utils.translation import gettext_lazy as _

from . import calls, claims, complaints, compliance, fairness, promises, response
from .scope import Scope
from .tables import Table


@dataclass(frozen=True)
class Report:
    """`tables` is everything that the report counts; `view` its page with the arguments of its address."""

    key: str
    title: str | Text
    clause: str
    tables: Callable[[Scope], Sequence[Table]]
    view: str
    args: tuple[str, ...] = ()


def _response(metric: response.Metric) -> Report:
    return Report(
        f"response-{metric.key}",
        metric.label,
        "2.1",
        lambda scope: response.tables(scope, metric),
        "response",
        (metric.key,),
    )


REPORTS = {
    one.key: one
    for one in (
        Report("compliance", _("规程执行"), "6.2", compliance.tables, "compliance"),
        Report("promises", _("承诺"), "3.1.5", promises.tables, "promises"),
        Report("calls", _("来电"), "3.1.3", calls.tables, "calls"),
        Report("claims", _("协赔"), "3.4.1", claims.REPORT.tables, "claims"),
        Report("complaints", _("投诉"), "3.6.1", complaints.REPORT.tables, "complaints"),
        Report("fairness", _("一视同仁"), "2.1", fairness.tables, "fairness"),
        *map(_response, response.METRICS.values()),
    )
}
