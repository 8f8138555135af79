"""Options of a reference: what may stand after `|` (docs/reference/templates.md)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from tongjian.reports import bounds
from tongjian.reports.problems import Problem


@dataclass(frozen=True, slots=True)
class Options:
    """How a figure is said. Empty and None: by the default of its measure."""

    unit: str = ""
    places: int | None = None
    plain: bool = False
    bare: bool = False
    words: tuple[str, str] | None = None
    gap: str = ""
    side: str = ""
    status: bool = False
    lead: str = ""
    ordinal: bool = False
    first: str = ""
    hanzi: bool = False
    magnitude: bool = False
    full: str = ""
    exceed: str = ""
    bound: str = ""
    exact: bool = False
    round: tuple[str, str] | None = None


NONE = Options()
KNOWN: dict[str, tuple[int, Callable[[Options, list[str]], Options]]] = {
    "in": (1, lambda o, w: replace(o, unit=w[0])),
    "places": (1, lambda o, w: replace(o, places=int(w[0]))),
    "plain": (0, lambda o, w: replace(o, plain=True)),
    "bare": (0, lambda o, w: replace(o, bare=True)),
    "words": (2, lambda o, w: replace(o, words=(w[0], w[1]))),
    "gap": (1, lambda o, w: replace(o, gap=w[0])),
    "side": (1, lambda o, w: replace(o, side=w[0])),
    "status": (0, lambda o, w: replace(o, status=True)),
    "lead": (1, lambda o, w: replace(o, lead=w[0])),
    "ordinal": (0, lambda o, w: replace(o, ordinal=True)),
    "first": (1, lambda o, w: replace(o, first=w[0])),
    "hanzi": (0, lambda o, w: replace(o, hanzi=True)),
    "magnitude": (0, lambda o, w: replace(o, magnitude=True)),
    "full": (1, lambda o, w: replace(o, full=w[0])),
    "exceed": (1, lambda o, w: replace(o, exceed=w[0])),
    "bound": (1, lambda o, w: replace(o, bound=w[0])),
    "exact": (0, lambda o, w: replace(o, exact=True)),
    "round": (2, lambda o, w: replace(o, round=(w[0], w[1]))),
}
PLACES = re.compile(r"[0-6]\Z")
STEP = re.compile(r"(?:0\.0{0,5}1|10{0,12})\Z")


def parse(pieces: list[str], line: int) -> tuple[Options, list[Problem]]:
    """Options from the texts between the bars, in any order, and what is wrong with them."""
    options, problems = NONE, []
    for piece in pieces:
        name, *words = piece.split() or [""]
        problem = _problem(name, words, line)
        if problem is None:
            options = KNOWN[name][1](options, words)
        else:
            problems.append(problem)
    return options, problems


def _problem(name: str, words: list[str], line: int) -> Problem | None:
    if name not in KNOWN:
        return Problem("template.option_unknown", line, {"option": name, "known": ", ".join(KNOWN)})
    needed = KNOWN[name][0]
    if len(words) != needed:
        given = {"option": name, "needed": needed, "given": len(words)}
        return Problem("template.option_arguments", line, given)
    if name == "places":
        return None if PLACES.match(words[0]) else Problem("template.places", line, {"text": words[0]})
    if name == "round":
        fits = STEP.match(words[0]) and bounds.rounds(words[1]) is not None
        return None if fits else Problem("template.round", line, {"text": " ".join(words)})
    if any(c.isnumeric() and c not in "〇零一二三四五六七八九十百千万亿" for c in "".join(words)):
        return Problem("template.option_number", line, {"option": name, "text": " ".join(words)})
    return None
