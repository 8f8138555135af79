"""一张图 and its pieces; underground pipes."""

from django.urls import path

from tongjian.web.map import pipe_views, views

app_name = "map"
urlpatterns = [
    path("", views.page, name="map"),
    path("piece.json", views.piece, name="piece"),
    path("towns.json", views.towns, name="towns"),
    path("place/", views.place, name="place"),
    path("pipes/", pipe_views.pipes, name="pipes"),
]
