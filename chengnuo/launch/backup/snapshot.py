"""A company as it was at one instant: what a backup says of it, and what a restore is compared with."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, LiteralString, cast

import psycopg
from psycopg import sql

from .words import NotBackedUp

PLAIN = (
    "-c TimeZone=UTC -c DateStyle=ISO -c IntervalStyle=postgres -c extra_float_digits=1 -c bytea_output=hex -c jit=off"
)
"""So that a row is the same text on every server."""
TABLES = """
SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
ORDER BY 1, 2"""
# Half of a row's MD5 as a number, added up: the same rows in any order give the same sum. It finds what went wrong on
# the way; that nobody altered it is the container's to say.
ROWS = "SELECT count(*), coalesce(sum(('x' || left(md5(t::text), 16))::bit(64)::bigint), 0)::text FROM {} t"
SEQUENCES = "SELECT schemaname, sequencename, last_value FROM pg_sequences ORDER BY 1, 2"
HEADS = 'SELECT subject_type, subject_pk, seq, mac FROM ledger_trail_head ORDER BY subject_type COLLATE "C", subject_pk'
MIGRATIONS = "SELECT app, name FROM django_migrations ORDER BY app, name"
BLOBS = "SELECT DISTINCT sha256 FROM kit_blob ORDER BY sha256"

Tables = dict[str, list[Any]]
Connection = psycopg.Connection[Any]


@contextmanager
def snapshot(url: str) -> Iterator[Connection]:
    """A connection that goes on seeing one instant. It reads, and stops nobody from writing."""
    try:
        connection = psycopg.connect(url, options=PLAIN)
    except psycopg.OperationalError as error:
        raise NotBackedUp("unreachable", f"The database cannot be reached: {error}") from error
    with connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        if one(connection, "SELECT to_regclass('ledger_trail_head')") is None:
            raise NotBackedUp("no_company", "There is no company in this database: nothing to back up.")
        yield connection


def one(connection: Connection, query: str, *values: object) -> Any:
    """The first value of the first row."""
    row = connection.execute(cast(LiteralString, query), values).fetchone()
    return row[0] if row else None


def major(connection: Connection) -> int:
    return connection.info.server_version // 10000


def tables(connection: Connection) -> Tables:
    """Of every table how many rows it has and the sum of their hashes."""
    return {
        f"{schema}.{name}": [
            *cast(Any, connection.execute(sql.SQL(ROWS).format(sql.Identifier(schema, name))).fetchone())
        ]
        for schema, name in connection.execute(TABLES).fetchall()
    }


def sequences(connection: Connection) -> dict[str, int]:
    """The last value that each sequence gave; 0 where it gave none."""
    return {f"{schema}.{name}": last or 0 for schema, name, last in connection.execute(SEQUENCES).fetchall()}


def trail(connection: Connection) -> dict[str, Any]:
    """How many chains there are, and one digest of all their ends."""
    total, heads = hashlib.sha256(), 0
    with connection.cursor("heads") as cursor:
        for type_, pk, seq, mac in cursor.execute(HEADS):
            total.update(f"{type_}:{pk}#{seq}:{mac.hex()}\n".encode())
            heads += 1
    return {
        "heads": heads,
        "digest": total.hexdigest(),
        "events": one(connection, "SELECT count(*) FROM ledger_trail_event"),
    }


def migrations(connection: Connection) -> list[list[str]]:
    return [[app, name] for app, name in connection.execute(MIGRATIONS).fetchall()]


def seals(connection: Connection) -> dict[int, tuple[int, str]]:
    """The seals in the database: how many events each covers, and its digest, by the last event's id."""
    rows = connection.execute("SELECT up_to, events, digest FROM ledger_seal ORDER BY up_to").fetchall()
    return {up_to: (events, digest) for up_to, events, digest in rows}


def blobs(connection: Connection) -> Iterator[str]:
    """The hashes of all files that a record has, in order."""
    with connection.cursor("blobs") as cursor:
        for (sha256,) in cursor.execute(BLOBS):
            yield sha256
