"""Supervision orders, calls for progress, tasks from other documents, judging of targets, five-year plans."""

from django.urls import path

from tongjian.web.supervision import call_views, midterm_views, order_views, target_views, task_views

app_name = "supervision"
urlpatterns = [
    path("supervision/", order_views.orders, name="list"),
    path("supervision/new/", order_views.new, name="new"),
    path("supervision/<int:pk>/", order_views.order, name="order"),
    path("supervision/<int:pk>/reply/", order_views.reply, name="reply"),
    path("supervision/<int:pk>/decide/", order_views.decide, name="decide"),
    path("supervision/<int:pk>/raise/", order_views.raise_stage, name="raise"),
    path("supervision/<int:pk>/extend/", order_views.extend, name="extend_order"),
    path("supervision/extensions/<int:pk>/", order_views.decide_extension, name="extension"),
    path("supervision/calls/", call_views.calls_page, name="calls"),
    path("supervision/calls/notice.xlsx", call_views.notice_table, name="notice"),
    path("supervision/dispatch.xlsx", call_views.dispatch_table, name="dispatch"),
    path("supervision/tasks/", task_views.new, name="new_task"),
    path("supervision/tasks/template.xlsx", task_views.template, name="task_template"),
    path("supervision/tasks/upload/", task_views.upload, name="task_upload"),
    path("tasks/<int:pk>/parts/", task_views.decompose, name="decompose"),
    path("tasks/<int:pk>/extend/", task_views.extend, name="extend_task"),
    path("targets/<int:pk>/path/", target_views.set_path, name="path"),
    path("targets/<int:pk>/nature/", target_views.classify, name="nature"),
    path("targets/<int:pk>/revise/", target_views.revise, name="revise"),
    path("plans/<int:pk>/half-year/", target_views.half_year, name="half_year"),
    path("five-years/", midterm_views.midterm, name="midterm"),
    path("five-years/template.xlsx", midterm_views.template, name="midterm_template"),
    path("five-years/upload/", midterm_views.upload, name="midterm_upload"),
]
