"""The project library, its checks, the dispatch meeting, and what is reported of a project."""

from django.urls import path

from tongjian.web.projects import form_views, list_views, project_views

app_name = "projects"
urlpatterns = [
    path("projects/", list_views.projects, name="list"),
    path("projects/library.xlsx", list_views.export, name="export"),
    path("projects/upload/", list_views.upload, name="upload"),
    path("projects/new/", form_views.new, name="new"),
    path("projects/add/", form_views.add, name="add"),
    path("projects/<int:pk>/edit/", form_views.edit, name="edit"),
    path("projects/<int:pk>/amend/", form_views.amend, name="amend"),
    path("projects/checks/", list_views.checks, name="checks"),
    path("projects/dispatch/", list_views.dispatch, name="dispatch"),
    path("projects/dispatch.xlsx", list_views.dispatch_table, name="dispatch_table"),
    path("projects/<int:pk>/investment/", project_views.investment, name="investment"),
    path("projects/<int:pk>/progress/", project_views.progress, name="progress"),
    path("projects/<int:pk>/milestone/", project_views.milestone, name="milestone"),
    path("projects/<int:pk>/stage/", project_views.stage, name="stage"),
    path("projects/<int:pk>/clock/stop/", project_views.stop_clock, name="stop_clock"),
    path("projects/<int:pk>/clock/resume/", project_views.resume_clock, name="resume_clock"),
    path("projects/<int:pk>/funding/", project_views.funding, name="funding"),
    path("projects/<int:pk>/pairing/", project_views.pairing, name="pairing"),
    path("projects/<int:pk>/document/", project_views.document, name="document"),
    path("projects/<int:pk>/problem/", project_views.problem, name="problem"),
    path("problems/<int:pk>/", project_views.problem_step, name="problem_step"),
]
