"""Text on its way to paper, the code on it, and the letters that it is set in."""

from datetime import date
from decimal import Decimal

import pytest
import segno
import typst
from hypothesis import given
from hypothesis import strategies as st

from chengnuo.kit import documents
from chengnuo.kit.documents import press
from chengnuo.kit.documents.data import BREAK, plain, printable


@pytest.mark.parametrize(
    ("typed", "set_"),
    [
        ("张三\r\n李四\r王五\u2028赵六", "张三\n李四\n王五\n赵六"),
        ("一\t二", "一 二"),
        ("支付\u202e00.001\u202c元\u200f", "支付00.001元"),
        ("\x00\x07停\x1b[31m电\x85止", "停[31m电\n止"),
        ("\ud800坏\ufffe", "坏"),
        ("  王𬱖·（经理）  ", "王𬱖·（经理）"),
        ("#let x = 1", "#let x = 1"),
    ],
)
def test_a_text_loses_what_cannot_be_seen_and_nothing_else(typed, set_):
    assert printable(typed) == set_


def test_a_run_without_a_break_gets_one_every_eight_characters():
    assert printable("a" * 20) == BREAK.join(("a" * 8, "a" * 8, "a" * 4))
    assert printable("13800001021") == "13800001021"
    assert printable("长" * 40) == "长" * 40


@given(st.text())
def test_a_text_printed_twice_is_the_same(text):
    assert printable(printable(text)) == printable(text)


def test_only_texts_and_whole_numbers_are_printed():
    assert plain({"a": ["一\x00", 2, None, True, Decimal("1.50")]}) == {"a": ["一", 2, None, True, "1.50"]}
    for value in (date(2026, 9, 28), 0.1):
        with pytest.raises(TypeError):
            plain(value)


def test_the_code_holds_the_address():
    address = "https://desk.example.com/hotline/?unit=4&since=2026-09-01&until=2026-09-30"
    modules = sum(map(sum, segno.make(address, error="m", micro=False).matrix))
    assert documents.qr(address).startswith("<svg")
    assert modules > 300
    assert documents.qr(address) != documents.qr(address + "1")


def drawn(text: str, weight: int = 400) -> bytes:
    """A text as the press would draw it."""
    source = (
        b'#set page(width: 40pt, height: 20pt, margin: 0pt)\n#set text(font: "Noto Sans SC", fallback: false, '
        b"weight: %d)\n#sys.inputs.text" % weight
    )
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(press.FONTS)])
    return typst.compile(source, format="png", font_paths=fonts, ignore_system_fonts=True, sys_inputs={"text": text})


@pytest.mark.parametrize("weight", press.WEIGHTS)
@pytest.mark.parametrize("letter", [*"承诺𬱖·（）《》〔〕【】「」—…％￥①℃㎡"])
def test_a_letter_of_our_forms_is_in_the_fonts(letter, weight):
    nobody_has = drawn("\U0010fffd", weight)
    assert drawn(letter, weight) not in (nobody_has, drawn(" ", weight))


def test_bold_is_another_cut_than_regular():
    assert drawn("承诺", 400) != drawn("承诺", 700)


def test_without_its_fonts_nothing_is_set(tmp_path):
    (tmp_path / "regular.ttf").write_bytes((press.FONTS / "NotoSansSC_400Regular.ttf").read_bytes())
    with pytest.raises(press.NoFonts, match="npm run build"):
        press.typesetter("hotline/printing/register.typ", {}, tmp_path)
