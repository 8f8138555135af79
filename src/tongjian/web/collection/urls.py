"""Collection."""

from django.urls import path

from tongjian.web.collection import views

app_name = "collection"
urlpatterns = [
    path("", views.page, name="page"),
    path("template.xlsx", views.blank, name="template"),
    path("upload/", views.upload, name="upload"),
    path("<int:pk>/", views.submission, name="submission"),
]
