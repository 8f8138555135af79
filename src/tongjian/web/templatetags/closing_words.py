"""What the form of next year's targets shows in its fields."""

from __future__ import annotations

from collections.abc import Mapping

from django import template

from tongjian.plans.closing.reading import TargetLine

register = template.Library()


@register.filter
def typed_number(draft: Mapping[str, str], line: TargetLine) -> str:
    """What was typed before the form was refused, else the number that is offered."""
    offered = "" if line.proposed is None else str(line.proposed)
    return draft.get(f"number-{line.obligation.pk}", offered)
