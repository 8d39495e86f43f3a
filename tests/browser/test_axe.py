"""axe finds nothing, on any page, wide and narrow, light and dark."""

from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page

from chengnuo.clients.models import Client
from chengnuo.kit.procedure.actions import propose_parameter
from chengnuo.ledger.models import Obligation
from tests.browser.conftest import DESKTOP, PHONE, House
from tests.hotline.world import HOUR, MINUTE, a_call, a_client, a_missed_call, a_promise, at, do

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RUN = """async () => {
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  const found = await axe.run(document, { resultTypes: ["violations"] });
  return found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 160)).slice(0, 3).join(" | ")}`);
}"""
OPEN = {
    "zhoumin": [
        "/", "/?tab=mine", "/?tab=done", "/?tab=told", "/hotline/", "/hotline/new/", "/hotline/missed/", "/hotline/duty/",
        "/hotline/hand-over/", "/hotline/promises/", "/claims/", "/complaints/", "/visits/", "/clients/", "/clients/new/",
        "/search/?q=1021", "/notices/", "/procedure/", "/procedure/clauses/3.1.5/", "/me/sessions/", "/me/security/", "/me/password/",
        "/me/substitutes/", "/me/substitutes/new/", "/me/notices/", "/me/phrases/", "/hotline/mails/", "/nothing/",
        "/daily/", "/daily/new/", "/daily/renewals/", "/daily/renewals/retention/", "/rounds/", "/rounds/new/", "/rounds/scripts/",
    ],
    "wanghaiyan": [
        "/procedure/parameters/", "/procedure/parameters/call_back.due/", "/procedure/calendar/", "/procedure/calendar/2026/",
        "/procedure/calendar/import/", "/approvals/", "/reports/compliance/", "/reports/compliance/3.1.5/",
        "/reports/promises/", "/reports/response/", "/reports/calls/", "/reports/fairness/", "/reports/duties/?clause=3.1.5",
    ],
    "admin": [
        "/settings/sign-in/", "/settings/units/", "/settings/units/new/", "/settings/staff/", "/settings/staff/new/", "/settings/channels/", "/settings/channels/mail/", "/settings/tellings/",
        "/settings/tellings/duty.due/", "/", "/settings/deliveries/", "/settings/backups/", "/settings/webhooks/", "/settings/webhooks/new/", "/settings/phone/", "/hotline/mailboxes/", "/hotline/mailboxes/new/",
    ],
    "xuning": [
        "/hotline/duty/", "/?tab=told", "/hotline/duty/coverage/", "/hotline/duty/patterns/new/?unit=SU", "/hotline/duty/feeds/",
        "/hotline/duty/missed/", "/hotline/lines/", "/hotline/print/register/", "/hotline/print/roster/", "/clients/import/",
    ],
}  # fmt: skip


def broken(page: Page) -> list[str]:
    """What axe finds on the open page at both widths, light and dark."""
    page.evaluate(AXE.read_text())  # Not as a script tag: the pages allow none that is not ours.
    found = []
    for width, height in (DESKTOP, PHONE):
        page.set_viewport_size({"width": width, "height": height})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            found += [f"{page.url} {width} {scheme} {one}" for one in page.evaluate(RUN)]
    return found


@pytest.fixture
def lived_in(house: House) -> House:
    """A house in which something has happened: calls, cases, promises late and running, a proposal."""
    cast, client = house.cast, a_client(house.cast)
    a_missed_call(cast, house.at - HOUR)
    a_promise(cast, at("09-28 14:00"), now=house.at - 3 * HOUR, client=client)
    a_promise(cast, at("10-08 17:30"), client=client)
    do(propose_parameter, "call_back.due", Decimal(20), None, "来电高峰打不完", by=cast.wanghaiyan)
    house.turn(house.at + MINUTE)
    return house


def skip_without_axe() -> None:
    if not AXE.exists():
        pytest.skip("no axe: `make install` brings it")


@pytest.mark.parametrize("who", OPEN)
def test_axe_finds_nothing_on_the_pages_of(who: str, lived_in: House):
    skip_without_axe()
    page = lived_in.enter(who)
    found = []
    for address in OPEN[who]:
        page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
        page.goto(lived_in.url + address)
        found += broken(page)
    assert found == []


def test_axe_finds_nothing_on_the_pages_of_single_records(lived_in: House):
    skip_without_axe()
    client = Client.objects.get()
    call = a_call(lived_in.cast, client=client)
    missed = a_missed_call(lived_in.cast, lived_in.at - MINUTE)
    promise = a_promise(lived_in.cast, at("10-08 17:30"), client=client)
    page = lived_in.enter()
    duty = Obligation.objects.filter(subject_pk=promise.pk, subject_type="hotline.promise").first()
    assert duty is not None
    acts = [f"{promise.get_absolute_url()}{act}/" for act in ("answer", "interim", "move", "withdraw", "hand-over")]
    addresses = [
        call.get_absolute_url(), f"{call.get_absolute_url()}reply/", f"{call.get_absolute_url()}case/",
        f"{call.get_absolute_url()}void/", missed.get_absolute_url(), f"{missed.get_absolute_url()}call-back/",
        promise.get_absolute_url(), *acts, client.get_absolute_url(), f"{client.get_absolute_url()}edit/",
        f"/procedure/why/{duty.pk}/",
    ]  # fmt: skip
    found = []
    for address in addresses:
        lived_in.go(page, address)
        found += broken(page)
    assert found == []


def test_axe_finds_nothing_on_the_form_in_use_with_its_caller_and_errors(lived_in: House):
    skip_without_axe()
    page = lived_in.enter(to="/hotline/new/")
    page.fill("#id_caller", "1021")
    page.locator("#who .name").wait_for()
    page.keyboard.press("Alt+Digit4")
    page.keyboard.press("Alt+Digit7")
    page.locator("#when-body .warn").wait_for()
    found = broken(page)
    page.keyboard.press("Control+Enter")
    page.locator(".errorlist").first.wait_for()
    assert found + broken(page) == []


def test_axe_finds_nothing_before_anybody_has_signed_in(house: House):
    skip_without_axe()
    page = house.window()
    house.go(page, "/sign-in/")
    assert broken(page) == []
