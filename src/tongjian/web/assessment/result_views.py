"""考核: towns by month under a scheme, as published or as counted now; publishing, points, the city's figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongjian.facts.assessment import adjusting, frozen, importing, publishing
from tongjian.facts.assessment.official import official
from tongjian.facts.measured import small
from tongjian.kernel.errors import TongjianError
from tongjian.web import uploads
from tongjian.web.assessment import shown, tables
from tongjian.web.assessment.asked import Chosen, chosen, scheme_name
from tongjian.web.errors import refuse
from tongjian.web.requests import Asked, district, now, typed, whole


@require_safe
def results(request: Asked) -> HttpResponse:
    return _results(request, chosen(request))


def _results(request: Asked, asked: Chosen, problems: Sequence[object] = ()) -> HttpResponse:
    context = common(asked, "results") | {"today": timezone.localdate(), "problems": problems}
    if asked.scheme is None or asked.history is None or asked.month is None:
        return render(request, "assessment/results.html", context)
    here = district()
    told = official(asked.scheme, [*asked.units, here.key], asked.span)
    made = shown.sections(asked, told, request.user)
    whole_line = shown.whole(asked, told, request.user, str(here), here.key)
    if request.GET.get("format") == "xlsx":
        return tables.workbook(asked, whole_line, made)
    lines = [n for s in made for n in s.lines]
    return render(
        request,
        "assessment/results.html",
        context
        | {
            "found": True,
            "sections": made,
            "whole": whole_line,
            "measures": shown.measures(asked.scheme),
            "listed": [n for n in lines if n.watch and (n.watch.listed or n.watch.moved)],
            "has_official": bool(told),
            "hides": small.is_public(request.user),
            "moved": _moved(asked),
            "points": [] if asked.to_date else adjusting.of_month(asked.scheme, str(asked.month)),
            "can_publish": request.user.is_plan_office and not asked.to_date and _has_ended(asked),
        },
    )


def common(asked: Chosen, tab: str) -> dict[str, object]:
    """What every page of the assessment shows at its head."""
    return {
        "tab": tab,
        "asked": asked,
        "schemes": [(s.key, scheme_name(s)) for s in asked.schemes],
        "scheme": asked.scheme,
        "scheme_name": scheme_name(asked.scheme) if asked.scheme else "",
        "months": asked.months,
        "month": asked.month,
        "span": asked.span if asked.month else None,
        "to_date": asked.to_date,
        "edition": asked.edition,
        "editions": asked.editions,
        "simulated": asked.kept.whole.counts.simulated if asked.month and asked.history else 0,
    }


def _moved(asked: Chosen) -> list[str]:
    """Units that are counted otherwise now than the edition shown says; nothing is counted where the rows are the same."""
    edition, held = asked.edition, asked.history
    if edition is None or held is None:
        return []
    kept, live = asked.kept, asked.live
    moved = frozen.units_moved(kept.rows, live.rows)
    return [asked.name_of(m.unit) for m in moved]


def _has_ended(asked: Chosen) -> bool:
    day = timezone.localdate()
    return asked.month is not None and asked.month.end < day.year * 12 + day.month - 1


def _back(asked: Chosen) -> HttpResponse:
    return redirect(asked.url("assessment:results"))


def _done(request: Asked, act: Callable[[Chosen], str], *, needs_month: bool = True) -> HttpResponse:
    """Take a step and say so; a refused one shows the page once more."""
    asked = chosen(request)
    if asked.scheme is None or (needs_month and asked.month is None):
        return redirect("assessment:results")
    try:
        messages.success(request, act(asked))
    except importing.ResultRefused as refused:
        page = _results(request, asked, refused.problems)
        page.status_code = 400
        return page
    except TongjianError as error:
        return refuse(request, error, lambda: _results(request, asked))
    return _back(asked)


@require_POST
def publish(request: Asked) -> HttpResponse:
    """Freeze the month, or revise what was published."""

    def act(asked: Chosen) -> str:
        assert asked.scheme is not None
        assert asked.month is not None
        reason = typed(request.POST.get("reason"))
        edition = publishing.publish(asked.scheme, asked.month, reason=reason, by=request.user, at=now())
        return _("Edition %(n)s is published.") % {"n": edition.number}

    return _done(request, act)


@require_POST
def adjust(request: Asked) -> HttpResponse:
    """Ask for points."""

    def act(asked: Chosen) -> str:
        assert asked.scheme is not None
        sent = uploads.one(request)
        adjusting.ask(
            asked.scheme,
            str(asked.month),
            typed(request.POST.get("unit")),
            typed(request.POST.get("points")),
            typed(request.POST.get("reason")),
            (sent.data, sent.name),
            by=request.user,
            at=now(),
        )
        return _("The points wait for another person.")

    return _done(request, act)


@require_POST
def decide(request: Asked) -> HttpResponse:
    """Grant or refuse points."""

    def act(_asked: Chosen) -> str:
        grant = request.POST.get("grant") == "1"
        words = typed(request.POST.get("words"))
        adjusting.decide(
            whole(request.POST.get("adjustment")) or 0, grant=grant, words=words, by=request.user, at=now()
        )
        return _("The points are granted.") if grant else _("The points are refused.")

    return _done(request, act)


@require_POST
def take_official(request: Asked) -> HttpResponse:
    """The city's result by town: every bad cell at once, or all of it."""

    def act(asked: Chosen) -> str:
        assert asked.scheme is not None
        sent = uploads.one(request)
        new = importing.take(sent.data, sent.name, asked.scheme, by=request.user, at=now())
        return _("%(n)s official figures are new.") % {"n": new}

    return _done(request, act, needs_month=False)
