"""Many clients at once: checked whole, written whole or not at all, and each with his history."""

import io
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from chengnuo.clients import actions
from chengnuo.clients.importing import template
from chengnuo.clients.importing.checking import check
from chengnuo.clients.models import Agreement, Client, Contact, Import, Policy, Site
from chengnuo.kit import blobs, jobs
from chengnuo.kit.models import Blob, Job, JobState
from chengnuo.kit.timeline import timeline
from chengnuo.ledger.check import check as check_ledger
from chengnuo.ledger.clock import moved_to
from chengnuo.ledger.models import TrailEvent, ref
from chengnuo.people.actions import give_role
from chengnuo.people.models import Role
from tests.cast import refused
from tests.hotline.world import do

from .books import CLIENT, HEADS, book, code, many
from .conftest import CODE, NOW, RESIDENT, entered, signed_in

KINDS = (Client, Contact, Site, Agreement, Policy)


def silent(done, total, stage=""):
    pass


def checked(content, by):
    return do(check, content, by=by, tell=silent)


def imported(content, by, **more):
    return do(actions.import_clients, content, "客户.xlsx", by=by, tell=silent, **more)


def faults(content, by) -> list[tuple[str, int, str, str]]:
    """(sheet, row, head, words) of everything wrong."""
    return [
        (str(row.sheet.title), row.number, str(row.sheet.field(key).head), words)
        for row in checked(content, by).rows
        for key, words in row.faults.items()
    ]


def counted() -> list[int]:
    return [model.objects.count() for model in KINDS]


def one(**more):
    return {**CLIENT, **more}


def of(**more):
    return {"client": CLIENT["name"], **more}


CONTACT = {"name": "陈月琴", "title": "行政主管", "phones": "13800001021；0512-00006620"}
POLICY = {
    "no": "YA-1",
    "line": "财产险",
    "insurer": "屿安财险",
    "sum_insured": 29900000,
    "premium": "20,930.00",
    "starts_on": "2026/5/28",
    "ends_on": "2027年5月27日",
}
AGREEMENT = {"number_of": "WT-1", "starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31)}


def test_a_client_comes_in_with_all_he_has_his_author_and_his_day(cast):
    content = book(
        clients=[
            one(credit_code=CODE, manager="周敏", since="2018-01-05", author="王芳", entered_on="2019-03-02"),
            {"name": "罗咏仪", "kind": "个人", "unit": "SU", "resident_id": RESIDENT},
        ],
        contacts=[of(**CONTACT), {"client": "罗咏仪", "name": "罗咏仪", "phones": 13800003212}],
        sites=[of(name="木渎厂", address="苏州市吴中区木渎镇金塘路0号", lat=31.252, lon="120.518")],
        agreements=[of(**AGREEMENT, signed_on="2025-12-20"), of(**{**AGREEMENT, "number_of": "WT-2"})],
        policies=[of(**POLICY)],
    )
    imported(content, cast.xuning)
    assert counted() == [2, 2, 1, 2, 1]
    client = Client.objects.get(credit_code=CODE)
    assert (client.unit, client.manager, client.since) == (cast.su, cast.zhoumin, date(2018, 1, 5))
    assert [phone.digits for phone in Contact.objects.get(name="陈月琴").phones.all()] == [
        "13800001021",
        "051200006620",
    ]
    assert {one.number: one.state for one in client.agreements.all()} == {"WT-1": "active", "WT-2": "draft"}
    policy = client.policies.get()
    assert (policy.line, policy.starts_on, policy.ends_on) == ("property", date(2026, 5, 28), date(2027, 5, 27))
    event = TrailEvent.objects.get(subject_type="clients.client", subject_pk=client.pk, verb="client.entered")
    assert event.source == f"import:{Import.objects.get().pk}|王芳"
    entry = next(one for one in timeline(client, cast.zhoumin, NOW) if one.label == "登记客户")
    assert (entry.at.astimezone(NOW.tzinfo).date(), entry.source, entry.who) == (
        date(2019, 3, 2),
        "导入，原登记人王芳",
        "许宁",
    )
    assert check_ledger()[0] == []


BROKEN = [
    ("clients", one(name=""), "名称", "要填写"),
    ("clients", one(name="长" * 121), "名称", "最多120个字"),
    ("clients", one(kind="公司"), "类别", "没有这个选项"),
    ("clients", one(kind=None), "类别", "从列出的里选一个"),
    ("clients", one(credit_code="91999999MAMHW8NR6E"), "统一社会信用代码", "校验位不对"),
    ("clients", one(credit_code=3.2e17), "统一社会信用代码", "已丢"),
    ("clients", one(resident_id=RESIDENT), "身份证号", "只有个人"),
    ("clients", one(kind="个人", resident_id="99999919970931206X"), "身份证号", "出生日期不存在"),
    ("clients", one(unit="火星分公司"), "机构", "没有这个选项"),
    ("clients", one(unit=None), "机构", "要填写"),
    ("clients", one(manager="王五"), "客户经理", "没有这个在职人员"),
    ("clients", one(since="2026-13-01"), "客户起始日", "没有这一天"),
    ("clients", one(since="1979-12-31"), "客户起始日", "1980年以后"),
    ("clients", one(key="是"), "认定原因", "要填写"),
    ("clients", one(author="芳" * 31), "原登记人", "最多30个字"),
    ("clients", one(entered_on="2026-09-29"), "原登记日期", "还没有到"),
    ("clients", one(although_similar="也许"), "仍然导入", "填是或否"),
    ("contacts", of(name="", phones="13800001021"), "姓名", "要填写"),
    ("contacts", of(name="陈", phones="12"), "电话", "拨不通"),
    ("contacts", of(name="陈", phones="1.38E+10"), "电话", "科学计数法"),
    ("contacts", {"client": "没有这户", "name": "陈", "phones": "13800001021"}, "客户名称", "“客户”页没有这个名称"),
    ("contacts", of(number="91999999MAK6UYX56Y", name="陈"), "客户证件号", "不是这个证件号"),
    ("sites", of(name="厂", address=""), "地址", "要填写"),
    ("sites", of(name="厂", address="路", division_code="32"), "行政区划代码", "6位或12位"),
    ("sites", of(name="厂", address="路", lat=91), "纬度", "不超过90"),
    ("agreements", of(**{**AGREEMENT, "ends_on": "2025-12-31"}), "截止日", "末日早于首日"),
    ("agreements", of(**AGREEMENT, signed_on="2026-09-29"), "签署日", "还没有到"),
    ("policies", of(**{**POLICY, "line": "火箭险"}), "险种", "没有这个选项"),
    ("policies", of(**{**POLICY, "premium": "二万"}), "保费（元）", "金额写成"),
    ("policies", of(**{**POLICY, "starts_on": None}), "保障首日", "日期写成"),
    ("policies", of(**{**POLICY, "no": ""}), "保单号", "要填写"),
    ("sites", of(name="厂\x01房", address="路"), "场所", "控制字符"),
]


@pytest.mark.parametrize("sheet, row, head, words", BROKEN)
def test_each_kind_of_error_is_named_by_sheet_row_column_and_what_to_do(cast, sheet, row, head, words):
    rows = {"clients": [one(name="另一户")]} if sheet == "clients" else {"clients": [one()]}
    if "\x01" in row.get("name", ""):
        row = {**row, "name": "厂_x0001_房"}  # As Excel writes a control character.
    found = faults(with_row(rows, sheet, row), cast.linxiaotang)
    title = next(str(s.title) for s in template.SHEETS if s.key == sheet)
    nth = 3 if sheet == "clients" else 2
    assert [(where, number, column) for where, number, column, _words in found] == [(title, nth, head)], found
    assert words in found[0][3]


def with_row(rows, sheet, row) -> bytes:
    return book(**{**rows, sheet: [*rows.get(sheet, []), row]})


def test_what_stands_twice_or_is_on_record_is_an_error_named_only_to_who_may_see_it(cast):
    entered(cast.hz, cast.luyao, {"name": "杭州已有公司", "kind": "company", "credit_code": CODE})
    content = book(
        clients=[one(credit_code=CODE), one(name="甲", credit_code=code(7)), one(name="乙丙丁", credit_code=code(7))],
        policies=[of(**POLICY), of(**POLICY)],
        contacts=[of(**CONTACT), of(**CONTACT)],
    )
    assert [row[3] for row in faults(content, cast.xuning)] == [
        "别的机构已有这个客户，问客服中心",
        "与第3行重复，删去一行或改正号码",
        "这个客户前面已有同名同号的联系人，删去一行",
        "与第2行重复，删去一行或改正号码",
    ]
    assert faults(content, cast.linxiaotang)[0][3] == "已有这个客户：杭州已有公司（杭州分公司），打开那一户"


def test_rows_of_one_name_are_told_apart_by_their_number(cast):
    clients = [one(credit_code=CODE, although_similar="是"), one(credit_code=code(3), although_similar="是")]
    assert faults(book(clients=clients, contacts=[of(name="陈")]), cast.xuning) == [
        ("联系人", 2, "客户证件号", "“客户”页有2户同名，填证件号")
    ]
    imported(book(clients=clients, contacts=[of(number=f" {code(3).lower()}", name="陈")]), cast.xuning)
    assert Contact.objects.get().positions.get().client.credit_code == code(3)


def test_a_tick_is_the_centres_and_a_manager_imports_for_his_own_branch(cast):
    content = book(clients=[one(key="是", reason="年保费超过50万元")])
    assert [row[2:] for row in faults(content, cast.xuning)] == [("重点客户", "认定由客户服务中心办理，这里留空")]
    imported(content, cast.linxiaotang)
    assert Client.objects.get().key is True
    assert [row[2] for row in faults(book(clients=[one(unit="杭州分公司", name="杭州锅炉厂")]), cast.xuning)] == [
        "机构"
    ]
    for by in (cast.zhoumin, cast.admin, cast.chenlixing):
        with refused("forbidden"):
            imported(book(clients=[one(name="乙")]), by)


def test_clients_who_may_be_known_wait_for_a_word_in_the_sheet_or_on_the_page(cast):
    entered(cast.su, cast.zhoumin, {"name": "苏州锦穗精密机械股份有限公司", "kind": "company"})
    content = book(clients=[one()])
    (row,) = checked(content, cast.xuning).book["clients"]
    assert row.similar == (
        "可能已有这个客户：名称相近：苏州锦穗精密机械股份有限公司（苏州分公司）；确认不是同一户，在“仍然导入”填是"
    )
    with pytest.raises(actions.NotClean):
        imported(content, cast.xuning)
    assert Client.objects.count() == 1
    imported(book(clients=[one(although_similar="是")]), cast.xuning)
    imported(book(clients=[one(name="苏州锦穗精密机械厂")]), cast.xuning, although_similar=True)
    assert Client.objects.count() == 3


def test_the_same_content_is_refused_in_words_that_name_the_first_import(cast):
    content = book(clients=[one()])
    imported(content, cast.xuning)
    with refused("imported_before") as refusal:
        imported(content, cast.linxiaotang)
    assert refusal.value.message == "这份文件9月28日 周一 14:36已由许宁导入过（客户.xlsx，1个客户），不再导入"
    do(give_role, cast.luyao, unit=cast.hz, kind=Role.Kind.MANAGER, by=cast.admin)
    with refused("imported_before") as refusal:
        imported(content, cast.luyao)
    assert refusal.value.message == "这份文件别人已导入过，问客服中心"
    assert Client.objects.count() == 1


def test_one_wrong_row_at_the_end_leaves_nothing_written(cast, monkeypatch):
    content = book(clients=[one(name=f"{nth}号锅炉厂", although_similar="是") for nth in range(3)])
    real = actions.imports.enter_client

    def failing(**given):
        if given["values"]["name"].startswith("2"):
            raise actions.imports.Refusal("known_client", "另有人刚登记了同一证件号")
        return real(**given)

    monkeypatch.setattr(actions.imports, "enter_client", failing)
    with refused("known_client") as refusal:
        imported(content, cast.xuning)
    assert refusal.value.message == "“客户”页第4行：另有人刚登记了同一证件号"
    assert (counted(), Import.objects.count()) == ([0, 0, 0, 0, 0], 0)


def upload(staff, content, name="客户.xlsx"):
    with moved_to(NOW, "test"):
        return signed_in(staff).post("/clients/import/", {"file": SimpleUploadedFile(name, content)})


def carried_out(job) -> Job:
    with moved_to(NOW, "test"):
        jobs.run_job(job.pk)
    job.refresh_from_db()
    return job


def test_from_upload_to_the_list_by_way_of_the_errors(cast):
    rows = {"clients": [one(unit="火星分公司", credit_code=CODE)], "contacts": [of(**CONTACT)]}
    upload(cast.xuning, book(**rows))
    job = carried_out(Job.objects.get())
    assert (job.state, job.words) == (
        JobState.DONE,
        "1处要改，什么都没有写入；改好错误表里标色的格子，再上传那份表",
    )
    page = signed_in(cast.xuning)
    assert page.get(f"/clients/import/{job.pk}/").status_code == 404
    blob = Blob.objects.get(name="客户-错误.xlsx")
    wrong = load_workbook(io.BytesIO(blobs.content_of(blob)))
    sheet = wrong["客户"]
    heads = [cell.value for cell in sheet[1]]
    place = heads.index("机构*") + 1
    assert (sheet.cell(2, place).value, sheet.cell(2, place).fill.fgColor.rgb) == ("火星分公司", "FFFBD5D5")
    assert sheet.cell(2, 1).fill.fgColor.rgb == "00000000"
    assert sheet.cell(2, heads.index("错误") + 1).value.startswith("机构：没有这个选项，从这些里选：")
    assert [cell.value for cell in wrong["汇总"][2]][:3] == ["客户", 2, "机构"]
    sheet.cell(2, place).value = "苏州分公司"
    out = io.BytesIO()
    wrong.save(out)
    upload(cast.xuning, out.getvalue(), blob.name)
    job = carried_out(Job.objects.latest("pk"))
    assert job.words == "没有错误，还没有写入：客户1，联系人1，场所0，委托协议0，保单0"
    assert Client.objects.count() == 0
    with moved_to(NOW, "test"):
        assert f"/clients/import/{job.pk}/" in page.get(job.get_absolute_url()).text
        assert "确认导入" in page.get(f"/clients/import/{job.pk}/").text
        page.post(f"/clients/import/{job.pk}/")
    job = carried_out(Job.objects.latest("pk"))
    assert job.words == "已写入：客户1，联系人1，场所0，委托协议0，保单0"
    assert Client.objects.get().credit_code == CODE
    assert "客户-错误.xlsx" in page.get("/clients/import/").text
    assert check_ledger()[0] == []


def test_what_changed_after_the_check_stands_in_the_way_of_writing(cast):
    upload(cast.xuning, book(clients=[one(credit_code=CODE)]))
    job = carried_out(Job.objects.get())
    entered(cast.hz, cast.luyao, {"name": "杭州已有公司", "kind": "company", "credit_code": CODE})
    with moved_to(NOW, "test"):
        signed_in(cast.xuning).post(f"/clients/import/{job.pk}/")
    job = carried_out(Job.objects.latest("pk"))
    assert (job.state, job.words) == (
        JobState.REFUSED,
        "核对后资料有了变化，什么都没有写入；重新上传核对",
    )
    assert Client.objects.count() == 1


def test_the_page_asks_for_the_tick_and_nobody_else_confirms(cast):
    entered(cast.su, cast.zhoumin, {"name": "苏州锦穗精密机械股份有限公司", "kind": "company"})
    upload(cast.xuning, book(clients=[one()]))
    job = carried_out(Job.objects.get())
    url = f"/clients/import/{job.pk}/"
    assert signed_in(cast.linxiaotang).get(url).status_code == 404
    page = signed_in(cast.xuning)
    with moved_to(NOW, "test"):
        answer = page.post(url)
        assert (answer.status_code, "确认不是同一户再勾选" in answer.text) == (409, True)
        page.post(url, {"although_similar": "on"})
    assert carried_out(Job.objects.latest("pk")).state == JobState.DONE
    assert Client.objects.count() == 2


def test_an_upload_that_went_after_a_week_is_asked_for_again(cast):
    upload(cast.xuning, book(clients=[one()]))
    job = carried_out(Job.objects.get())
    jobs.purge(NOW + timedelta(days=8))
    with moved_to(NOW, "test"):
        signed_in(cast.xuning).post(f"/clients/import/{job.pk}/")
    assert carried_out(Job.objects.latest("pk")).words == "上传的文件只保留7天，重新上传"


def test_the_template_has_drop_downs_text_formats_a_frozen_head_and_an_example_that_is_passed_over(cast):
    page = signed_in(cast.xuning)
    with moved_to(NOW, "test"):
        content = page.get("/clients/import/template/").content
    made = load_workbook(io.BytesIO(content))
    assert made.sheetnames == ["客户", "联系人", "场所", "委托协议", "保单", "说明", "选项"]
    sheet = made["客户"]
    assert (sheet.freeze_panes, sheet["A1"].value, made["选项"].sheet_state) == ("A2", "名称*", "hidden")
    rules = {str(one.sqref): one.formula1 for one in sheet.data_validations.dataValidation}
    assert rules["B2:B20001"] == "选项!$A$2:$A$4"
    assert rules["E2:E20001"] == "选项!$B$2:$B$2"
    assert [cell.value for cell in made["选项"]["B"]][:3] == ["客户 机构", "苏州分公司", None]
    assert sheet.column_dimensions["C"].number_format == "@"
    assert sheet.column_dimensions["G"].number_format == "yyyy-mm-dd"
    with refused("wrong_sheets") as refusal:
        checked(content, cast.xuning)
    assert refusal.value.message == "“客户”页没有资料，一行填一个客户"
    sheet["A3"], sheet["B3"], sheet["E3"] = "苏州锦穗公司", "企业", "苏州分公司"
    out = io.BytesIO()
    made.save(out)
    imported(out.getvalue(), cast.xuning)
    assert counted() == [1, 0, 0, 0, 0]


def test_columns_are_found_by_their_head_in_any_order(cast):
    heads = {key: dict(reversed(list(columns.items()))) for key, columns in HEADS.items()}
    heads["clients"]["name"] = " 名称 * "
    imported(book(heads, clients=[one(credit_code=CODE)], contacts=[of(**CONTACT)]), cast.xuning)
    assert Client.objects.get().credit_code == CODE


def test_the_command_checks_writes_and_says_where_the_errors_lie(cast, tmp_path, capsys):
    path = tmp_path / "客户.xlsx"
    path.write_bytes(book(clients=[one(kind="公司")]))
    with moved_to(NOW, "test"), pytest.raises(CommandError) as told:
        call_command("import_clients", str(path), by="xuning")
    assert str(told.value) == f"1 faults; nothing written; see {tmp_path / '客户-错误.xlsx'}"
    assert CalamineWorkbook.from_path(tmp_path / "客户-错误.xlsx").get_sheet_by_name("汇总").to_python()[1][2] == "类别"
    path.write_bytes(book(clients=[one()]))
    with moved_to(NOW, "test"):
        call_command("import_clients", str(path), by="xuning", check=True)
        assert "checked, nothing wrong, nothing written: 1 clients" in capsys.readouterr().out
        assert Client.objects.count() == 0
        call_command("import_clients", str(path), by="xuning")
        got = capsys.readouterr()
        assert ("written: 1 clients" in got.out, "写入 0 / 1" in got.err) == (True, True)
        for by, words in (
            ("nobody", "nobody is called nobody"),
            ("zhoumin", "may not import"),
            ("xuning", "已由许宁导入过"),
        ):
            with pytest.raises(CommandError, match=words):
                call_command("import_clients", str(path), by=by)
        with pytest.raises(CommandError, match="cannot be read"):
            call_command("import_clients", str(tmp_path / "none.xlsx"), by="xuning")


@pytest.mark.slow
def test_two_thousand_clients_with_thirty_broken_rows_then_without(cast):
    rows = many(2000)
    whole = book(**rows)
    broken = {key: list(given) for key, given in rows.items()}
    expected = []
    for nth in range(30):
        key, column, value = [
            ("clients", "kind", "公司"),
            ("contacts", "phones", "12"),
            ("policies", "ends_on", "2026-02-30"),
        ][nth % 3]
        at = nth * 60
        broken[key][at] = {**broken[key][at], column: value}
        expected.append((key, at + 2, column))
    found = checked(book(**broken), cast.linxiaotang)
    assert sorted((row.sheet.key, row.number, key) for row in found.rows for key in row.faults) == sorted(expected)
    with pytest.raises(actions.NotClean):
        imported(book(**broken), cast.linxiaotang)
    assert counted() == [0, 0, 0, 0, 0]
    imported(whole, cast.linxiaotang)
    assert counted() == [2000, 4000, 2000, 500, 4000]
    assert check_ledger()[0] == []
    assert TrailEvent.objects.filter(verb="client.entered", source__startswith="import:").count() == 2000
    assert ref(Client.objects.latest("pk")).type == "clients.client"
