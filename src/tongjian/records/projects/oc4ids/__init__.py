"""OC4IDS 0.9.5 out and in: the project library as the open data standard for infrastructure projects has it."""

from tongjian.records.projects.oc4ids.into import take
from tongjian.records.projects.oc4ids.out import export, package
from tongjian.records.projects.oc4ids.valid import Fault, faults

__all__ = ["Fault", "export", "faults", "package", "take"]
