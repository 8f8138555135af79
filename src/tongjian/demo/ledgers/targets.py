"""The published figures that the sample's items have to come to: data/targets.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

import yaml

from tongjian.demo import files
from tongjian.packs import LOADER, PackError

BOUNDS = ("eq", "over", "lt", "approx")


@dataclass(frozen=True, slots=True)
class Target:
    """published: as printed, in the unit of the metric. amount: what the simulated items come to.

    The two differ where the printed one was rounded (超5000座): bound says to which side.
    """

    published: Decimal
    amount: Decimal
    bound: str = "eq"


@lru_cache(maxsize=1)
def targets() -> dict[str, Target]:
    """Metric (a breakdown after a slash: `teachers_rotated/骨干教师`) → its target. Raises PackError."""
    text = (files.SHIPPED / "targets.yaml").read_text(encoding="utf-8")
    body = yaml.load(text, Loader=LOADER)  # noqa: S506 - a safe loader
    return {str(key): _target(str(key), said) for key, said in body.items()}


def _target(key: str, said: object) -> Target:
    given = said if isinstance(said, dict) else {"published": said}
    published = Decimal(str(given["published"]))
    made = Target(published, Decimal(str(given.get("simulated", published))), str(given.get("bound", "eq")))
    if not within(made):
        raise PackError(f"targets.yaml: {key}: {made.amount} is not what {made.published} {made.bound} says")
    return made


def within(target: Target) -> bool:
    """Whether the simulated amount is on the side of the published one that its bound word says, and near it."""
    near = abs(target.amount - target.published) * 20 <= target.published
    sides = {
        "eq": target.amount == target.published,
        "over": target.amount > target.published and near,
        "lt": target.amount < target.published and near,
        "approx": near,
    }
    return sides[target.bound]


def amount(said: object) -> Decimal:
    """A number, a target's key, or several with ` + ` and ` - ` between them: `srdi_enterprises - 26`."""
    total, sign = Decimal(0), 1
    for word in str(said).split():
        if word in "+-":
            sign = 1 if word == "+" else -1
        else:
            total += sign * (targets()[word].amount if word in targets() else Decimal(word))
    return total
