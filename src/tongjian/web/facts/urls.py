"""Metrics, facts, provenance."""

from django.urls import path

from tongjian.web.facts import downloads, measuring, views

app_name = "facts"
urlpatterns = [
    path("metrics/", views.metrics, name="metrics"),
    path("metrics.xlsx", downloads.metrics, name="metrics_xlsx"),
    path("metrics/<slug:key>/", views.metric, name="metric"),
    path("metrics/<slug:key>/measure/", measuring.measure_now, name="measure"),
    path("facts/<int:pk>/", views.fact, name="fact"),
    path("provenance/", views.provenance, name="provenance"),
]
