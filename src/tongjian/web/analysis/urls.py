"""Comparison, pivot, bulletin, data quality."""

from django.urls import path

from tongjian.web.analysis import compare_views

app_name = "analysis"
urlpatterns = [
    path("compare/", compare_views.compare, name="compare"),
]
