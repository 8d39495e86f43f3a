"""GET /healthz names what does not live."""

from datetime import timedelta

import pytest
from django.db import connection, connections

from chengnuo.ledger import clock
from chengnuo.ledger.models import Heartbeat


def beat(ago: timedelta, *names: str) -> None:
    for name in names or ("worker", "jobs"):
        Heartbeat.objects.create(name=name, at=clock.now() - ago)


@pytest.mark.django_db
def test_all_is_well_while_the_worker_beats(client, django_assert_num_queries):
    beat(timedelta(seconds=30))
    with django_assert_num_queries(1):
        response = client.get("/healthz")
    assert (response.status_code, response.json()) == (
        200,
        {"database": "ok", "worker": "ok", "jobs": "ok", "last_backup": "never"},
    )


@pytest.mark.django_db
@pytest.mark.parametrize("ago", [None, timedelta(seconds=61)])
def test_parts_that_never_beat_or_not_for_a_minute_are_named(client, ago):
    if ago:
        beat(ago)
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (
        503,
        {"database": "ok", "worker": "down", "jobs": "down", "last_backup": "never"},
    )


@pytest.mark.django_db
def test_jobs_that_nobody_carries_out_are_named(client):
    beat(timedelta(0), "worker")
    beat(timedelta(seconds=61), "jobs")
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (
        503,
        {"database": "ok", "worker": "ok", "jobs": "down", "last_backup": "never"},
    )


@pytest.mark.parametrize("cookies", [{}, {"sessionid": "a" * 32}])
def test_a_database_that_is_gone_is_named_to_a_browser_that_was_signed_in_as_well(client, committing_db, cookies):
    client.cookies.load(cookies)
    connection.close()
    settings = connections.settings["default"]
    clone = settings["NAME"]
    settings["NAME"] = connection.settings_dict["NAME"] = "gone"
    try:
        response = client.get("/healthz")
    finally:
        settings["NAME"] = connection.settings_dict["NAME"] = clone
    assert (response.status_code, response.json()) == (
        503,
        {"database": "down", "worker": "unknown", "jobs": "unknown", "last_backup": "unknown"},
    )


def test_only_reading_is_answered(client, db):
    assert client.post("/healthz").status_code == 405


@pytest.mark.django_db
def test_the_last_backup_is_told_and_its_age_makes_nobody_ill(client):
    beat(timedelta(0))
    beat(timedelta(days=40), "backup")
    response = client.get("/healthz")
    made_at = Heartbeat.objects.get(name="backup").at.isoformat()
    assert (response.status_code, response.json()["last_backup"]) == (200, made_at)
