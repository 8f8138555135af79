"""OGC API Features. A slash at the end of the root is taken with or without."""

from django.urls import path

from tongjian.web.ogc import views

app_name = "ogc"
urlpatterns = [
    path("", views.landing, name="landing"),
    path("api", views.api, name="api"),
    path("conformance", views.conformance, name="conformance"),
    path("collections", views.collections, name="collections"),
    path("collections/<slug:key>", views.collection, name="collection"),
    path("collections/<slug:key>/items", views.items, name="items"),
    path("collections/<slug:key>/items/<slug:feature>", views.item, name="item"),
]
