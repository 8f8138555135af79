"""How the sample plan office hands out its tasks, and what units report: rules out of data/tasks.yaml."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from tongjian.demo import files
from tongjian.plans.choices import Claim, Verdict


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who leads and joins a task (keys of organisations) and the month by which it is due, `2022-11`."""

    lead: str
    joint: tuple[str, ...]
    due: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reported:
    """What the lead unit of the first task with this word says of it, and the plan office's verdict."""

    task: str
    claim: Claim
    text: str
    verdict: Verdict
    note: str = ""
    photo: bool = False


def _data() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((files.SHIPPED / "tasks.yaml").read_text(encoding="utf-8"))
    return found


def _assignment(row: Mapping[str, Any]) -> Assignment:
    due = f"{files.YEAR}-{int(row['due']):02d}"
    return Assignment(row["lead"], tuple(row.get("joint", ())), due, tuple(row.get("words", ())))


def assignments() -> tuple[list[Assignment], Assignment]:
    """The rules in order, and the one for what no rule knows."""
    data = _data()
    return [_assignment(r) for r in data["assignments"]], _assignment(data["otherwise"])


def assignment_of(clause: str, rules: Sequence[Assignment], otherwise: Assignment) -> Assignment:
    """The first rule with a word of the clause."""
    return next((r for r in rules if any(w in clause for w in r.words)), otherwise)


def check_ins() -> list[Reported]:
    """What is reported, in order."""
    return [
        Reported(
            task=r["task"],
            claim=Claim(r["claim"]),
            text=r["text"],
            verdict=Verdict(r["verdict"]),
            note=r.get("note", ""),
            photo=bool(r.get("photo", False)),
        )
        for r in _data()["check_ins"]
    ]
