"""倒排工期: deadlines that follow from other deadlines, so many days after or before them, in one pass.

A plan is data: nodes with a fixed date of each subject, or so long `after` others (the latest counts), or so long
`before` others (the earliest counts). Rules and format: docs/reference/clocks.md#deadlines-from-deadlines--倒排工期
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from graphlib import CycleError, TopologicalSorter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tongjian.kernel.calendars import Calendar
from tongjian.kernel.clocks import batch, policy
from tongjian.kernel.clocks.batch import Ints, Times
from tongjian.kernel.clocks.elapsed import assumed, day_words
from tongjian.kernel.clocks.grid import EPOCH, SIZE, Grid, grid
from tongjian.kernel.clocks.policy import ClockError, Unit
from tongjian.kernel.clocks.why import amount_words
from tongjian.kernel.said import Said

NAT = np.datetime64("NaT", "D")
_KEYS = frozenset({"key", "name", "name_en", "fixed", "after", "before", "rolls"})


class DeadlineError(ValueError):
    """A plan that cannot be meant: which one, which node, what is wrong; a cycle is named node by node."""


@dataclass(frozen=True, slots=True)
class Link:
    """So much time from the date of another node; 0 working days: that day, or the nearest worked one onwards."""

    node: str
    amount: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class Node:
    """A date that is to be kept. Without links it is fixed. rolls: a day off moves to the next working day."""

    key: str
    name: str
    name_en: str
    after: tuple[Link, ...] = ()
    before: tuple[Link, ...] = ()
    rolls: bool = False

    @property
    def links(self) -> tuple[Link, ...]:
        return self.after or self.before


@dataclass(frozen=True, slots=True)
class Plan:
    """Nodes as written; `order`: their places such that each comes after those it hangs on."""

    key: str
    nodes: tuple[Node, ...]
    order: tuple[int, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """Columns of a schedule."""
        return tuple(n.key for n in self.nodes)

    @property
    def fixed(self) -> tuple[str, ...]:
        """Columns of the starts: nodes whose date each subject brings."""
        return tuple(n.key for n in self.nodes if not n.links)


@dataclass(frozen=True, slots=True)
class Why:
    """on: None where a date it hangs on is missing. steps: from the fixed date that decides down to the node."""

    on: date | None
    steps: tuple[Said, ...]
    warnings: tuple[Said, ...] = ()


def make(key: str, nodes: Sequence[Node]) -> Plan:
    """A plan in order. Raises DeadlineError for a key twice, a link to nowhere, or a cycle, naming it."""
    places = {n.key: i for i, n in enumerate(nodes)}
    if len(places) < len(nodes):
        twice = next(n.key for i, n in enumerate(nodes) if places[n.key] != i)
        raise DeadlineError(f"{key}: the node {twice} stands twice")
    for node in nodes:
        _check(key, node, places)
    sorter = TopologicalSorter({n.key: [link.node for link in n.links] for n in nodes})
    try:
        order = tuple(places[k] for k in sorter.static_order())
    except CycleError as error:
        raise DeadlineError(f"{key}: the deadlines go in a circle: {' → '.join(error.args[1])}") from None
    return Plan(key, tuple(nodes), order)


def read(body: Mapping[str, Any]) -> Plan:
    """A plan as packs write it. Raises DeadlineError naming plan and node."""
    key = str(body.get("key", ""))
    return make(key, [_node(key, row) for row in body.get("nodes", [])])


def schedule(plan: Plan, starts: Times, calendar: Calendar, happened: Times | None = None) -> Times:
    """All dates of all subjects.

    starts: datetime64 [subjects, fixed nodes] in the order of `plan.fixed`, NaT where unknown. happened: the same
    [subjects, nodes]; a date there stands instead of the planned one and what follows is reckoned from it.
    Returns datetime64[D] [subjects, nodes], NaT where a date that it hangs on is missing. Raises ClockError outside
    1980 to 2099, DeadlineError for another number of columns.
    """
    _shape(plan, starts, len(plan.fixed), "starts")
    given, held = batch.days(starts), grid(calendar)
    found = np.full((len(starts), len(plan.nodes)), NAT)
    columns = {k: i for i, k in enumerate(plan.keys)}
    for column, key in enumerate(plan.fixed):
        found[:, columns[key]] = given[:, column]
    actual = None if happened is None else batch.days(happened)
    if actual is not None:
        _shape(plan, actual, len(plan.nodes), "happened")
    for place in plan.order:
        node = plan.nodes[place]
        if node.links:
            found[:, place] = _date(held, node, found[:, [columns[link.node] for link in node.links]])
        if actual is not None:
            found[:, place] = np.where(np.isnat(actual[:, place]), found[:, place], actual[:, place])
    return found


def why(
    plan: Plan,
    key: str,
    starts: Mapping[str, date],
    calendar: Calendar,
    happened: Mapping[str, date] | None = None,
) -> Why:
    """One subject's date of a node, and the chain that decides it. starts, happened: node → date.

    Raises DeadlineError for a node that the plan does not have.
    """
    for name in (key, *starts, *(happened or {})):
        if name not in plan.keys:
            raise DeadlineError(f"{plan.key}: there is no node {name}")
    row = np.array([[starts.get(k, NAT) for k in plan.fixed]], dtype="datetime64[D]")
    real = np.array([[(happened or {}).get(k, NAT) for k in plan.keys]], dtype="datetime64[D]")
    dates = dict(zip(plan.keys, schedule(plan, row, calendar, real)[0].tolist(), strict=True))
    if dates[key] is None:
        return Why(None, tuple(_missing(n) for n in _roots(plan, key, dates)))
    steps, days, worked = _chain(plan, key, dates, set(happened or {}), grid(calendar))
    return Why(dates[key], tuple(steps), assumed(calendar.unknown(min(days), max(days))) if worked else ())


def _chain(
    plan: Plan, key: str, dates: Mapping[str, date], happened: set[str], held: Grid
) -> tuple[list[Said], list[date], bool]:
    """Sentences from the start down to the node, the dates met, and whether working days were counted."""
    nodes = {n.key: n for n in plan.nodes}
    said: list[Said] = []
    days, worked = [dates[key]], False
    while nodes[key].links and key not in happened:
        node = nodes[key]
        link = _deciding(held, node, dates)
        said.append(_step(node, nodes[link.node], link, dates))
        worked = worked or node.rolls or link.unit is Unit.WORKING_DAYS
        key = link.node
        days.append(dates[key])
    said.append(_given(nodes[key], dates[key], key in happened))
    return said[::-1], days, worked


def _date(held: Grid, node: Node, dates: Times) -> Times:
    """Dates of one node from those of its links, [subjects, links]."""
    sign = 1 if node.after else -1
    known = ~np.isnat(dates).any(axis=1)
    numbers = (dates[known] - EPOCH).astype(np.int64)
    moved = [_moved(held, numbers[:, i], link, sign) for i, link in enumerate(node.links)]
    if not known.any():
        return np.full(len(dates), NAT)
    day = np.max(moved, axis=0) if node.after else np.min(moved, axis=0)
    if node.rolls:
        day = batch.next_worked(held, day)
    found = np.full(len(dates), NAT)
    found[known] = EPOCH + day
    return found


def _moved(held: Grid, day: Ints, link: Link, sign: int) -> Ints:
    """Day numbers so long after (1) or before (-1) the given ones."""
    _within(day)
    if link.unit is Unit.WORKING_DAYS:
        return _worked(held, day, link.amount, sign)
    if link.unit is Unit.MONTHS:
        then: Ints = (batch.add_months(EPOCH + day, sign * link.amount) - EPOCH).astype(np.int64)
    else:
        then = day + sign * link.amount
    _within(then)
    return then


def _worked(held: Grid, day: Ints, amount: int, sign: int) -> Ints:
    if amount == 0:
        return batch.next_worked(held, day) if sign > 0 else batch.last_worked(held, day)
    nth = held.before[day + 1] + amount - 1 if sign > 0 else held.before[day] - amount
    if len(nth) and not (nth.min() >= 0 and nth.max() < len(held.nth)):
        raise ClockError("deadlines are reckoned from 1980 to 2099")
    return held.nth[nth]


def _within(day: Ints) -> None:
    if len(day) and not (day.min() >= 0 and day.max() < SIZE):
        raise ClockError("deadlines are reckoned from 1980 to 2099")


def _deciding(held: Grid, node: Node, dates: Mapping[str, date]) -> Link:
    sign = 1 if node.after else -1

    def moved(link: Link) -> int:
        number: NDArray[np.int64] = (np.array([dates[link.node]], "datetime64[D]") - EPOCH).astype(np.int64)
        return sign * int(_moved(held, number, link, sign)[0])

    return max(node.links, key=moved)


def _roots(plan: Plan, key: str, dates: Mapping[str, date | None]) -> list[Node]:
    """Fixed nodes above a node that have no date, in the plan's order."""
    nodes = {n.key: n for n in plan.nodes}
    seen, todo = set(), [key]
    while todo:
        at = todo.pop()
        if at not in seen and dates[at] is None:
            seen.add(at)
            todo += [link.node for link in nodes[at].links]
    return [n for n in plan.nodes if n.key in seen and not n.links]


def _node(plan: str, row: Mapping[str, Any]) -> Node:
    key = str(row.get("key", ""))
    if not key or set(row) - _KEYS:
        raise DeadlineError(
            f"{plan}/{key}: a node has key, name, name_en and fixed, after or before, and may roll"
        )
    links = {
        way: tuple(_link(plan, key, *pair) for pair in row.get(way, {}).items())
        for way in ("after", "before")
    }
    if [bool(row.get("fixed")), bool(links["after"]), bool(links["before"])].count(True) != 1:
        raise DeadlineError(f"{plan}/{key}: one of fixed, after, before")
    names = str(row.get("name", key)), str(row.get("name_en", row.get("name", key)))
    return Node(key, *names, links["after"], links["before"], bool(row.get("rolls", False)))


def _link(plan: str, key: str, node: str, text: object) -> Link:
    try:
        return Link(str(node), *policy.amount(str(text)))
    except ClockError as error:
        raise DeadlineError(f"{plan}/{key}: {error}") from None


def _check(plan: str, node: Node, places: Mapping[str, int]) -> None:
    for link in node.links:
        if link.node not in places:
            raise DeadlineError(f"{plan}/{node.key}: there is no node {link.node}")
        if not link.unit.in_days or link.amount < 0:
            raise DeadlineError(f"{plan}/{node.key}: {link.amount}{link.unit}; days, working days or months")
    if node.after and node.before:
        raise DeadlineError(f"{plan}/{node.key}: after or before, not both")


def _shape(plan: Plan, dates: Times, columns: int, name: str) -> None:
    if dates.ndim != 2 or dates.shape[1] != columns:
        raise DeadlineError(f"{plan.key}: {name} has the shape {dates.shape}, wanted are {columns} columns")


def _given(node: Node, on: date, real: bool) -> Said:
    zh, en = day_words(on)
    if real:
        return Said("deadlines.happened", f"{node.name}已于{zh}完成。", f"{node.name_en}: done on {en}.")
    return Said("deadlines.fixed", f"{node.name}定于{zh}。", f"{node.name_en}: fixed for {en}.")


def _step(node: Node, other: Node, link: Link, dates: Mapping[str, date]) -> Said:
    (zh, en), (length, length_en) = day_words(dates[node.key]), amount_words(link.amount, link.unit)
    way, way_en = ("后", "after") if node.after else ("前", "before")
    many = len(node.links) > 1
    which, which_en = ("最晚", "the latest") if node.after else ("最早", "the earliest")
    return Said(
        "deadlines.after" if node.after else "deadlines.before",
        f"{node.name}：{other.name}{way}{length}"
        + (f"（{len(node.links)}项中{which}）" if many else "")
        + f"，{zh}。",
        f"{node.name_en}: {length_en} {way_en} {other.name_en}"
        + (f" ({which_en} of {len(node.links)})" if many else "")
        + f", {en}.",
    )


def _missing(node: Node) -> Said:
    return Said("deadlines.missing", f"缺少{node.name}的日期。", f"The date of {node.name_en} is missing.")
