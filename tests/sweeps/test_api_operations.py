"""No operation of the API is forgotten: each has its scope, its key and its words for every way of saying no."""

import dis
from types import FunctionType
from typing import Any

import pytest
from ninja import Router
from ninja.operation import Operation

from chengnuo.kit.api import NO, Bearer, acts
from chengnuo.kit.api_edge import make_api, operations
from chengnuo.kit.operations import MARK
from chengnuo.people.scopes import needed, rooms, scopes
from chengnuo.site.api import api

OPERATIONS = list(operations(api))
READS = [operation for operation in OPERATIONS if operation.methods == ["GET"]]
ACTS = [operation for operation in OPERATIONS if operation not in READS]
KEYED = [operation for operation in ACTS if not operation.openapi_extra.get(MARK)]


def name(operation: Operation) -> str:
    return operation.view_func.__name__


def reached(func: FunctionType, seen: dict[str, Any]) -> dict[str, Any]:
    """What the code of a function names, and what the functions of ours name that it calls, by name."""
    loaded = {one.argval for one in dis.get_instructions(func) if one.opname == "LOAD_GLOBAL"}
    for word in sorted(loaded):
        called = func.__globals__.get(word)
        if called is not None and word not in seen:
            seen[word] = called
            if isinstance(called, FunctionType) and called.__module__.startswith("chengnuo"):
                reached(called, seen)
    return seen


@pytest.mark.parametrize("operation", OPERATIONS, ids=name)
def test_an_operation_lets_in_tokens_of_its_own_scope_alone(operation):
    (bearer,) = operation.auth_callbacks
    assert isinstance(bearer, Bearer)
    assert bearer.room in rooms()
    assert bearer.is_read == (operation.methods == ["GET"])
    assert operation.openapi_extra["x-scope"] == needed(bearer.room, is_read=bearer.is_read)


@pytest.mark.parametrize("operation", KEYED, ids=name)
def test_an_operation_that_writes_is_carried_out_once_per_key(operation):
    assert operation.methods == ["POST"]
    assert acts in reached(operation.view_func, {}).values()


@pytest.mark.parametrize("operation", READS, ids=name)
def test_an_operation_that_reads_acts_nowhere(operation):
    assert acts not in reached(operation.view_func, {}).values()


@pytest.mark.parametrize("operation", OPERATIONS, ids=name)
def test_an_operation_declares_every_way_of_saying_no(operation):
    assert set(operation.response_models) >= NO


def test_every_scope_of_a_room_opens_some_operation():
    used = {operation.openapi_extra["x-scope"] for operation in OPERATIONS}
    assert used <= set(scopes())
    assert {scope.partition(":")[0] for scope in used} == set(rooms())


def test_an_operation_without_a_scope_is_not_mounted():
    router = Router(tags=["nowhere"])
    router.get("/forgotten")(lambda request: None)
    with pytest.raises(LookupError, match="nowhere"):
        make_api([router], "forgotten")
