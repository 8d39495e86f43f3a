"""Files: what they are by their content, kept under their hash, served only by our own view to who sees the record.

files = BlobField(required=False)                              # in a kit Form: a failed submit keeps the upload
attach(claim, form.cleaned_data["files"], by=request.user, now=request.now)
"""

import hashlib
import os
import time
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.urls import reverse
from django.utils.translation import gettext as _

from chengnuo.ledger.acting import acting
from chengnuo.ledger.errors import Invalid
from chengnuo.ledger.models import Kept, ref
from chengnuo.ledger.trail import record
from chengnuo.people.models import Staff

from .models import Blob
from .records import may_add_to
from .sniffing import Type, name_for, sniff

HOLD_SECONDS = 2 * 24 * 3600
SALT = "chengnuo.kit.blobs"
MOST_SHOWN = 100


@dataclass(frozen=True)
class Stored:
    """A file whose content lies on the disk; nothing points to it until it is attached to a record."""

    sha256: str
    size: int
    name: str
    type: str


def store(upload: UploadedFile) -> Stored:
    """Check an upload and put its content on the disk. Raises Invalid (422): empty, too large, no paper."""
    limit = settings.BLOB_MAX_BYTES
    if (upload.size or 0) > limit:
        raise Invalid("file_too_large", _("文件超过%s兆，压缩后再传") % (limit // 1024 // 1024))
    content = b"".join(upload.chunks())
    if not content:
        raise Invalid("file_empty", _("文件是空的，重新选"))
    type_ = sniff(content)
    if type_ is None:
        raise Invalid("file_type", _("只收PDF、PNG、JPEG、WebP、Word、Excel和纯文本文件"))
    return keep(content, upload.name or "", type_)


def keep(content: bytes, name: str, type_: Type) -> Stored:
    """Put what the product itself made (an export, a list of errors) on the disk, as `store` does with uploads."""
    sha256 = hashlib.sha256(content).hexdigest()
    _write(_path(sha256), encrypt(content))
    return Stored(sha256, len(content), name_for(name, type_), type_.mime)


def encrypt(content: bytes) -> bytes:
    """What is written for a content: the one place where a company that must would put its cipher."""
    return content


def decrypt(content: bytes) -> bytes:
    """The content of what was written; the inverse of `encrypt`."""
    return content


def attach(subject: Kept, stored: Stored, *, by: Staff, now: datetime) -> Blob:
    """Tie a stored file to a record, with its event, in one transaction."""
    with acting(subject) as fresh:
        where = ref(fresh)
        blob = Blob.objects.create(
            sha256=stored.sha256,
            size=stored.size,
            name=stored.name,
            type=stored.type,
            subject_type=where.type,
            subject_pk=where.pk,
            unit_id=fresh.duty_unit_id,
            client_id=fresh.duty_client_id,
            uploaded_by=by,
            at=now,
        )
        data = {"blob": blob.pk, "sha256": stored.sha256, "size": stored.size, "type": stored.type}
        record("blob.attached", fresh, by=by, now=now, data=data, texts={"name": stored.name})
    return blob


@dataclass(frozen=True)
class Files:
    """What `kit/_files.html` shows: a record's files, newest first, and where to add one."""

    blobs: list[Blob]
    add_url: str


def files_of(subject: Kept, user: Staff, now: datetime) -> Files:
    """The files of a record that the person sees; `add_url` is empty where he may not add one."""
    where = ref(subject)
    rows = Blob.objects.filter(subject_type=where.type, subject_pk=where.pk).select_related("uploaded_by")
    add_url = reverse("kit:attach", args=[where.type, where.pk]) if may_add_to(user, subject, now) else ""
    return Files(list(rows.order_by("-pk")[:MOST_SHOWN]), add_url)


def content_of(blob: Blob) -> bytes:
    """The file as it was uploaded. Raises FileNotFoundError where the disk has lost it."""
    return decrypt(_path(blob.sha256).read_bytes())


def token_of(stored: Stored) -> str:
    """The upload as the form carries it until it is sent again: signed, good for two days."""
    return signing.dumps(asdict(stored), salt=SALT, compress=True)


def held(token: str) -> Stored | None:
    """The upload behind a form's token, if it is ours and its content is still there."""
    try:
        stored = Stored(**signing.loads(token, salt=SALT, max_age=HOLD_SECONDS))
    except signing.BadSignature:
        return None
    return stored if _path(stored.sha256).exists() else None


class BlobInput(forms.FileInput):
    """A file control that keeps what was uploaded with a form that must be corrected."""

    template_name = "kit/widgets/blob.html"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return files.get(name) or data.get(f"{name}-held") or None

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in files and f"{name}-held" not in data

    def format_value(self, value: Any) -> Any:
        return value

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        tokens = [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]
        context["held"] = [{"token": one, "name": stored.name} for one in tokens if (stored := held(one))]
        if context["held"]:
            context["widget"]["attrs"].pop("required", None)
        return context


class BlobsInput(BlobInput):
    """A control for several files; each one kept with the form can be left out."""

    allow_multiple_selected = True

    def __init__(self) -> None:
        super().__init__({"multiple": True})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return [*_several(data, f"{name}-held"), *_several(files, name)]


class BlobField(forms.Field):
    """One file. Its clean value is a `Stored`, or None."""

    widget: type[BlobInput] = BlobInput

    def to_python(self, value: Any) -> Stored | None:
        if value in self.empty_values:
            return None
        if isinstance(value, UploadedFile):
            try:
                return self._stored(value)
            except Invalid as invalid:
                raise forms.ValidationError(invalid.message, code=invalid.code) from invalid
        stored = held(str(value))
        if stored is None:
            raise forms.ValidationError(_("这份文件没有保住，重新选"), code="not_held")
        return stored

    def bound_data(self, data: Any, initial: Any) -> Any:
        if not isinstance(data, UploadedFile):
            return data
        try:
            return token_of(self._stored(data))
        except Invalid:
            return None

    @staticmethod
    def _stored(upload: UploadedFile) -> Stored:
        """Stored once, though a form asks for it when it checks the field and again when it shows it."""
        known: Stored | None = getattr(upload, "stored", None)
        if known is None:
            known = upload.stored = store(upload)  # type: ignore[attr-defined]
        return known


class BlobsField(BlobField):
    """Several files. Its clean value is a list of `Stored`; what cannot be kept is named."""

    widget: type[BlobInput] = BlobsInput

    def to_python(self, value: Any) -> Any:
        kept, refused = [], []
        for one in value or ():
            try:
                kept.append(super().to_python(one))
            except forms.ValidationError as error:
                name = getattr(one, "name", "") if len(value) > 1 else ""
                refused += [f"{name}：{said}" if name else said for said in error.messages]
        if refused:
            raise forms.ValidationError(refused)
        return kept

    def bound_data(self, data: Any, initial: Any) -> Any:
        tokens = [super(BlobsField, self).bound_data(one, initial) for one in data or ()]
        return [one for one in tokens if one]


def _several(data: Any, name: str) -> list[Any]:
    return data.getlist(name) if hasattr(data, "getlist") else [data[name]] if name in data else []


def purge(_now: datetime) -> int:
    """Remove contents that no record has had for longer than a form is held. Returns how many.

    The age is the disk's, not the moved clock's: a file just written must not go because a replay lives in the past.
    """
    oldest = time.time() - HOLD_SECONDS - 3600
    aged = [path for path in Path(settings.BLOB_DIR).glob("*/*") if path.stat().st_mtime < oldest]
    used = set(Blob.objects.filter(sha256__in=[path.name for path in aged]).values_list("sha256", flat=True))
    gone = [path for path in aged if path.name not in used]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)


def _path(sha256: str) -> Path:
    return Path(settings.BLOB_DIR) / sha256[:2] / sha256


def _write(path: Path, content: bytes) -> None:
    """Write once and whole: a reader, or a second writer of the same content, never sees half of it."""
    if path.exists():
        os.utime(path)  # Used anew: the purge counts from here.
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}.{time.monotonic_ns()}")
    with open(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    os.replace(fresh, path)
