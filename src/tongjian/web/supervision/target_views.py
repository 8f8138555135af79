"""Judging of targets: the path of the year, nature, revision, the half-year."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongjian.facts.choices import Bound
from tongjian.kernel.access import must_be_plan_office
from tongjian.kernel.errors import TongjianError
from tongjian.plans import origins, paths, queries, revisions
from tongjian.plans.choices import Nature, PathKind
from tongjian.plans.half_year import half_year as half_year_of
from tongjian.plans.models import Obligation
from tongjian.plans.uploads import Upload
from tongjian.reading import ReadingError
from tongjian.values import Number
from tongjian.web import uploads
from tongjian.web.errors import refuse
from tongjian.web.plans import views as plan_views
from tongjian.web.requests import Asked, now


@require_POST
def set_path(request: Asked, pk: int) -> HttpResponse:
    kind, typed = request.POST.get("kind", ""), request.POST.get("points", "")

    def act() -> None:
        wanted = PathKind(kind) if kind in PathKind.values else PathKind.LINEAR
        points = typed_points(typed) if wanted == PathKind.TYPED else {}
        paths.set_path(pk, wanted, points, by=request.user, at=now())

    return _change(request, pk, act, _("The path is set."), {"kind": kind, "points": typed})


def typed_points(text: str) -> dict[str, Number]:
    """`2022-03 200` a line. Raises TongjianError naming the line that is not understood."""
    found: dict[str, Number] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        month, _blank, value = line.replace("：", " ").replace(":", " ").partition(" ")
        try:
            found[month] = Number.parse(value)
        except ValueError:
            raise TongjianError(
                "supervision.path_line",
                _("“%(line)s” is not a month and its value. Write one a line, such as 2022-06 500."),
                {"line": line[:40]},
            ) from None
    return found


@require_POST
def classify(request: Asked, pk: int) -> HttpResponse:
    nature = request.POST.get("nature", "")

    def act() -> None:
        wanted = Nature(nature) if nature in Nature.values else Nature.ANTICIPATED
        paths.classify(pk, wanted, by=request.user, at=now())

    return _change(request, pk, act, _("Said so."), {})


@require_POST
def revise(request: Asked, pk: int) -> HttpResponse:
    """The revised number with the decision's file; the page of the new version follows."""
    fields = ("number", "bound", "words", "passage", "reason")
    typed = {name: request.POST.get(name, "").strip() for name in fields}
    made: list[Obligation] = []

    def act() -> None:
        must_be_plan_office(request.user)
        sent = uploads.one(request)
        number = _number(typed["number"])
        place = origins.place(Upload(sent.name, sent.data), typed["passage"], by=request.user, at=now())
        made.append(
            revisions.revise(
                pk,
                number=number,
                bound=Bound(typed["bound"]) if typed["bound"] in Bound.values else Bound.EQ,
                words=typed["words"] or typed["number"],
                origin=place,
                reason=typed["reason"],
                by=request.user,
                at=now(),
            )
        )

    done = _change(request, pk, act, _("The revised target stands; the old one is kept beside it."), typed)
    return redirect("plans:target", made[0].pk) if made else done


def _number(text: str) -> Number:
    try:
        return Number.parse(text)
    except ValueError:
        raise TongjianError(
            "supervision.revised_number",
            _("“%(got)s” is not a number. Write the number alone."),
            {"got": text},
        ) from None


def _change(
    request: Asked, pk: int, act: Callable[[], None], told: str, draft: dict[str, str]
) -> HttpResponse:
    """Do it and show the target; or show the target with what is wrong and what was typed."""
    get_object_or_404(plan_views.targets_visible_to(request.user), pk=pk)
    try:
        act()
    except (TongjianError, ReadingError) as error:
        return refuse(request, error, lambda: plan_views.target_page(request, pk, draft))
    messages.success(request, told)
    return redirect("plans:target", pk)


@require_safe
def half_year(request: Asked, pk: int) -> HttpResponse:
    plan = get_object_or_404(queries.visible_to(request.user), pk=pk)
    context = {"plan": plan, "half": half_year_of(plan, now())}
    return render(request, "supervision/half_year.html", context)
