"""What is reported of one project: its month's money, the state of its works, days, problems, papers, stages."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count, takewhile

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tongjian.kernel.errors import TongjianError
from tongjian.kernel.models import Organisation
from tongjian.records.projects import actions, queries
from tongjian.records.projects.actions.investments import InvestmentRefused
from tongjian.records.projects.choices import FundingSource, FundingState
from tongjian.records.projects.models import Project
from tongjian.records.projects.rules.identities import AMOUNTS
from tongjian.records.projects.sheets import pair_form
from tongjian.web import uploads
from tongjian.web.errors import status_of
from tongjian.web.projects import fields, funds
from tongjian.web.registers import shown
from tongjian.web.requests import Asked, now, today, typed, whole
from tongjian.web.subjects.views import page as subject_page

FUNDED = range(1990, 2101)


@require_POST
def investment(request: Asked, pk: int) -> HttpResponse:
    def report() -> object:
        month, amounts = (
            fields.month(request),
            {n: a for n in AMOUNTS if (a := fields.amount(request, n)) is not None},
        )
        return actions.report_investment(
            pk,
            month,
            amounts,
            reason=typed(request.POST.get("reason")),
            evidence=fields.paper(request, "projects.investment"),
            by=request.user,
            at=now(),
        )

    return _done(request, pk, report)


@require_POST
def progress(request: Asked, pk: int) -> HttpResponse:
    def report() -> object:
        places = [fields.kept(request, u) for u in uploads.several(request, "files")]
        return actions.report_progress(
            pk,
            fields.month(request),
            state=typed(request.POST.get("state")),
            text=request.POST.get("text", "").strip(),
            percent=whole(request.POST.get("percent")),
            evidence=places,
            by=request.user,
            at=now(),
        )

    return _done(request, pk, report)


@require_POST
def milestone(request: Asked, pk: int) -> HttpResponse:
    def plan() -> object:
        track, stage = fields.stage(request)
        return actions.plan_milestone(
            pk,
            track,
            stage,
            fields.day(request, "on"),
            reason=typed(request.POST.get("reason")),
            evidence=fields.paper(request, "projects.milestone"),
            by=request.user,
            at=now(),
        )

    return _done(request, pk, plan)


@require_POST
def stage(request: Asked, pk: int) -> HttpResponse:
    def enter() -> object:
        track, key = fields.stage(request)
        paper = fields.kept(request, uploads.one(request))
        kind = typed(request.POST.get("kind"))
        if kind:
            actions.attach(pk, kind, paper, dated=fields.day(request, "on"), by=request.user, at=now())
        return actions.enter_stage(
            pk, track, key, on=fields.day(request, "on"), evidence=paper, by=request.user, at=now()
        )

    return _done(request, pk, enter)


@require_POST
def stop_clock(request: Asked, pk: int) -> HttpResponse:
    def stop() -> object:
        track, key = fields.stage(request)
        return actions.stop_clock(
            pk,
            track,
            key,
            reason=typed(request.POST.get("reason")),
            on=fields.day(request, "on"),
            note=typed(request.POST.get("note")),
            evidence=fields.kept(request, uploads.one(request)),
            by=request.user,
            at=now(),
        )

    return _done(request, pk, stop, anchor="#clocks")


@require_POST
def resume_clock(request: Asked, pk: int) -> HttpResponse:
    def resume() -> object:
        track, key = fields.stage(request)
        paper = fields.kept(request, uploads.one(request))
        return actions.resume_clock(
            pk, track, key, on=fields.day(request, "on"), evidence=paper, by=request.user, at=now()
        )

    return _done(request, pk, resume, anchor="#clocks")


@require_POST
def funding(request: Asked, pk: int) -> HttpResponse:
    def fund() -> object:
        amount, year = fields.amount(request, "amount"), whole(request.POST.get("year"))
        if amount is None or year is None or year not in FUNDED:
            raise fields.FormRefused("projects.funding_wanting", _("Give the year and the amount."))
        return actions.fund(
            pk,
            fields.choice(request, "source", FundingSource),
            year,
            fields.choice(request, "state", FundingState),
            amount,
            evidence=fields.paper(request, "projects.funding"),
            by=request.user,
            at=now(),
        )

    return _done(request, pk, fund, anchor="#funding")


@require_POST
def pairing(request: Asked, pk: int) -> HttpResponse:
    """All parties at once; without any the project is the district's own again."""

    def pair() -> object:
        rows = [
            pair_form.Typed(*(typed(request.POST.get(f"{name}_{n}")) for name in funds.PARTY))
            for n in takewhile(lambda n: f"party_{n}" in request.POST, count(1))
        ]
        shares = pair_form.shares(rows)
        return actions.pair(
            pk, shares, source=fields.paper(request, "projects.pairing"), by=request.user, at=now()
        )

    return _done(request, pk, pair, anchor="#pairing")


@require_POST
def document(request: Asked, pk: int) -> HttpResponse:
    def attach() -> object:
        paper, dated = fields.kept(request, uploads.one(request)), request.POST.get("dated")
        day = fields.day(request, "dated") if dated else None
        return actions.attach(
            pk, typed(request.POST.get("kind")) or "other", paper, dated=day, by=request.user, at=now()
        )

    return _done(request, pk, attach)


@require_POST
def problem(request: Asked, pk: int) -> HttpResponse:
    def put() -> object:
        owner = Organisation.objects.filter(subject__key=typed(request.POST.get("owner"))).first()
        if owner is None:
            raise fields.FormRefused("projects.owner_wanting", _("Choose the unit that is to solve it."))
        return actions.raise_problem(
            pk,
            kind=typed(request.POST.get("kind")),
            text=request.POST.get("text", "").strip(),
            owner=owner,
            opened_on=today(),
            due_on=fields.day(request, "due_on"),
            by=request.user,
            at=now(),
        )

    return _done(request, pk, put)


@require_POST
def problem_step(request: Asked, pk: int) -> HttpResponse:
    """Answered, taken higher, or closed."""
    found = get_object_or_404(queries.problems_visible_to(request.user), pk=pk)
    text, how = request.POST.get("text", "").strip(), request.POST.get("how", "answer")

    def step() -> object:
        if how == "escalate":
            level = whole(request.POST.get("level")) or int(found.level) + 1
            return actions.escalate(found.pk, level, text, by=request.user, at=now())
        if how == "close":
            return actions.close(found.pk, text, on=today(), by=request.user, at=now())
        return actions.answer(found.pk, text, by=request.user, at=now())

    return _done(request, found.project_id, step, anchor=f"#problem-{found.pk}")


def _done(request: Asked, pk: int, step: Callable[[], object], anchor: str = "") -> HttpResponse:
    """The step and the project's page; or every reason why not, above the form as it was filled in."""
    project = get_object_or_404(queries.visible_to(request.user).select_related("subject"), pk=pk)
    try:
        step()
    except InvestmentRefused as refused:
        language = "en" if shown.english() else "zh"
        for found in refused.breaks:
            messages.error(request, found.said(language))
        return _again(request, project, 400)
    except TongjianError as error:
        messages.error(request, str(error))
        return _again(request, project, status_of(error))
    messages.success(request, _("Recorded."))
    return redirect(f"{_page(project)}{anchor}")


def _again(request: Asked, project: Project, status: int) -> HttpResponse:
    """The project's page with the form that was refused."""
    form = request.resolver_match.url_name if request.resolver_match else None
    response = subject_page(request, project.subject.key, {form or "": request.POST})
    response.status_code = status
    return response


def _page(project: Project) -> str:
    return reverse("subjects:subject", args=[project.subject.key])
