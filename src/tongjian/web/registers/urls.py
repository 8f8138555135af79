"""Registers, their entries, and the definitions themselves."""

from django.urls import path

from tongjian.web.registers import define_views, item_views, list_views

app_name = "registers"
urlpatterns = [
    path("registers/", list_views.overview, name="overview"),
    path("registers/define/", define_views.define, name="define"),
    path("registers/<slug:key>/", list_views.entries, name="list"),
    path("registers/<slug:key>/entries.xlsx", list_views.export, name="export"),
    path("registers/<slug:key>/template.xlsx", list_views.template, name="template"),
    path("registers/<slug:key>/upload/", list_views.upload, name="upload"),
    path("registers/<slug:key>/missing/", list_views.gaps, name="gaps"),
    path("registers/<slug:key>/definition/", define_views.redefine, name="redefine"),
    path("registers/<slug:key>/new/", item_views.new, name="new"),
    path("registers/<slug:key>/add/", item_views.add, name="add"),
    path("entries/<int:pk>/edit/", item_views.edit, name="edit"),
    path("entries/<int:pk>/amend/", item_views.amend, name="amend"),
    path("entries/<int:pk>/put-away/", item_views.put_away, name="put_away"),
    path("entries/<int:pk>/attach/", item_views.attach, name="attach"),
    path("entries/<int:pk>/stage/", item_views.enter, name="enter"),
    path("entries/<int:pk>/reveal/<slug:key>/", item_views.reveal, name="reveal"),
]
