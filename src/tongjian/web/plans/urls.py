"""Plans, targets, tasks."""

from django.urls import path

from tongjian.web.plans import closing_views, replay_views, task_views, tie_views, views

app_name = "plans"
urlpatterns = [
    path("plans/", views.plans, name="list"),
    path("plans/<int:pk>/", views.plan, name="plan"),
    path("plans/<int:pk>/replay/", replay_views.year, name="replay"),
    path("plans/<int:pk>/closing/", closing_views.closing, name="closing"),
    path("plans/<int:pk>/closing/draft.tj.txt", closing_views.draft, name="draft"),
    path("plans/<int:pk>/closing/explain/", closing_views.explain, name="explain"),
    path("plans/<int:pk>/closing/next/", closing_views.draft_next, name="draft_next"),
    path("plans/<int:pk>/approve/", closing_views.approve, name="approve"),
    path("plans/<int:pk>/discard/", closing_views.discard, name="discard"),
    path("plans/<int:pk>/tasks.xlsx", views.export, name="export"),
    path("plans/<int:pk>/assign/", views.assign, name="assign"),
    path("targets/<int:pk>/", views.target, name="target"),
    path("tasks/", task_views.tasks, name="tasks"),
    path("tasks/<int:pk>/", task_views.task, name="task"),
    path("tasks/<int:pk>/check-in/", task_views.check_in, name="check_in"),
    path("tasks/<int:pk>/remark/", task_views.remark, name="remark"),
    path("tasks/<int:pk>/tie/", tie_views.tie, name="tie"),
    path("check-ins/<int:pk>/verdict/", task_views.verdict, name="verdict"),
]
