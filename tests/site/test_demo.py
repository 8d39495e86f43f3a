from collections.abc import Iterator
from datetime import datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Q

from chengnuo.clients.credentials import credit_code, resident_id
from chengnuo.clients.models import Client
from chengnuo.hotline.models import Call, DutyShift, Promise, PromiseState
from chengnuo.kit.models import Approval
from chengnuo.ledger.check import check
from chengnuo.ledger.clock import ZONE, moved_to
from chengnuo.ledger.models import Obligation, TrailEvent
from chengnuo.people.models import Staff, Unit
from tests.cast import Cast

BY_DAY = datetime(2026, 9, 28, 14, 36, tzinfo=ZONE)
BY_NIGHT = datetime(2026, 9, 27, 23, 10, tzinfo=ZONE)


@pytest.fixture(params=[BY_DAY, BY_NIGHT], ids=["by day", "by night"])
def moment(request: pytest.FixtureRequest, db: None) -> Iterator[datetime]:
    with moved_to(request.param, "test"):
        yield request.param


def test_the_demo_company_lives_until_now_and_its_trail_is_whole(moment: datetime) -> None:
    out, progress = StringIO(), StringIO()
    call_command("demo", stdout=out, stderr=progress)

    assert [line.split()[0] for line in out.getvalue().splitlines()[1:]] == [
        "zhoumin", "lize", "xuning", "linxiaotang", "wanghaiyan", "chenlixing", "zhengqiming", "admin",
    ]  # fmt: skip
    assert "made in" in progress.getvalue()
    assert (Unit.objects.count(), Staff.objects.count(), Client.objects.count()) == (15, 44, 40)
    password = out.getvalue().splitlines()[0].split()[5]
    assert all(Staff.objects.get(username=name).check_password(password) for name in ("zhoumin", "admin"))
    numbers_are_right()
    the_desk_of_the_one_on_duty_is_full(moment)
    assert 75 <= Call.objects.count() <= 85
    states = set(Promise.objects.values_list("state", flat=True))
    wanted = {"OPEN", "MOVED", "KEPT", "KEPT_LATE", "WITHDRAWN"}
    assert states == {str(PromiseState[name]) for name in wanted}
    assert Approval.objects.count() == 1
    assert not TrailEvent.objects.filter(Q(recorded_at__gt=moment) | Q(happened_at__gt=moment)).exists()
    assert check()[0] == []


def numbers_are_right() -> None:
    for client in Client.objects.all():
        if client.kind == Client.Kind.PERSON:
            assert resident_id(client.resident_id, BY_DAY.date()) == (client.resident_id, "")
        else:
            assert credit_code(client.credit_code) == (client.credit_code, "")


def the_desk_of_the_one_on_duty_is_full(moment: datetime) -> None:
    zhoumin = Staff.objects.get(username="zhoumin")
    on_duty = DutyShift.objects.get(unit__code="SU", starts_at__lte=moment, ends_at__gt=moment)
    assert on_duty.staff == zhoumin
    midnight = moment.replace(hour=23, minute=59, second=59)
    mine = Obligation.objects.filter(owner=zhoumin, state="open")
    overdue, today = mine.filter(due__lt=moment), mine.filter(due__gte=moment, due__lte=midnight)
    assert overdue.count() == 3
    assert 6 <= today.count() <= 8
    assert mine.filter(due__gt=midnight).count() >= 5


def test_the_demo_is_not_made_where_a_company_is(cast: Cast) -> None:
    units = Unit.objects.count()
    with pytest.raises(CommandError, match="already"):
        call_command("demo", stdout=StringIO(), stderr=StringIO())
    assert Unit.objects.count() == units
