"""Pages that belong to no feature: bell and notices, drafts, files, choices of lists."""

import logging
from typing import cast

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header, urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chengnuo.ledger.errors import Forbidden, Refusal
from chengnuo.ledger.models import Ref
from chengnuo.ledger.trail import looked
from chengnuo.people.models import Staff

from . import blobs, drafts, exports, jobs, lists
from . import notices as told
from .api import paged
from .bulk_pages import back_to
from .forms import Form
from .models import Blob
from .posts import posted_once
from .records import may_add_to, named, record_at, visible_refs
from .requests import Asked

log = logging.getLogger(__name__)


def _who(request: HttpRequest) -> Staff:
    return cast(Staff, request.user)


@require_GET
def bell(request: HttpRequest) -> HttpResponse:
    """The bell's figure for htmx, which asks every 30 seconds; its page for a person without scripts."""
    if not request.headers.get("HX-Request"):
        return redirect("kit:notices")
    return render(request, "kit/_bell.html", {"bell": told.unread(request)})


@require_GET
def notices(request: HttpRequest) -> HttpResponse:
    rows, older = paged(told.visible_notices(_who(request)), request.GET.get("after"))
    shown = told.shown(_who(request), rows, request.now)  # type: ignore[attr-defined]
    url = f"{reverse('kit:notices')}?after={older}" if older else ""
    newest = rows[0].pk if rows and "after" not in request.GET else None
    return render(request, "kit/notices.html", {"notices": shown, "older": url, "newest": newest})


@require_GET
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Open what a notice is about; with that it is read."""
    one = get_object_or_404(told.visible_notices(_who(request)), pk=pk)
    told.read_one(one, request.now)  # type: ignore[attr-defined]
    record = named(_who(request), request.now, [one.subject]).get(one.subject)  # type: ignore[attr-defined]
    return redirect(record.url if record and record.url else "kit:notices")


@require_POST
@posted_once
def read_all(request: HttpRequest) -> HttpResponse:
    up_to = request.POST.get("up_to", "")
    if up_to.isascii() and up_to.isdecimal() and len(up_to) < 19:
        told.read(_who(request), int(up_to), request.now)  # type: ignore[attr-defined]
    return redirect("kit:notices")


@require_http_methods(["GET", "POST", "DELETE"])
def draft(request: HttpRequest, key: str) -> HttpResponse:
    """GET the draft as JSON, POST changed fields over it, DELETE it. Always one's own."""
    if request.method == "POST":
        drafts.save(_who(request), key, request.POST, request.now)  # type: ignore[attr-defined]
        return JsonResponse({"mark": drafts.mark(request.now)})  # type: ignore[attr-defined]
    if request.method == "DELETE":
        drafts.drop(_who(request), key)
        return HttpResponse(status=204)
    kept = drafts.find(_who(request), key)
    return JsonResponse({"data": drafts.typed(kept), "mark": drafts.mark(kept.updated_at)} if kept else {"data": {}})


@require_GET
def blob(request: HttpRequest, pk: int) -> HttpResponse:
    """A file for who may see its record: always as a download, never shown by the browser as a page of ours."""
    found = get_object_or_404(Blob, pk=pk)
    if not visible_refs(_who(request), request.now, [found.subject]):  # type: ignore[attr-defined]
        raise Http404
    try:
        content = blobs.content_of(found)
    except FileNotFoundError:
        log.error("the content of file %s (%s) is not on the disk", found.pk, found.sha256)
        raise Http404 from None
    looked(found.subject.load(), by=_who(request), now=request.now)  # type: ignore[attr-defined]
    return HttpResponse(
        content,
        content_type=found.type,
        headers={
            "Content-Disposition": content_disposition_header(True, found.name),
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cache-Control": "private, no-store",
        },
    )


@require_GET
def job(request: Asked, pk: int) -> HttpResponse:
    """How far a work is; htmx asks for the fragment every second until it has ended."""
    found = get_object_or_404(jobs.visible_jobs(request.user, request.now), pk=pk)
    files = blobs.files_of(found, request.user, request.now).blobs
    template = "kit/_job.html" if request.headers.get("HX-Request") else "kit/job.html"
    context = {"job": found, "files": files, "following": jobs.following(found)}
    return render(request, template, context)


@require_POST
@posted_once
def retry_job(request: Asked, pk: int) -> HttpResponse:
    found = get_object_or_404(jobs.visible_jobs(request.user, request.now), pk=pk)
    return redirect(jobs.retry(found, by=request.user, now=request.now))


class FilesForm(Form):
    file = blobs.BlobsField(
        label=gettext_lazy("文件"),
        help_text=gettext_lazy("PDF、图片、Word、Excel、纯文本，每份最大20兆，只认内容；可一次选多份"),
    )


@require_http_methods(["GET", "POST"])
@posted_once
def attach(request: Asked, type: str, pk: int) -> HttpResponse:
    """Add files to a record that the person sees and handles. What is refused is said beside the field."""
    user, now = request.user, request.now
    where = Ref(type, pk)
    if not visible_refs(user, now, [where]):
        raise Http404
    record = record_at(where)
    if not may_add_to(user, record, now):
        raise Forbidden(_("这条记录不归你处理"))
    form = FilesForm(request.POST or None, request.FILES or None)
    one = named(user, now, [where])[where]
    form.fields["file"].widget.attrs |= {"data-each": one.url, "data-most": settings.BLOB_MAX_BYTES}
    if request.method == "POST" and form.is_valid():
        try:
            for stored in form.cleaned_data["file"]:
                blobs.attach(record, stored, by=user, now=now)
        except Refusal as refusal:
            form.refused(refusal)
        else:
            return redirect(one.url)
    context = {
        "form": form,
        "title": _("添加附件"),
        "verb": _("添加"),
        "parent": one.number,
        "parent_url": one.url,
        "cancel_url": one.url,
    }
    return render(request, "kit/form.html", context, status=form.status)


@require_POST
@posted_once
def choose_columns(request: HttpRequest, key: str) -> HttpResponse:
    if request.POST.get("reset"):
        lists.forget_choice(_who(request), key)
    else:
        lists.keep_choice(_who(request), key, request.POST.getlist("col"), request.POST.get("density", ""))
    return redirect(_next(request))


@require_POST
@posted_once
def export_list(request: Asked, key: str) -> HttpResponse:
    """Ask for a list, or its chosen rows, as a workbook; the job's page shows how far it is."""
    try:
        listing = lists.exported_list(key)
    except LookupError:
        raise Http404 from None
    picks = urlencode({"pick": lists.picked(request.POST.getlist("pick"))}, doseq=True)
    query = picks or request.POST.get("query", "")
    return redirect(exports.export(listing, query, by=request.user, now=request.now))


@require_POST
@posted_once
def save_view(request: HttpRequest, key: str) -> HttpResponse:
    lists.keep_view(_who(request), key, request.POST.get("name", ""), request.POST.get("query", ""))
    return redirect(_next(request))


@require_POST
@posted_once
def drop_view(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    get_object_or_404(lists.views_of(_who(request), key), pk=pk).delete()
    return redirect(_next(request))


def _next(request: HttpRequest) -> str:
    """The list's own page, as the form says, if it is one of ours."""
    return back_to(request.POST.get("next", ""), "/")
