"""Agreements about parcels, projects, enterprises and funds."""

from django.urls import path

from tongjian.web.agreements import views

app_name = "agreements"
urlpatterns = [
    path("agreements/", views.agreements, name="list"),
    path("agreements/terms.xlsx", views.export, name="export"),
    path("agreements/template.xlsx", views.template, name="template"),
    path("agreements/upload/", views.upload, name="upload"),
    path("agreements/<int:pk>/", views.agreement, name="agreement"),
]
