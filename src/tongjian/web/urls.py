"""All pages."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from tongjian.web import errors
from tongjian.web.cockpit.views import cockpit

urlpatterns: list[URLPattern | URLResolver] = [
    path("", cockpit, name="cockpit"),
    path("", include("tongjian.web.accounts.urls")),
    path("language/", login_not_required(set_language), name="language"),
    path("", include("tongjian.web.plans.urls")),
    path("", include("tongjian.web.public.urls")),
    path("", include("tongjian.web.supervision.urls")),
    path("", include("tongjian.web.agreements.urls")),
    path("", include("tongjian.web.subjects.urls")),
    path("", include("tongjian.web.registers.urls")),
    path("", include("tongjian.web.projects.urls")),
    path("", include("tongjian.web.cases.urls")),
    path("cases/assessment/", include("tongjian.web.assessment.urls")),
    path("", include("tongjian.web.facts.urls")),
    path("analysis/", include("tongjian.web.analysis.urls")),
    path("collection/", include("tongjian.web.collection.urls")),
    path("intake/", include("tongjian.web.intake.urls")),
    path("reports/tools/", include("tongjian.web.tools.urls")),
    path("reports/", include("tongjian.web.reports.urls")),
    path("evidence/", include("tongjian.web.evidence.urls")),
    path("api/", include("tongjian.web.api.urls")),
    path("sdmx/", include("tongjian.web.sdmx.urls")),
    path("map/", include("tongjian.web.map.urls")),
    path("ogc/", include("tongjian.web.ogc.urls")),
]

handler404 = errors.not_found
handler403 = errors.forbidden
handler500 = errors.broken
