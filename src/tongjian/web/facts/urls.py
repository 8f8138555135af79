"""Metrics, facts, provenance."""

from django.urls import path

from tongjian.web.facts import downloads, views

app_name = "facts"
urlpatterns = [
    path("metrics/", views.metrics, name="metrics"),
    path("metrics.xlsx", downloads.metrics, name="metrics_xlsx"),
    path("metrics/<slug:key>/", views.metric, name="metric"),
    path("facts/<int:pk>/", views.fact, name="fact"),
    path("provenance/", views.provenance, name="provenance"),
]
