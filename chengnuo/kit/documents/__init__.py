"""Printed forms: one head and foot for all, one Typst template each, A4, the same output on every machine.

    document = Document(
        "hotline/printing/call.typ", _("来电记录"), number=call.number, unit=call.unit.name, clause="3.1.3",
        address=request.build_absolute_uri(call.get_absolute_url()), by=user, now=now, body={"content": call.content},
    )
    content = typeset(document)
    actions.call_printed(call, by=user, now=now)      # printing is an event
    return inline(content, call.number)

The template begins with `#import "/kit/documents/form.typ": *` and `#show: form`; docs/frontend.md says the rest.
"""

import io
import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from chengnuo.ledger.errors import Refusal
from chengnuo.people.models import Staff

from ..shell import company
from . import press
from .data import plain, printable, stamp

__all__ = ["Document", "inline", "printable", "qr", "stamp", "typeset"]

SECONDS = 60
POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"


@dataclass(frozen=True)
class Document:
    """A form with what stands in it. `template` lies below `chengnuo/`; `number` is the record's, or names a list by
    unit and period. `address` is what the QR code holds: the record's page on this site, for a list its query. `body`
    is the template's own data: texts, numbers, lists and dictionaries of them."""

    template: str
    title: str
    number: str
    address: str
    by: Staff
    now: datetime
    body: Mapping[str, Any]
    unit: str = ""
    clause: str = ""
    drawings: Mapping[str, str] = field(default_factory=dict)
    """SVG that we drew ourselves, by name beside the body: unlike text it goes to the template as it is."""

    def data(self) -> dict[str, Any]:
        """Everything that the template sees."""
        head = {
            "company": company(),
            "unit": self.unit,
            "title": self.title,
            "number": self.number,
            "clause": self.clause,
            "by": self.by.name,
            "at": stamp(self.now),
        }
        return {"head": plain(head) | {"qr": qr(self.address)}, "body": plain(dict(self.body)) | dict(self.drawings)}


def qr(address: str, scale: int = 1) -> str:
    """The QR code of an address as SVG, with error correction M: it is still read from a folded or stamped sheet."""
    import segno

    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        out, kind="svg", border=1, xmldecl=False, svgns=True, nl=False, scale=scale
    )
    return out.getvalue().decode()


def typeset(document: Document) -> bytes:
    """The form as PDF. Some 0.1 s, and 1 s a thousand rows: a form that may be long belongs into a job.

    Raises Refusal 503 where the fonts are missing, and 409 for what takes longer than a minute.
    """
    job = {
        "template": document.template,
        "data": document.data(),
        "made_at": int(document.now.timestamp()),
        "fonts": str(settings.PRINT_FONTS),
    }
    command = [sys.executable, "-I", press.__file__]
    try:
        done = subprocess.run(  # noqa: S603
            command, input=json.dumps(job).encode(), capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired as late:
        raise Refusal("print_too_long", _("这张表排版超过一分钟，缩短期间再打印")) from late
    if done.returncode == press.NO_FONTS:
        raise Refusal("print_no_fonts", _("打印用的字体没有装上，请管理员重新安装"), status=503)
    if done.returncode:
        raise RuntimeError(done.stderr.decode(errors="replace"))
    return done.stdout


def inline(content: bytes, name: str) -> HttpResponse:
    """The PDF for the browser to show, kept by nobody: not by us, not by the browser, not on the way."""
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={
            "Content-Disposition": content_disposition_header(False, f"{name}.pdf"),
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": POLICY,
            "Cache-Control": "private, no-store",
        },
    )
