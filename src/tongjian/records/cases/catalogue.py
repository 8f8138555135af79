"""The case types that rule: parsed once per version, looked up without a query for some seconds."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from functools import lru_cache
from json import dumps, loads

from tongjian.kernel import definitions
from tongjian.records.cases.engine.case_types import CaseType, parse
from tongjian.records.cases.engine.lint import TypeRefused, lint

KIND = "case_types"
KEPT_SECONDS = 5.0


@dataclass(slots=True)
class _Held:
    """The ruling types as this process last read them."""

    types: dict[str, CaseType] = field(default_factory=dict)
    read_at: float = -1e9


_HELD = _Held()


def ruling() -> dict[str, CaseType]:
    """key → the type that rules now. A change elsewhere is seen within seconds. Raises TypeRefused."""
    if time.monotonic() - _HELD.read_at > KEPT_SECONDS:
        found = definitions.ruling(KIND)
        _HELD.types = {r.key: parsed(r.key, r.version, dumps(r.body)) for r in found}
        _HELD.read_at = time.monotonic()
    return _HELD.types


def forget() -> None:
    """Read again at the next call: after definitions were applied."""
    _HELD.read_at = -1e9


def case_type(key: str) -> CaseType:
    """Raises KeyError for a type that is not there."""
    return ruling()[key]


@lru_cache(maxsize=64)
def parsed(key: str, version: int, body: str) -> CaseType:
    """Raises TypeRefused with all faults."""
    found = loads(body)
    faults = lint(found)
    if faults:
        raise TypeRefused(key, faults)
    return parse(found, version)
