"""Ten thousand generated requests at the whole of the API, good ones and bad: no fault of ours, no status that the
description does not name, no answer of another shape.

Each is sent in a transaction that falls back, so that each meets the same world: one of everything, asked about by
somebody who manages Suzhou, heads the centre and administers. Of three requests one names records that there are, and one
says all that a good one says, with what was made up beside it.
"""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from chengnuo.people.actions import give_role, make_token
from chengnuo.people.models import Role
from chengnuo.site.management.commands.openapi import PATH
from tests.hotline.world import DAY, NOW, do
from tests.sweeps.access_table import API
from tests.sweeps.conftest import world  # noqa: F401 — the fixture
from tests.sweeps.test_access import filled
from tests.sweeps.world import World

pytestmark = pytest.mark.slow
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
SHARDS = 2
REQUESTS = 10_000
OF_PAPER = 10
"""A PDF costs a process of its own, so these operations get few."""
NAMES_RECORDS = ("unit", "line", "branch", "version", "keep")
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
ROWS = {row.name.removeprefix("api:"): row for row in API}


class Asker:
    """Sends cases as one person, counts the answers, and keeps what was found wrong."""

    def __init__(self, one: World, headers: dict[str, str]) -> None:
        self.world, self.headers = one, headers
        self.statuses: Counter[int] = Counter()
        self.found: list[str] = []

    def ask(self, case: Case) -> None:
        if turn := self.statuses.total() % 3:
            self._at_records(case, whole=turn == 2)
        with transaction.atomic():
            response = case.call(headers=self.headers)
            transaction.set_rollback(True)
        self.statuses[response.status_code] += 1
        try:
            case.validate_response(response, checks=CHECKS)
        except FailureGroup as wrong:
            self.found += [f"{case.as_curl_command()} → {response.status_code}: {one}" for one in wrong.exceptions]

    def _at_records(self, case: Case, whole: bool) -> None:
        """Name records of the world instead of what was made up, as the table of the access sweep does; with `whole`
        say all that it says, and what was made up beside it."""
        row = ROWS[name_of(case.operation)]
        case.path_parameters |= filled({name: to for name, to in row.kwargs.items() if "id" in name}, self.world)
        if isinstance(case.body, dict):
            said = {name: to for name, to in row.post.items() if whole or (name in case.body and _names_record(name))}
            case.body |= filled(said, self.world)


def _names_record(field: str) -> bool:
    return field.endswith("_id") or field in NAMES_RECORDS


def name_of(operation: Any) -> str:
    return str(operation.definition.raw["operationId"])


@pytest.fixture
def same_connection() -> Iterator[None]:
    """The requests run in the test's own transaction: its connection stays open after each of them."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def asker(world: World, same_connection: None) -> Asker:  # noqa: F811
    staff = world.people["manager"]
    for unit, kind in ((world.cast.centre, Role.Kind.CENTRE_HEAD), (world.cast.hq, Role.Kind.ADMINISTRATOR)):
        do(give_role, staff, unit=unit, kind=kind, by=None)
    _token, secret = do(make_token, staff, name="x", expires_at=NOW + DAY, by=staff)
    return Asker(world, {"Authorization": f"Bearer {secret}"})


def sent(operation: Any, mode: GenerationMode, count: int, asker: Asker) -> None:
    @settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def one(case: Case) -> None:
        asker.ask(case)

    with suppress(Unsatisfiable):  # Nothing about it can be wrong: it takes nothing.
        one()


@pytest.mark.parametrize("shard", range(SHARDS))
def test_ten_thousand_generated_requests_find_no_fault_and_nothing_undocumented(asker, shard):
    config = schemathesis.Config.from_dict({"generation": {"with-security-parameters": False}})
    schema = schemathesis.openapi.from_dict(json.loads(PATH.read_text()), config=config)
    schema.app = get_wsgi_application()
    operations = [one.ok() for one in schema.get_all_operations()]
    each = -(-REQUESTS // (len(operations) * len(MODES)))
    for operation in operations[shard::SHARDS]:
        is_paper = "application/pdf" in str(operation.definition.raw["responses"])
        for mode in MODES:
            sent(operation, mode, OF_PAPER if is_paper else each, asker)
    assert asker.found == []
    well = sum(count for status, count in asker.statuses.items() if status < 300)
    assert asker.statuses.total() > 0.9 * REQUESTS / SHARDS, asker.statuses
    assert well > asker.statuses.total() / 4, asker.statuses
