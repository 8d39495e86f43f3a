"""Letter rounds by API: the same actions and works as the pages (4.2.A, 4.2.B)."""

from typing import Annotated, Any

from django.utils.translation import gettext as _
from ninja import Query, Router, Status

from chengnuo.kit.api import acts, paged, replies
from chengnuo.kit.models import Job
from chengnuo.kit.operations import ANEW, PDF, Cursor, JobAskedOut, NothingIn, paper
from chengnuo.kit.requests import Asked
from chengnuo.ledger.errors import Forbidden, Invalid
from chengnuo.ledger.trail import looked
from chengnuo.people.models import Unit

from .. import actions, works
from ..access import may_handle, may_write, units_for_writing, visible_campaigns, visible_letters
from ..figures import figures_of
from ..models import Campaign
from ..views.printing import plan_printed
from .asking import on_campaign, the_campaign
from .schemas import (
    CampaignChangeIn,
    CampaignFiguresOut,
    CampaignIn,
    CampaignOut,
    CampaignPage,
    CampaignRead,
    ChooseIn,
    CloseIn,
    ExcludeIn,
    LetterCancelIn,
    LetterFileIn,
    LetterTextIn,
    PostIn,
    RatesOut,
    RoundState,
    WayName,
)

router = Router(tags=["letters"])


@router.get("/letter-campaigns", response=replies({200: CampaignPage}))
def list_letter_campaigns(
    request: Asked,
    state: Annotated[RoundState | None, Query(description="Where it stands")] = None,
    way: Annotated[WayName | None, Query(description="By post or by mail")] = None,
    cursor: Cursor = "",
) -> Any:
    """Letter rounds of this person's units, newest first."""
    rows = visible_campaigns(request.user, request.now).select_related("unit")
    given = {"state": state, "way": way}
    found, following = paged(rows.filter(**{name: value for name, value in given.items() if value}), cursor)
    return {"campaigns": [CampaignOut.of(one) for one in found], "next": following}


@router.post("/letter-campaigns", response=replies({201: CampaignRead}))
def draft_letter_campaign(request: Asked, payload: CampaignIn) -> Any:
    """Begin a letter round with its aim, scheme and first wording."""
    user, now = request.user, request.now
    given = payload.model_dump()
    words = {name: given.pop(name) for name in ("subject", "body")}

    def run() -> tuple[int, CampaignRead]:
        if not may_write(user, now):
            raise Forbidden(_("信函活动由服务客户的机构起草"), clause="4.2.A")
        unit = units_for_writing(user, now).filter(code=given.pop("unit")).first()
        if unit is None:
            raise Invalid("unit_unknown", unit=_("没有这个机构"))
        return 201, CampaignRead.of(actions.draft_campaign(unit=unit, values=given, **words, by=user, now=now))

    return acts(request, payload, run)


@router.get("/letter-campaigns/{int:id}", response=replies({200: CampaignRead}))
def get_letter_campaign(request: Asked, id: int) -> Any:
    """A letter round with its wordings; that you read it is noted."""
    campaign = the_campaign(request, id)
    looked(campaign, by=request.user, now=request.now)
    return CampaignRead.of(campaign)


@router.get("/letter-campaigns/{int:id}/figures", response=replies({200: CampaignFiguresOut}))
def get_letter_figures(request: Asked, id: int) -> Any:
    """Delivery and replies of a round, by wording and by segment, and its replies by their business."""
    found = figures_of(the_campaign(request, id), request.user, request.now)
    return CampaignFiguresOut(
        whole=RatesOut.of("", found.whole),
        by_text=[RatesOut.of(*one) for one in found.by_text],
        by_kind=[RatesOut.of(*one) for one in found.by_kind],
        by_tier=[RatesOut.of(*one) for one in found.by_tier],
        replies=dict(found.replies),
        excuses=dict(found.excuses),
    )


@router.post("/letter-campaigns/{int:id}/change", response=replies({200: CampaignOut}))
def change_letter_campaign(request: Asked, id: int, payload: CampaignChangeIn) -> Any:
    """Change a draft. `version` is the one that was read: 409 when somebody changed it meanwhile."""
    values = payload.model_dump()
    given: dict[str, Any] = {"version": values.pop("version"), "by": request.user, "now": request.now}
    return on_campaign(request, id, payload, lambda one: actions.change_campaign(one, values=values, **given))


@router.post("/letter-campaigns/{int:id}/text", response=replies({200: CampaignOut}))
def set_letter_text(request: Asked, id: int, payload: LetterTextIn) -> Any:
    """Write wording A or B of a draft; a second one before addressees are chosen."""
    given: dict[str, Any] = {**payload.model_dump(), "by": request.user, "now": request.now}
    return on_campaign(request, id, payload, lambda one: actions.set_text(one, **given))


@router.post("/letter-campaigns/{int:id}/choose", response=replies({202: JobAskedOut}))
def choose_letter_addressees(request: Asked, id: int, payload: ChooseIn) -> Any:
    """Take the clients of a filter into a draft; the worker checks each address."""

    def run() -> tuple[int, JobAskedOut]:
        given = payload.model_dump()
        unit = Unit.objects.filter(code=given["unit"]).first() if given["unit"] else None
        if given["unit"] and unit is None:
            raise Invalid("unit_unknown", unit=_("没有这个机构"))
        given |= {"unit": unit.pk if unit else None, "line": given["line"] or ""}
        return 202, _asked(request, works.CHOOSE, id, asked=actions.asked_of(**given))

    return acts(request, payload, run)


@router.post("/letter-campaigns/{int:id}/exclude", response=replies({200: CampaignOut}))
def exclude_letters(request: Asked, id: int, payload: ExcludeIn) -> Any:
    """Take addressees out by hand, by the numbers of their letters, before these are made."""

    def act(campaign: Campaign) -> None:
        rows = visible_letters(request.user, request.now).filter(campaign=campaign, number__in=payload.numbers)
        letters = list(rows.select_related("campaign"))
        actions.exclude_letters(letters, reason=payload.reason, by=request.user, now=request.now)

    def guarded(campaign: Campaign) -> None:
        if not may_handle(request.user, campaign, request.now):
            raise Forbidden(_("这个信函活动不归你办"), clause="4.2.A")
        act(campaign)

    return on_campaign(request, id, payload, guarded)


@router.post("/letter-campaigns/{int:id}/fix", response=replies({200: CampaignOut}))
def fix_letter_campaign(request: Asked, id: int, payload: NothingIn) -> Any:
    """Fix the list of addressees; letters of which a field has no value are stopped."""
    return on_campaign(request, id, payload, lambda one: actions.fix_campaign(one, by=request.user, now=request.now))


@router.post("/letter-campaigns/{int:id}/make", response=replies({202: JobAskedOut}))
def make_letters(request: Asked, id: int, payload: NothingIn) -> Any:
    """Print the letters of a fixed list, or send them by mail, batch by batch; asked again it goes on."""
    return acts(request, payload, lambda: (202, _asked(request, works.MAKE, id)))


@router.post("/letter-campaigns/{int:id}/post", response=replies({202: JobAskedOut}))
def post_letters(request: Asked, id: int, payload: PostIn) -> Any:
    """Enter that all printed letters went to the post on a day; planned letters of clients are done by them."""
    return acts(request, payload, lambda: (202, _asked(request, works.POST, id, posted_on=str(payload.posted_on))))


@router.post("/letter-campaigns/{int:id}/close", response=replies({200: CampaignOut}))
def close_letter_campaign(request: Asked, id: int, payload: CloseIn) -> Any:
    """End a round with what came of it."""
    given: dict[str, Any] = {**payload.model_dump(), "by": request.user, "now": request.now}
    return on_campaign(request, id, payload, lambda one: actions.close_campaign(one, **given))


@router.post("/letter-campaigns/{int:id}/file", response=replies({200: CampaignOut}))
def file_letter_campaign(request: Asked, id: int, payload: LetterFileIn) -> Any:
    """Say where a closed round is filed."""
    given: dict[str, Any] = {**payload.model_dump(), "by": request.user, "now": request.now}
    return on_campaign(request, id, payload, lambda one: actions.file_campaign(one, **given))


@router.post("/letter-campaigns/{int:id}/cancel", response=replies({200: CampaignOut}))
def cancel_letter_campaign(request: Asked, id: int, payload: LetterCancelIn) -> Any:
    """Give a round up before a letter is made."""
    given: dict[str, Any] = {**payload.model_dump(), "by": request.user, "now": request.now}
    return on_campaign(request, id, payload, lambda one: actions.cancel_campaign(one, **given))


@router.post(
    "/letter-campaigns/{int:id}/print-plan",
    response=replies({200: None, 202: JobAskedOut}),
    openapi_extra={**paper(PDF), **ANEW},
)
def print_letter_plan(request: Asked, id: int, payload: NothingIn) -> Any:
    """《客户服务访问计划表》 of a round. A long one is made by the worker (202)."""
    made = plan_printed(request, id)
    return Status(202, JobAskedOut(job_id=made.pk)) if isinstance(made, Job) else made


def _asked(request: Asked, kind: str, id: int, **args: Any) -> JobAskedOut:
    job = works.start(kind, the_campaign(request, id), by=request.user, now=request.now, **args)
    return JobAskedOut(job_id=job.pk)
