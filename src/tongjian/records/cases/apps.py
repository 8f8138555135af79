from django.apps import AppConfig


class CasesConfig(AppConfig):
    """诉求与各类办件: every matter handled against a clock."""

    name = "tongjian.records.cases"
    label = "cases"
