from django.apps import AppConfig


class PlansConfig(AppConfig):
    """计划: plan years, obligations, tasks, check-ins, evaluation, intake of reports."""

    name = "tongjian.plans"
    label = "plans"

    def ready(self) -> None:
        """Hand the targets down to the facts floor, which knows no plans."""
        from tongjian.facts import targets as door
        from tongjian.plans.targets import holders, target_of

        door.provide(target_of)
        door.provide_holders(holders)
