from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    """投资项目库: projects from reserve to completion, their money and their milestones."""

    name = "tongjian.records.projects"
    label = "projects"
