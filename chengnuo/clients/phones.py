"""Telephone numbers as people write them, as digits to compare, and as shown."""

import re
import unicodedata

MOBILE = re.compile(r"1[3-9]\d{9}")
AREA = r"0(?:10|2\d|[3-9]\d\d)"
LANDLINE = re.compile(rf"({AREA})(\d{{7,8}})")
SERVICE = re.compile(r"[48]00\d{7}")
SHORT = re.compile(r"1[0-2]\d{1,4}|9[56]\d{3,6}")
LOCAL = re.compile(r"[2-9]\d{6}|\d{8}")
FOREIGN = re.compile(r"00[1-9]\d{6,13}")
EXTENSION = re.compile(r"(?:转|转接|分机|ext\.?|x|#|,).*$", re.IGNORECASE | re.DOTALL)
LONGEST = 20


def digits(raw: str) -> str:
    """The number's normal form: digits as dialled within China, without spaces, marks, +86 or an extension.

    Mobiles keep 11 digits, landlines their area code with its 0, short codes and 400/800 numbers are left alone, a
    foreign number begins with 00. What is no number gives whatever digits it has, at most 20; '' when none.
    """
    text = EXTENSION.sub("", unicodedata.normalize("NFKC", raw).strip())
    is_abroad = text.startswith("+")
    bare = re.sub(r"[^0-9]", "", text)[:LONGEST]
    if is_abroad:
        bare = "00" + bare
    if bare.startswith("0086"):
        return _within_china(bare[4:])[:LONGEST]
    if re.fullmatch(r"861[3-9]\d{9}", bare):
        return bare[2:]
    return bare[1:] if re.fullmatch(r"01[3-9]\d{9}", bare) else bare[:LONGEST]


def _within_china(rest: str) -> str:
    """What follows +86: a landline has lost the 0 of its area code there."""
    if rest.startswith("0"):
        return rest[1:] if re.fullmatch(r"01[3-9]\d{9}", rest) else rest
    if len(rest) < 9 or MOBILE.fullmatch(rest) or SERVICE.fullmatch(rest):
        return rest
    return "0" + rest


def is_plausible(raw: str) -> bool:
    """Whether this can be dialled: a mobile, a landline, 400/800, a short code (95xxx, 12378, 96xxx), or abroad."""
    text = EXTENSION.sub("", unicodedata.normalize("NFKC", raw).strip())
    if not re.fullmatch(r"[0-9+()\-‐–—. \t/]+", text):
        return False
    form = digits(raw)
    return any(shape.fullmatch(form) for shape in (MOBILE, LANDLINE, SERVICE, SHORT, LOCAL, FOREIGN))


def shown(raw: str) -> str:
    """`138 0000 1021`, `0512-0000 6620`, `400-000-3312`; anything else as its digits."""
    form = digits(raw)
    if MOBILE.fullmatch(form):
        return f"{form[:3]} {form[3:7]} {form[7:]}"
    if landline := LANDLINE.fullmatch(form):
        area, rest = landline.groups()
        return f"{area}-{rest[:-4]} {rest[-4:]}"
    if SERVICE.fullmatch(form):
        return f"{form[:3]}-{form[3:6]}-{form[6:]}"
    return form or raw


def masked(raw: str) -> str:
    """`138****1021`, `0512****6620`. Short codes and 400/800 numbers belong to no person and stay."""
    form = digits(raw)
    if SHORT.fullmatch(form) or SERVICE.fullmatch(form):
        return shown(form)
    if landline := LANDLINE.fullmatch(form):
        return f"{landline.group(1)}****{form[-4:]}"
    if MOBILE.fullmatch(form):
        return f"{form[:3]}****{form[-4:]}"
    return f"****{form[-4:]}" if len(form) > 6 else "****"
