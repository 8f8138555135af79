from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """报告: templates, documents, quotes, trace."""

    name = "tongjian.reports"
    label = "reports"
