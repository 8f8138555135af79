"""What a change of allowances makes of a type's definition. Pure."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from tongjian.records.cases.engine.case_types import ALLOWANCE, CaseType

Allowances = Mapping[str, Mapping[str, str]]  # clock → tier ("": all others) → 24h, 5wd
COUNTED = ("h", "wh", "d", "wd", "mo")


def allowances(case_type: CaseType) -> dict[str, dict[str, str]]:
    """Those of every clock that has one; a promised date has none."""
    return {k: dict(c.allow) for k, c in case_type.clocks.items() if not c.promised and c.allow}


def differences(case_type: CaseType, given: Allowances) -> dict[str, dict[str, str]]:
    """What of `given` is not so already. Clocks and tiers that the type does not have are left out."""
    known = allowances(case_type)
    found = {
        clock: {tier: allow for tier, allow in tiers.items() if known[clock].get(tier, allow) != allow}
        for clock, tiers in given.items()
        if clock in known
    }
    return {clock: tiers for clock, tiers in found.items() if tiers}


def faults(given: Allowances) -> list[tuple[str, str]]:
    """(clock, allowance) of each that cannot be read."""
    return [(c, a) for c, tiers in given.items() for a in tiers.values() if not ALLOWANCE.fullmatch(a)]


def revised(body: Mapping[str, Any], given: Allowances) -> dict[str, Any]:
    """The type's body with other allowances; written as short as it was."""
    new = copy.deepcopy(dict(body))
    for clock, tiers in given.items():
        held = new["clocks"][clock].get("allow", {})
        told = {**({"": held} if isinstance(held, str) else held), **tiers}
        new["clocks"][clock]["allow"] = told[""] if set(told) == {""} else told
    return new
