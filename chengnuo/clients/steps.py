"""The acts on a kind of case, each a page of its own: a table of what may be done in which state."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.urls import URLPattern, path

from chengnuo.kit.act_pages import act_page
from chengnuo.kit.forms import Form
from chengnuo.kit.requests import Asked
from chengnuo.people.models import Staff

from .cases import Case

May = Callable[[Staff, Any, datetime], bool]
Run = Callable[[Any, dict[str, Any], dict[str, Any]], Any]
Make = Callable[[Any, Any, Asked], Form]


def _always(_case: Any) -> bool:
    return True


@dataclass(frozen=True)
class Step:
    """One act on a case: `states` are those in which its button shows, `own` is what asks for it besides. `make` gives
    its form of (what was posted, the case, the request), `run` carries it out with (the case, what the form holds, who
    and when)."""

    name: str
    label: Any
    states: Collection[str]
    make: Make
    run: Run
    clause: str
    may: May
    own: Callable[[Any], bool] = _always
    is_next: bool = False
    """Whether it brings the case on: its button stands first."""

    def fits(self, user: Staff, case: Any, now: datetime) -> bool:
        return case.state in self.states and self.own(case) and self.may(user, case, now)


@dataclass(frozen=True)
class Button:
    """An act that a person may do now."""

    name: str
    label: Any
    url_name: str


@dataclass(frozen=True)
class Steps:
    """The acts of one room. `find` gives the case that the person sees, else 404; `forbidden` says, by who may, what he
    hears who may not."""

    room: str
    find: Callable[[Asked, int], Case]
    forbidden: Mapping[May, Any]
    steps: Sequence[Step]

    def urls(self) -> list[URLPattern]:
        return [path(f"<int:pk>/{step.name}/", self._view(step), name=step.name) for step in self.steps]

    def offered(self, user: Staff, case: Case, now: datetime) -> tuple[list[Button], list[Button]]:
        """The acts that a person may do now: those that bring the case on, and the others."""
        fit = [step for step in self.steps if step.fits(user, case, now)]
        forward, others = ([self._button(step) for step in fit if step.is_next is wanted] for wanted in (True, False))
        return forward, others

    def _button(self, step: Step) -> Button:
        return Button(step.name, step.label, f"{self.room}:{step.name}")

    def _view(self, step: Step) -> Callable[..., HttpResponse]:
        return act_page(
            self.find,
            step.may,
            self.forbidden[step.may],
            step.make,
            lambda case, data, who: step.run(case, data, who) and None,
            verb=step.label,
            clause=step.clause,
            intro=lambda case: case.matter,
        )


def plain(action: Callable[..., Any]) -> Run:
    """An act that takes what the form holds as it is."""
    return lambda case, data, who: action(case, **data, **who)


def form(kind: type[Form]) -> Make:
    """A form that asks nothing of the case."""
    return lambda data, _case, _request: kind(data)


def dated(kind: type[Form], moment: str, **initial: Callable[[Any], Any]) -> Make:
    """A form whose moment is now unless somebody says otherwise; `initial` are further values, each of the case."""
    return lambda data, case, request: kind(
        data, initial={moment: request.now, **{name: value(case) for name, value in initial.items()}}
    )
