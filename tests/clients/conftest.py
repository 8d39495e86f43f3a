"""A client of Suzhou with all that a client may have, entered by the actions."""

from datetime import date, datetime

import pytest
from django.test import Client as Browser

from chengnuo.clients import actions
from chengnuo.clients.models import Client
from chengnuo.ledger.clock import ZONE
from chengnuo.people.models import Staff, Unit
from tests.cast import Cast

NOW = datetime(2026, 9, 28, 14, 36, tzinfo=ZONE)
CODE, OTHER_CODE = "91999999MAMHW8NR6D", "91999999MAK6UYX56Y"
RESIDENT = "99999919970905206X"
COMPANY = {"name": "苏州锦穗精密机械有限公司", "kind": "company", "credit_code": CODE}
PERSON = {"name": "罗咏仪", "kind": "person", "resident_id": RESIDENT}
CONTACT = {"name": "陈月琴", "title": "行政主管", "phones": ["138 0000 1021", "0512-0000 6620"]}
SITE = {
    "name": "木渎厂",
    "address": "苏州市吴中区木渎镇金塘路0号",
    "division_code": "320506",
    "lat": "31.252",
    "lon": "120.518",
}
POLICY = {
    "no": "YA-PRO-2026-105000",
    "line": "property",
    "insurer": "屿安财产保险股份有限公司",
    "sum_insured": "29900000.00",
    "premium": "20930.00",
    "starts_on": "2026-05-28",
    "ends_on": "2027-05-27",
}
AGREEMENT = {"number": "WT-2026-001", "starts_on": "2026-10-01", "ends_on": "2027-09-30", "scope": "全部财产险"}


def entered(unit: Unit, by: Staff, values: dict = COMPANY, **more) -> Client:
    return actions.enter_client(unit=unit, values=values, by=by, now=NOW, **more)


def signed_in(staff: Staff) -> Browser:
    browser = Browser()
    browser.force_login(staff)
    return browser


@pytest.fixture
def client_su(cast: Cast) -> Client:
    return entered(cast.su, cast.zhoumin, contacts=[CONTACT], sites=[SITE], policies=[POLICY])


@pytest.fixture
def person_su(cast: Cast) -> Client:
    return entered(
        cast.su, cast.zhoumin, PERSON, contacts=[{"name": "罗咏仪", "title": "本人", "phones": ["138 0000 3212"]}]
    )


@pytest.fixture
def agreement(client_su: Client, cast: Cast):
    return actions.draft_agreement(client_su, values=AGREEMENT, by=cast.zhoumin, now=NOW)


def day(text: str) -> date:
    return date.fromisoformat(text)
