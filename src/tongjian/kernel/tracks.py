"""轨道: the stages of a long-lived thing, and what each asks for. Pure: no database, clock or request.

A stage is never left backwards except by a reopening. Stages may be passed over unless a need says `earlier`.
Where a thing stands is the replay of its passages; nobody types it in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

LEFT = "left"  # what `Standing.stage` says of a thing that left its track
TESTS = ("is", "in", "ge", "le")
NEED_KINDS = ("attribute", "code", "relation", "evidence", "earlier")
ENTERED, REOPENED = "entered", "reopened"


class TrackError(ValueError):
    """A track that cannot be meant: which track, which stage, what is wrong."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A test of an attribute: `is` a value, `in` some, `ge` or `le` a number or a day. Not given: it does not hold."""

    attribute: str
    test: str
    value: Any

    def holds(self, attributes: Mapping[str, object]) -> bool:
        """Whether the thing's attribute passes."""
        return passes(attributes.get(self.attribute), self.test, self.value)


@dataclass(frozen=True, slots=True)
class Need:
    """What a stage asks for. name: the attribute, code scheme, relation role, kind of evidence or earlier stage.

    when: only of things that pass it. test, value: an attribute has to pass them, too (test "": it has to be given).
    """

    kind: str
    name: str
    label: str = ""
    label_en: str = ""
    when: Condition | None = None
    test: str = ""
    value: Any = None


@dataclass(frozen=True, slots=True)
class Clock:
    """时限: days from entering `since` (a stage) within which this one is to be entered. working: counts 工作日.

    stops: reasons for which the clock stands still (补正, 公示 …).
    """

    days: int
    since: str
    working: bool = True
    stops: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage. final: the thing has arrived."""

    key: str
    name: str
    name_en: str
    needs: tuple[Need, ...] = ()
    clock: Clock | None = None
    final: bool = False


@dataclass(frozen=True)
class Track:
    """Stages in their order. version: of its definition; 0: out of the packs, not applied yet."""

    key: str
    name: str
    name_en: str
    stages: tuple[Stage, ...]
    version: int = 0
    illustrative: bool = False

    def stage(self, key: str) -> Stage:
        """Raises TrackError for a stage that the track does not have."""
        return self.stages[self.place(key)]

    def place(self, key: str) -> int:
        """The stage's place in the order, from 0. Raises TrackError."""
        for number, stage in enumerate(self.stages):
            if stage.key == key:
                return number
        raise TrackError(f"tracks/{self.key}: there is no stage {key}")

    def has(self, key: str) -> bool:
        return any(s.key == key for s in self.stages)


@dataclass(frozen=True, slots=True)
class Having:
    """What a thing has, as far as gates ask. codes: scheme → verdict. entered: stages in order. left: off the track."""

    attributes: Mapping[str, object] = field(default_factory=dict)
    codes: Mapping[str, str] = field(default_factory=dict)
    relations: frozenset[str] = frozenset()
    evidence: frozenset[str] = frozenset()
    entered: tuple[str, ...] = ()
    left: bool = False


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that stands in the way. kind: of the need, or `order` (at or past that stage), or `left`.

    zh, en: how to say it.
    """

    kind: str
    name: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Step:
    """A passage as the rules see it. result: entered, reopened (back to `stage`; "": before the first), left."""

    stage: str
    result: str
    on: date


@dataclass(frozen=True, slots=True)
class Stood:
    """Where a thing stands. stage: "": not on the track yet. since: the day of the last passage."""

    stage: str = ""
    since: date | None = None
    entered: tuple[str, ...] = ()
    left: bool = False


NOWHERE = Stood()


# Reading


def read(body: Mapping[str, Any], version: int = 0) -> Track:
    """A track from its pack entry. Raises TrackError."""
    key = str(body.get("key", ""))
    stages = tuple(_stage(key, row) for row in body.get("stages", ()))
    found = Track(
        key,
        str(body.get("name", "")),
        str(body.get("name_en", "")),
        stages,
        version,
        bool(body.get("illustrative", False)),
    )
    _check(found)
    return found


def _stage(track: str, row: Mapping[str, Any]) -> Stage:
    where = f"tracks/{track}/{row.get('key', '')}"
    return Stage(
        str(row.get("key", "")),
        str(row.get("name", "")),
        str(row.get("name_en", "")),
        tuple(_need(where, need) for need in row.get("needs", ())),
        _clock(where, row.get("clock")),
        bool(row.get("final", False)),
    )


def _need(where: str, row: Mapping[str, Any]) -> Need:
    """{evidence: permit, label: 施工许可证, label_en: …, when: {attribute: …, ge: 500}}"""
    kinds = [kind for kind in NEED_KINDS if kind in row]
    if len(kinds) != 1:
        raise TrackError(f"{where}: a need is one of {', '.join(NEED_KINDS)}, this one is {dict(row)}")
    test = _test(where, row)
    if test and kinds[0] != "attribute":
        raise TrackError(f"{where}: only an attribute is tested, not {kinds[0]} {row[kinds[0]]}")
    return Need(
        kinds[0],
        str(row[kinds[0]]),
        str(row.get("label", "")),
        str(row.get("label_en", "")),
        _condition(where, row.get("when")),
        test,
        row.get(test) if test else None,
    )


def _condition(where: str, row: Mapping[str, Any] | None) -> Condition | None:
    if row is None:
        return None
    test = _test(where, row)
    if not test or "attribute" not in row:
        raise TrackError(f"{where}: when needs an attribute and one of {', '.join(TESTS)}")
    return Condition(str(row["attribute"]), test, row[test])


def _test(where: str, row: Mapping[str, Any]) -> str:
    tests = [test for test in TESTS if test in row]
    if len(tests) > 1:
        raise TrackError(f"{where}: one test at a time, these are {', '.join(tests)}")
    return tests[0] if tests else ""


def _clock(where: str, row: Mapping[str, Any] | None) -> Clock | None:
    if row is None:
        return None
    days = row.get("days")
    if not isinstance(days, int) or days < 1 or not row.get("since"):
        raise TrackError(f"{where}: a clock needs days, 1 or more, and since (a stage)")
    stops = tuple(str(s) for s in row.get("stops", ()))
    return Clock(days, str(row["since"]), bool(row.get("working", True)), stops)


def _check(track: Track) -> None:
    keys = [s.key for s in track.stages]
    where = f"tracks/{track.key}"
    if not keys or not all([track.key, track.name, track.name_en]):
        raise TrackError(f"{where}: a track needs key, name, name_en and stages")
    if len(set(keys)) != len(keys) or not all(s.key and s.name and s.name_en for s in track.stages):
        raise TrackError(f"{where}: each stage needs a key of its own, name and name_en")
    if LEFT in keys:
        raise TrackError(f"{where}: the stage key {LEFT} is taken; give the stage another")
    for number, stage in enumerate(track.stages):
        for name in _earlier(stage):
            if name not in keys[:number]:
                raise TrackError(f"{where}/{stage.key}: {name} is no earlier stage")


def _earlier(stage: Stage) -> Iterator[str]:
    yield from (need.name for need in stage.needs if need.kind == "earlier")
    if stage.clock is not None:
        yield stage.clock.since


# Rules


def missing(track: Track, stage: str, thing: Having) -> tuple[Missing, ...]:
    """All that stands in the way of entering the stage; empty: it may be entered. Raises TrackError."""
    wanted = track.stage(stage)
    found = [*_order(track, wanted, thing)]
    found += [_told(track, need) for need in wanted.needs if not _has(need, thing)]
    return tuple(found)


def missing_for_all(track: Track, stage: str, things: Iterable[Having]) -> tuple[tuple[Missing, ...], ...]:
    """`missing` of many things, in their order; each sentence is made once. Raises TrackError."""
    wanted = track.stage(stage)
    told = [(need, _told(track, need)) for need in wanted.needs]
    return tuple(
        (*_order(track, wanted, thing), *(said for need, said in told if not _has(need, thing)))
        for thing in things
    )


def next_stages(track: Track, entered: Sequence[str]) -> tuple[Stage, ...]:
    """The stages ahead of the last one entered."""
    return track.stages[_reached(track, entered) + 1 :]


def replay(steps: Iterable[Step]) -> Stood:
    """Where the thing stands after its passages."""
    now = NOWHERE
    for one in steps:
        now = after(now, one)
    return now


def after(now: Stood, step: Step) -> Stood:
    """Where it stands after one more passage."""
    if step.result == REOPENED:
        kept = now.entered[: now.entered.index(step.stage) + 1] if step.stage in now.entered else ()
        return Stood(step.stage, step.on, kept)
    if step.result == LEFT:
        return replace(now, stage=LEFT, since=step.on, left=True)
    return Stood(step.stage, step.on, (*now.entered, step.stage))


def passes(given: object, test: str, value: Any) -> bool:
    """Whether an attribute passes a test; test "": whether it is given at all (0 and False are)."""
    if given is None or given == "" or given == [] or given == ():
        return False
    if test == "":
        return True
    if test == "is":
        return _same(given, value)
    if test == "in":
        return any(_same(given, one) for one in value)
    left, right = _comparable(given), _comparable(value)
    if left is None or right is None or type(left) is not type(right):
        return False
    return bool(left >= right if test == "ge" else left <= right)


def _same(given: object, value: object) -> bool:
    left, right = _comparable(given), _comparable(value)
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return left == right
    return given == value or str(given) == str(value)


def _comparable(value: object) -> Any:
    """A Decimal of numbers and what reads as one (also values.Number), a text of days; None of anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, date):
        return value.isoformat()
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        number = Decimal("NaN")
    if number.is_finite():
        return number
    return value if isinstance(value, str) else None


def _has(need: Need, thing: Having) -> bool:
    if need.when is not None and not need.when.holds(thing.attributes):
        return True
    if need.kind == "attribute":
        return passes(thing.attributes.get(need.name), need.test, need.value)
    if need.kind == "code":
        return thing.codes.get(need.name) in {"ok", "warning"}
    if need.kind == "relation":
        return need.name in thing.relations
    if need.kind == "evidence":
        return need.name in thing.evidence
    return need.name in thing.entered


def _order(track: Track, wanted: Stage, thing: Having) -> Iterator[Missing]:
    if thing.left:
        yield Missing("left", wanted.key, "已退出该流程，须先重新打开", "it left the track; reopen it first")
        return
    reached = _reached(track, thing.entered)
    if track.place(wanted.key) <= reached:
        at = track.stages[reached]
        yield Missing(
            "order",
            wanted.key,
            f"已到“{at.name}”，“{wanted.name}”不在其后",
            f"it has reached “{at.name_en}”, and “{wanted.name_en}” does not come after that",
        )


def _reached(track: Track, entered: Sequence[str]) -> int:
    return max((track.place(key) for key in entered if track.has(key)), default=-1)


def _told(track: Track, need: Need) -> Missing:
    if need.kind == "earlier":
        earlier = track.stage(need.name)
        return Missing(
            need.kind, need.name, f"尚未“{earlier.name}”", f"“{earlier.name_en}” has not been entered"
        )
    zh, en = need.label or need.name, need.label_en or need.name
    tested_zh, tested_en = _tested(need)
    words = {
        "attribute": (f"缺“{zh}”{tested_zh}", f"{en} is not given{tested_en}"),
        "code": (f"缺有效的{zh}", f"there is no valid {en}"),
        "relation": (f"未关联{zh}", f"no {en} is linked"),
        "evidence": (f"缺{zh}", f"{en} is not on file"),
    }
    return Missing(need.kind, need.name, *words[need.kind])


def _tested(need: Need) -> tuple[str, str]:
    """（须不低于500）"""
    many = "、".join(str(v) for v in need.value) if need.test == "in" else need.value
    return {
        "": ("", ""),
        "is": (f"（须为{many}）", f" (has to be {many})"),
        "in": (f"（须为{many}之一）", f" (has to be one of {many})"),
        "ge": (f"（须不低于{many}）", f" (has to be {many} or more)"),
        "le": (f"（须不高于{many}）", f" (has to be {many} or less)"),
    }[need.test]
