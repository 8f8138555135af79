"""The table of checks in docs/reference/checks.md, made from the registry: `python -m tongjian.checking.reference`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tongjian.checking.registry import rules
from tongjian.checking.types import Rule

BEGIN, END = "<!-- rules: made by tongjian.checking.reference -->", "<!-- end of rules -->"
_NEEDS = {None: "–", "previous": "上年报告 last year", "sibling": "同期报告 sibling", "ledger": "台账 ledger"}
_SEVERITIES = {"error": "错误 error", "question": "疑点 question", "hint": "提示 hint"}


def table() -> str:
    """A row for each rule, between the two marks."""
    return "\n".join((BEGIN, *_lines(), END))


def _lines() -> Iterator[str]:
    yield "| rule | severity | check | needs | flags, for example |"
    yield "|---|---|---|---|---|"
    for rule in rules():
        need = _NEEDS[rule.need.value if rule.need is not None else None]
        yield f"| {rule.code} | {_SEVERITIES[rule.severity.value]} | {rule.zh}<br>{rule.en} | {need} | {_example(rule)} |"


def _example(rule: Rule) -> str:
    found = next((e for e in rule.examples if e.kind == "fail"), None)
    if found is None:
        return "–"
    return found.text.replace("\n", " ／ ").replace("|", "\\|").replace("<", "&lt;")


def refreshed(page: str) -> str:
    """The page with the table put between its marks. Raises ValueError where they are missing."""
    before, rest = page.split(BEGIN)
    return before + table() + rest.split(END)[1]


if __name__ == "__main__":
    where = Path("docs/reference/checks.md")
    where.write_text(refreshed(where.read_text(encoding="utf-8")), encoding="utf-8")
