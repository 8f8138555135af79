"""Pages for everyone: published plans."""

from django.urls import path

from tongjian.web.public import publication_views, views

app_name = "public"
urlpatterns = [
    path("public/", views.plans, name="plans"),
    path("public/plans/<int:year>/", views.plan, name="plan"),
    path("public/plans/<int:year>/promises.csv", views.export, name="export"),
    path("plans/<int:pk>/publication/", publication_views.publication, name="publication"),
    path("plans/<int:pk>/publication/withdraw/", publication_views.withdraw, name="withdraw"),
]
