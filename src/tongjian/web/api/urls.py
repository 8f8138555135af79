"""The JSON API."""

from django.urls import path

from tongjian.web.api import views

app_name = "api"
urlpatterns = [
    path("openapi.json", views.openapi, name="openapi"),
    path("registers/", views.registers, name="registers"),
    path("registers/<slug:key>/", views.register, name="register"),
    path("registers/<slug:key>/entries/", views.entries, name="entries"),
    path("registers/<slug:key>/entries/<str:code>/", views.entry, name="entry"),
]
