from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The sample district, loaded through the same doors as a user's files."""

    name = "tongjian.demo"
    label = "demo"
