"""What the API of letters takes and tells."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from ninja import Query
from pydantic import Field

from chengnuo.kit.api import Answer, Id, Page, Schema
from chengnuo.kit.operations import Day

from ..models import Campaign, Letter, LetterReply, LetterText

WayName = Literal["post", "mail"]
BasisName = Literal["planned", "client", "matter", "emergency", "other"]
RoundState = Literal["draft", "fixed", "made", "collecting", "closed", "filed", "cancelled"]
LetterStateName = Literal["chosen", "excluded", "made", "posted", "delivered", "returned", "replied"]
ReturnedName = Literal["moved", "unknown", "refused", "address", "unclaimed", "bounce", "other"]
BusinessName = Literal["enquiry", "appointment", "complaint", "loss", "other"]
LineName = Literal["motor", "accident_health", "liability", "property", "cargo", "engineering", "life", "other"]
Text = Annotated[str, Field(min_length=1, max_length=5000)]
Where = Annotated[str, Field(min_length=1, max_length=120)]
Number = Annotated[str, Field(min_length=1, max_length=200)]
OfRound = Annotated[int | None, Query(ge=1, le=2**63 - 1, description="What is of this letter round alone")]


class TextOut(Answer):
    key: str
    subject: str
    body: str

    @classmethod
    def of(cls, one: LetterText) -> "TextOut":
        return cls(key=one.key, subject=one.subject, body=one.body)


class CampaignOut(Answer):
    id: int
    number: str
    unit: str = Field(description="Code of the unit whose round it is")
    owner_id: int
    state: str
    way: str
    title: str
    aim: str
    scheme: str
    basis: str
    basis_reason: str
    send_on: date
    replies_by: date
    return_to: str
    entered_at: datetime
    fixed_at: datetime | None
    made_at: datetime | None
    posted_at: datetime | None
    closed_at: datetime | None
    summary: str
    filed_at: datetime | None
    filed_where: str
    cancelled_because: str
    version: int

    @classmethod
    def of(cls, one: Campaign) -> "CampaignOut":
        plain = {name: getattr(one, name) for name in cls.model_fields if name != "unit"}
        return cls(**plain, unit=one.unit.code)


class CampaignPage(Page):
    campaigns: list[CampaignOut]


class CampaignRead(CampaignOut):
    texts: list[TextOut]

    @classmethod
    def of(cls, one: Campaign) -> "CampaignRead":
        return cls(**CampaignOut.of(one).model_dump(), texts=[TextOut.of(text) for text in one.texts.all()])


class LetterOut(Answer):
    id: int
    number: str
    campaign_id: int
    unit: str = Field(description="Code of the unit that writes")
    client_id: int
    contact_id: int | None
    text: str = Field(description="Which wording: A or B")
    state: str
    excuse: str = Field(description="Why it is not sent; empty where it is")
    excuse_detail: str
    recipient: str
    address: str
    postcode: str
    basis: str = Field(description="By what it was sent: the client's plan, or why outside it")
    posted_on: date | None
    delivered_on: date | None
    returned_on: date | None
    returned_because: str
    replied_on: date | None

    @classmethod
    def of(cls, one: Letter) -> "LetterOut":
        plain = {name: getattr(one, name) for name in cls.model_fields if name not in {"unit", "text"}}
        return cls(**plain, unit=one.unit.code, text=one.text.key)


class LetterPage(Page):
    letters: list[LetterOut]


class LetterReplyOut(Answer):
    id: int
    number: str
    letter_id: int
    unit: str = Field(description="Code of the unit that handles it")
    client_id: int
    owner_id: int
    state: str
    kind: str
    content: str
    came_on: date
    entered_at: datetime
    told_at: datetime = Field(description="From when the running term counts")
    handled_at: datetime | None
    answer: str
    is_important: bool
    filed_at: datetime | None
    filed_where: str

    @classmethod
    def of(cls, one: LetterReply) -> "LetterReplyOut":
        plain = {name: getattr(one, name) for name in cls.model_fields if name != "unit"}
        return cls(**plain, unit=one.unit.code)


class LetterReplyPage(Page):
    replies: list[LetterReplyOut]


class RatesOut(Answer):
    key: str = Field(description="The wording, kind or tier; empty for the whole")
    chosen: int
    sent: int
    arrived: int = Field(description="Sent and not returned")
    returned: int
    confirmed: int = Field(description="Known to have arrived: delivered or replied")
    replied: int
    delivery_rate: float | None = Field(description="Per cent of those sent")
    reply_rate: float | None = Field(description="Per cent of those sent")

    @classmethod
    def of(cls, key: str, rates: Any) -> "RatesOut":
        return cls(key=key, **{name: getattr(rates, name) for name in cls.model_fields if name != "key"})


class CampaignFiguresOut(Answer):
    whole: RatesOut
    by_text: list[RatesOut]
    by_kind: list[RatesOut]
    by_tier: list[RatesOut]
    replies: dict[str, int] = Field(description="By their business")
    excuses: dict[str, int] = Field(description="Why addressees are not written to")


class CampaignValues(Schema):
    way: WayName
    title: Annotated[str, Field(min_length=1, max_length=80)]
    aim: Annotated[str, Field(min_length=1, max_length=500)]
    scheme: Annotated[str, Field(max_length=5000)] = ""
    basis: BasisName
    basis_reason: Annotated[str, Field(max_length=500)] = ""
    send_on: Day
    replies_by: Day
    return_to: Annotated[str, Field(min_length=1, max_length=200)]


class WordingIn(Schema):
    subject: Annotated[str, Field(min_length=1, max_length=120)]
    body: Annotated[str, Field(min_length=1, max_length=8000)]


class CampaignIn(CampaignValues, WordingIn):
    unit: Annotated[str, Field(min_length=1, max_length=10)] = Field(description="Code of the unit")


class CampaignChangeIn(CampaignValues):
    version: Annotated[int, Field(ge=1, le=2**31 - 1)] = Field(description="As it was read")


class LetterTextIn(WordingIn):
    key: Literal["A", "B"]


class ChooseIn(Schema):
    kind: Literal["", "company", "person", "association"] = ""
    ticks: list[Literal["key", "large", "high_risk"]] = Field(default_factory=list, max_length=3)
    unit: Annotated[str, Field(max_length=10)] = Field("", description="Code of a branch")
    line: LineName | None = None
    since: Day | None = Field(None, description="First day on which a policy ends")
    until: Day | None = Field(None, description="Last day on which a policy ends")


class ExcludeIn(Schema):
    numbers: list[Number] = Field(min_length=1, max_length=500)
    reason: Annotated[str, Field(min_length=1, max_length=200)]


class PostIn(Schema):
    posted_on: Day


class CloseIn(Schema):
    summary: Text


class LetterFileIn(Schema):
    where: Where


class LetterCancelIn(Schema):
    reason: Annotated[str, Field(min_length=1, max_length=500)]


class OutcomesIn(Schema):
    numbers: list[Number] = Field(min_length=1, max_length=200, description="Numbers of letters as scanned or typed")
    outcome: Literal["delivered", "returned", "replied", "posted"]
    on: Day
    because: ReturnedName | Literal[""] = Field("", description="Why it was returned")
    kind: BusinessName | Literal[""] = Field("", description="The business of a reply")
    content: Annotated[str, Field(max_length=5000)] = Field("", description="What the reply says")
    is_important: bool = False


class NumberFault(Answer):
    number: str
    message: str


class OutcomesOut(Answer):
    entered: list[LetterOut]
    faults: list[NumberFault]


class LetterReplyIn(Schema):
    kind: BusinessName
    content: Text
    came_on: Day
    is_important: bool = False


class ReplyHandledIn(Schema):
    answer: Text = Field(description="What was done and what the client was told")
    is_important: bool = False


class ReplyToldIn(Schema):
    text: Text = Field(description="The reason, or how it stands")


class ReplyPassedIn(Schema):
    to_id: Id = Field(description="Who serves clients or works at the centre")
    reason: Annotated[str, Field(min_length=1, max_length=500)]
