"""Many clients at once: the template, the upload, and confirming what was checked."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from chengnuo.kit.blobs import files_of
from chengnuo.kit.jobs import visible_jobs
from chengnuo.kit.posts import posted_once
from chengnuo.kit.requests import Asked
from chengnuo.kit.sniffing import XLSX
from chengnuo.ledger.errors import Forbidden, Refusal

from ..access import may_import, visible_imports
from ..forms import ConfirmForm, ImportForm
from ..importing import works
from ..importing.sheets import SHEETS
from ..importing.template import template as made

FEW = 20


def require_may_import(request: Asked) -> None:
    if not may_import(request.user, request.now):
        raise Forbidden(_("导入客户由分公司负责人和客服中心办理"))


@require_http_methods(["GET", "POST"])
@posted_once
def upload(request: Asked) -> HttpResponse:
    require_may_import(request)
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(works.ask_check(form.cleaned_data["file"], by=request.user, now=request.now))
        except Refusal as refusal:
            form.refused(refusal)
    imports = visible_imports(request.user, request.now).select_related("by")[:FEW]
    return render(request, "clients/import.html", {"form": form, "imports": imports}, status=form.status)


@require_GET
def template(request: Asked) -> HttpResponse:
    return template_file(request)


def template_file(request: Asked) -> HttpResponse:
    """The workbook to fill in, with the branches that this person may import for."""
    require_may_import(request)
    return HttpResponse(
        made(request.user, request.now),
        content_type=XLSX.mime,
        headers={
            "Content-Disposition": content_disposition_header(True, _("客户导入模板.xlsx")),
            "Cache-Control": "private, no-store",
        },
    )


@require_http_methods(["GET", "POST"])
@posted_once
def confirm(request: Asked, pk: int) -> HttpResponse:
    """What would be written, and the button that writes it."""
    require_may_import(request)
    job = get_object_or_404(visible_jobs(request.user, request.now).filter(kind=works.CHECK), pk=pk)
    if not works.is_clean(job):
        raise Http404
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        although = form.cleaned_data["although_similar"]
        try:
            return redirect(works.ask_import(job, although_similar=although, by=request.user, now=request.now))
        except Refusal as refusal:
            form.refused(refusal)
    counts = [(sheet.title, job.message_args[sheet.key]) for sheet in SHEETS]
    context = {
        "job": job,
        "form": form,
        "counts": counts,
        "similar": job.message_args.get("similar", 0),
        "files": files_of(job, request.user, request.now).blobs,
        "cancel_url": reverse("clients:import"),
    }
    return render(request, "clients/import_confirm.html", context, status=form.status)
