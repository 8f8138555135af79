"""Comparison, pivot, bulletin, data quality."""

from django.urls import path

from tongjian.web.analysis import bulletin_views, compare_views, pivot_views, quality_views

app_name = "analysis"
urlpatterns = [
    path("compare/", compare_views.compare, name="compare"),
    path("bulletin/", bulletin_views.monthly, name="bulletin"),
    path("pivot/", pivot_views.table, name="pivot"),
    path("quality/", quality_views.yearly, name="quality"),
]
