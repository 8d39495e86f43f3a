"""Photographs by the dozen: each goes by itself, is said to be there, refused or lost, and is never kept twice."""

from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from chengnuo.kit.models import Blob
from tests.browser.conftest import PHONE, House
from tests.claims.world import a_loss
from tests.hotline.world import a_client

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / name for name in ("配电间.jpg", "屋面.jpg", "设备铭牌.jpg")]
    for nth, path in enumerate(paths):
        path.write_bytes(JPEG + bytes([nth]) * 1000)
    return paths


@pytest.fixture
def form(house: House, settings, tmp_path: Path) -> Page:
    settings.BLOB_DIR = tmp_path / "blobs"
    claim = a_loss(house.cast, a_client(house.cast))
    return house.enter(to=reverse("kit:attach", args=["claims.claim", claim.pk]), size=PHONE)


def names() -> list[str]:
    return list(Blob.objects.order_by("pk").values_list("name", flat=True))


def test_several_photographs_are_there_after_one_press(form: Page, photos: list[Path]):
    form.set_input_files("#id_file", photos)
    form.get_by_role("button", name="添加").click()
    form.wait_for_url("**/claims/*/")
    assert names() == ["配电间.jpg", "屋面.jpg", "设备铭牌.jpg"]


def test_one_that_is_no_paper_is_named_and_the_others_are_there(form: Page, photos: list[Path]):
    photos[1].write_bytes(b"<html>")
    form.set_input_files("#id_file", photos)
    form.get_by_role("button", name="添加").click()
    lines = form.locator(".sending li")
    expect(lines).to_have_count(3)
    expect(lines.nth(0)).to_contain_text("已传")
    expect(lines.nth(1)).to_contain_text("只收PDF")
    expect(lines.nth(2)).to_contain_text("已传")
    assert names() == ["配电间.jpg", "设备铭牌.jpg"]


def test_what_the_network_lost_goes_again_and_nothing_is_kept_twice(form: Page, photos: list[Path]):
    # The answer to the second is lost after the server has kept it, the third never leaves.
    said = []

    def lose(route):
        said.append(route)
        if len(said) == 2:
            route.fetch(max_redirects=0)
        if len(said) in {2, 3}:
            route.abort()
        else:
            route.continue_()

    form.route("**/files/**", lose)
    form.set_input_files("#id_file", photos)
    form.get_by_role("button", name="添加").click()
    expect(form.locator(".sending .wrong")).to_have_count(2)
    form.get_by_role("button", name="添加").click()
    form.wait_for_url("**/claims/*/")
    assert (len(said), names()) == (5, ["配电间.jpg", "屋面.jpg", "设备铭牌.jpg"])
