"""Collection."""

from django.urls import path

from tongjian.web.collection import deliveries, mappings, overrides, packages, rounds, views

app_name = "collection"
urlpatterns = [
    path("", views.page, name="page"),
    path("template.xlsx", views.blank, name="template"),
    path("upload/", views.upload, name="upload"),
    path("<int:pk>/", views.submission, name="submission"),
    path("<int:pk>/override/", overrides.override, name="override"),
    path("<int:pk>/confirm/", overrides.confirm, name="confirm"),
    path("<int:pk>/errors.xlsx", overrides.errors, name="errors"),
    path("<int:pk>/errors.txt", overrides.letter, name="letter"),
    path("packages/start/", packages.start, name="start"),
    path("packages/<int:pk>/", packages.package, name="package"),
    path("packages/<int:pk>/form/", packages.form, name="form"),
    path("packages/<int:pk>/step/", packages.step, name="step"),
    path("packages/<int:pk>/attach/", packages.attach, name="attach"),
    path("rounds/", rounds.matrix, name="matrix"),
    path("rounds/open/", rounds.open_round, name="open_round"),
    path("reminders/", rounds.reminders, name="reminders"),
    path("reminders/outbox.xlsx", rounds.outbox, name="outbox"),
    path("deliveries/", deliveries.listing, name="deliveries"),
    path("deliveries/send/", deliveries.send, name="deliver"),
    path("deliveries/<int:pk>/", deliveries.delivery, name="delivery"),
    path("deliveries/<int:pk>/errors.zip", deliveries.errors, name="delivery_errors"),
    path("mappings/", mappings.listing, name="mappings"),
    path("mappings/<int:pk>/", mappings.edit, name="mapping"),
    path("mappings/<int:pk>/delete/", mappings.delete, name="mapping_delete"),
    path("mappings/new/<int:item>/", mappings.of_item, name="mapping_new"),
    path("mappings/new/from/<int:pk>/", mappings.of_submission, name="mapping_from"),
]
