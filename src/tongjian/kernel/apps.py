from django.apps import AppConfig


class KernelConfig(AppConfig):
    """人地时据: subjects, areas, organisations, people, evidence, events, definitions."""

    name = "tongjian.kernel"
    label = "kernel"
