from datetime import datetime

import pytest
from django.core.management import call_command

from chengnuo.ledger.calendar_seed import published_tables
from chengnuo.ledger.check import check
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.models import CalendarTable, ParameterVersion
from chengnuo.ledger.parameters_catalogue import parameter_kinds
from chengnuo.ledger.seed import seed

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 9, 28, 14, 36, tzinfo=ZONE)


def test_every_figure_and_published_year_has_its_first_version():
    assert set(ParameterVersion.objects.values_list("key", flat=True)) == set(parameter_kinds())
    assert set(CalendarTable.objects.values_list("year", flat=True)) == set(published_tables())


def test_seeding_again_adds_nothing():
    assert seed(NOW) == 0


def test_a_seeded_ledger_is_whole():
    findings, events = check()
    assert findings == []
    assert events == len(parameter_kinds()) + len(published_tables())


def test_the_command_says_that_nothing_was_lost(capsys):
    call_command("check_ledger")
    assert "nothing changed, nothing lost" in capsys.readouterr().out
