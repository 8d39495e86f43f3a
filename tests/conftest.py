"""The database of the tests: real PostgreSQL, the app role with its grants, and a clone for tests that commit."""

from collections.abc import Iterator

import pytest
from django.db import connection, connections

from chengnuo.launch import roles


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker) -> None:
    """pytest-django's test database, with the role that web and worker connect as."""
    with django_db_blocker.unblock():
        connection.ensure_connection()
        roles.ensure_role(connection.connection)
        roles.grant(connection.connection)


@pytest.fixture
def app_role(db) -> Iterator[None]:
    """From here to its end the test acts as the role that web and worker connect as."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {roles.APP}")
    yield
    connection.needs_rollback = False
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


@pytest.fixture
def committing_db(django_db_setup, django_db_blocker) -> Iterator[None]:
    """A clone of the test database that the test may commit to, from threads as well; dropped afterwards.

    Use it instead of `transactional_db`, which truncates: what happened refuses to be truncated.
    """
    settings = connections.settings["default"]
    template = settings["NAME"]
    clone = f"{template}_clone"
    with django_db_blocker.unblock():
        connection.close()
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{clone}" WITH (FORCE)')
            cursor.execute(f'CREATE DATABASE "{clone}" TEMPLATE "{template}"')
        settings["NAME"] = connection.settings_dict["NAME"] = clone
        try:
            yield
        finally:
            connection.close()
            settings["NAME"] = connection.settings_dict["NAME"] = template
            with connection._nodb_cursor() as cursor:
                cursor.execute(f'DROP DATABASE "{clone}" WITH (FORCE)')
