"""Derived measures that need a target; kept under this name for those who look for them here."""

from tongjian.plans.targets import completion as completion
