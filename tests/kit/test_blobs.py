"""Files: hostile ones are refused, good ones reach only who sees their record."""

import io
import os
import time
import zipfile

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.datastructures import MultiValueDict

from chengnuo.kit import blobs
from chengnuo.kit.blobs import BlobField, BlobsField, attach, held, store, token_of
from chengnuo.kit.forms import Form
from chengnuo.kit.models import Blob
from chengnuo.kit.records import _visible
from chengnuo.kit.sniffing import name_for, sniff
from chengnuo.ledger.errors import Invalid
from chengnuo.ledger.models import TrailEvent

from .conftest import NOW

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
PDF = b"%PDF-1.7\n\0\0"


@pytest.fixture(autouse=True)
def disk(settings, tmp_path):
    settings.BLOB_DIR = tmp_path
    return tmp_path


@pytest.fixture
def only_zhou(monkeypatch, zhou):
    monkeypatch.setitem(_visible, "people.unit", lambda user, now, pks: pks if user == zhou else set())


def office(*names: str, bomb: bool = False) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            # A fixed date: these bytes name the tests, which every worker must collect alike.
            entry = zipfile.ZipInfo(name, (2026, 9, 28, 14, 36, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, b"\0" * (50_000_000 if bomb else 10))
    return out.getvalue()


def upload(content: bytes, name: str = "file.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@pytest.mark.parametrize(
    "content, ending",
    [
        (PDF, ".pdf"),
        (PNG, ".png"),
        (b"\xff\xd8\xff\xe0rest", ".jpg"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", ".webp"),
        (office("[Content_Types].xml", "word/document.xml"), ".docx"),
        (office("[Content_Types].xml", "xl/workbook.xml"), ".xlsx"),
        ("来电记录\r\n第二行".encode(), ".txt"),
        ("来电记录".encode("gb18030"), ".txt"),
    ],
)
def test_papers_are_known_by_their_content(content, ending):
    assert sniff(content).endings[0] == ending


@pytest.mark.parametrize(
    "content",
    [
        b"<!doctype html><script>alert(1)</script>",
        "\ufeff \n<html>".encode(),
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>',
        b"<?xml version='1.0'?><svg/>",
        b"MZ\x90\0program",
        b"\x7fELF\x02",
        b"#!/bin/sh\nrm",
        b"GIF89a\x01\0\x01\0",
        b"text with a \0 in it",
        office("readme.txt"),
        office("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
        office("[Content_Types].xml", "word/document.xml")[:40],
        b"PK\x03\x04" + b"\xff" * 100,
    ],
)
def test_what_is_no_paper_is_refused_whatever_its_name(content):
    with pytest.raises(Invalid, match="file_type"):
        store(upload(content, "图.png"))


def test_an_archive_that_would_explode_is_refused():
    with pytest.raises(Invalid, match="file_type"):
        store(upload(office("[Content_Types].xml", "xl/workbook.xml", bomb=True), "a.xlsx"))


def test_empty_and_too_large_files_are_refused(settings):
    with pytest.raises(Invalid, match="file_empty"):
        store(upload(b""))
    with pytest.raises(Invalid, match="file_too_large"):
        store(upload(b"%PDF-" + b"x" * settings.BLOB_MAX_BYTES))


def test_a_request_beyond_every_limit_is_refused_before_it_is_read(page, settings):
    answer = page.post("/drafts/k/", b"x", content_type="text/plain", CONTENT_LENGTH=str(10**12))
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "given, kept",
    [
        ("保单.pdf", "保单.pdf"),
        ("保单.PDF", "保单.PDF"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\temp\\保单.pdf", "保单.pdf"),
        ("a\0b\n.pdf", "ab.pdf"),
        ("gpj.\u202efdp.exe", "gpj.fdp.exe.pdf"),
        ("...", "file.pdf"),
        ("", "file.pdf"),
        ("x" * 300 + ".pdf", "x" * 96 + ".pdf"),
        ("page.html", "page.html.pdf"),
    ],
)
def test_a_hostile_name_is_made_harmless(given, kept):
    assert name_for(given, sniff(PDF)) == kept


def test_the_content_is_kept_once_under_its_hash_for_its_owner_alone(disk):
    first, second = store(upload(PDF, "a.pdf")), store(upload(PDF, "b.pdf"))
    assert first.sha256 == second.sha256
    (path,) = disk.glob("*/*")
    assert path.name == first.sha256
    assert path.stat().st_mode & 0o777 == 0o600


def test_an_attached_file_has_its_event_and_is_served_as_a_download(cast, zhou, page, only_zhou):
    blob = attach(cast.su, store(upload(PDF, "保单 1.pdf")), by=zhou, now=NOW)
    assert TrailEvent.objects.filter(verb="blob.attached", subject_pk=cast.su.pk).count() == 1
    answer = page.get(f"/blobs/{blob.pk}/")
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, PDF, "application/pdf")
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]


def test_a_file_of_a_record_out_of_reach_is_not_there(cast, zhou, xu, only_zhou):
    blob = attach(cast.su, store(upload(PDF)), by=zhou, now=NOW)
    other = Client()
    other.force_login(xu)
    assert other.get(f"/blobs/{blob.pk}/").status_code == 404
    assert Client().get(f"/blobs/{blob.pk}/").status_code == 302


def test_a_file_that_the_disk_lost_is_no_fault_of_the_page(cast, zhou, page, only_zhou, disk):
    blob = attach(cast.su, store(upload(PDF)), by=zhou, now=NOW)
    for path in disk.glob("*/*"):
        path.unlink()
    assert page.get(f"/blobs/{blob.pk}/").status_code == 404


class PaperForm(Form):
    paper = BlobField(label="资料")
    note = forms.CharField()


def test_an_upload_survives_a_submit_that_must_be_corrected(db):
    first = PaperForm({"note": ""}, {"paper": upload(PDF, "保单.pdf")})
    assert list(first.errors) == ["note"]
    html = str(first["paper"])
    assert "保单.pdf" in html
    token = html.split('value="')[1].split('"')[0]
    second = PaperForm({"note": "x", "paper-held": token}, {})
    assert second.is_valid()
    assert second.cleaned_data["paper"].name == "保单.pdf"


def test_a_refused_file_is_said_beside_its_field(db):
    form = PaperForm({"note": "x"}, {"paper": upload(b"<html>", "a.png")})
    assert form.errors == {"paper": ["只收PDF、PNG、JPEG、WebP、Word、Excel和纯文本文件"]}
    assert "paper-held" not in str(form["paper"])


class PapersForm(Form):
    papers = BlobsField(label="资料")
    note = forms.CharField()


def several(**files):
    return MultiValueDict({name: list(uploads) for name, uploads in files.items()})


def test_several_uploads_survive_a_submit_that_must_be_corrected_and_one_can_be_left_out(db):
    first = PapersForm({"note": ""}, several(papers=[upload(PDF, "保单.pdf"), upload(PNG, "现场.png")]))
    assert list(first.errors) == ["note"]
    tokens = [part.split('"')[0] for part in str(first["papers"]).split('value="')[1:]]
    again = MultiValueDict({"note": ["x"], "papers-held": tokens[1:]})
    second = PapersForm(again, several(papers=[upload(PDF, "发票.pdf")]))
    assert second.is_valid()
    assert [one.name for one in second.cleaned_data["papers"]] == ["现场.png", "发票.pdf"]


def test_none_of_several_is_asked_for_and_a_forged_token_is_none(db):
    assert PapersForm({"note": "x"}, several()).errors == {"papers": ["缺这一项"]}
    assert list(PapersForm(MultiValueDict({"note": ["x"], "papers-held": ["x"]}), several()).errors) == ["papers"]


@pytest.mark.parametrize("token", ["x", "\0", "a:b:c", "9" * 5000])
def test_a_forged_token_is_no_upload(db, token):
    assert held(token) is None
    assert list(PaperForm({"note": "x", "paper-held": token}, {}).errors) == ["paper"]


def test_contents_that_no_record_has_are_removed_after_a_while(cast, zhou, disk):
    attach(cast.su, store(upload(PDF)), by=zhou, now=NOW)
    loose = store(upload(PNG, "a.png"))
    assert blobs.purge(NOW) == 0
    for path in disk.glob("*/*"):
        os.utime(path, (time.time() - 4 * 24 * 3600,) * 2)
    assert blobs.purge(NOW) == 1
    assert held(token_of(loose)) is None
    assert blobs.content_of(Blob.objects.get()) == PDF
