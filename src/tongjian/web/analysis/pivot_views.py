"""The pivot page and its workbook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Max, Min
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongjian.facts.ledger import Ledger
from tongjian.facts.models import Fact, Metric
from tongjian.facts.queries import metrics_visible_to
from tongjian.kernel.models import Area
from tongjian.plans import sheets
from tongjian.web import downloads, known
from tongjian.web.analysis import comparison, pivot
from tongjian.web.analysis.compare_views import language
from tongjian.web.analysis.pivot import Question
from tongjian.web.facts.listing import THEMES
from tongjian.web.facts.peers import towns
from tongjian.web.requests import Asked, today, whole
from tongjian.web.templatetags import pages


@dataclass(frozen=True, slots=True)
class Choices:
    """What the form offers, and what was chosen of it. by_areas: one metric, areas down."""

    areas: Sequence[Area]
    metrics: Sequence[Metric]
    years: Sequence[int]
    by_areas: bool
    area: Area | None
    metric: Metric | None
    theme: str
    year: int | None
    by_year: bool
    shows: str

    @property
    def title(self) -> str:
        return str(self.metric) if self.by_areas else f"{self.area} · {self.theme_name}"

    @property
    def theme_name(self) -> str | Promise:
        return THEMES[self.theme]


@require_safe
def table(request: Asked) -> HttpResponse:
    """rows: metrics (of one area and theme) or areas (of one metric); columns: months of a year, or years; show."""
    asked, choices = known.asked(request, today()), _choices(request)
    context = {"as_known": asked, "choices": choices, "themes": THEMES, "shows": pivot.SHOWS}
    question = _question(request, choices)
    if question is None:
        return render(request, "analysis/pivot.html", context)
    found = pivot.pivot(question, asked.at)
    if request.GET.get("format") == "xlsx":
        sheet = pivot.sheet(found, choices.title, language(), pages.day(asked.on))
        return downloads.workbook(sheets.workbook([sheet]), f"{_('Pivot')} {choices.title}.xlsx")
    return render(request, "analysis/pivot.html", context | {"found": found})


def _choices(request: Asked) -> Choices:
    """The first of each where the one asked for does not fit."""
    asked, ledger = request.GET, Ledger()
    own = ledger.area(settings.DISTRICT)
    areas = [*([own] if own else []), *towns(ledger)]
    metrics = comparison.comparable(metrics_visible_to(request.user))
    years = _years()
    year = whole(asked.get("year"))
    return Choices(
        areas=areas,
        metrics=metrics,
        years=years,
        by_areas=asked.get("rows") == "areas" and bool(metrics),
        area=next((a for a in areas if a.key == asked.get("area")), next(iter(areas), None)),
        metric=next((m for m in metrics if m.key == asked.get("metric")), next(iter(metrics), None)),
        theme=t if (t := asked.get("theme", "")) in THEMES else next(iter(THEMES)),
        year=year if year in years else next(iter(years), None),
        by_year=asked.get("columns") == "years",
        shows=s if (s := asked.get("show", "")) in pivot.SHOWS else "value",
    )


def _years() -> list[int]:
    """Years that anything on the ledger ends in, the newest first."""
    found = Fact.objects.aggregate(first=Min("period_end"), last=Max("period_end"))
    if found["last"] is None:
        return []
    return list(range(found["last"] // 12, found["first"] // 12 - 1, -1))


def _question(request: Asked, choices: Choices) -> Question | None:
    """None: nothing is on the ledger."""
    if choices.year is None or choices.area is None:
        return None
    if choices.by_areas and choices.metric is not None:
        metrics, areas = [choices.metric], list(choices.areas)
    else:
        own = metrics_visible_to(request.user).filter(theme=choices.theme)
        metrics, areas = list(own.order_by("order", "key")), [choices.area]
    return Question(metrics, areas, choices.year, choices.by_year, choices.shows)
