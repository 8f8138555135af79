"""What is done to one case: its steps, files, looks at persons, clusters and exclusions; then its page again."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.db import transaction as db
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tongjian.kernel.errors import TongjianError
from tongjian.records.cases import actions, attachments, catalogue, exclusions, merging, queries, revealing
from tongjian.records.cases.models import Case
from tongjian.web import uploads
from tongjian.web.cases import steps
from tongjian.web.cases.case_views import case_of, case_page, together
from tongjian.web.errors import refuse
from tongjian.web.requests import Asked, now, typed, whole


@require_POST
def step(request: Asked, pk: int) -> HttpResponse:
    """One step, with the files that came along; refused with everything that is missing."""
    found = case_of(request, pk)
    case_type = catalogue.case_type(found.type)
    transition = case_type.transitions.get(typed(request.POST.get("step")))

    def take() -> None:
        if transition is None:
            raise TongjianError("cases.no_step", _("This step is not open to this case."))
        if transition.key == "survey":
            _follow_up(request, found)
            return
        with db.atomic():  # a refused step keeps no file
            given = steps.payload(request, transition, case_type, lambda: _files(request, found.pk))
            pks = together(found) if request.POST.get("together") == "yes" else []
            actions.perform_many(pks or [found.pk], transition.key, given, by=request.user, at=now())

    return _done(request, pk, take, form=request.POST)


def _follow_up(request: Asked, found: Case) -> None:
    """回访: the survey, and then redo or close as the type says."""
    flag = {"yes": True, "no": False}
    actions.follow_up(
        found.pk,
        reached=flag.get(request.POST.get("reached", ""), False),
        solved=flag.get(request.POST.get("solved", "")),
        score=whole(request.POST.get("score")),
        words=request.POST.get("words", "").strip(),
        by=request.user,
        at=now(),
    )


def _files(request: Asked, pk: int) -> list[int]:
    sent = uploads.several(request, "files")
    return [attachments.attach(pk, u.data, u.name, what="proof", by=request.user, at=now()).pk for u in sent]


@require_POST
def attach(request: Asked, pk: int) -> HttpResponse:
    def keep() -> None:
        sent = uploads.one(request)
        attachments.attach(
            pk, sent.data, sent.name, what=typed(request.POST.get("what")), by=request.user, at=now()
        )

    return _done(request, pk, keep)


@require_POST
def reveal(request: Asked, pk: int, party: int) -> HttpResponse:
    """A person in full, once, for a reason that the log keeps."""
    found = case_of(request, pk)
    get_object_or_404(found.parties, pk=party)

    def show() -> None:
        person = revealing.reveal(party, reason=typed(request.POST.get("reason")), by=request.user, at=now())
        messages.info(
            request,
            _("Shown once: %(value)s") % {"value": f"{person.name} {person.phone} {person.address}".strip()},
        )

    return _done(request, pk, show, told=False)


@require_POST
def merge(request: Asked, pk: int) -> HttpResponse:
    """Into one cluster with another case, or out of it again."""
    into = whole(request.POST.get("into"))

    def join() -> None:
        if into is None:
            merging.unmerge(pk, by=request.user, at=now())
        else:
            merging.merge([pk], into, by=request.user, at=now())

    return _done(request, pk, join)


@require_POST
def exclude(request: Asked, pk: int) -> HttpResponse:
    """Asked for, decided by somebody else, appealed once."""
    how, words = request.POST.get("how", "ask"), request.POST.get("words", "").strip()
    one = whole(request.POST.get("exclusion")) or 0

    def step() -> None:
        if how == "ask":
            exclusions.ask(
                pk, reason=typed(request.POST.get("reason")), words=words, by=request.user, at=now()
            )
        elif how == "appeal":
            exclusions.appeal(one, words=words, by=request.user, at=now())
        else:
            exclusions.decide(one, grant=how == "grant", words=words, by=request.user, at=now())

    return _done(request, pk, step)


def _done(
    request: Asked, pk: int, take: Callable[[], None], *, told: bool = True, form: QueryDict | None = None
) -> HttpResponse:
    """Back to the case, or to the desk where the step took it out of the user's sight. form: shown again if refused."""
    case_of(request, pk)
    try:
        take()
    except TongjianError as error:
        if form is not None:
            return refuse(request, error, lambda: case_page(request, pk, form))
        messages.error(request, str(error))
    else:
        if told:
            messages.success(request, _("Recorded."))
    if request.POST.get("back") == "desk":
        return redirect(f"{reverse('cases:desk')}?list=to_dispatch")
    seen = queries.visible_to(request.user).filter(pk=pk).exists()
    return redirect("cases:case", pk) if seen else redirect("cases:desk")
