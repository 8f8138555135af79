"""Assessment: results, changes of a published month, the city's list beside ours, topics, the bulletin."""

from django.urls import path

from tongjian.web.assessment import (
    bulletin_views,
    change_views,
    overview_views,
    reconcile_views,
    result_views,
    topic_views,
)

app_name = "assessment"
urlpatterns = [
    path("", result_views.results, name="results"),
    path("publish/", result_views.publish, name="publish"),
    path("points/", result_views.adjust, name="adjust"),
    path("points/decide/", result_views.decide, name="decide"),
    path("official/", result_views.take_official, name="official"),
    path("overview/", overview_views.look, name="overview"),
    path("changes/", change_views.changes, name="changes"),
    path("reconcile/", reconcile_views.reconcile, name="reconcile"),
    path("reconcile/list/", reconcile_views.take_list, name="take_list"),
    path("reconcile/explain/", reconcile_views.explain, name="explain"),
    path("topics/", topic_views.topics, name="topics"),
    path("bulletin/", bulletin_views.bulletin, name="bulletin"),
]
