"""Tags and filters as a template prints them; whatever a person typed comes out escaped."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import pytest
from django import forms
from django.template import Context, Template

from chengnuo.ledger.calendar import Walked
from chengnuo.ledger.clock import ZONE, moved_to

NOW = datetime(2026, 9, 28, 14, 36, tzinfo=ZONE)
DAYS = [
    Walked(date(2026, 9, 24), "working", "", 5),
    Walked(date(2026, 9, 25), "holiday", "中秋", None),
    Walked(date(2026, 9, 26), "holiday", "中秋", None),
    Walked(date(2026, 9, 27), "makeup", "", 6),
    Walked(date(2026, 9, 28), "working", "", 7),
]


def printed(source: str, **context: object) -> str:
    with moved_to(NOW, source="test"):
        return Template(source).render(Context(context)).strip()


def test_money_has_separators_and_two_places():
    assert printed("{{ sum|yuan }}", sum=Decimal("1284600")) == "1,284,600.00"
    assert printed("{{ sum|yuan }}", sum=None) == ""


@pytest.mark.parametrize("number,shown", [(0, "·"), (None, "·"), (1609, "1,609")])
def test_zero_in_a_table_is_a_dot(number, shown):
    assert printed("{{ n|dot }}", n=number) == shown


def test_a_countdown_carries_its_due_time_until_the_duty_is_met():
    due = datetime(2026, 9, 28, 12, 0, tzinfo=ZONE)
    assert printed("{% countdown due %}", due=due) == (
        '<span class="left red" data-due="2026-09-28T12:00:00+08:00">逾期2时36分</span>'
    )
    assert printed("{% countdown due now met %}", due=due, now=NOW, met=due) == '<span class="left green">按时</span>'
    assert printed("{% countdown due %}", due=None) == ""


def test_an_edge_is_a_class_or_nothing():
    assert printed("{% edge due %}", due=datetime(2026, 9, 28, 12, 0, tzinfo=ZONE)) == "edge-red"
    assert printed("{% edge due %}", due=datetime(2026, 10, 8, 12, 0, tzinfo=ZONE)) == ""
    assert printed("{% edge due %}", due=None) == ""


def test_every_form_gets_a_key_of_its_own():
    keys = re.findall(r'name="once" value="([0-9a-f-]{36})"', printed("{% once %}{% once %}"))
    assert len(set(keys)) == 2


def test_what_a_person_typed_is_escaped():
    hostile = "<script>alert(1)</script>"
    for tag in ("{% chip text %}", "{% clause text %}"):
        assert hostile not in printed(tag, text=hostile)


def test_a_calendar_starts_on_monday_and_names_a_holiday_once():
    page = printed("{% walk days due start %}", days=DAYS, due=date(2026, 9, 28), start=date(2026, 9, 24))
    assert page.count('<td class="blank">') == 3 + 6
    assert page.count("中秋") == 1
    assert page.count("hatch") == 2
    assert page.count("班") == 1
    assert page.count("is-due") == 1
    assert page.count("is-today") == 1
    assert page.count("起") == 1


def test_a_calendar_reads_the_days_that_were_stored_as_json():
    page = printed("{% walk days %}", days=[day.as_json() for day in DAYS])
    assert page == printed("{% walk days %}", days=DAYS)
    assert printed("{% walk days %}", days=[]).count("<td") == 0


def test_a_strip_counts_working_days_and_hatches_the_rest():
    page = printed('{% strip days due first="来电" %}', days=DAYS, due=date(2026, 9, 28))
    assert re.findall(r"<span>([^<]*)</span></li>", page) == ["来电", "中秋", "休", "班", "+7"]


@dataclass
class Point:
    label: str
    values: tuple[int, ...]
    url: str = "/x/"
    title: str = ""


def test_bars_stand_on_zero_and_no_data_is_no_fault():
    page = printed('{% bars points "每周" 100 %}', points=[Point("7月", (50, 50)), Point("", (25, 0))])
    assert re.findall(r'y="([\d.]+)" width="[\d.]+" height="([\d.]+)"', page) == [
        ("50.0", "50.0"),
        ("0.0", "50.0"),
        ("75.0", "25.0"),
    ]
    assert "<rect" not in printed('{% bars points "每周" %}', points=[])


class ClientForm(forms.Form):
    name = forms.CharField(label="名称", help_text="营业执照上的全称")
    told = forms.BooleanField(label="已告知")
    ticks = forms.MultipleChoiceField(label="标记", choices=[("key", "重点")], widget=forms.CheckboxSelectMultiple)


def test_a_field_ties_its_label_help_and_error_to_the_control():
    page = printed("{% field form.name %}", form=ClientForm({}))
    assert '<label for="id_name">名称</label>' in page
    assert 'aria-invalid="true"' in page
    assert 'aria-describedby="id_name_helptext id_name_error"' in page
    assert 'id="id_name_helptext"' in page
    assert 'id="id_name_error"' in page


def test_a_box_is_named_by_its_label_and_boxes_by_their_group():
    assert re.search(
        r'<label class="check"><input type="checkbox" name="told".*> 已告知</label>',
        printed("{% field form.told %}", form=ClientForm()),
    )
    assert 'role="group" aria-labelledby="id_ticks_label"' in printed("{% field form.ticks %}", form=ClientForm())
