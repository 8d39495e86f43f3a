"""The documents of a claim, by line of business (3.4.1, 3.7.0)."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from chengnuo.clients.models import Policy
from chengnuo.ledger.acting import acting
from chengnuo.ledger.clauses import RECORD, covers
from chengnuo.ledger.errors import Forbidden, Invalid, Refusal
from chengnuo.ledger.moves import move
from chengnuo.ledger.trail import record
from chengnuo.people.models import Staff

from ..access import may_guide
from ..models import Claim, ClaimPaper, PaperList, State
from ..needed import needed
from .held import held, words

MOST = 60
LONGEST = 80
WITH_REASON = ("refuse", "waive")


def clean_names(names: Collection[str]) -> list[str]:
    """Names of documents, each once, in order. Raises Invalid (422) for none, too many or one too long."""
    clean = list(dict.fromkeys(name.strip() for name in names if name.strip()))
    if not 0 < len(clean) <= MOST:
        raise Invalid("names", clause="3.7.0", names=_("列出1到%s项资料，每行一项") % MOST)
    if any(len(name) > LONGEST for name in clean):
        raise Invalid("names", clause="3.7.0", names=_("每项最多%s字") % LONGEST)
    return clean


def list_papers(claim: Claim, names: Collection[str], now: datetime) -> list[ClaimPaper]:
    """Put documents on a claim's list, under the caller's lock; what stands there already stays as it is."""
    there = set(claim.papers.values_list("name", flat=True))
    return [
        ClaimPaper.objects.create(claim=claim, name=name, since=now) for name in clean_names(names) if name not in there
    ]


def add_papers(claim: Claim, names: Collection[str], *, by: Staff, now: datetime) -> list[ClaimPaper]:
    """One more document is needed."""
    with held(claim, by, now) as fresh:
        if fresh.state in (State.REPORTED, *Claim.FINISHED):
            raise Refusal("illegal_move", _("登记之后、结案之前才能加资料"), clause="3.7.0")
        made = list_papers(fresh, names, now)
        if not made:
            raise Invalid("names", clause="3.7.0", names=_("清单上都有了"))
        record(
            "claim.documents_added",
            fresh,
            by=by,
            now=now,
            also=made,
            texts={"names": "、".join(one.name for one in made)},
        )
        return made


@covers("3.4.1", RECORD)
def move_paper(paper: ClaimPaper, verb: str, *, why: str = "", by: Staff, now: datetime) -> ClaimPaper:
    """A document came, was found good, was sent back, or is not needed; the last two with the reason (3.4.1).

    Raises Invalid (422) without the reason, Refusal 409 where its state does not allow it."""
    why = words("why", why, 500, _("写明原因")) if verb in WITH_REASON else why.strip()[:500]
    with held(paper.claim, by, now, paper) as (claim, fresh):
        if claim.state == State.FILED:
            raise Refusal("illegal_move", _("赔案已归档，先重开"), clause="3.7.0")
        was = fresh.state
        move(fresh, verb)
        fresh.since, fresh.why = now, why
        fresh.version += 1
        fresh.save()
        data = {"state": [was, fresh.state], "name": fresh.name}
        texts = {"why": why} if why else {}
        record("claim.document", fresh, by=by, now=now, also=[claim], data=data, texts=texts)
        return fresh


def set_papers(line: str, names: Sequence[str], *, by: Staff, now: datetime) -> PaperList:
    """The centre says which documents claims of a line need; without a line, every claim. Claims whose client was told
    already keep their list."""
    if not may_guide(by, now):
        raise Forbidden(_("由客户服务中心办理"), clause="3.7.0")
    if line and line not in Policy.Line.values:
        raise Invalid("line", clause="3.7.0", line=_("没有这个险种"))
    clean = clean_names(names)
    was = needed(line) if line else needed("", all_lines=True)
    found = PaperList.objects.filter(line=line).first()
    with acting(*([found] if found else [])) as fresh:
        row: PaperList = fresh if found else PaperList(line=line, version=0)
        row.names = clean
        row.version += 1
        row.save()
        data = {"line": line, "was": was, "names": clean}
        record("claim_documents.set", row, by=by, now=now, data=data)
        return row
