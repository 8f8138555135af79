"""Evidence."""

from django.urls import path

from tongjian.web.evidence import views

app_name = "evidence"
urlpatterns = [
    path("", views.files, name="list"),
    path("files/<int:pk>/", views.file, name="file"),
    path("files/<int:pk>/download/", views.download, name="download"),
    path("<int:pk>/", views.place, name="place"),
]
