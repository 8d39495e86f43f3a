"""Whoever answers for another branch sees his own entry, and not what that branch does about it."""

import json

from django.test import Client as Browser

from chengnuo.hotline import actions
from chengnuo.hotline.actions import NewPromise
from chengnuo.hotline.printing import call_record
from chengnuo.ledger.clock import moved_to
from tests.hotline.world import HOUR, MINUTE, NOW, a_call, do

SECRET = "赔款已批二十万"


def test_of_a_promise_kept_elsewhere_page_paper_and_api_tell_only_who_may_see_it(cast):
    promised = NewPromise("查预付赔款", NOW + HOUR, keeper=cast.luyao)
    call = a_call(cast, by=cast.lize, unit=cast.hz, promise=promised)
    do(actions.answer_promise, call.promises.get(), text=SECRET, by=cast.luyao, now=NOW + MINUTE)
    told = {}
    for who in (cast.lize, cast.luyao):
        browser = Browser()
        browser.force_login(who)
        with moved_to(NOW + HOUR, "test"):
            page = browser.get(f"/hotline/{call.pk}/")
            paper = call_record(call, by=who, now=NOW + HOUR, absolute=str)
        assert page.status_code == 200
        told[who] = (SECRET in page.text, SECRET in json.dumps(paper.body, ensure_ascii=False, default=str))
        told[who] += (len(page.context["promises"]),)
    assert told == {cast.lize: (False, False, 0), cast.luyao: (True, True, 1)}


def test_the_api_gives_a_call_s_promises_to_whom_may_see_them(cast, api):
    call = a_call(cast, by=cast.lize, unit=cast.hz, promise=NewPromise("查", NOW + HOUR, keeper=cast.luyao))
    for path in (f"/calls/{call.pk}", "/calls"):
        told = [api(who, "get", path)[1] for who in (cast.lize, cast.luyao)]
        assert [len((one["calls"][0] if "calls" in one else one)["promises"]) for one in told] == [0, 1]
