"""The database to work on: DATABASE_URL's, or one of our own that is started where it does not run yet."""

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import LiteralString
from urllib.parse import urlsplit

import psycopg
from psycopg import errors

from chengnuo.settings.places import data_dir

from . import postgres, roles
from .words import Refused, warn

DEMO_MARK = "demo.making"


@dataclass(frozen=True)
class Database:
    owner_url: str
    is_own: bool

    def ensure(self) -> None:
        """The database and the app role exist. Raises Refused where the server cannot be reached."""
        try:
            roles.ensure_database(self.owner_url)
        except psycopg.OperationalError as error:
            raise Refused(f"The database cannot be reached: {error}") from error
        with psycopg.connect(self.owner_url, autocommit=True) as connection:
            try:
                roles.ensure_role(connection, "" if self.is_own else roles.app_password(_key()))
            except errors.InsufficientPrivilege:
                warn(f"DATABASE_URL's user may not make the role {roles.APP} or set its password: it needs CREATEROLE.")

    def grant(self) -> None:
        with psycopg.connect(self.owner_url, autocommit=True) as connection:
            try:
                roles.grant(connection)
            except (errors.UndefinedObject, errors.InsufficientPrivilege) as error:
                warn(f"nothing granted to {roles.APP}: {error}")

    def app_url(self) -> str:
        return roles.as_app(self.owner_url) if self.is_own else roles.app_url(self.owner_url, _key())

    def has_staff(self) -> bool:
        return self._is_so("SELECT EXISTS (SELECT FROM people_staff)")

    def has_half_a_demo(self) -> bool:
        """Was a demo company begun and not finished? Its making says so in a row of its own."""
        return self._is_so("SELECT EXISTS (SELECT FROM ledger_heartbeat WHERE name = %s)", DEMO_MARK)

    def has_only_a_demo(self) -> bool:
        """Nothing happened but the demo, which imports and lets clients judge, and the first figures and holidays."""
        return self._is_so(
            "SELECT NOT EXISTS (SELECT FROM ledger_trail_event"
            " WHERE source <> 'demo' AND verb NOT IN ('parameter.decided', 'calendar.imported')"
            " AND NOT (source IN ('import', 'link')"
            " AND happened_at <= (SELECT at FROM ledger_heartbeat WHERE name = %s)))",
            DEMO_MARK,
        )

    def make_anew(self) -> None:
        """Drop the database and make an empty one. Only ever of our own server, and of what can be made again."""
        roles.drop_database(self.owner_url)
        self.ensure()

    def _is_so(self, question: LiteralString, *values: object) -> bool:
        with psycopg.connect(self.owner_url) as connection:
            return connection.execute(question, values).fetchone() == (True,)


def given_url() -> str | None:
    """DATABASE_URL, if set. Raises Refused when it is no PostgreSQL's."""
    url = os.environ.get("DATABASE_URL")
    if url and urlsplit(url).scheme not in {"postgres", "postgresql"}:
        raise Refused("DATABASE_URL must begin with postgresql:// — no other database will do.")
    return url or None


@contextlib.contextmanager
def opened() -> Iterator[Database]:
    """DATABASE_URL's database; else our own, started for the block unless `chengnuo run` has it running."""
    if url := given_url():
        yield Database(url, is_own=False)
        return
    with postgres.running(data_dir()) as cluster:
        yield Database(cluster.url(), is_own=True)


def _key() -> bytes:
    from chengnuo.settings.base import key_file  # Late: it reads the environment that the command has just set.

    return key_file("database")
