"""One page for every long-lived thing: what it is, where it stands, what was promised of it, who says so."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from tongjian.kernel.models import Subject
from tongjian.web.requests import Asked, now, today
from tongjian.web.subjects import kinds, parts, tellers
from tongjian.web.subjects.happened import happened


@require_safe
def subject(request: Asked, key: str) -> HttpResponse:
    return page(request, key)


def page(request: Asked, key: str, typed: Mapping[str, QueryDict] | None = None) -> HttpResponse:
    """typed: a form of the page that was refused, by its name; its fields stay as they were filled in."""
    found = get_object_or_404(Subject, key=key)
    record = kinds.record(found, request.user)
    if record is None:
        raise Http404
    told = tellers.of(record, request.user)
    context = {
        "subject": found,
        "record": record,
        "what": told,
        "known": parts.known_of(found, request.user, now(), today(), told.tracks),
        "typed": typed or {},
        "history": happened(record, request.user, answers=told.editable),
    }
    return render(request, told.template, context)
