"""What a client's data must be, and what follows from his policies, without a database."""

from datetime import date
from decimal import Decimal

import pytest

from chengnuo.clients.models import Client, Policy
from chengnuo.clients.names import core, likeness
from chengnuo.clients.rules import (
    client_values,
    contact_values,
    days_left,
    money,
    policy_values,
    proposes_large,
    site_values,
    yearly_premium,
)
from chengnuo.ledger.errors import Invalid

from .conftest import CODE, COMPANY, CONTACT, PERSON, POLICY, RESIDENT, SITE

TODAY = date(2026, 9, 28)


def fields_of(clean, given) -> list[str]:
    with pytest.raises(Invalid) as refused:
        clean(given)
    return sorted(refused.value.fields)


def test_a_company_has_a_credit_code_and_no_resident_id():
    assert client_values(COMPANY, TODAY)[0]["credit_code"] == CODE
    assert fields_of(lambda given: client_values(given, TODAY), COMPANY | {"resident_id": RESIDENT}) == ["resident_id"]


def test_a_person_has_a_resident_id_and_no_credit_code():
    assert client_values(PERSON, TODAY)[0]["resident_id"] == RESIDENT
    assert fields_of(lambda given: client_values(given, TODAY), PERSON | {"credit_code": CODE}) == ["credit_code"]


def test_a_client_may_be_entered_before_his_number_is_known():
    values, warnings = client_values({"name": "肥哥", "kind": "person"}, TODAY)
    assert (values["resident_id"], values["since"], warnings) == ("", TODAY, [])


@pytest.mark.parametrize("name", ["童𬱖", "帕丽旦·艾山", "禾芯半导体材料（昆山）有限公司", "解放"])
def test_names_are_kept_as_they_are(name):
    assert client_values({"name": f" {name} ", "kind": "person"}, TODAY)[0]["name"] == name


@pytest.mark.parametrize("name", ["", "  ", "a\0b", "两\n行", "字" * 121])
def test_a_name_that_cannot_be_is_refused_beside_its_field(name):
    assert fields_of(lambda given: client_values(given, TODAY), {"name": name, "kind": "person"}) == ["name"]


def test_a_wrong_number_is_named_in_the_message():
    with pytest.raises(Invalid, match="“13800”拨不通"):
        contact_values(CONTACT | {"phones": ["138 0000 1021", "13800"]})


def test_the_same_number_written_twice_is_one():
    assert len(contact_values(CONTACT | {"phones": ["138 0000 1021", "+86 13800001021"]})["phones"]) == 1


@pytest.mark.parametrize(
    "change, field",
    [
        ({"lat": "91"}, "lat"),
        ({"lon": "-180.1"}, "lon"),
        ({"division_code": "32050"}, "division_code"),
        ({"lat": "NaN"}, "lat"),
        ({"address": ""}, "address"),
    ],
)
def test_a_site_that_cannot_be_is_refused_beside_its_field(change, field):
    assert fields_of(site_values, SITE | change) == [field]


@pytest.mark.parametrize(
    "change, field",
    [
        ({"ends_on": "2026-05-27"}, "ends_on"),
        ({"starts_on": "28.5.2026"}, "starts_on"),
        ({"premium": "-0.01"}, "premium"),
        ({"premium": "0.001"}, "premium"),
        ({"sum_insured": "1e99999999"}, "sum_insured"),
        ({"sum_insured": ""}, "sum_insured"),
        ({"line": "yacht"}, "line"),
        ({"no": ""}, "no"),
    ],
)
def test_a_policy_that_cannot_be_is_refused_beside_its_field(change, field):
    assert fields_of(policy_values, POLICY | change) == [field]


def test_a_policy_of_one_day_and_the_largest_sum_are_taken():
    values = policy_values(POLICY | {"ends_on": "2026-05-28", "sum_insured": "99,999,999,999,999.99"})
    assert values["sum_insured"] == Decimal("99999999999999.99")


@pytest.mark.parametrize("value", ["0", "0.1", 12, Decimal("1.10")])
def test_money_has_two_places(value):
    assert money(value).as_tuple().exponent == -2


def a_policy(first: str, last: str, premium: str = "1000.00") -> Policy:
    return Policy(starts_on=date.fromisoformat(first), ends_on=date.fromisoformat(last), premium=Decimal(premium))


def test_a_policy_covers_its_first_and_its_last_day():
    policy = a_policy("2026-09-28", "2026-10-02")
    assert [
        policy.covers(date(2026, 9, 27)),
        policy.covers(TODAY),
        policy.covers(date(2026, 10, 2)),
        policy.covers(date(2026, 10, 3)),
    ] == [False, True, True, False]
    assert [days_left(policy, date(2026, 10, 2)), days_left(policy, date(2026, 10, 3))] == [0, -1]


def test_the_yearly_premium_counts_what_is_in_force_and_a_years_share_of_longer_terms():
    policies = [
        a_policy("2026-01-01", "2026-12-31"),
        a_policy("2025-01-01", "2025-12-31"),
        a_policy("2026-01-01", "2027-12-31", "2000.00"),
    ]
    assert yearly_premium(policies, TODAY) == Decimal("2000.00")


def test_half_a_million_a_year_proposes_large_and_a_fen_less_does_not():
    enough = Decimal(500_000)
    assert proposes_large(Client(), Decimal("500000.00"), enough) is True
    assert proposes_large(Client(), Decimal("499999.99"), enough) is False
    assert proposes_large(Client(large=True), Decimal("500000.00"), enough) is False


@pytest.mark.parametrize(
    "one, other, alike",
    [
        ("苏州锦穗精密机械有限公司", "苏州锦穗精密机械制造有限公司", True),
        ("浙江泓远物流有限公司", "浙江鸿远物流有限公司", True),
        ("禾芯半导体材料（昆山）有限公司", "禾芯半导体材料(昆山)股份有限公司", True),
        ("上海松雁食品有限公司", "南京金鹭食品有限公司", False),
        ("深圳市岭屿报关有限公司", "深圳市深蓝屿供应链管理有限公司", False),
        ("邵桂芳", "邵桂芬", False),
    ],
)
def test_names_are_alike_whatever_their_legal_form_and_brackets(one, other, alike):
    assert (likeness(one, other) >= 0.75) is alike


def test_a_name_that_is_only_a_legal_form_keeps_it():
    assert core("有限公司") == "有限公司"
