"""Cases: the desk and its lists, one case, new ones."""

from django.urls import path

from tongjian.web.cases import assessment_views, case_views, desk_views, step_views

app_name = "cases"
urlpatterns = [
    path("cases/", desk_views.desk, name="desk"),
    path("cases/assessment/", assessment_views.assessment, name="assessment"),
    path("cases/assessment/official/", assessment_views.take_official, name="official"),
    path("cases/upload/", desk_views.upload, name="upload"),
    path("cases/many/", desk_views.many, name="many"),
    path("cases/new/", desk_views.new, name="new"),
    path("cases/receive/", desk_views.receive, name="receive"),
    path("cases/alike/", desk_views.alike, name="alike"),
    path("cases/<int:pk>/", case_views.case, name="case"),
    path("cases/<int:pk>/step/", step_views.step, name="step"),
    path("cases/<int:pk>/attach/", step_views.attach, name="attach"),
    path("cases/<int:pk>/merge/", step_views.merge, name="merge"),
    path("cases/<int:pk>/exclude/", step_views.exclude, name="exclude"),
    path("cases/<int:pk>/reveal/<int:party>/", step_views.reveal, name="reveal"),
]
