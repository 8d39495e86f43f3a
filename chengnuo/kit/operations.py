"""How the operations of the API are described beyond their schemas, and what several of them answer.

@router.post("/calls/{int:id}/print", response=replies({200: None}), openapi_extra={**paper(PDF), **ANEW})
"""

from datetime import date
from typing import Annotated, Any

from django.utils.translation import gettext as _
from ninja import NinjaAPI, Query
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from .api import KEY_HEADER, KEY_LENGTH, Answer, Schema

PDF = "application/pdf"
MARK = "x-carried-out-anew"
ANEW: dict[str, Any] = {MARK: True}
"""The operation takes no key: every showing, printing and making of a secret is an event of its own, and no stored
answer may hold what it told."""
KEY = {
    "in": "header",
    "name": KEY_HEADER,
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": KEY_LENGTH, "pattern": "^[!-~]+$"},
    "description": "Sent again within 48 hours under the same key, the request is not carried out a second time: "
    "it is answered as the first time, with `Idempotent-Replayed: true`.",
}


class Described(NinjaAPI):
    """An API whose description is a client's to lean on: an operation is called as its function is, whatever file it
    lies in, and says whether it takes a key."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """The description. Raises RuntimeError where two rooms call different schemas by one name."""
        described = Named(self, self.get_root_path(path_params or {}) if path_prefix is None else path_prefix)
        for path, methods in described["paths"].items():
            for method, operation in methods.items():
                _tell_ids(path, operation["parameters"])
                if method == "post" and not operation.get(MARK):
                    operation["parameters"].append(KEY)
        return described


class Named(OpenAPISchema):
    def add_schema_definitions(self, definitions: dict[str, Any]) -> None:
        for name, schema in definitions.items():
            if self.schemas.setdefault(name, schema) != schema:
                raise RuntimeError(f"two schemas of the API are called {name}")


def _tell_ids(path: str, parameters: list[dict[str, Any]]) -> None:
    """`/calls/{id}/reply`: the `id` of one of `/calls`."""
    for one in parameters:
        before = path.split(f"/{{{one['name']}}}")[0]
        if one["in"] == "path" and one["schema"].get("type") == "integer":
            one.setdefault("description", f"The id of one of the {before.rsplit('/', 1)[-1].replace('-', ' ')}")


def paper(media_type: str, status: int = 200) -> dict[str, Any]:
    """For `openapi_extra`: the operation answers with a file."""
    content = {media_type: {"schema": {"type": "string", "format": "binary"}}}
    return {"responses": {status: {"content": content}}}


def _place(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 18 or (value and not (value.isascii() and value.isdecimal())):
        raise PydanticCustomError("characters", "{message}", {"message": _("翻页标记不对，从第一页重新取")})
    return value


Cursor = Annotated[
    str,
    BeforeValidator(_place),
    Query(
        "",
        description="`next` of the part before; without it the first part",
        pattern="^[0-9]{0,18}$",
    ),
]


def _day(value: Any) -> date:
    try:
        day = value if type(value) is date else date.fromisoformat(value if len(value) == 10 else "")
    except (TypeError, ValueError):
        raise PydanticCustomError("date", "date") from None
    if not 1900 <= day.year <= 2200:
        raise PydanticCustomError("date", "date")
    return day


Day = Annotated[date, BeforeValidator(_day)]
"""ISO 8601, between 1900 and 2200; nothing else is taken for a day."""


class JobAskedOut(Answer):
    """The worker carries it out; `GET /jobs/{id}` says how far it is and what came of it."""

    job_id: int


class NothingIn(Schema):
    """The address says it all; what is sent is `{}`."""
