"""A feed 工单格式: which heading means what, which words, how far along an order is. Parsed from the pack work_orders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from tongjian.kernel import definitions
from tongjian.kernel.errors import TongjianError
from tongjian.records.cases.engine.case_types import words

KIND = "work_orders"


@dataclass(frozen=True, slots=True)
class ClockRule:
    """A clock that begins with a column and ends with the first of `stops` that is filled in."""

    name: str
    start: str
    stops: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    """Where an order stands when these columns are filled in."""

    filled: tuple[str, ...]
    state: str


@dataclass(frozen=True, slots=True)
class Feed:
    """columns: field → its headings, in order of preference; a tuple of headings is joined by /."""

    key: str
    name: str
    name_en: str
    type: str
    channel: str
    columns: Mapping[str, tuple[tuple[str, ...], ...]]
    needed: tuple[str, ...]
    words: Mapping[str, Mapping[str, Any]]
    stages: tuple[Stage, ...]
    clocks: tuple[ClockRule, ...]


def feeds() -> dict[str, Feed]:
    """The ruling feeds by key."""
    return {str(b["key"]): parse(b) for b in definitions.bodies(KIND)}


def feed(key: str) -> Feed:
    """Raises TongjianError."""
    found = feeds()
    if key not in found:
        raise TongjianError(
            "cases.feed_unknown",
            _("There is no feed of work orders called %(key)s. Known: %(known)s."),
            {"key": key, "known": ", ".join(found)},
        )
    return found[key]


def parse(body: Mapping[str, Any]) -> Feed:
    return Feed(
        key=str(body["key"]),
        name=str(body["name"]),
        name_en=str(body["name_en"]),
        type=str(body["type"]),
        channel=str(body.get("channel", "other")),
        columns={k: tuple(words(h) for h in v) for k, v in body["columns"].items()},
        needed=tuple(body.get("needed", ())),
        words=body.get("words", {}),
        stages=tuple(Stage(tuple(s["filled"]), s["state"]) for s in body["stages"]),
        clocks=tuple(ClockRule(k, v["start"], tuple(v["stop"])) for k, v in body.get("clocks", {}).items()),
    )


def places(feed_: Feed, heads: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """field → the numbers of the columns that hold it, for the fields that the file has."""
    at = {h: n for n, h in reversed(list(enumerate(heads)))}
    found: dict[str, tuple[int, ...]] = {}
    for name, choices in feed_.columns.items():
        for headings in choices:
            if headings[0] in at:
                found[name] = tuple(at[h] for h in headings if h in at)
                break
    return found
