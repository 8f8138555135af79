"""What every page shows: where one can go, who is signed in, whose plan this is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from tongjian.kernel.models import Subject


@dataclass(frozen=True, slots=True)
class Entry:
    """One place that the main navigation leads to."""

    url: str
    label: str | Promise
    icon: str
    current: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Places that belong together; a group of one stands as a plain link."""

    label: str | Promise
    entries: tuple[Entry, ...]

    @property
    def current(self) -> bool:
        return any(e.current for e in self.entries)


Line = tuple[str, str | Promise, str, tuple[str, ...]]  # view, label, icon, views and areas that it covers
PACKAGES = ("cases:packages", "cases:package", "cases:visits")
POLICIES = ("cases:policies", "cases:policy", "cases:policy_change")
CASES = tuple(f"cases:{n}" for n in ("desk", "case", "new", "many", "replies"))
GROUPS: tuple[tuple[str | Promise, tuple[Line, ...]], ...] = (
    (_("Cockpit"), (("cockpit", _("Cockpit"), "gauge", ("cockpit",)),)),
    (
        _("Promises"),
        (
            ("plans:list", _("Plans"), "target-arrow", ("plans:list", "plans:plan", "plans:target")),
            ("plans:tasks", _("Tasks"), "checklist", ("plans:tasks", "plans:task")),
            ("supervision:list", _("Supervision"), "alert-triangle", ("supervision",)),
            ("agreements:list", _("Agreements"), "file-check", ("agreements",)),
        ),
    ),
    (_("Map"), (("map:map", _("Map"), "map-2", ("map",)),)),
    (
        _("Figures"),
        (
            ("facts:metrics", _("Metrics"), "chart-line", ("facts", "analysis")),
            ("collection:page", _("Collection"), "table-import", ("collection",)),
            ("evidence:list", _("Evidence"), "file-search", ("evidence",)),
        ),
    ),
    (
        _("Records"),
        (
            ("registers:overview", _("Registers"), "list-details", ("registers", "subjects")),
            ("projects:list", _("Projects"), "building", ("projects",)),
        ),
    ),
    (
        _("Cases"),
        (
            ("cases:desk", _("Cases"), "inbox", CASES),
            ("assessment:results", _("Assessment of towns"), "chart-line", ("assessment",)),
            ("cases:packages", _("Enterprise service"), "building-store", PACKAGES),
            ("cases:course", _("Whole-course agent"), "route", ("cases:course",)),
            ("cases:policies", _("Clock policies"), "clock-cog", POLICIES),
        ),
    ),
    (
        _("Reports"),
        (
            ("reports:list", _("Reports"), "report", ("reports",)),
            ("intake:list", _("Read a report"), "book-2", ("intake",)),
            ("tools:check", _("Check and compare"), "checks", ("tools",)),
        ),
    ),
)


def page(request: HttpRequest) -> dict[str, object]:
    """Context processor. The district is fetched only where a template asks for it."""
    here = request.resolver_match.view_name if request.resolver_match else ""
    return {
        "navigation": [Group(label, tuple(_entry(*e, here) for e in lines)) for label, lines in GROUPS],
        "product": settings.PRODUCT_NAME,
        "district": SimpleLazyObject(lambda: Subject.objects.filter(key=settings.DISTRICT).first()),
        "languages": settings.LANGUAGES,
    }


def _entry(name: str, label: str | Promise, icon: str, covers: tuple[str, ...], here: str) -> Entry:
    current = any(here == c or here.startswith(f"{c}:") for c in covers)
    return Entry(_url(name), label, icon, current)


@lru_cache(maxsize=32)
def _url(name: str) -> str:
    return reverse(name)
