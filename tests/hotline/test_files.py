"""Files on a call: added by who handles it, had by who sees it, hostile ones refused."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse

from chengnuo.kit.models import Blob
from chengnuo.ledger.clock import moved_to
from tests.hotline.world import NOW

PDF = b"%PDF-1.7\n\0\0"


@pytest.fixture(autouse=True)
def disk(settings, tmp_path):
    settings.BLOB_DIR = tmp_path


def sent(who, call, content: bytes, name: str = "现场.pdf"):
    browser = Browser()
    browser.force_login(who)
    with moved_to(NOW, "test"):
        url = reverse("kit:attach", args=["hotline.call", call.pk])
        return browser.post(url, {"file": SimpleUploadedFile(name, content)}), browser


def test_who_handles_a_call_adds_a_file_and_finds_it_on_its_page(cast, call):
    answer, browser = sent(cast.lize, call, PDF)
    assert (answer.status_code, answer["Location"]) == (302, call.get_absolute_url())

    with moved_to(NOW, "test"):
        page = browser.get(answer["Location"]).content.decode()
        blob = Blob.objects.get()
        assert reverse("kit:blob", args=[blob.pk]) in page
        assert "现场.pdf" in page
        assert browser.get(reverse("kit:blob", args=[blob.pk])).content == PDF


@pytest.mark.parametrize(
    "content, name",
    [(b"<html><script>alert(1)</script>", "photo.png"), (b"", "empty.pdf"), (b"MZ\x90\0", "report.pdf")],
)
def test_a_hostile_file_is_refused_beside_its_field_and_nothing_is_kept(cast, call, content, name):
    answer, _browser = sent(cast.zhoumin, call, content, name)
    assert answer.status_code == 422
    assert Blob.objects.count() == 0


def test_another_branch_neither_finds_the_call_nor_its_file(cast, call):
    sent(cast.zhoumin, call, PDF)
    answer, browser = sent(cast.mengchuan, call, PDF)
    with moved_to(NOW, "test"):
        assert browser.get(reverse("kit:blob", args=[Blob.objects.get().pk])).status_code == 404
    assert answer.status_code == 404
