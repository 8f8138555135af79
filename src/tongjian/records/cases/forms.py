"""The form of a case type: what a case's own fields must be, by JSON Schema; all faults at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from jsonschema import Draft202012Validator

from tongjian.records.cases.engine.case_types import CaseType
from tongjian.records.cases.engine.deciding import Why


@lru_cache(maxsize=64)
def _validator(case_type: CaseType) -> Draft202012Validator:
    return Draft202012Validator(case_type.form)


def faults(case_type: CaseType, attrs: Mapping[str, Any]) -> Iterator[Why]:
    """Everything that does not fit the form."""
    for error in _validator(case_type).iter_errors(dict(attrs)):
        name = str(error.absolute_path[0]) if error.absolute_path else _named(error)
        yield Why("cases.form", {"field": name, "what": error.message})


def _named(error: Any) -> str:
    """The field that is missing or too much."""
    if error.validator == "required":
        return next((n for n in error.validator_value if n not in error.instance), "")
    return ""
