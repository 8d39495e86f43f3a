"""Files that are no workbook of ours, or one that would do harm: refused in a clear word, nothing written."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from chengnuo.clients.importing import opening
from chengnuo.clients.models import Client
from chengnuo.kit.models import Job
from chengnuo.ledger.clock import moved_to
from tests.cast import refused

from .books import CLIENT, HEADS, book, packed
from .conftest import NOW, signed_in
from .test_import import CONTACT, checked, faults, of, one

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


def changed(change, **rows) -> bytes:
    made = load_workbook(io.BytesIO(book(**{"clients": [one()], **rows})))
    change(made)
    return packed(made)


def repacked(change) -> bytes:
    """The parts of a good workbook, with some of them changed by name."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book(clients=[one()]))) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            new.writestr(entry.filename, change(entry.filename, old.read(entry)))
    return out.getvalue()


def docx() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("[Content_Types].xml", "<Types/>")
        made.writestr("word/document.xml", "<document/>")
    return out.getvalue()


ONLY = "只收.xlsx；旧格式.xls和CSV先在Excel里另存为.xlsx，带密码的先去掉密码"


@pytest.mark.parametrize(
    "content, words",
    [
        (OLE, ONLY),
        ("名称,类别\n甲,企业\n".encode(), ONLY),
        ("名称,类别\n甲,企业\n".encode("gbk"), ONLY),
        (docx(), ONLY),
        (b"PK\x03\x04" + b"x" * 100, ONLY),
        (b"MZ\x90\0" * 50, ONLY),
        (b"", "文件是空的，重新选"),
    ],
)  # fmt: skip
def test_what_is_no_workbook_is_told_so_beside_the_field_whatever_its_name(cast, content, words):
    with moved_to(NOW, "test"):
        answer = signed_in(cast.xuning).post("/clients/import/", {"file": SimpleUploadedFile("客户.xlsx", content)})
    assert (answer.status_code, words in answer.text, Job.objects.count()) == (422, True, 0)


def test_an_upload_of_more_than_twenty_megabytes_is_told_so(cast, settings):
    settings.BLOB_MAX_BYTES = 1024
    with moved_to(NOW, "test"):
        answer = signed_in(cast.xuning).post("/clients/import/", {"file": SimpleUploadedFile("a.xlsx", book())})
    assert (answer.status_code, "文件超过" in answer.text) == (422, True)


def bomb(name: str, part: bytes) -> bytes:
    return b"<a>" + b" " * (opening.MOST_UNPACKED + 1) if name == "xl/theme/theme1.xml" else part


def entity(name: str, part: bytes) -> bytes:
    return b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + part if name == "xl/workbook.xml" else part


def far(name: str, part: bytes) -> bytes:
    return part.replace(b'r="A2"', b'r="XFD1048576"') if name.endswith("sheet1.xml") else part


def wide(name: str, part: bytes) -> bytes:
    return b"\xff\xfe" + part if name.endswith("sheet1.xml") else part


def cut(name: str, part: bytes) -> bytes:
    return part[:200] if name == "xl/workbook.xml" else part


@pytest.mark.parametrize(
    "content, code",
    [
        (OLE, "old_or_locked"),
        (b"", "no_workbook"),
        (b"PK\x03\x04", "no_workbook"),
        (docx(), "no_workbook"),
        (repacked(bomb), "too_large"),
        (repacked(far), "too_large"),
        (repacked(entity), "no_workbook"),
        (repacked(wide), "no_workbook"),
        (repacked(cut), "no_workbook"),
    ],
)
def test_an_archive_that_would_burst_or_cannot_be_read_is_refused_before_it_is_parsed(cast, content, code):
    with refused(code):
        checked(content, cast.xuning)


def test_a_part_that_is_longer_than_its_header_says_is_refused(cast):
    content = bytearray(repacked(lambda name, part: part + b" " * 100_000 if name == "xl/styles.xml" else part))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        size = archive.getinfo("xl/styles.xml").file_size
    lie = bytes(content).replace(size.to_bytes(4, "little"), (10).to_bytes(4, "little"))
    with refused("no_workbook"):
        checked(lie, cast.xuning)


def test_many_entries_are_refused(cast):
    out = io.BytesIO(book(clients=[one()]))
    with zipfile.ZipFile(out, "a") as archive:
        for nth in range(opening.MOST_ENTRIES):
            archive.writestr(f"x/{nth}", "")
    with refused("too_large"):
        checked(out.getvalue(), cast.xuning)


def merged(made):
    made["客户"].merge_cells("A3:A4")


def hidden(made):
    made["联系人"].sheet_state = "hidden"


def strange(made):
    made.create_sheet("客户 (2)").append(["甲"])


def without(made):
    del made["客户"]


def headless(made):
    made["客户"]["R2"] = "没有表头的话"


def twice(made):
    made["客户"]["R1"] = "名称"


def renamed(made):
    made["客户"]["A1"] = "客户名"


@pytest.mark.parametrize(
    "change, words",
    [
        (merged, "“客户”页第3行有合并的单元格，取消合并，每格都填"),
        (hidden, "“联系人”页是隐藏的，取消隐藏并核对后再传"),
        (strange, "不认识“客户 (2)”页，删去，或改成模板里的页名"),
        (without, "没有“客户”页，用模板填写"),
        (headless, "“客户”页R列没有表头，补上表头，或清空这一列"),
        (twice, "“客户”页有两列“名称”，留一列"),
        (renamed, "“客户”页不认识“客户名”这一列，删去，或改成模板里的表头；“客户”页第1行没有“名称”这个表头，照模板补上"),
    ],
)  # fmt: skip
def test_a_workbook_of_another_shape_is_told_where(cast, change, words):
    with refused("wrong_sheets") as refusal:
        checked(changed(change), cast.xuning)
    assert refusal.value.message == words


def test_an_empty_workbook_is_told_what_belongs_there(cast):
    made = Workbook()
    with refused("wrong_sheets") as refusal:
        checked(packed(made), cast.xuning)
    assert refusal.value.message == "没有“客户”页，用模板填写"
    with refused("wrong_sheets") as refusal:
        checked(book(), cast.xuning)
    assert refusal.value.message == "“客户”页没有资料，一行填一个客户"


def test_formulas_and_error_values_are_named_by_their_cell_and_never_pass_for_blank(cast):
    def formula(made):
        made["客户"]["C2"] = '=HYPERLINK("http://evil.example/")'
        made["联系人"]["F2"] = "#N/A"
        made["场所"]["D2"] = "=1+1"

    content = changed(formula, contacts=[of(**CONTACT)])
    with refused("wrong_sheets") as refusal:
        checked(content, cast.xuning)
    assert refusal.value.message == "“场所”页D2：这里是公式；复制后“选择性粘贴”为数值"

    def less(made):
        formula(made)
        made["场所"]["D2"] = None

    assert faults(changed(less, contacts=[of(**CONTACT)]), cast.xuning) == [
        ("客户", 2, "统一社会信用代码", "这里是公式；复制后“选择性粘贴”为数值"),
        ("联系人", 2, "备注", "这里是错误值（如#N/A）；改成实际内容"),
    ]


def test_text_that_begins_like_a_formula_is_text(cast):
    made = load_workbook(io.BytesIO(book(clients=[one()])))
    cell = made["客户"]["A2"]
    cell.value, cell.data_type = "=甲公司", "s"
    assert checked(packed(made), cast.xuning).clients[0].own["name"] == "=甲公司"


def test_rare_characters_and_blanks_around_are_kept_and_dropped(cast):
    rows = [one(name="\u3000\xa0𬱖记食品 \u200b")]
    found = checked(book(clients=rows), cast.xuning)
    assert (found.faults, found.clients[0].own["name"]) == (0, "𬱖记食品")


def test_blank_rows_between_and_formats_far_below_do_no_harm(cast):
    def blank(made):
        made["客户"].append([None])
        made["客户"].append([" ", "\u3000"])
        made["客户"].append(["第二家锅炉厂", "企业", None, None, "苏州分公司"])
        made["客户"]["A1048576"].number_format = "@"

    found = checked(changed(blank), cast.xuning)
    assert [(row.number, row.values["name"], row.faults) for row in found.book["clients"]] == [
        (2, CLIENT["name"], {}),
        (5, "第二家锅炉厂", {}),
    ]


def test_too_many_rows_are_told(cast, monkeypatch):
    monkeypatch.setattr(opening, "MOST_ROWS", 2)
    rows = [one(name=f"{nth}号厂", although_similar="是") for nth in range(3)]
    with refused("too_large"):
        checked(book(HEADS, clients=rows), cast.xuning)
    assert Client.objects.count() == 0
