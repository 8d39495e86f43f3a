"""What people write, checked alike by every act of this room."""

from chengnuo.ledger.errors import Invalid


def said(text: str, most: int, missing: str, too_long: str, *, clause: str, field: str) -> str:
    """The text without the blanks around it. Raises Invalid (422) beside `field` for none and for one too long."""
    text = text.strip()
    if not text:
        raise Invalid(f"{field}_missing", clause=clause, **{field: missing})
    if len(text) > most:
        raise Invalid(f"{field}_long", clause=clause, **{field: too_long % most})
    return text
