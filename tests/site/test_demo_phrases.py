"""The demo company has phrases of every scope, each entered by whoever may."""

from collections import Counter
from random import Random

from chengnuo.kit.models import Phrase
from chengnuo.kit.phrases.access import visible_phrases
from chengnuo.ledger.clock import moved_to
from chengnuo.site.demo.company import all_people, build
from chengnuo.site.demo.phrases import ROWS, write
from tests.cast import CAST_AT


def test_the_demo_company_has_phrases_of_every_scope_and_a_branch_its_own(db):
    with moved_to(CAST_AT, "test"):
        company = build(CAST_AT, people=all_people(Random(1)))
        write(company, CAST_AT)
    scopes = Counter(str(one.scope) for one in Phrase.objects.all())
    assert (scopes.total(), scopes["company"] >= 12, scopes["unit"] >= 2) == (len(ROWS), True, True)
    seen = {name: visible_phrases(company.staff[name], CAST_AT).count() for name in ("zhoumin", "xuning", "admin")}
    assert seen["zhoumin"] > seen["xuning"] > seen["admin"] == scopes["company"]
