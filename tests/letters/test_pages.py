"""The pages of letters: a round from its draft to its file, as people click it."""

import re

from django.test import Client as Browser

from chengnuo.kit import jobs
from chengnuo.kit.models import Job
from chengnuo.kit.timeline import timeline
from chengnuo.ledger.clock import moved_to
from chengnuo.letters import actions
from chengnuo.letters.models import Campaign, Letter, LetterReply
from tests.hotline.world import NOW, do, stored
from tests.letters.world import BODY, VALUES, a_reply, a_round, a_round_out, a_written_client, chosen, fixed, made

NEW = {**VALUES, "send_on": "2026-09-28", "replies_by": "2026-10-20", "subject": "续保征询", "body": BODY}


def page(who, url, now=NOW, method="get", **more):
    browser = Browser(raise_request_exception=False)
    browser.force_login(who)
    with moved_to(now, "test"):
        return getattr(browser, method)(url, **more)


def post(who, url, **data):
    return page(who, url, method="post", data=data)


def finished(answer):
    """The job that a post asked for, carried out by the worker."""
    job = Job.objects.latest("pk")
    assert answer.headers["Location"] == f"/jobs/{job.pk}/"
    with moved_to(NOW, "test"):
        while job.is_running:
            jobs.run_job(job.pk)
            job.refresh_from_db()
    return job.words


def test_a_round_goes_from_its_draft_to_its_file_by_its_buttons(cast):
    a_written_client(cast, 1)
    a_written_client(cast, 2, address="")
    zhou = cast.zhoumin
    url = post(zhou, "/letters/new/", **{**NEW, "unit": cast.su.pk}).headers["Location"]
    assert post(zhou, f"{url}text/B/", subject="换一种", body="{客户}").status_code == 302
    found = page(zhou, url).text
    assert "选好收件人才能定名单" in found
    assert finished(post(zhou, f"{url}choose/")) == "能寄1封，不寄1封"
    found = page(zhou, url).text
    assert re.search(r"没有地址</a><span class=\"end num\">1<", found)
    assert post(zhou, f"{url}fix/").headers["Location"] == url
    assert finished(post(zhou, f"{url}make/")) == "制作1封，分1批"
    found = page(zhou, url).text
    assert "XH-SU-26-0001-001.pdf" in found
    assert page(zhou, re.search(r'href="(/blobs/\d+/)"', found)[1]).content.startswith(b"%PDF")
    assert finished(post(zhou, f"{url}post/", posted_on="2026-09-28")) == "寄出1封"
    letter = Letter.objects.get(state="posted")
    answer = post(zhou, f"{letter.get_absolute_url()}reply/", kind="enquiry", content="涨多少", came_on="2026-09-28")
    reply = LetterReply.objects.get()
    assert answer.headers["Location"] == reply.get_absolute_url()
    assert post(zhou, f"{reply.get_absolute_url()}tell/", text="等报价").status_code == 302
    assert post(zhou, f"{reply.get_absolute_url()}handle/", answer="不涨").status_code == 302
    assert post(zhou, f"{reply.get_absolute_url()}file/", where="二号柜").status_code == 302
    assert post(zhou, f"{url}close/", summary="一封").status_code == 302
    assert post(zhou, f"{url}file/", where="二号柜").status_code == 302
    assert Campaign.objects.get().state == "filed"
    assert post(zhou, f"{url}plan/").content.startswith(b"%PDF")


def test_a_form_that_cannot_be_is_shown_again_with_its_words_and_nothing_is_written(cast):
    answer = post(cast.zhoumin, "/letters/new/", **{**NEW, "unit": cast.su.pk, "body": "{密码}"})
    assert answer.status_code == 422
    assert "没有这个合并项：密码" in answer.text
    assert Campaign.objects.count() == 0
    campaign = a_round(cast, scheme="")
    a_written_client(cast)
    campaign = chosen(campaign)
    before = stored(Campaign, Letter)
    assert post(cast.zhoumin, f"{campaign.get_absolute_url()}fix/").status_code == 422
    assert stored(Campaign, Letter) == before


def test_two_people_at_one_draft_see_both_versions(cast):
    campaign = a_round(cast)
    url = f"{campaign.get_absolute_url()}edit/"
    mine = {**NEW, "aim": "我的目的", "version": campaign.version}
    do(actions.change_campaign, campaign, values={**VALUES, "aim": "别人的目的"}, by=cast.xuning)
    answer = post(cast.zhoumin, url, **mine)
    assert answer.status_code == 409
    assert "我的目的" in answer.text
    assert "别人的目的" in answer.text


def test_numbers_that_were_not_entered_stay_in_the_form_with_their_reason(cast):
    number = a_round_out(cast).letters.get().number
    given = {"outcome": "returned", "because": "moved", "on": "2026-09-28", "numbers": f"{number}\nXH-ZZ-1"}
    answer = post(cast.zhoumin, "/letters/enter/", **given)
    assert answer.status_code == 200
    assert "没有这个编号" in answer.text
    assert Letter.objects.get().state == "returned"
    assert post(cast.zhoumin, "/letters/enter/", **given).status_code == 422
    assert post(cast.zhoumin, "/letters/enter/", **{**given, "because": ""}).status_code == 422


def test_each_figure_opens_as_many_letters_as_it_says(cast):
    campaign = a_round_out(cast, 3)
    a_reply(cast, campaign.letters.order_by("nth")[0])
    do(actions.return_letter, campaign.letters.order_by("nth")[1], on=NOW.date(), because="moved", by=cast.zhoumin)
    found = page(cast.zhoumin, f"{campaign.get_absolute_url()}figures/").text
    links = re.findall(r'href="(/letters/letters/[^"]+)">(\d+)<', found)
    assert len(links) >= 10
    for url, figure in links:
        listed = page(cast.zhoumin, url.replace("&amp;", "&")).text
        assert (url, len(re.findall(r'<a href="/letters/letters/\d+/">XH', listed))) == (url, int(figure))
    (replies,) = re.findall(r'href="(/letters/replies/[^"]+)">1<', found)
    assert (
        len(re.findall(r'<a href="/letters/replies/\d+/">XH', page(cast.zhoumin, replies.replace("&amp;", "&")).text))
        == 1
    )


def test_the_clients_page_shows_his_last_letters_and_the_search_finds_one_by_its_number(cast):
    campaign = a_round_out(cast)
    letter = campaign.letters.get()
    found = page(cast.zhoumin, letter.client.get_absolute_url()).text
    assert "最近信函" in found
    assert letter.number in found
    answer = page(cast.zhoumin, f"/search/?q={letter.number.lower()}", follow=True)
    assert letter.get_absolute_url() in (answer.request["PATH_INFO"], *re.findall(r'href="([^"]+)"', answer.text))
    hidden = page(cast.luyao, f"/search/?q={letter.number}", follow=True)
    assert letter.get_absolute_url() not in (hidden.request["PATH_INFO"], *re.findall(r'href="([^"]+)"', hidden.text))


def test_a_list_of_many_is_printed_by_the_worker_in_files_of_a_thousand(cast, monkeypatch):
    from chengnuo.letters import works
    from chengnuo.letters.views import printing

    campaign = a_round_out(cast, 3)
    monkeypatch.setattr(printing, "MOST_AT_ONCE", 2)
    monkeypatch.setattr(works, "A_FILE", 2)
    assert finished(post(cast.zhoumin, f"{campaign.get_absolute_url()}plan/")) == "计划表3户，打开文件打印"
    job = Job.objects.latest("pk")
    found = page(cast.zhoumin, job.get_absolute_url()).text
    assert re.findall(r"XH-SU-26-0001-\d\d\.pdf", found) == ["XH-SU-26-0001-02.pdf", "XH-SU-26-0001-01.pdf"]


def test_who_only_oversees_reads_and_presses_nothing(cast):
    a_written_client(cast)
    campaign = made(fixed(chosen(a_round(cast))))
    found = page(cast.chenlixing, campaign.get_absolute_url()).text
    assert "登记寄出" not in found
    assert page(cast.chenlixing, f"{campaign.get_absolute_url()}post/").status_code == 403
    assert page(cast.luyao, campaign.get_absolute_url()).status_code == 404


def test_an_event_that_names_very_many_of_a_kind_names_none_of_them(cast):
    for nth in range(1, 12):
        a_written_client(cast, nth)
    few, many = a_round(cast), a_round(cast)
    do(actions.choose_part, few, actions.asked_of(), by=cast.zhoumin, size=10)
    chosen(many)
    names = [
        [len(one.others) for one in timeline(campaign, cast.zhoumin, NOW) if one.label == "选收件人"]
        for campaign in (few, many)
    ]
    assert names == [[10], [0]]
