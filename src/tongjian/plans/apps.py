from django.apps import AppConfig


class PlansConfig(AppConfig):
    """计划: plan years, obligations, tasks, check-ins, evaluation, intake of reports."""

    name = "tongjian.plans"
    label = "plans"
