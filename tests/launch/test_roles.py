"""The role that web and worker connect as owns nothing and changes nothing that happened."""

import pytest
from django.db import IntegrityError, ProgrammingError, connection

from chengnuo.launch import roles
from chengnuo.launch.database import Database, opened
from chengnuo.launch.words import Refused

RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE")


def rights(table: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r FROM unnest(%s::text[]) WITH ORDINALITY AS u(r, n) WHERE has_table_privilege(%s, %s, r) ORDER BY n",
            [list(RIGHTS), roles.APP, table],
        )
        return [row[0] for row in cursor.fetchall()]


@pytest.mark.django_db
def test_the_app_role_works_on_ordinary_tables_and_only_adds_to_what_happened():
    assert rights("people_staff") == ["SELECT", "INSERT", "UPDATE", "DELETE"]
    assert rights("ledger_trail_event") == ["SELECT", "INSERT"]
    assert rights("ledger_trail_mention") == ["SELECT", "INSERT"]


def test_the_app_role_locks_what_happened_for_the_seal_and_cannot_empty_it(app_role):
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE ledger_trail_event IN SHARE MODE")
        with pytest.raises((ProgrammingError, IntegrityError)):
            cursor.execute("TRUNCATE ledger_trail_event CASCADE")


@pytest.mark.django_db
def test_a_later_table_is_open_to_the_app_role_from_the_start():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE later (id bigserial)")
    assert rights("later") == ["SELECT", "INSERT", "UPDATE", "DELETE"]


def test_the_app_role_makes_no_table(app_role):
    with pytest.raises(ProgrammingError, match="permission denied"), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE mine (id int)")


def test_the_app_role_owns_nothing(app_role):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, count(*) FROM pg_class WHERE relowner = current_user::regrole")
        assert cursor.fetchone() == (roles.APP, 0)


@pytest.mark.django_db
def test_making_the_role_twice_changes_nothing():
    roles.ensure_role(connection.connection)
    roles.ensure_role(connection.connection)


@pytest.mark.parametrize(
    "owner,app",
    [
        (
            "postgres://me:secret@db.test:5433/cn?sslmode=require",
            "postgres://chengnuo_app:p%2F@db.test:5433/cn?sslmode=require",
        ),
        ("postgresql://postgres@/cn?host=/run/x", "postgresql://chengnuo_app:p%2F@/cn?host=/run/x"),
        ("postgresql:///cn", "postgresql://chengnuo_app:p%2F@/cn"),
    ],
)
def test_the_app_roles_address_differs_only_in_who_signs_in(owner, app):
    assert roles.as_app(owner, "p/") == app


def test_the_password_is_the_same_for_the_same_key_only():
    assert roles.app_password(b"a") == roles.app_password(b"a")
    assert roles.app_password(b"a") != roles.app_password(b"b")


def test_a_server_that_is_not_there_is_refused_in_words():
    with pytest.raises(Refused, match="cannot be reached"):
        Database("postgresql://nobody@/x?host=/nowhere", is_own=True).ensure()


def test_another_kind_of_database_is_refused_in_words(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "mysql://li@db.test/cn")
    with pytest.raises(Refused, match="must begin with postgresql://"), opened():
        pass
