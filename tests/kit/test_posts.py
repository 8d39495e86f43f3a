"""Every form is carried out once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from tests.cast import cast as made

from .room import carried_out

pytestmark = pytest.mark.urls("tests.kit.room")


def sent(page: Client, where: str = "/write/", **values: object):
    return page.post(where, values)


def test_a_repeated_post_gets_the_first_redirect_and_does_nothing(page):
    key = uuid4()
    first = sent(page, once=key, note="来电")
    second = sent(page, once=key, note="来电")
    assert (first.status_code, first["Location"]) == (302, "/test/1/")
    assert (second.status_code, second["Location"]) == (302, "/test/1/")
    assert carried_out() == 1


def test_another_key_is_another_post(page):
    sent(page, once=uuid4(), note="来电")
    sent(page, once=uuid4(), note="来电")
    assert carried_out() == 2


@pytest.mark.parametrize("key", ["", "not a uuid", "\0", "x" * 10000])
def test_without_a_key_every_post_is_new(page, key):
    sent(page, once=key, note="来电")
    sent(page, once=key, note="来电")
    assert carried_out() == 2


def test_a_form_with_errors_keeps_its_key_for_the_corrected_one(page):
    key = uuid4()
    assert sent(page, once=key, note="").status_code == 422
    assert sent(page, once=key, note="来电").status_code == 302
    assert carried_out() == 1


def test_a_refused_action_leaves_nothing_and_its_form_may_be_sent_again(page):
    key = uuid4()
    answer = sent(page, once=key, note="refuse")
    assert answer.status_code == 409
    assert answer.content.decode() == '0 {"note": ["换一个时间"]}'
    assert sent(page, once=key, note="来电")["Location"] == "/test/1/"
    assert carried_out() == 1


def test_a_refusal_that_no_form_shows_is_a_page_and_leaves_nothing(page):
    answer = sent(page, "/refuse/", once=uuid4())
    assert answer.status_code == 409
    assert "现在还不能记" in answer.content.decode()
    assert carried_out() == 0


def test_a_refusal_answers_htmx_with_a_fragment(page):
    answer = page.post("/refuse/", {"once": uuid4()}, headers={"HX-Request": "true"})
    assert answer.status_code == 409
    assert "<html" not in answer.content.decode()


def test_a_used_form_with_other_content_is_refused(page):
    key = uuid4()
    sent(page, once=key, note="来电")
    answer = sent(page, once=key, note="别的")
    assert answer.status_code == 409
    assert "另开新表" in answer.content.decode()
    assert carried_out() == 1


def test_an_uploaded_file_is_part_of_the_content(page):
    key = uuid4()
    sent(page, once=key, note="来电", file=SimpleUploadedFile("a.txt", b"one"))
    assert sent(page, once=key, note="来电", file=SimpleUploadedFile("a.txt", b"one")).status_code == 302
    assert sent(page, once=key, note="来电", file=SimpleUploadedFile("a.txt", b"two")).status_code == 409


def test_a_fragment_that_says_it_is_done_is_kept(page):
    key = uuid4()
    assert sent(page, "/fragment/", once=key).content == b"/test/1/"
    assert sent(page, "/fragment/", once=key).content == b"/test/1/"
    assert carried_out() == 1


def test_keys_of_two_people_do_not_meet(page, xu):
    key = uuid4()
    sent(page, once=key, note="来电")
    other = Client()
    other.force_login(xu)
    assert sent(other, once=key, note="来电")["Location"] == "/test/2/"


@pytest.mark.parametrize("text", ["a\0b", "a\x07b", "a\ud800b".encode("utf-8", "surrogatepass"), "a\x1bb"])
def test_a_control_character_is_said_beside_its_field(page, text):
    answer = sent(page, once=uuid4(), note=text)
    assert (answer.status_code, carried_out()) in {(422, 0), (302, 1)}
    if isinstance(text, str):
        assert "不能用" in answer.content.decode()


def test_an_impossible_time_is_said_beside_its_field(page):
    for at in ("2026-02-30T10:00", "0001-01-01T00:00", "9999-12-31T23:59", "soon"):
        answer = sent(page, once=uuid4(), note="来电", at=at)
        assert answer.status_code == 422
        assert answer.content.decode().startswith('0 {"at": ')


def test_two_posts_at_once_are_carried_out_once(committing_db):
    person = made().zhoumin
    key, together = uuid4(), Barrier(2)
    clients = [Client(), Client()]
    for client in clients:
        client.force_login(person)

    def post(client: Client) -> str:
        together.wait()
        try:
            return client.post("/write/", {"once": str(key), "note": "来电"})["Location"]
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(post, clients)) == ["/test/1/", "/test/1/"]
    assert carried_out() == 1
