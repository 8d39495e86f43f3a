"""Typst at work, in a process of its own: `python press.py` reads a job as JSON and writes the PDF.

Typst keeps what it has laid out for as long as its process lives: 300 rows cost 35 MB for good, 3,000 rows 400 MB. A
process per document gives that back, can be ended in time, and costs 40 ms. So nothing of Django is imported here.
"""

import json
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
FONTS = HERE / "fonts"
FAMILY = "Noto Sans SC"
WEIGHTS = [400, 700]
NO_FONTS = 3
"""The exit status that says so."""


class NoFonts(Exception):
    """The fonts of the forms are not where the front end's build puts them."""


def typesetter(template: str, data: dict[str, Any], fonts: Path = FONTS) -> Any:
    """A Typst compiler for a template below `chengnuo/`. Text of people is in `data`, which is handed in as JSON and
    never becomes a part of the source. Only our two fonts are there. Raises NoFonts without exactly these."""
    import typst

    found = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts)])
    if sorted(font.weight for font in found.fonts() if font.family == FAMILY) != WEIGHTS:
        raise NoFonts(f"{FAMILY} in the weights {WEIGHTS} is not in {fonts}: run `npm ci && npm run build`")
    return typst.Compiler(
        str(ROOT / template),
        root=str(ROOT),
        font_paths=found,
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )


def pressed(template: str, data: dict[str, Any], made_at: int, fonts: Path = FONTS) -> bytes:
    """The PDF, made at an instant in seconds; the same bytes for the same data. A warning of Typst is an error."""
    content, warnings = typesetter(template, data, fonts).compile_with_warnings(
        format="pdf", timestamp=made_at, pdf_tags=False
    )
    if warnings:
        raise RuntimeError("; ".join(str(one) for one in warnings))
    return bytes(content)


def main() -> int:
    job = json.load(sys.stdin)
    try:
        content = pressed(job["template"], job["data"], job["made_at"], Path(job["fonts"]))
    except NoFonts as missing:
        sys.stderr.write(str(missing))
        return NO_FONTS
    sys.stdout.buffer.write(content)
    return 0


if __name__ == "__main__":
    sys.exit(main())
