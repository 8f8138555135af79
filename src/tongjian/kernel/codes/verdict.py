"""What a check says of a code."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from tongjian.kernel.choices import Verdict as State
from tongjian.kernel.said import Said, joined

_RANK = {State.OK: 0, State.WARNING: 1, State.BAD: 2}


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the code and what it stands for; `zh` and `en` are empty where nothing is known of it."""

    key: str
    value: str
    zh: str = ""
    en: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be."""

    state: State
    said: Said


@dataclass(frozen=True, slots=True)
class Verdict:
    """ok, warning or bad, and why. normalised: as the code is written (a bad one: tidied only).

    message: all findings as one sentence; what passed, where there are none. parts: empty for a bad shape.
    """

    scheme: str
    state: State
    normalised: str
    message: Said
    parts: tuple[Part, ...] = ()

    def part(self, key: str) -> Part | None:
        """The stretch of that name, if the code has it."""
        return next((p for p in self.parts if p.key == key), None)


def bad(code: str, zh: str, en: str) -> Finding:
    return Finding(State.BAD, Said(code, zh, en))


def warning(code: str, zh: str, en: str) -> Finding:
    return Finding(State.WARNING, Said(code, zh, en))


def judged(
    scheme: str, value: str, findings: Sequence[Finding], passed: Said, parts: Sequence[Part] = ()
) -> Verdict:
    """The worst finding's state, all findings' sentences; `passed` where nothing was found."""
    state = max((f.state for f in findings), key=_RANK.__getitem__, default=State.OK)
    message = joined(f.said for f in findings) if findings else passed
    return Verdict(scheme, state, value, message, tuple(parts))


def tidy(value: str) -> str:
    """Full-width forms, blanks and lower case are slips of typing: ９１１1 → 9111."""
    return "".join(unicodedata.normalize("NFKC", value).upper().split())
