"""A form's table: rows of the same few fields, with some empty ones below. It works without a script.

    budget = RowsField([Cell("name", _("用途")), Cell("amount", _("金额（元）"), is_number=True)])

`cleaned_data["budget"]` is a list of dictionaries of the texts of every row in which something was written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from .characters import forbidden

SPARE = 3
MOST_ROWS = 60
LONGEST_CELL = 500


@dataclass(frozen=True)
class Cell:
    """A column. With `choices` (value, label) it is chosen from; `preset` is what an untouched row holds, which counts
    as nothing written."""

    key: str
    label: "str | Promise"
    choices: Sequence[tuple[str, Any]] = ()
    is_number: bool = False
    preset: str = ""
    width: str = ""


class Rows(forms.Widget):
    template_name = "kit/widgets/rows.html"
    use_fieldset = True

    def __init__(self, cells: Sequence[Cell], least: int = 0) -> None:
        super().__init__()
        self.cells, self.least = cells, least

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[dict[str, str]] | None:
        if not hasattr(data, "getlist"):
            return data.get(name)  # type: ignore[no-any-return]
        columns = {cell.key: data.getlist(f"{name}-{cell.key}") for cell in self.cells}
        count = min(max(map(len, columns.values()), default=0), MOST_ROWS)
        rows = [
            {key: values[place] if place < len(values) else "" for key, values in columns.items()}
            for place in range(count)
        ]
        return [row for row in rows if self._is_written(row)]

    def _is_written(self, row: Mapping[str, str]) -> bool:
        return any(row[cell.key].strip() not in ("", cell.preset) for cell in self.cells if not cell.choices)

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        rows = list(value or [])
        rows += [{}] * max(SPARE, self.least - len(rows))
        context["cells"] = self.cells
        context["rows"] = [
            [(cell, f"{name}-{cell.key}", str(row.get(cell.key, cell.preset))) for cell in self.cells] for row in rows
        ]
        return context


class RowsField(forms.Field):
    """See the module's docstring. `least` is how many rows are shown at least."""

    def __init__(self, cells: Sequence[Cell], least: int = 5, **given: Any) -> None:
        super().__init__(widget=Rows(cells, least), **{"required": False, **given})

    def clean(self, value: Any) -> list[dict[str, str]]:
        rows: list[dict[str, str]] = super().clean(value) or []
        for place, row in enumerate(rows, 1):
            for text in row.values():
                if wrong := forbidden(text):
                    raise forms.ValidationError(f"{place}: {wrong}")
                if len(text) > LONGEST_CELL:
                    raise forms.ValidationError(
                        _("第%(place)s行：最多%(most)s字") % {"place": place, "most": LONGEST_CELL}
                    )
        return rows

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (initial or []) != (data or [])
