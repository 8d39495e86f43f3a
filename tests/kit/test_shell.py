"""The menu shows what is registered and built, in the order of the procedure, and marks where one is."""

from datetime import datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.test import RequestFactory
from django.urls import include, path

from chengnuo.kit import shell
from chengnuo.kit.procedure.actions import propose_parameter
from chengnuo.kit.shell import Count, MenuEntry, menu_for, register_menu
from chengnuo.ledger.clock import ZONE

NOW = datetime(2026, 9, 28, 14, 36, tzinfo=ZONE)


def page(request):
    raise AssertionError("no test opens it")


urlpatterns = [
    path("", page, name="desk"),
    path("clients/", page, name="clients"),
    path("hotline/", include([path("", page, name="hotline"), path("new/", page, name="new_call")])),
    path("hotline/roster/", page, name="roster"),
]


@pytest.fixture
def menu(settings, monkeypatch):
    settings.ROOT_URLCONF = __name__
    monkeypatch.setattr(shell, "_entries", {})
    register_menu(MenuEntry("roster", "排班", "roster", 403))
    register_menu(MenuEntry("hotline", "服务热线", "hotline", 301, clause="3.1"))
    register_menu(MenuEntry("clients", "客户", "clients", 110))
    register_menu(MenuEntry("desk", "工作台", "desk", 100))
    register_menu(MenuEntry("letters", "信函服务", "letters", 402))

    def shown(address: str = "/", by: object = None, now: datetime = NOW, **user: object):
        request = RequestFactory().get(address)
        request.user, request.now = by or SimpleNamespace(**user), now
        return menu_for(request)

    return shown


def test_groups_follow_the_procedure_and_what_is_not_built_is_left_out(menu):
    assert [[line.entry.label for line in group] for group in menu()] == [["工作台", "客户"], ["服务热线"], ["排班"]]


@pytest.mark.parametrize(
    "address,current",
    [
        ("/", ["desk"]),
        ("/hotline/", ["hotline"]),
        ("/hotline/17/", ["hotline"]),
        ("/hotline/roster/", ["roster"]),
        ("/search/", []),
    ],
)
def test_the_closest_entry_is_current(menu, address, current):
    assert [line.entry.key for group in menu(address) for line in group if line.is_current] == current


@pytest.mark.django_db
def test_a_count_is_what_one_owes_there_and_knows_whether_some_of_it_is_overdue(
    cast, menu, django_assert_max_num_queries
):
    register_menu(MenuEntry("all", "全部", "desk", 101, owed=("",)))
    register_menu(MenuEntry("procedure", "规程", "roster", 515, owed=("kit.approval",)))
    register_menu(MenuEntry("approvals", "审批", "roster", 516, owed=("kit.", "hotline.")))
    register_menu(MenuEntry("others", "其他", "roster", 517, owed=("hotline.",)))
    for key in ("call_back.due", "complaint.target"):
        propose_parameter(key, Decimal(12), None, "来电高峰打不完", by=cast.wanghaiyan, now=NOW)

    def counts(now: datetime) -> dict[str, Count | None]:
        with django_assert_max_num_queries(3):
            lines = [line for group in menu(by=cast.chenlixing, now=now) for line in group]
        return {line.entry.key: line.count for line in lines if line.count}

    assert counts(NOW) == dict.fromkeys(("all", "procedure", "approvals"), Count(2))
    late = NOW + timedelta(days=9)
    assert counts(late) == dict.fromkeys(("all", "procedure", "approvals"), Count(2, overdue=True))
    assert not any(line.count for group in menu(by=cast.zhoumin) for line in group)


def test_an_entry_may_be_hidden_from_some_people(menu):
    register_menu(MenuEntry("all", "全部", "roster", 520, shown=lambda request: request.user.is_head))
    assert len(menu(is_head=False)) == 3
    assert menu(is_head=True)[3][0].entry.label == "全部"


def test_a_key_belongs_to_one_entry(menu):
    with pytest.raises(ValueError, match="desk is taken"):
        register_menu(MenuEntry("desk", "别的", "desk", 100))
