from django.apps import AppConfig


class WebConfig(AppConfig):
    """Pages by area: thin views over queries and actions."""

    name = "tongjian.web"
    label = "web"
