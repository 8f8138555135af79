"""Tools that need no login: a report is dropped in, looked at, and forgotten."""

from django.urls import path

from tongjian.web.tools import compared, views

app_name = "tools"
urlpatterns = [
    path("", views.check, name="check"),
    path("compare/", compared.compare, name="compare"),
]
