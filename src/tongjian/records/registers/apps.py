from django.apps import AppConfig


class RegistersConfig(AppConfig):
    """台账 as data: registers, their entries, their counts."""

    name = "tongjian.records.registers"
    label = "registers"
