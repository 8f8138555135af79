"""Reports."""

from django.urls import path

from tongjian.web.reports import views

app_name = "reports"
urlpatterns = [
    path("", views.reports, name="list"),
    path("build/", views.build, name="build"),
    path("<int:pk>/", views.report, name="report"),
    path("<int:pk>/docx/", views.download, name="docx"),
    path("<int:pk>/figures/<slug:anchor>/", views.figure, name="figure"),
]
