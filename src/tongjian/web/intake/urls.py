"""Reading reports in."""

from django.urls import path

from tongjian.web.intake import views

app_name = "intake"
urlpatterns = [
    path("", views.intake_list, name="list"),
    path("start/", views.start, name="start"),
    path("<int:pk>/", views.intake, name="intake"),
    path("<int:pk>/items/", views.items, name="items"),
    path("<int:pk>/items/<int:item_pk>/", views.item, name="item"),
    path("<int:pk>/accept-all/", views.accept_all, name="accept_all"),
    path("<int:pk>/record/", views.record, name="record"),
]
