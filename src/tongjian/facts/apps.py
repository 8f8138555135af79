from django.apps import AppConfig


class FactsConfig(AppConfig):
    """指标与数据: metrics, series, facts, collection, derived series."""

    name = "tongjian.facts"
    label = "facts"
