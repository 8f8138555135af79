"""What is carried from number to number, and what naming gives back."""

from __future__ import annotations

from dataclasses import dataclass

from tongjian.reading.figures.mention import Mention


@dataclass(frozen=True, slots=True)
class Topic:
    """What the text speaks of so far.

    names: of the last number or list; things: the same without 总投资, 完成投资 …; sentence: where it was said;
    grown: names of the run of growth rates just read (均高于全国); recent: (name, kind) of amounts in this sentence.
    """

    names: tuple[str, ...] = ()
    things: tuple[str, ...] = ()
    kind: str = ""
    unit: str = ""
    basis: str | None = None
    sentence: int = -1
    grown: tuple[str, ...] = ()
    recent: tuple[tuple[str, str], ...] = ()
    shown: tuple[str, ...] = ()  # the last names as given, 占…比重 and 完成率 included


@dataclass(frozen=True, slots=True)
class Named:
    """One number with its name and relation."""

    mention: Mention
    indicator: str
    kind: str
    sign: int = 1
    basis: str | None = None
    comparator: str | None = None


@dataclass(frozen=True, slots=True)
class Naming:
    """Rows for a group of numbers, and the topic after them."""

    names: tuple[Named, ...]
    topic: Topic
