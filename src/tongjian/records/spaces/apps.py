from django.apps import AppConfig


class SpacesConfig(AppConfig):
    """空间: parcels, buildings, pipes, on one map."""

    name = "tongjian.records.spaces"
    label = "spaces"
