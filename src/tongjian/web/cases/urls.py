"""Cases: the desk and its lists, one case, new ones."""

from django.urls import path

from tongjian.web.cases import case_views, desk_views, package_views, reply_views, step_views

app_name = "cases"
urlpatterns = [
    path("cases/", desk_views.desk, name="desk"),
    path("cases/export.csv", desk_views.export, name="export"),
    path("cases/upload/", desk_views.upload, name="upload"),
    path("cases/many/", desk_views.many, name="many"),
    path("cases/new/", desk_views.new, name="new"),
    path("cases/receive/", desk_views.receive, name="receive"),
    path("cases/alike/", desk_views.alike, name="alike"),
    path("packages/", package_views.packages, name="packages"),
    path("packages/visits/", package_views.visits, name="visits"),
    path("packages/export.xlsx", package_views.export, name="packages_export"),
    path("packages/upload/", package_views.upload, name="packages_upload"),
    path("packages/keep/", package_views.keep, name="package_keep"),
    path("packages/<int:pk>/", package_views.package, name="package"),
    path("packages/<int:pk>/visit/", package_views.visit, name="package_visit"),
    path("packages/<int:pk>/policy/", package_views.policy, name="package_policy"),
    path("packages/<int:pk>/confirm/", package_views.confirm, name="package_confirm"),
    path("cases/replies/", reply_views.replies, name="replies"),
    path("cases/replies/keep/", reply_views.keep, name="reply_keep"),
    path("cases/replies/check/", reply_views.check, name="check_reply"),
    path("cases/replies/<int:pk>/drop/", reply_views.drop, name="reply_drop"),
    path("cases/<int:pk>/peek/", desk_views.peek, name="peek"),
    path("cases/<int:pk>/", case_views.case, name="case"),
    path("cases/<int:pk>/step/", step_views.step, name="step"),
    path("cases/<int:pk>/attach/", step_views.attach, name="attach"),
    path("cases/<int:pk>/merge/", step_views.merge, name="merge"),
    path("cases/<int:pk>/exclude/", step_views.exclude, name="exclude"),
    path("cases/<int:pk>/reveal/<int:party>/", step_views.reveal, name="reveal"),
]
