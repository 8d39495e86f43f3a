"""The database of the tests: real PostgreSQL, the app role with its grants, and a clone for tests that commit."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.db import connection, connections
from django.test.utils import setup_databases, teardown_databases
from pytest_django.plugin import DjangoDbBlocker

from chengnuo.launch import roles
from chengnuo.ledger.clock import ZONE, moved_to
from chengnuo.ledger.seed import seed

pytest_plugins = ["tests.fixtures"]
SEEDED_AT = datetime(2026, 1, 1, tzinfo=ZONE)


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_modify_db_settings: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[None]:
    """The test database, with the role that web and worker connect as.

    pytest-django makes it only where a test asks for `db`; tests that commit ask for a clone of it, and without it they
    would clone, and seed, whatever DATABASE_URL names.
    """
    with django_db_blocker.unblock():
        made = setup_databases(request.config.option.verbose, interactive=False, aliases=["default"])
        connection.ensure_connection()
        roles.ensure_role(connection.connection)
        roles.grant(connection.connection)
        with moved_to(SEEDED_AT, source="test"):
            seed(SEEDED_AT)
    yield
    with django_db_blocker.unblock():
        teardown_databases(made, request.config.option.verbose)


@pytest.fixture
def app_role(db) -> None:
    """From here to its end, when the test's transaction takes it back, it acts as the role of web and worker."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {roles.APP}")


@pytest.fixture
def committing_db(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
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
