"""Whether a package is valid, without the network: against our profile, or against a schema file that one has."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from tongjian.records.projects.oc4ids.profile import PACKAGE

Errors = Callable[[Any], Iterator[Any]]
MOST = 500  # faults told of one package


@dataclass(frozen=True, slots=True)
class Fault:
    """path: a JSON pointer (/projects/3/budget). said: the validator's sentence."""

    path: str
    said: str

    def __str__(self) -> str:
        return f"{self.path or '/'}: {self.said}"


def faults(data: Any, schema: Mapping[str, Any] | None = None) -> list[Fault]:
    """Everything that is wrong with a package; empty: it is valid. schema: another one than our profile."""
    found = _profile()(data) if schema is None else _errors(dict(schema))(data)
    told = [Fault(_pointer(e), str(e.message)[:300]) for e, _n in zip(found, range(MOST), strict=False)]
    return told + (_twice(data) if not told and schema is None else [])


def _twice(data: Any) -> list[Fault]:
    """Identifiers in a package are unique, which a schema cannot say."""
    first: dict[str, int] = {}
    found = []
    for n, project in enumerate(data["projects"]):
        if project["id"] in first:
            found.append(Fault(f"/projects/{n}/id", f"the same id as /projects/{first[project['id']]}"))
        first.setdefault(project["id"], n)
    return found


def _pointer(error: Any) -> str:
    path = getattr(error, "instance_path", None)
    parts = error.absolute_path if path is None else path
    return "".join(f"/{part}" for part in parts)


@lru_cache(maxsize=1)
def _profile() -> Errors:
    return _errors(PACKAGE)


def _errors(schema: dict[str, Any]) -> Errors:
    """jsonschema-rs where it is installed (two hundred times as fast), else jsonschema."""
    try:
        import jsonschema_rs
    except ImportError:
        import jsonschema

        kind = jsonschema.validators.validator_for(schema)
        return lambda data: kind(schema).iter_errors(data)
    made = jsonschema_rs.validator_for(schema)
    return lambda data: made.iter_errors(data)
