"""Why there is no backup, or no restore: a stable code beside the words, so that a page can say it in its own."""

from collections.abc import Callable

from ..words import Refused

Tell = Callable[[str, int, int], None]
"""How far it is: the stage (a key of `command.STAGES`), how much is done, of how much (0: unknown)."""


class NotBackedUp(Refused):
    """A backup could not be made or is not whole; `code` says why."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code


class Damaged(NotBackedUp):
    """The file is cut, altered, or no backup of ours."""

    def __init__(self, words: str) -> None:
        super().__init__("damaged", f"This backup is damaged, nothing of it is used: {words}.")


def size(count: int) -> str:
    """Bytes for people: 830 B, 5.4 MB."""
    value, units = float(count), iter(("B", "kB", "MB", "GB", "TB"))
    unit = next(units)
    while value >= 1000 and (larger := next(units, "")):
        value, unit = value / 1000, larger
    return f"{count} B" if unit == "B" else f"{value:.1f} {unit}"
