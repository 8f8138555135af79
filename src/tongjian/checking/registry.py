"""The rules by code. A rule is a small function from Context to findings, with examples that are its tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tongjian.checking.types import Example, Judge, Need, Rule, Severity

_RULES: list[Rule] = []


def rule(
    code: str,
    zh: str,
    en: str,
    severity: Severity,
    *,
    need: Need | None = None,
    examples: Sequence[Example] = (),
) -> Callable[[Judge], Judge]:
    """Registers a function as a rule; one code may have several, each with a need of its own."""

    def register(judge: Judge) -> Judge:
        _RULES.append(Rule(code, zh, en, severity, need, judge, tuple(examples)))
        return judge

    return register


def rules() -> Sequence[Rule]:
    """All rules by code."""
    from tongjian.checking import checks as package

    package.load()
    return sorted(_RULES, key=lambda r: r.name)


def bad(text: str, other: str = "") -> Example:
    return Example("fail", text, other)


def good(text: str, other: str = "") -> Example:
    return Example("pass", text, other)


def trap(text: str, other: str = "") -> Example:
    return Example("trap", text, other)
