"""What nothing can be faster than: the same row written by a bare INSERT and COMMIT, 50 rows read by an index."""

import threading
from collections.abc import Callable

import psycopg

from benchmarks.versus.cases import NOW, cases
from chengnuo.launch.postgres import Cluster

TABLE = """
CREATE TABLE IF NOT EXISTS bench_limit
  (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, unit bigint, client bigint, at timestamptz, content text);
CREATE INDEX IF NOT EXISTS bench_limit_at ON bench_limit (unit, at DESC, id DESC);
"""
WRITE = "INSERT INTO bench_limit (unit, client, at, content) VALUES (1, %s, %s, %s)"
READ = "SELECT * FROM hotline_call WHERE unit_id = %s ORDER BY rang_at DESC, id DESC LIMIT 50"


def writing(cluster: Cluster) -> Callable[[], object]:
    """Each thread has a connection of its own, as each thread of the other askers has."""
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        connection.execute(TABLE)
    case, own = next(cases(1, 1)), threading.local()

    def write() -> None:
        if not hasattr(own, "connection"):
            own.connection = psycopg.connect(cluster.url())
        own.connection.execute(WRITE, [case.client, NOW, case.content])
        own.connection.commit()

    return write


def reading(cluster: Cluster, unit: int) -> Callable[[], object]:
    connection = psycopg.connect(cluster.url(), autocommit=True)
    return lambda: connection.execute(READ, [unit]).fetchall()
