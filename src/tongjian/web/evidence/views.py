"""Evidence pages: a file, a place in it, and the file itself, only ever as an attachment."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from tongjian.kernel.access import files_visible_to
from tongjian.plans.models import Intake
from tongjian.reading import ReadingError
from tongjian.web.errors import said
from tongjian.web.evidence import measurements, rests, texts
from tongjian.web.requests import Asked, typed, whole

PER_PAGE = 50


@require_safe
def files(request: Asked) -> HttpResponse:
    query = typed(request.GET.get("q"))
    found = files_visible_to(request.user).annotate(places_count=Count("places"))
    if query:
        found = found.filter(name__icontains=query)
    found = found.select_related("received_by", "owner__subject").order_by("-received_at", "-pk")
    pages = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "evidence/file_list.html", {"pages": pages, "query": query})


@require_safe
def file(request: Asked, pk: int) -> HttpResponse:
    found = get_object_or_404(files_visible_to(request.user).select_related("received_by"), pk=pk)
    context = {
        "file": found,
        "rests": rests.on_file(found, request.user),
        "intake": Intake.objects.filter(file=found).order_by("-pk").first(),
    }
    return render(request, "evidence/file.html", context)


@require_safe
def place(request: Asked, pk: int) -> HttpResponse:
    found = get_object_or_404(measurements.places(request.user).select_related("file__received_by"), pk=pk)
    context: dict[str, object] = {
        "place": found,
        "file": found.file,
        "file_visible": files_visible_to(request.user).filter(pk=found.file_id).exists(),
        "rests": rests.on_place(found, request.user),
    }
    try:
        context |= {"window": texts.window(found), "passage": texts.passage(found)}
        context |= {"measured": measurements.shown(found, request.user, whole(request.GET.get("after")))}
    except (ReadingError, OSError) as error:
        context["unreadable"] = said(error) if isinstance(error, ReadingError) else str(error.strerror)
    return render(request, "evidence/place.html", context)


@require_safe
def download(request: Asked, pk: int) -> FileResponse:
    """The bytes as received, never shown by the browser: whatever is in them cannot run here."""
    found = get_object_or_404(files_visible_to(request.user), pk=pk)
    if not found.path.exists():
        raise Http404("the bytes are gone")
    return FileResponse(
        found.path.open("rb"),
        as_attachment=True,
        filename=found.name,
        content_type="application/octet-stream",
        headers={"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox"},
    )
