"""Letters are made a batch at a time, each once, for those only whom their maker sees at that moment (4.2.B)."""

import re
from datetime import timedelta

import pytest
from pypdf import PdfReader

from chengnuo.clients import actions as clients
from chengnuo.clients.models import Client
from chengnuo.kit import blobs, jobs
from chengnuo.kit.models import Blob, Job
from chengnuo.ledger.check import check
from chengnuo.ledger.clock import moved_to
from chengnuo.ledger.errors import Invalid
from chengnuo.ledger.models import ref
from chengnuo.letters import actions, works
from chengnuo.letters.actions import making
from chengnuo.letters.models import Campaign, Letter, LetterBatch
from chengnuo.people.actions import end_share, share_client
from chengnuo.people.models import Share
from tests.cast import cast as make_cast
from tests.cast import refused
from tests.hotline.world import DAY, NOW, do
from tests.letters.world import TODAY, a_round, a_written_client, chosen, fixed, made, posted, states


def printed(campaign):
    """The numbers in each printed file of a round, in the order of its batches."""
    found = []
    for batch in campaign.batches.order_by("nth"):
        blob = Blob.objects.get(subject_type="letters.letterbatch", subject_pk=batch.pk)
        text = "".join(page.extract_text() for page in PdfReader(_file(blob)).pages)
        found.append(list(dict.fromkeys(re.findall(r"回执.*?(XH-[A-Z]+-\d\d-\d{4}-\d{5})", text.replace("\n", "")))))
    return found


def _file(blob):
    import io

    return io.BytesIO(blobs.content_of(blob))


@pytest.mark.clause("4.2.B", good=True)
def test_letters_are_printed_with_their_fields_in_batches_and_sent(cast):
    for nth in (1, 2, 3):
        a_written_client(cast, nth)
    campaign = made(fixed(chosen(a_round(cast))), size=2)
    assert (campaign.state, campaign.made_by, [one.letters for one in campaign.batches.all()]) == (
        "made", cast.zhoumin, [2, 1],
    )  # fmt: skip
    numbers = [one.number for one in campaign.letters.order_by("nth")]
    assert printed(campaign) == [numbers[:2], numbers[2:]]
    campaign = posted(campaign)
    assert campaign.state == "collecting"
    assert set(campaign.letters.values_list("state", "posted_on", "basis")) == {("posted", TODAY, "client")}


@pytest.mark.clause("4.2.B", good=False)
def test_nothing_is_printed_before_the_list_is_fixed_and_nothing_sent_before_it_is_made(cast):
    a_written_client(cast)
    campaign = chosen(a_round(cast))
    with refused("not_fixed"):
        do(actions.make_batch, campaign, by=cast.zhoumin)
    campaign = fixed(campaign)
    with refused("not_made"):
        do(actions.post_part, campaign, posted_on=TODAY, by=cast.zhoumin)
    assert states(campaign) == [("chosen", "")]
    assert not Blob.objects.exists()
    campaign = made(campaign)
    for day in (TODAY + timedelta(days=1), TODAY - timedelta(days=1)):
        with pytest.raises(Invalid) as said:
            do(actions.post_part, campaign, posted_on=day, by=cast.zhoumin)
        assert set(said.value.fields) == {"posted_on"}
    with refused("forbidden"):
        do(actions.make_batch, campaign, by=cast.luyao)


@pytest.mark.clause("4.2.1", good=False)
def test_who_left_the_makers_reach_since_the_list_was_fixed_is_not_printed(cast):
    client = a_written_client(cast, 1)
    given = {"scope": Share.Scope.FULL, "because": ref(client), "by": None}
    share = do(share_client, client_id=client.pk, unit=cast.bj, now=NOW - DAY, **given)
    a_written_client(cast, 2, unit=cast.bj, by=cast.mengchuan)
    campaign = fixed(chosen(a_round(cast, by=cast.mengchuan, unit=cast.bj)))
    assert states(campaign) == [("chosen", ""), ("chosen", "")]
    do(end_share, share, by=None, now=NOW)
    campaign = made(campaign, by=type(cast.mengchuan).objects.get(pk=cast.mengchuan.pk), now=NOW + DAY)
    assert states(campaign) == [("excluded", "unseen"), ("made", "")]
    (numbers,) = printed(campaign)
    assert numbers == [campaign.letters.get(state="made").number]


def test_what_changed_since_is_looked_at_anew_for_each_letter(cast):
    first, second, third = (a_written_client(cast, nth) for nth in (1, 2, 3))
    a_written_client(cast, 4)
    campaign = fixed(chosen(a_round(cast)))
    do(clients.end_position, first.positions.get(), by=cast.zhoumin)
    for client, where in ((second, ""), (third, "苏州市姑苏区十梓街88号")):
        site = client.sites.get()
        values = {"name": "厂", "address": where or "金塘路"}
        do(clients.change_site, site, values=values, version=site.version, by=cast.zhoumin)
    campaign = made(campaign)
    assert states(campaign) == [("excluded", "no_contact"), ("excluded", "short"), ("made", ""), ("made", "")]
    assert campaign.letters.get(client=third).address == "苏州市姑苏区十梓街88号"
    assert [one.letters for one in campaign.batches.all()] == [2]


def test_a_list_of_which_nobody_is_left_makes_no_batch(cast):
    client = a_written_client(cast, 1)
    campaign = fixed(chosen(a_round(cast)))
    do(clients.end_position, client.positions.get(), by=cast.zhoumin)
    assert do(actions.make_batch, campaign, by=cast.zhoumin) == 1
    with refused("nobody"):
        do(actions.make_batch, campaign, by=cast.zhoumin)
    assert states(campaign) == [("excluded", "no_contact")]


def test_text_of_people_is_data_and_never_a_part_of_the_source(cast):
    a_written_client(cast, 1, values={"name": '#eval("1+1") $x$ \\u{41} *粗* {险种}公司'})
    campaign = made(fixed(chosen(a_round(cast, body="#panic() {客户}\n= 标题 <a> @b"))))
    blob = Blob.objects.get(subject_type="letters.letterbatch")
    text = PdfReader(_file(blob)).pages[0].extract_text().replace("\n", "").replace("\u200b", "")
    assert '#panic() #eval("1+1") $x$ \\u{41} *粗* {险种}公司' in text.replace("  ", " ")
    assert campaign.state == "made"


def running(job: Job) -> None:
    """The worker's runs of a job, one after the other, until it has ended."""
    for _turn in range(50):
        job.refresh_from_db()
        if not job.is_running:
            return
        jobs.run_job(job.pk)


def a_committed_round(count: int) -> tuple:
    cast = make_cast()
    for nth in range(1, count + 1):
        a_written_client(cast, nth)
    return cast, fixed(chosen(a_round(cast)))


def test_a_round_that_stops_half_way_goes_on_where_it_stopped(committing_db, monkeypatch):
    cast, campaign = a_committed_round(5)
    monkeypatch.setattr(making, "BATCH", 2)
    monkeypatch.setattr(actions.make_batch, "__kwdefaults__", {"size": 2})
    real, calls = making.typeset, []

    def falls_over(document):
        calls.append(document.number)
        if len(calls) == 2:
            raise RuntimeError("the machine went dark")
        return real(document)

    monkeypatch.setattr(making, "typeset", falls_over)
    with moved_to(NOW, "test"):
        job = works.start(works.MAKE, campaign, by=cast.zhoumin, now=NOW)
        running(job)
    assert (job.state, job.words) == ("failed", jobs.PART_FAILED)
    assert [state for state, _why in states(campaign)] == ["made", "made", "chosen", "chosen", "chosen"]
    assert LetterBatch.objects.count() == Blob.objects.count() == 1
    with moved_to(NOW, "test"):
        again = jobs.retry(job, by=cast.zhoumin, now=NOW)
        running(again)
    assert (again.state, again.words) == ("done", "制作5封，分3批")
    numbers = [one.number for one in campaign.letters.order_by("nth")]
    assert printed(campaign) == [numbers[:2], numbers[2:4], numbers[4:]]
    assert Campaign.objects.get().state == "made"
    assert [str(one) for one in check()[0]] == []


def test_choosing_and_posting_go_in_parts_as_well(committing_db, monkeypatch):
    cast = make_cast()
    for nth in range(1, 4):
        a_written_client(cast, nth)
    campaign = a_round(cast)
    monkeypatch.setattr(actions.choose_part, "__kwdefaults__", {"size": 2})
    monkeypatch.setattr(actions.post_part, "__kwdefaults__", {"size": 2})
    with moved_to(NOW, "test"):
        running(job := works.start(works.CHOOSE, campaign, by=cast.zhoumin, now=NOW, asked=actions.asked_of()))
        assert (job.state, job.words) == ("done", "能寄3封，不寄0封")
        fixed(campaign)
        running(works.start(works.MAKE, campaign, by=cast.zhoumin, now=NOW))
        running(job := works.start(works.POST, campaign, by=cast.zhoumin, now=NOW, posted_on=TODAY.isoformat()))
    assert (job.state, job.words) == ("done", "寄出3封")
    assert set(Letter.objects.values_list("state", flat=True)) == {"posted"}
    assert Client.objects.count() == 3
