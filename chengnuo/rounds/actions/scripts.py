"""Fitting words for the telephone (4.3.1): written once, and then in editions."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from chengnuo.ledger.acting import acting
from chengnuo.ledger.clauses import RECORD, covers
from chengnuo.ledger.errors import Forbidden, Refusal
from chengnuo.ledger.trail import record
from chengnuo.people.models import Staff

from ..access import may_write_scripts
from ..models import CallScript
from .words import said

CLAUSE = "4.3.1"


@covers(CLAUSE, RECORD)
def write_script(*, name: str, words: str, questions: str = "", by: Staff, now: datetime) -> CallScript:
    """Write the words for a kind of call. Raises Forbidden outside the centre, Refusal 409 for a name that is taken."""
    _require(by, now)
    script = CallScript(
        name=said(name, 60, _("写明哪一类电话"), _("最多%s字"), clause=CLAUSE, field="name"),
        unit=by.unit,
        made_at=now,
        made_by=by,
        **_texts(words, questions),
    )
    if CallScript.objects.filter(name=script.name).exists():
        raise Refusal("name_taken", _("已有这个名称的用语，在那一份上改版"), clause=CLAUSE)
    return _saved(script, "callscript.written", by, now)


def revise_script(script: CallScript, *, words: str, questions: str = "", by: Staff, now: datetime) -> CallScript:
    """The next edition of the words; rounds that began with an earlier one keep it. Raises Forbidden outside the
    centre, Refusal 409 when a later edition is there."""
    _require(by, now)
    texts = _texts(words, questions)
    with acting(script) as before:
        if not before.is_latest:
            raise Refusal("not_latest", _("已有更新的一版，在那一版上改"), clause=CLAUSE)
        before.is_latest = False
        before.version += 1
        before.save()
        record("callscript.replaced", before, by=by, now=now, data={"edition": before.edition})
        script = CallScript(
            name=before.name, edition=before.edition + 1, unit=by.unit, made_at=now, made_by=by, **texts
        )
        return _saved(script, "callscript.written", by, now)


def _require(by: Staff, now: datetime) -> None:
    if not may_write_scripts(by, now):
        raise Forbidden(_("电话用语由客户服务中心拟定"), clause=CLAUSE)


def _texts(words: str, questions: str) -> dict[str, str]:
    return {
        "words": said(words, 10_000, _("写下怎么说"), _("最多%s字"), clause=CLAUSE, field="words"),
        "questions": questions.strip()[:2000],
    }


def _saved(script: CallScript, verb: str, by: Staff, now: datetime) -> CallScript:
    with transaction.atomic():
        try:
            with transaction.atomic():
                script.save()
        except IntegrityError as error:
            raise Refusal("name_taken", _("有人同时写了同名的用语，刷新后看"), clause=CLAUSE) from error
        data = {"edition": script.edition}
        record(verb, script, by=by, now=now, data=data, texts={"name": script.name, "words": script.words})
        return script
