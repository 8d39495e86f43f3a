"""The database and its two roles: the owner migrates; web and worker connect as a role that owns nothing."""

import contextlib
import hashlib
import hmac
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg import errors, sql

from .words import warn

APP = "chengnuo_app"
APPEND_ONLY = "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'append_only_rows'"
"""The tables that a migration put this trigger on: the app role may read and add, and has no right to change them."""


def as_app(url: str, password: str = "") -> str:
    """The same database, signed in as the app role."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    who = f"{APP}:{quote(password, safe='')}" if password else APP
    return urlunsplit(parts._replace(netloc=f"{who}@{place}"))


def app_password(key: bytes) -> str:
    """The app role's password on a server of somebody else, derived from a key file, so that it is written nowhere."""
    return hmac.new(key, b"password of the database role", hashlib.sha256).hexdigest()


def ensure_database(url: str) -> None:
    """Create the database that the URL names, where it is missing."""
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError as error:
        name = _name(url)
        if f'database "{name}" does not exist' not in str(error):
            raise
        with _maintenance(url) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


def drop_database(url: str) -> None:
    """Drop the database that the URL names, whoever is connected."""
    with _maintenance(url) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(_name(url))))


def _name(url: str) -> str:
    return urlsplit(url).path.lstrip("/")


def _maintenance(url: str) -> psycopg.Connection:
    return psycopg.connect(urlunsplit(urlsplit(url)._replace(path="/postgres")), autocommit=True)


def ensure_role(connection: psycopg.Connection, password: str = "") -> None:
    """Make the app role, or set its password. Raises psycopg's InsufficientPrivilege where the owner may not."""
    if connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [APP]).fetchone() is None:
        make = sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(APP))
        # A role belongs to the whole server: two starters, or two test processes, may make it at once.
        with contextlib.suppress(errors.DuplicateObject, errors.UniqueViolation), connection.transaction():
            connection.execute(make)
    if password:
        with connection.transaction():
            connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(APP), sql.Literal(password)))


def grant(connection: psycopg.Connection) -> None:
    """Give the app role what it needs on every table there is and will be; of the append-only ones, to read and add."""
    app = sql.Identifier(APP)
    everything = (
        "GRANT USAGE ON SCHEMA public TO {}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {}",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {}",
    )
    # The daily seal locks out writers, which SELECT and INSERT do not allow. Neither of these changes a row:
    # MAINTAIN never does, TRUNCATE is refused to everybody by a trigger.
    to_lock = "MAINTAIN" if connection.info.server_version >= 170000 else "TRUNCATE"
    with connection.transaction():
        for statement in everything:
            connection.execute(sql.SQL(statement).format(app))
        for (table,) in connection.execute(APPEND_ONLY).fetchall():
            connection.execute(sql.SQL(f"REVOKE UPDATE, DELETE ON {table} FROM {{}}").format(app))
            connection.execute(sql.SQL(f"GRANT {to_lock} ON {table} TO {{}}").format(app))


def app_url(owner_url: str, key: bytes) -> str:
    """How web and worker connect to a server of somebody else: as the app role, or, where it could not be made, as the
    owner with a warning."""
    for candidate in (as_app(owner_url, app_password(key)), as_app(owner_url)):
        try:
            psycopg.connect(candidate, connect_timeout=5).close()
        except psycopg.OperationalError:
            continue
        return candidate
    warn(f"the role {APP} cannot sign in to this server: web and worker connect as the owner of the tables.")
    return owner_url
