"""A telephone rings: what the planned call consists of before it is registered."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chengnuo.clients.cases import Case
from chengnuo.people.models import Staff

from .portfolio import Customer
from .stories import Story


@dataclass
class Ring:
    """A call on a branch's line. `about` is a running matter of the caller: its kind and its record."""

    code: str
    at: datetime
    operator: Staff
    one: Customer | None = None
    contact: int = 0
    caller: str = ""
    kinds: list[str] = field(default_factory=list)
    story: Story = field(default_factory=lambda: Story("", "", "", ""))
    no_reply_because: str = ""
    about: tuple[str, Case] | None = None

    def who(self) -> dict[str, Any]:
        """The caller as the register takes him: the client's contact, by his number."""
        if self.one is None or self.one.row is None:
            return {"caller": self.caller}
        contact, number = self.one.speakers[self.contact]
        return {"client": self.one.row, "contact": contact, "caller": number}

    def known_by_number(self) -> dict[str, Any]:
        """As one whom nobody knows yet."""
        return {"caller": self.who()["caller"]}
