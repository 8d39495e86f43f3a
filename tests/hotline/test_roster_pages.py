"""The pages and the API of lines and roster answer, and say what the proof says (3.1.1, 3.1.2)."""

import pytest

from chengnuo.hotline import actions
from chengnuo.hotline.models import DutyLine, DutyShift, ShiftSwap
from chengnuo.kit.models import Notice
from chengnuo.ledger import loop
from chengnuo.ledger.clock import moved_to
from chengnuo.ledger.models import Obligation
from tests.hotline.world import NOW, at, do, turn


@pytest.mark.parametrize(
    "path", ["duty/", "duty/?unit=SU&from=2026-10-05", "duty/coverage/", "lines/", "lines/?q=江苏"]
)
def test_a_page_of_the_roster_opens_for_the_manager(cast, client, path):
    do(actions.register_line, unit=cast.su, number="0512-65551234", by=cast.xuning)
    span = {"starts_at": at("09-29 08:00"), "ends_at": at("09-29 20:00")}
    do(actions.enter_shift, unit=cast.su, staff=cast.lize, by=cast.xuning, **span)
    client.force_login(cast.xuning)
    with moved_to(NOW, "test"):
        answer = client.get(f"/hotline/{path}")
    assert (answer.status_code, "苏州分公司" in answer.content.decode()) == (200, True)


def test_the_pattern_page_previews_and_applies(cast, client):
    client.force_login(cast.xuning)
    sent = {"name": "轮班", "starts_on": "2026-09-29", "rotates": "day", "weeks": "4", "days_1": "all"}
    sent |= {"name_1": "白班", "starts_1": "08:00", "ends_1": "20:00", "staff_1": "周敏、李泽"}
    with moved_to(NOW, "test"):
        preview = client.post("/hotline/duty/patterns/new/?unit=SU", {**sent, "act": "preview"})
        assert (preview.status_code, "写入28班" in preview.content.decode()) == (200, True)
        assert client.post("/hotline/duty/patterns/new/?unit=SU", {**sent, "act": "apply"}).status_code == 302


def posted(client, person, path, **data):
    client.force_login(person)
    with moved_to(NOW, "test"):
        return client.post(f"/hotline/{path}", data)


def shown(client, person, path):
    client.force_login(person)
    with moved_to(NOW, "test"):
        return client.get(path if path.startswith("/") else f"/hotline/{path}")


def test_a_gap_is_filled_by_one_press_and_the_proof_says_so(cast, client):
    do(actions.register_line, unit=cast.su, number="0512-65551234", by=cast.xuning)
    day = {"starts_at": at("09-28 08:00"), "ends_at": at("09-28 20:00")}
    do(actions.enter_shift, unit=cast.su, staff=cast.zhoumin, by=cast.xuning, **day)
    before = shown(client, cast.xuning, "duty/?unit=SU").context["proof"].gaps
    assert (before[0].starts_at, before[0].ends_at > at("10-10 00:00")) == (at("09-28 20:00"), True)
    gap = {"staff": cast.lize.pk, "starts_at": "2026-09-28 20:00", "ends_at": "2026-09-29 08:00"}
    assert posted(client, cast.xuning, "duty/fill/?unit=SU", **gap).status_code == 302
    assert shown(client, cast.xuning, "duty/?unit=SU").context["proof"].gaps[0].starts_at == at("09-29 08:00")


def test_a_swap_is_asked_read_in_the_bell_and_agreed_by_page(cast, client):
    spans = [(at("10-03 08:00"), at("10-03 20:00")), (at("10-04 08:00"), at("10-04 20:00"))]
    mine, his = [
        do(actions.enter_shift, unit=cast.su, staff=staff, starts_at=span[0], ends_at=span[1], by=cast.xuning)
        for staff, span in zip((cast.zhoumin, cast.lize), spans, strict=True)
    ]
    wrong = posted(client, cast.zhoumin, f"duty/{mine.pk}/swap/", staff=cast.xuning.pk, other=his.pk)
    assert (wrong.status_code, "这一班不是他的" in wrong.content.decode()) == (422, True)
    asked = posted(client, cast.zhoumin, f"duty/{mine.pk}/swap/", staff=cast.lize.pk, other=his.pk, note="带孩子")
    swap = ShiftSwap.objects.get()
    assert (asked.status_code, swap.other, swap.note) == (302, his, "带孩子")
    bell = shown(client, cast.lize, "/notices/").content.decode()
    assert (
        "周敏想换10-03 08:00的值班，等答复" in bell,
        f"/notices/{Notice.objects.get(staff=cast.lize).pk}/" in bell,
    ) == (
        True,
        True,
    )
    opened = shown(client, cast.lize, f"/notices/{Notice.objects.get(staff=cast.lize).pk}/")
    assert opened["Location"] == "/hotline/duty/?unit=SU&from=2026-09-28"
    assert posted(client, cast.lize, f"duty/swaps/{swap.pk}/agree/").status_code == 302
    assert [DutyShift.objects.get(pk=one.pk).staff for one in (mine, his)] == [cast.lize, cast.zhoumin]


def test_the_manager_gives_a_shift_to_somebody_at_once_and_is_offered_no_exchange(cast, client):
    span = {"starts_at": at("10-03 08:00"), "ends_at": at("10-03 20:00")}
    shift = do(actions.enter_shift, unit=cast.su, staff=cast.zhoumin, by=cast.xuning, **span)
    assert "other" not in shown(client, cast.xuning, f"duty/{shift.pk}/swap/").context["form"].fields
    assert posted(client, cast.xuning, f"duty/{shift.pk}/swap/", staff=cast.lize.pk).status_code == 302
    assert DutyShift.objects.get(pk=shift.pk).staff == cast.lize


def test_a_line_is_registered_changed_and_withdrawn_by_page(cast, client):
    wrong = posted(client, cast.xuning, f"lines/new/{cast.su.pk}/", number="12")
    assert (wrong.status_code, DutyLine.objects.count()) == (422, 0)
    assert posted(client, cast.xuning, f"lines/new/{cast.su.pk}/", number="0512-65551234").status_code == 302
    line = DutyLine.objects.get()
    assert posted(client, cast.xuning, f"lines/{line.pk}/change/", number="0512-65559999").status_code == 302
    assert [one.digits for one in DutyLine.objects.filter(withdrawn_at=None)] == ["051265559999"]
    assert "tel:051265559999" in shown(client, cast.luyao, "lines/").content.decode()
    new = DutyLine.objects.get(withdrawn_at=None)
    assert posted(client, cast.xuning, f"lines/{new.pk}/withdraw/").status_code == 302
    assert DutyLine.objects.filter(withdrawn_at=None).count() == 0


def test_a_gap_is_opened_from_its_duty_and_what_has_passed_is_explained(cast, client):
    do(actions.register_line, now=at("09-27 10:00"), unit=cast.su, number="0512-65551234", by=cast.xuning)
    loop._filled.clear()
    turn(NOW)
    duty = Obligation.objects.get(subject_type="ledger.occasion", clause="3.1.2", due=at("09-28 00:00"))
    page = shown(client, cast.xuning, f"duty/days/{duty.subject_pk}/")
    assert (page.status_code, page.context["has_begun"]) == (200, True)
    notice = Notice.objects.filter(subject_type="ledger.occasion").latest("pk")
    assert shown(client, notice.staff, f"/notices/{notice.pk}/")["Location"].startswith("/hotline/duty/days/")
    late = {"staff": cast.zhoumin.pk, "starts_at": "2026-09-28 14:36", "ends_at": "2026-09-29 00:00"}
    assert posted(client, cast.xuning, "duty/fill/?unit=SU", **late).status_code == 302
    assert posted(client, cast.xuning, f"duty/days/{duty.subject_pk}/", reason="新线刚开").status_code == 302
    duty.refresh_from_db()
    assert (duty.state, duty.breached_at) == ("met", at("09-28 00:00"))
