"""Reports."""

from django.urls import path

from tongjian.web.reports import draft_views, verify_views, views

app_name = "reports"
urlpatterns = [
    path("", views.reports, name="list"),
    path("build/", views.build, name="build"),
    path("<int:pk>/", views.report, name="report"),
    path("<int:pk>/docx/", views.download, name="docx"),
    path("<int:pk>/figures/<slug:anchor>/", views.figure, name="figure"),
    path("verify/", verify_views.verify, name="verify"),
    path("drafts/", draft_views.drafts, name="drafts"),
    path("drafts/start/", draft_views.start, name="draft_start"),
    path("drafts/<int:pk>/", draft_views.draft, name="draft"),
    path("drafts/<int:pk>/answer/", draft_views.answer, name="draft_answer"),
    path("drafts/<int:pk>/send/", draft_views.send, name="draft_send"),
    path("drafts/<int:pk>/refresh/", draft_views.refresh, name="draft_refresh"),
    path("drafts/<int:pk>/docx/", draft_views.download, name="draft_docx"),
]
