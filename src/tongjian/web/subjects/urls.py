"""The page of a subject."""

from django.urls import path

from tongjian.web.subjects import views

app_name = "subjects"
urlpatterns = [path("subjects/<slug:key>/", views.subject, name="subject")]
