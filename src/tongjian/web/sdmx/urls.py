"""SDMX REST 2 and the older paths of 1.5. A slash at the end is taken with or without."""

from django.urls import path

from tongjian.web.sdmx import views

app_name = "sdmx"
urlpatterns = [
    path("data", views.data, {"path": ""}),
    path("data/", views.data, {"path": ""}, name="data"),
    path("data/<path:path>", views.data, name="data_of"),
    path("structure/<path:path>", views.structure, name="structure"),
    path("<path:path>", views.older, name="older"),
]
