"""Photographs of a loss: large ones are carried through, too large ones refused with the way to go."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from chengnuo.kit.models import Blob
from tests.claims.world import a_loss

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"


@pytest.fixture
def adding(cast, client_su, client, settings, tmp_path):
    settings.BLOB_DIR = tmp_path
    client.force_login(cast.zhoumin)
    address = reverse("kit:attach", args=["claims.claim", a_loss(cast, client_su).pk])

    def add(*sizes):
        photos = [
            SimpleUploadedFile(f"配电间{nth}.jpg", JPEG + b"\x00" * (size - len(JPEG)), content_type="image/jpeg")
            for nth, size in enumerate(sizes)
        ]
        return client.post(address, {"file": photos})

    return add


def test_a_photograph_of_twenty_megabytes_is_kept_with_the_claim(adding):
    assert [adding(20_000_000).status_code for _nth in range(3)] == [302, 302, 302]
    assert [blob.size for blob in Blob.objects.all()] == [20_000_000] * 3


def test_a_larger_one_is_refused_beside_the_field_and_nothing_is_kept(adding):
    answer = adding(20 * 1024 * 1024 + 1)
    assert (answer.status_code, "文件超过20兆，压缩后再传" in answer.text) == (422, True)
    assert not Blob.objects.exists()


def test_several_are_kept_at_once_and_one_that_cannot_be_is_named(adding):
    assert adding(1000, 2000, 3000).status_code == 302
    assert {blob.size for blob in Blob.objects.all()} == {1000, 2000, 3000}
    answer = adding(1001, 20 * 1024 * 1024 + 1)
    assert (answer.status_code, "配电间1.jpg：文件超过20兆" in answer.text) == (422, True)
    assert Blob.objects.count() == 3
    # The good one waits in the form, and can be left out.
    assert ("配电间0.jpg" in answer.text, 'type="checkbox" name="file-held"' in answer.text) == (True, True)
