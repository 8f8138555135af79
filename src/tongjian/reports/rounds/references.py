"""References of the template language inside a typed text, written out: `{{ gdp @ 2022 }}` becomes the ledger's value."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tongjian.reports import options
from tongjian.reports.idioms import say
from tongjian.reports.known import Known, Resolver, Unresolved
from tongjian.reports.problems import Problem
from tongjian.reports.resolver import TARGET

MARK = re.compile(r"\{\{\s*([^{}|]+?)\s*((?:\|[^{}]*)?)\}\}")


@dataclass(frozen=True, slots=True)
class Written:
    """`text[start:end]` was written for a reference; expression: of the fact behind."""

    start: int
    end: int
    expression: str


@dataclass(frozen=True, slots=True)
class Expanded:
    """The text with its references written out; those that lead nowhere stay as typed and are told in `problems`."""

    text: str
    written: tuple[Written, ...]
    problems: tuple[Problem, ...]


def expanded(text: str, resolver: Resolver) -> Expanded:
    """Write out all references of a text."""
    marks = list(MARK.finditer(text))
    resolver.read_ahead([m[1] for m in marks])
    out: list[str] = []
    written: list[Written] = []
    problems: list[Problem] = []
    at = length = 0
    for mark in marks:
        out.append(text[at : mark.start()])
        length += mark.start() - at
        line = text.count("\n", 0, mark.start()) + 1
        said, found = _said(mark, resolver, line)
        if isinstance(found, Known):
            before, shown, after = said
            begin = length + len(before)
            written.append(Written(begin, begin + len(shown), found.expression))
            out.append(before + shown + after)
        else:
            problems += found
            out.append(mark[0])
        length += len(out[-1])
        at = mark.end()
    return Expanded("".join([*out, text[at:]]), tuple(written), tuple(problems))


def _said(
    mark: re.Match[str], resolver: Resolver, line: int
) -> tuple[tuple[str, str, str], Known | Sequence[Problem]]:
    """The words before, of and after the figure, and the figure; or what is wrong with the reference."""
    ref = " ".join(mark[1].split())
    chosen, wrong = options.parse([m.strip() for m in mark[2].split("|")[1:]], line)
    if wrong:
        return ("", "", ""), wrong
    try:
        known = _known(ref, resolver)
        said = say(known, chosen)
    except Unresolved as error:
        metric = ref.removeprefix(TARGET).partition("@")[0].partition("[")[0].strip()
        about = {"ref": ref, "metric": metric, "detail": "", **error.params}
        return ("", "", ""), [Problem(error.code, line, about)]
    return (said.before, said.shown, said.after), known


def _known(ref: str, resolver: Resolver) -> Known:
    if not ref.startswith(TARGET):
        return resolver.fact(ref)
    known = resolver.target(ref.removeprefix(TARGET))
    return replace(known, expression=f"{TARGET}{known.expression}")
