"""DATABASE_URL in every form that a server's keeper hands out."""

import pytest

from chengnuo.settings.base import database

KEYS = ("NAME", "USER", "PASSWORD", "HOST", "PORT")


@pytest.mark.parametrize(
    "url,told",
    [
        ("postgres://li:p%40ss@db.test:5433/cn", ("cn", "li", "p@ss", "db.test", "5433")),
        ("postgresql://postgres@/cn?host=/run/pg%20sock&port=6000", ("cn", "postgres", "", "/run/pg sock", "6000")),
        ("postgresql://postgres@%2Frun%2Fpg/cn", ("cn", "postgres", "", "/run/pg", "")),
        ("postgres:///cn", ("cn", "", "", "", "")),
    ],
)
def test_its_parts_are_told_apart(url, told):
    assert tuple(database(url)[key] for key in KEYS) == told


def test_further_words_reach_the_driver():
    assert database("postgres://li@db.test/cn?sslmode=require")["OPTIONS"]["sslmode"] == "require"


def test_another_engine_is_refused():
    with pytest.raises(ValueError, match="must begin with postgres://, not mysql://"):
        database("mysql://li@db.test/cn")
