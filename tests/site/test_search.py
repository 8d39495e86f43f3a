"""The search box over every room: what is found, by whom, and how it is shown."""

import json
import re
import unicodedata
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.db import connection, transaction
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chengnuo.clients import actions as clients
from chengnuo.hotline import actions
from chengnuo.hotline.actions import NewCase, NewPromise
from chengnuo.hotline.models import Call, CallState, DutyLine
from chengnuo.kit import blobs
from chengnuo.kit.models import SearchRow
from chengnuo.kit.search import finding, read, rows, search
from chengnuo.kit.search.building import compare
from chengnuo.kit.search.kinds import KINDS
from chengnuo.ledger.clock import moved_to
from chengnuo.ledger.models import ref
from chengnuo.people.actions import change_staff, make_token, share_client
from chengnuo.people.models import Share, Staff
from tests.hotline.world import DAY, HOUR, MINUTE, NOW, a_call, a_client, a_missed_call, do


def found(staff, typed, **more):
    """(kind, title) of what somebody finds."""
    person = Staff.objects.get(pk=staff.pk)  # Afresh: who was asked before keeps what he reached then.
    groups = search(read(typed), person, NOW, **more)
    return [(group.kind.name, one.hit.title) for group in groups for one in group.found]


def kinds(staff, typed):
    return list(dict.fromkeys(name for name, _title in found(staff, typed)))


@pytest.fixture
def browser(cast):
    client = Browser()
    client.force_login(cast.zhoumin)
    return client


@pytest.fixture
def lived(cast):
    """One client of Suzhou with all that can be found of it, and one of Hangzhou with the same words."""
    for unit, by in ((cast.su, cast.zhoumin), (cast.hz, cast.luyao)):
        town = unit.name[:2]
        client = do(
            clients.enter_client,
            unit=unit,
            values={"name": f"{town}锦穗（精密）公司", "kind": "company"},
            contacts=[{"name": "单雄信", "title": "车间主任", "phones": ["138 0000 1021", "0512-0000 6620"]}],
            sites=[{"name": "木渎厂", "address": "金塘路0号"}],
            policies=[
                {
                    "no": f"YA-{unit.code}-105000",
                    "line": "property",
                    "insurer": "屿安财产保险",
                    "sum_insured": "1",
                    "premium": "1",
                    "starts_on": "2026-05-28",
                    "ends_on": "2027-05-27",
                }
            ],
            by=by,
            although_similar=True,
        )
        agreement = {
            "number": f"WT-{unit.code}-001",
            "starts_on": "2026-10-01",
            "ends_on": "2027-09-30",
            "scope": "海上风电",
        }
        do(clients.draft_agreement, client, values=agreement, by=by)
        call = a_call(
            cast,
            by=by,
            unit=unit,
            client=client,
            caller="138 0000 1021",
            caller_name="单雄信",
            content=f"{town}电梯进水，问预付赔款何时到账。ABC-ｘｙｚ",
            promise=NewPromise("查预付进度", NOW + HOUR),
            cases=[NewCase("appointment"), NewCase("complaint"), NewCase("loss")],
        )
        blob = blobs.keep(b"%PDF-1.4", "电梯检测报告.pdf", blobs.sniff(b"%PDF-1.4"))
        do(blobs.attach, call, blob, by=by)
    return cast


EVERYTHING = [
    ("锦穗", {"client", "contact", "agreement", "policy", "site", "call", "promise", "claim", "complaint", "visit"}),
    ("锦穗精密", {"client"}),
    (
        "锦穗(精密",
        {"client", "contact", "agreement", "policy", "site", "call", "promise", "claim", "complaint", "visit"},
    ),
    ("木渎", {"site"}),
    ("金塘路0号", {"site"}),
    ("屿安", {"policy"}),
    ("海上风电", {"agreement"}),
    ("车间", {"contact"}),
    ("预付赔款", {"call", "claim", "complaint", "visit"}),
    ("预付进度", {"promise"}),
    ("电梯检测", {"file"}),
    ("ａｂｃ-XYZ", {"call", "claim", "complaint", "visit"}),
    ("梯", {"call", "claim", "complaint", "visit", "file"}),
    ("到账 锦穗", {"call", "claim", "complaint", "visit"}),
    ("到账 没有", set()),
    ("单雄信", {"contact", "call", "promise", "claim", "complaint"}),
    ("sxx", {"contact"}),
    ("danxiongxin", {"contact"}),
    ("shanxx", set()),
    ("jspm", set()),
    ("jinsuijingmi", {"client"}),
    ("jsjm", {"client"}),
    ("13800001021", {"contact", "call", "claim", "complaint"}),
    ("+86 138 0000 1021", {"contact", "call", "claim", "complaint"}),
    ("１３８-0000-1021", {"contact", "call", "claim", "complaint"}),
    ("1021", {"contact", "call", "claim", "complaint"}),
    ("0512 00006620", {"contact"}),
    ("00006620", {"contact"}),
    ("0000102", set()),
    ("%", set()),
    ("_", set()),
    ("锦_", set()),
    ("*", set()),
]


@pytest.mark.parametrize("typed, expected", EVERYTHING, ids=[typed for typed, _kinds in EVERYTHING])
def test_each_way_of_asking_finds_its_kinds_and_of_ones_own_branch_alone(lived, typed, expected):
    assert set(kinds(lived.zhoumin, typed)) - {"staff", "clause"} == expected
    titles = {title for _kind, title in found(lived.zhoumin, typed)}
    assert not any("杭州" in title for title in titles)


def test_who_reaches_every_branch_finds_both_and_who_reaches_none_nothing(lived):
    assert [title for kind, title in found(lived.linxiaotang, "锦穗") if kind == "client"] == [
        "杭州锦穗（精密）公司",
        "苏州锦穗（精密）公司",
    ]
    assert found(lived.mengchuan, "锦穗") == []
    assert found(lived.admin, "锦穗") == []


def test_a_share_in_full_lets_find_and_a_card_does_not(lived):
    client = clients_named("苏州锦穗（精密）公司")
    given = {"client_id": client.pk, "unit": lived.bj, "because": ref(client), "by": None}
    do(share_client, scope=Share.Scope.CARD, ends_at=NOW + DAY, **given)
    assert found(lived.mengchuan, "锦穗") == []
    do(share_client, scope=Share.Scope.FULL, **given)
    assert set(kinds(lived.mengchuan, "锦穗")) == EVERYTHING[0][1]
    assert kinds(lived.mengchuan, "电梯检测") == ["file"]


def clients_named(name):
    from chengnuo.clients.models import Client

    return Client.objects.get(name=name)


@pytest.mark.parametrize(
    "typed, kind",
    [
        ("DH-SU-26-0001", "call"),
        ("dhsu260001", "call"),
        ("DH SU 26 0001", "call"),
        ("XP-SU-26-0001", "claim"),
        ("ts-su-260001", "complaint"),
        ("BF-SU-26-0001", "visit"),
        ("YA-SU-105000", "policy"),
        ("WTSU001", "agreement"),
    ],
)
def test_the_number_of_one_record_opens_it_with_and_without_hyphens(lived, browser, typed, kind):
    groups = search(read(typed), lived.zhoumin, NOW)
    assert groups[0].kind.name == kind
    own = groups[0].found[0]
    assert own.is_own
    with moved_to(NOW, "test"):
        answer = browser.get("/search/", {"q": typed})
    assert answer.status_code == 302
    assert answer["Location"] == own.hit.url


def test_the_number_of_another_branchs_record_opens_nothing(lived, browser):
    with moved_to(NOW, "test"):
        for typed in ("DH-HZ-26-0001", "XP-HZ-26-0001", "YA-HZ-105000"):
            answer = browser.get("/search/", {"q": typed})
            assert answer.status_code == 200
            assert "没有找到" in answer.text


def test_a_number_stands_first_though_newer_records_speak_of_it(cast):
    first = a_call(cast)
    for nth in range(12):
        a_call(cast, NOW + nth * MINUTE, content=f"又来问 {first.number} 的事")
    groups = search(read(first.number), cast.zhoumin, NOW)
    assert [one.is_own for one in groups[0].found] == [True] + [False] * 9
    assert groups[0].has_more


def test_clauses_and_pages_are_found_by_number_and_by_name(cast, browser):
    assert ("clause", "五分钟内转接") not in found(cast.zhoumin, "3.1.5")
    assert kinds(cast.zhoumin, "3.1.5") == ["clause"]
    assert browser.get("/search/", {"q": "3.1.5"})["Location"] == "/procedure/clauses/3.1.5/"
    assert "page" in kinds(cast.zhoumin, "服务热线")


def test_colleagues_are_found_by_name_pinyin_and_user_name_as_far_as_they_are_seen(cast):
    for typed in ("周敏", "zhoumin", "zm", "zhou min"):
        assert ("staff", "周敏") in found(cast.xuning, typed)
    assert ("staff", "周敏") not in found(cast.luyao, "周敏")
    assert ("staff", "周敏") in found(cast.admin, "周敏")
    do(change_staff, cast.zhoumin, name="周闽", unit=cast.su, phone="", by=cast.admin)
    assert ("staff", "周敏") not in found(cast.xuning, "周敏")
    assert ("staff", "周闽") in found(cast.xuning, "周闽")


def test_duty_lines_are_everybodys_until_they_are_withdrawn(cast):
    line = do(actions.register_line, unit=cast.su, number="0512-6555 1234", by=cast.xuning)
    assert found(cast.mengchuan, "051265551234") == [("duty_line", line.number)]
    do(actions.withdraw_line, line, by=cast.xuning)
    assert found(cast.mengchuan, "051265551234") == []
    assert not SearchRow.objects.filter(subject_type=DutyLine._meta.label_lower, subject_pk=line.pk).exists()


# What changes follows


def test_an_answer_is_found_as_soon_as_it_is_given_and_what_no_longer_stands_there_is_not(cast):
    call = a_missed_call(cast, NOW - HOUR, content="说要改地址")
    assert kinds(cast.zhoumin, "改地址") == ["call"]
    do(actions.call_back, call, by=cast.zhoumin, at=NOW, reached=True, content="其实是换发票", answer="已换")
    assert kinds(cast.zhoumin, "换发票") == ["call"]
    assert kinds(cast.zhoumin, "已换") == ["call"]
    assert kinds(cast.zhoumin, "改地址") == []


def test_a_client_renamed_is_followed_by_everything_that_bears_his_name(lived):
    client = clients_named("苏州锦穗（精密）公司")
    before = set(kinds(lived.zhoumin, "锦穗"))
    with CaptureQueriesContext(connection) as captured:
        do(
            clients.change_client,
            client,
            version=client.version,
            values={"name": "苏州穗丰公司", "kind": "company", "since": client.since.isoformat()},
            by=lived.zhoumin,
        )
    assert any("procrastinate" in one["sql"] for one in captured.captured_queries)
    assert kinds(lived.zhoumin, "锦穗") != []
    rows.follow("clients.client", client.pk)
    assert kinds(lived.zhoumin, "锦穗") == []
    assert set(kinds(lived.zhoumin, "穗丰")) == before
    assert all(compare(kind).is_whole for kind in KINDS.values())


def test_a_number_that_fell_out_of_use_and_a_contact_who_left_are_found_no_more(lived):
    client = clients_named("苏州锦穗（精密）公司")
    position = client.positions.get()
    values = {"name": "单雄信", "title": "车间主任", "phones": ["139 0000 3212"]}
    do(clients.change_contact, position, version=position.contact.version, values=values, by=lived.zhoumin)
    assert "contact" not in kinds(lived.zhoumin, "13800001021")
    assert "contact" in kinds(lived.zhoumin, "13900003212")
    position.refresh_from_db()
    do(clients.end_position, position, by=lived.zhoumin)
    assert "contact" not in kinds(lived.zhoumin, "单雄信")


def test_a_caller_who_became_known_brings_his_branch_the_call_with_its_files(cast):
    call = a_call(cast, unit=cast.su, content="电梯进水")
    do(blobs.attach, call, blobs.keep(b"%PDF-1.4", "电梯合格证.pdf", blobs.sniff(b"%PDF-1.4")), by=cast.zhoumin)
    client = a_client(cast, cast.hz, cast.luyao, name="杭州某公司")
    assert found(cast.luyao, "电梯") == []
    do(actions.know_caller, call, client=client, by=cast.zhoumin)
    assert kinds(cast.luyao, "电梯") == ["call"]
    rows.follow("hotline.call", call.pk)
    assert kinds(cast.luyao, "合格证") == ["file"]


def test_what_is_erased_with_its_record_is_not_found_and_its_words_are_gone(cast):
    call = a_call(cast, content="不该留下的话")
    Call.objects.filter(pk=call.pk).update(content="")  # As the retention's own action will, with its event.
    rows.remake(KINDS["hotline.call"], [call.pk])
    assert found(cast.zhoumin, "不该留下") == []
    assert not SearchRow.objects.filter(text__contains="不该留下").exists()
    rows.drop([ref(call)])
    assert not SearchRow.objects.filter(subject_type="hotline.call", subject_pk=call.pk).exists()


def test_an_event_that_changes_no_words_reads_once_and_writes_nothing(cast):
    call = a_call(cast, promise=NewPromise("查", NOW + HOUR))
    promise = call.promises.get()
    with CaptureQueriesContext(connection) as captured:
        do(actions.tell_interim, promise, text="在查", by=cast.zhoumin, now=NOW + MINUTE)
    mine = [one["sql"] for one in captured.captured_queries if "kit_searchrow" in one["sql"]]
    assert len(mine) == 1
    assert "FROM unnest('{}'::text[]" in mine[0]


def test_an_action_that_falls_back_leaves_no_row(cast):
    with transaction.atomic():
        a_call(cast, content="落空的话")
        transaction.set_rollback(True)
    assert not SearchRow.objects.filter(text__contains="落空").exists()


# Exactly the right rows

ALPHABET = "保险理赔款客户，。 \nabABＡｂ𬱖😀é%_*\\'"
CONTENT = st.text(ALPHABET, min_size=1, max_size=30)


def naive(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


@pytest.mark.parametrize("cap", [5000, 2])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(contents=st.lists(CONTENT, min_size=1, max_size=8), data=st.data())
def test_the_rows_found_are_those_that_a_plain_look_through_every_text_finds(cast, monkeypatch, cap, contents, data):
    monkeypatch.setattr(finding, "CAP", cap)
    monkeypatch.setattr(finding, "WALK", 3)
    place = data.draw(st.integers(0, len(contents) - 1))
    start = data.draw(st.integers(0, max(0, len(contents[place]) - 1)))
    part = contents[place][start : start + data.draw(st.integers(1, 6))]
    typed = data.draw(st.one_of(st.just(part), st.just(part[::-1]), st.text(ALPHABET, min_size=1, max_size=5)))
    query = read(typed)
    with transaction.atomic():
        calls = [bare_call(cast, nth, text) for nth, text in enumerate(contents)]
        rows.remake(KINDS["hotline.call"], [call.pk for call in calls])
        words = naive(typed).split()
        for staff, units in ((cast.zhoumin, {cast.su.pk}), (cast.luyao, {cast.hz.pk})):
            expected = [
                call.pk
                for call in reversed(calls)
                if call.unit_id in units and all(word in naive(call.content) for word in words)
            ]
            groups = search(query, staff, NOW, kind=KINDS["hotline.call"], limit=50)
            got = [int(one.hit.url.split("/")[-2]) for group in groups for one in group.found]
            assert got == (expected if query.is_askable else []), (typed, contents)
        transaction.set_rollback(True)


def bare_call(cast, nth: int, content: str) -> Call:
    """A row of the register without its action: only finding it is asked."""
    return Call.objects.create(
        number=f"#{nth}",
        unit=(cast.su, cast.hz)[nth % 2],
        content=content,
        rang_at=NOW + timedelta(minutes=nth),
        entered_at=NOW,
        state=CallState.CLOSED,
    )


def test_a_page_after_another_gives_every_row_once_newest_first(cast, monkeypatch):
    calls = [bare_call(cast, nth * 2, "电梯进水") for nth in range(25)]
    Call.objects.filter(pk__in=[call.pk for call in calls[5:9]]).update(rang_at=NOW)  # At one instant.
    rows.remake(KINDS["hotline.call"], [call.pk for call in calls])
    expected = list(Call.objects.order_by("-rang_at", "-pk").values_list("number", flat=True))
    for cap in (5000, 3):
        monkeypatch.setattr(finding, "CAP", cap)
        got, after = [], None
        while True:
            narrowed = finding.Narrowed(before=after) if after else None
            (group,) = search(read("电梯"), cast.zhoumin, NOW, kind=KINDS["hotline.call"], narrowed=narrowed, limit=7)
            got += [one.hit.number for one in group.found]
            if (after := group.next) is None:
                break
        assert got == expected


@pytest.mark.parametrize(
    "typed",
    ["", " ", "%", "_", "%%", "\\", "'", "''", "😀", "x" * 10_000, "长" * 10_000, "a\u202eb", "1", "<script>", "(", "*", ":*",
     "a & b | !c <-> d", "\u200b", '"', '"a', "'a':*", "\x00", "锦\x00穗", "\ud800", "0" * 200, "+86", "1" * 18, "' :*", "\n", "e\u0301"],
)  # fmt: skip
def test_whatever_is_typed_is_answered(lived, browser, typed):
    sent = quote(typed, errors="surrogatepass")
    for url in ("/search/", "/search/suggest/"):
        answer = browser.get(f"{url}?q={sent}")
        assert answer.status_code == (400 if "\x00" in typed else 200)  # No address of ours has NUL.
        assert "<script>" not in answer.text.replace("<script src=", "")
    assert browser.get(f"/search/?q=a&kind={sent}&unit={sent}&since={sent}&after={sent}").status_code in (
        200,
        302,
        400,
        422,
    )


# What is shown


def test_hits_are_marked_escaped_and_tell_no_whole_number(cast, browser):
    client = a_client(cast)
    a_call(cast, client=client, caller="138 0000 1021", content="<b>电梯</b>进水 & 停电")
    with moved_to(NOW, "test"):
        text = browser.get("/search/", {"q": "电梯"}).text
        assert "&lt;b&gt;<mark>电梯</mark>&lt;/b&gt;进水 &amp; 停电" in text
        for typed in ("13800001021", "1021"):
            for url in ("/search/", "/search/suggest/"):
                text = browser.get(url, {"q": typed}).text
                shown = text.replace(f'value="{typed}"', "").replace(f">{typed}<", "").replace(f"q={typed}", "")
                assert "138****1021" in re.sub("</?mark>", "", text)
                assert "13800001021" not in re.sub("</?mark>", "", shown)
                assert "138 0000 1021" not in text


def test_more_than_ten_of_a_kind_lead_to_a_page_of_that_kind_and_on(cast, browser):
    for nth in range(60):
        bare_call(cast, nth * 2, f"电梯第{nth}次进水")
    rows.remake(KINDS["hotline.call"], list(Call.objects.values_list("pk", flat=True)))
    with moved_to(NOW, "test"):
        page = browser.get("/search/", {"q": "电梯"})
        assert page.text.count('class="row"') == 10
        (all_url,) = re.findall(r'class="end" href="([^"]+)"', page.text)
        page = browser.get("/search/" + all_url.replace("&amp;", "&"))
        assert page.text.count('class="row"') == 50
        (older,) = re.findall(r'href="([^"]+)" rel="next"', page.text)
        page = browser.get("/search/" + older.replace("&amp;", "&"))
        assert page.text.count('class="row"') == 10
        assert browser.get("/search/?q=电梯&kind=call&after=zzz").status_code == 302


def test_branch_and_period_narrow_what_is_found(lived, browser):
    with moved_to(NOW, "test"):
        asked = {"q": "锦穗", "since": "2026-09-28", "until": "2026-09-28"}
        text = browser.get("/search/", asked).text
        assert "预付" in text
        assert "木渎" not in text  # A site has no time.
        assert "没有找到" in browser.get("/search/", asked | {"since": "2026-09-29", "until": ""}).text
        assert "没有找到" in browser.get("/search/", asked | {"since": "", "until": "2026-09-27"}).text
        assert "预付" in browser.get("/search/", {"q": "锦穗", "unit": lived.su.pk}).text
        assert browser.get("/search/", {"q": "锦穗", "unit": lived.hz.pk, "since": "x"}).status_code == 422


def test_the_page_says_while_its_index_is_being_made(cast, browser):
    from chengnuo.kit.search import building

    building.begin_again()
    assert "搜索索引正在建立" in browser.get("/search/").text
    assert building.build()
    assert "搜索索引正在建立" not in browser.get("/search/").text
    building.begin_again()


@pytest.mark.parametrize("count", [1, 9])
def test_a_search_asks_the_database_no_oftener_for_many_hits(cast, browser, count):
    for nth in range(count):
        client = a_client(cast, name=f"第{nth}锦穗公司", credit_code="")
        cases = [NewCase("appointment"), NewCase("complaint"), NewCase("loss")]
        a_call(cast, client=client, promise=NewPromise("查", NOW + HOUR), cases=cases)
    with moved_to(NOW, "test"):
        browser.get("/search/", {"q": "锦穗"})
        with CaptureQueriesContext(connection) as captured:
            browser.get("/search/suggest/", {"q": "锦穗"})
    assert len(captured) == 18


# The API


@pytest.fixture
def asks(cast):
    _token, secret = do(make_token, cast.zhoumin, name="x", expires_at=NOW + DAY, by=cast.zhoumin)
    browser = Browser()

    def ask(**asked):
        with moved_to(NOW, "test"):
            answer = browser.get("/api/v1/search", asked, headers={"Authorization": f"Bearer {secret}"})
        return answer.status_code, json.loads(answer.content)

    return ask


def test_the_api_finds_what_the_page_finds_with_the_places_of_the_words(lived, asks):
    status, said = asks(q="到账 锦穗")
    assert status == 200
    assert [group["kind"] for group in said["groups"]] == kinds(lived.zhoumin, "到账 锦穗")
    call = said["groups"][0]["hits"][0]
    assert [call["snippet"][a:b] for a, b in call["marks"]] == ["到账"]
    assert call["number"] == "DH-SU-26-0001"


def test_the_api_turns_pages_of_one_kind_and_refuses_in_its_one_shape(lived, asks):
    a_call(lived, NOW + MINUTE, content="预付赔款到了吗")
    status, said = asks(q="预付赔款", kind="call", limit=1)
    (group,) = said["groups"]
    assert (status, len(group["hits"])) == (200, 1)
    status, said = asks(q="预付赔款", kind="call", limit=1, after=group["next"])
    assert [group["next"] for group in said["groups"]] == [None]
    for asked in (
        {"q": "x"}, {"q": ""}, {"q": "锦穗", "kind": "zzz"}, {"q": "锦穗", "after": "1-1"}, {"q": "锦穗", "limit": 0},
        {"q": "锦穗", "kind": "call", "after": "zzz"}, {"q": "锦穗", "since": "2026"}, {"q": "长" * 201},
    ):  # fmt: skip
        status, said = asks(**asked)
        assert (status, said["code"]) == (422, "invalid"), asked
    assert asks(q="锦穗", unit="ZZ")[0] == 404
