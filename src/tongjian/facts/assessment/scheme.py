"""考核方案: what an assessment says, parsed and checked. Plain values; no database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tongjian.facts.assessment.ranking import SHARED, TIES
from tongjian.facts.assessment.watch import Condition, Rule, WatchList
from tongjian.facts.measured import declaration
from tongjian.facts.measured.declaration import Declaration, MeasuredError, Where
from tongjian.kernel.mirrored import ColumnKind, MirrorTable

KIND = "schemes"
FIELDS = frozenset(
    [
        "key",
        "name",
        "name_en",
        "illustrative",
        "since",
        "until",
        "table",
        "where",
        "exclude",
        "on",
        "attribute_to",
        "measures",
        "rank",
        "watch",
        "publish",
        "official",
        "adjust",
    ]
)
MEASURE_FIELDS = frozenset(["name", "name_en", "num", "den", "weight", "official", "published"])
PUBLISHED = ("score", "rank", "cases")
OFFICIAL = frozenset({"score", "rank", "full", "ties"})
UNITS = frozenset({"area", "lead", "first_lead"})
WATCHED = frozenset({"volume_rank", "n", "score", "rank"})
COMPARED = frozenset({"ge", "gt", "le", "lt"})
MEAN = "mean"


class SchemeError(ValueError):
    """A scheme that cannot be meant. faults: every reason, each with its place in the definition."""

    def __init__(self, key: str, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        super().__init__(f"{key}: {'; '.join(faults)}")


@dataclass(frozen=True, slots=True)
class Measure:
    """One rate: cases that pass `num` of those that pass `den`.

    official: the metric whose figure is the city's own; published: the metric that ours is published under.
    """

    key: str
    name: str
    name_en: str
    num: Where
    den: Where
    weight: Fraction
    official: str = ""
    published: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Units that are ranked among each other, by the kind of their area."""

    key: str
    name: str
    name_en: str
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scheme:
    """One scheme. since, until: months, both included; until "": still holds. exclude: the flag of cases taken out.

    on: the date that puts a case into a month. by: the column whose unit answers for it. weights sum to 1.
    score_metric, rank_metric, cases_metric: what these are published under, "" for nothing. most_points: a person may add or take
    so many points of a unit's month, with proof; 0: none. official_score, official_rank: metrics of the city's own, "" where it
    tells none; its scores run from 0 to full_score, ties: how its ranks treat equal scores, of `ranking.TIES`.
    """

    key: str
    name: str
    name_en: str
    illustrative: bool
    since: str
    until: str
    table: str
    where: Where
    exclude: str
    on: str
    by: str
    measures: tuple[Measure, ...]
    groups: tuple[Group, ...]
    min_n: int
    watch: WatchList | None
    version: int = 0
    score_metric: str = ""
    rank_metric: str = ""
    cases_metric: str = ""
    most_points: Fraction = Fraction(0)
    official_score: str = ""
    official_rank: str = ""
    full_score: Fraction = Fraction(100)
    ties: str = SHARED

    def holds_in(self, month: str) -> bool:
        """month: 2022-11."""
        return self.since <= month and (not self.until or month <= self.until)

    @property
    def metrics(self) -> frozenset[str]:
        """Metrics that it writes to the ledger when a month is published."""
        own = {m.published for m in self.measures} | {self.score_metric, self.rank_metric, self.cases_metric}
        return frozenset(own - {""})

    @property
    def official_metrics(self) -> frozenset[str]:
        """Metrics that carry the city's own figures."""
        own = {m.official for m in self.measures} | {self.official_score, self.official_rank}
        return frozenset(own - {""})

    def group_of(self, kind: str) -> Group | None:
        return next((g for g in self.groups if kind in g.kinds), None)


def parse(body: Mapping[str, Any], version: int = 0) -> Scheme:
    """A definition of the kind `schemes`. Raises SchemeError with every fault; tables are held against it by `lint`."""
    faults = [*_faults(body)]
    if faults:
        raise SchemeError(str(body.get("key", "?")), faults)
    rank = body["rank"]
    return Scheme(
        key=body["key"],
        name=body["name"],
        name_en=body["name_en"],
        illustrative=bool(body.get("illustrative", False)),
        since=str(body["since"]),
        until=str(body.get("until", "")),
        table=body["table"],
        where=_where(body.get("where", {})),
        exclude=str(body.get("exclude", "")),
        on=body["on"],
        by=body["attribute_to"],
        measures=tuple(_measure(k, m) for k, m in body["measures"].items()),
        groups=tuple(Group(g["key"], g["name"], g["name_en"], tuple(g["kinds"])) for g in rank["groups"]),
        min_n=int(rank.get("min_n", 1)),
        watch=_watch(body["watch"]) if "watch" in body else None,
        version=version,
        score_metric=str(body.get("publish", {}).get("score", "")),
        rank_metric=str(body.get("publish", {}).get("rank", "")),
        cases_metric=str(body.get("publish", {}).get("cases", "")),
        most_points=Fraction(body["adjust"]["most"]) if "adjust" in body else Fraction(0),
        official_score=str(body.get("official", {}).get("score", "")),
        official_rank=str(body.get("official", {}).get("rank", "")),
        full_score=Fraction(body.get("official", {}).get("full", "100")),
        ties=str(body.get("official", {}).get("ties", SHARED)),
    )


def _measure(key: str, body: Mapping[str, Any]) -> Measure:
    num, den = _where(body["num"]), _where(body.get("den", {}))
    told = body.get("official", ""), body.get("published", "")
    return Measure(key, body["name"], body["name_en"], num, den, Fraction(body["weight"]), *told)


def _where(rows: Any) -> Where:
    made = declaration.parse({"table": "t", "where": rows, "count": True, "on": "d"}, "flow")
    return made.where


def _watch(body: Mapping[str, Any]) -> WatchList:
    return WatchList(_rule(body["enter"]), _rule(body["leave"]))


def _rule(body: Mapping[str, Any]) -> Rule:
    conditions = tuple(
        Condition(what, op, None if value == MEAN else Fraction(str(value)))
        for what, meant in body.items()
        if what != "months"
        for op, value in meant.items()
    )
    return Rule(int(body["months"]), conditions)


# What can be wrong with it


def _faults(body: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"{k}: is not known" for k in sorted(set(map(str, body)) - FIELDS))
    for field in ("key", "name", "name_en", "since", "table", "on", "attribute_to", "measures", "rank"):
        if not body.get(field):
            yield f"{field}: is missing"
    if body.get("attribute_to", "area") not in UNITS:
        yield f"attribute_to: is one of {', '.join(sorted(UNITS))}"
    yield from _month_faults(body)
    yield from _where_faults("where", body.get("where", {}))
    yield from _measure_faults(body.get("measures"))
    yield from _rank_faults(body.get("rank"))
    yield from _watch_faults(body.get("watch"))
    yield from _publish_faults(body.get("publish", {}), body.get("adjust"))
    yield from _official_faults(body.get("official", {}))


def _month_faults(body: Mapping[str, Any]) -> Iterator[str]:
    for field in ("since", "until"):
        year, _dash, month = str(body.get(field) or "2000-01").partition("-")
        if not (len(year) == 4 and year.isdigit() and month.isdigit() and 1 <= int(month) <= 12):
            yield f"{field}: is a month, 2022-01"
    if body.get("until") and str(body["until"]) < str(body.get("since")):
        yield "until: lies before since"


def _where_faults(place: str, rows: Any) -> Iterator[str]:
    try:
        _where(rows)
    except MeasuredError as error:
        yield f"{place}: {error}"


def _measure_faults(measures: Any) -> Iterator[str]:
    if not isinstance(measures, Mapping):
        yield "measures: is a mapping of keys and rates"
        return
    total = Fraction(0)
    for key, body in measures.items():
        place = f"measures.{key}"
        if not isinstance(body, Mapping):
            yield f"{place}: is a mapping"
            continue
        yield from (f"{place}.{k}: is not known" for k in sorted(set(map(str, body)) - MEASURE_FIELDS))
        yield from (f"{place}.{k}: is missing" for k in ("name", "name_en", "num") if not body.get(k))
        yield from _where_faults(f"{place}.num", body.get("num", {}))
        yield from _where_faults(f"{place}.den", body.get("den", {}))
        weight = _fraction(body.get("weight"))
        if weight is None or weight < 0:
            yield f'{place}.weight: is a number in quotes, "0.4"'
        total += weight or 0
    if measures and total != 1:
        yield f"measures: the weights make {float(total):g}, not 1"


def _fraction(value: Any) -> Fraction | None:
    try:
        return Fraction(value) if isinstance(value, str) else None
    except (ValueError, ZeroDivisionError):
        return None


def _rank_faults(rank: Any) -> Iterator[str]:
    if not isinstance(rank, Mapping) or not isinstance(rank.get("groups"), list) or not rank["groups"]:
        yield "rank: has groups, a list of key, name, name_en and kinds"
        return
    least = rank.get("min_n", 1)
    if not isinstance(least, int) or isinstance(least, bool) or least < 1:
        yield "rank.min_n: is a whole number from 1"
    seen: set[str] = set()
    for group in rank["groups"]:
        if not isinstance(group, Mapping) or any(
            not group.get(k) for k in ("key", "name", "name_en", "kinds")
        ):
            yield "rank.groups: each has key, name, name_en and kinds"
            continue
        for kind in group["kinds"]:
            if kind in seen:
                yield f"rank.groups.{group['key']}: {kind} stands in two groups"
            seen.add(kind)


def _publish_faults(publish: Any, adjust: Any) -> Iterator[str]:
    if not isinstance(publish, Mapping) or set(publish) - set(PUBLISHED):
        yield "publish: names metrics for score, rank and cases"
    if adjust is None:
        return
    most = _fraction(adjust.get("most")) if isinstance(adjust, Mapping) and set(adjust) == {"most"} else None
    if most is None or most <= 0:
        yield 'adjust: has most, points in quotes, "2"'


def _official_faults(official: Any) -> Iterator[str]:
    if not isinstance(official, Mapping) or set(official) - OFFICIAL:
        yield "official: names metrics for score and rank, and has full and ties"
        return
    full = _fraction(official.get("full", "100"))
    if full is None or full <= 0:
        yield 'official.full: is a number in quotes, "100"'
    if official.get("ties", SHARED) not in TIES:
        yield f"official.ties: is one of {', '.join(TIES)}"


def _watch_faults(watch: Any) -> Iterator[str]:
    if watch is None:
        return
    if not isinstance(watch, Mapping) or set(watch) != {"enter", "leave"}:
        yield "watch: has enter and leave"
        return
    for side, rule in watch.items():
        yield from _rule_faults(f"watch.{side}", rule)


def _rule_faults(place: str, rule: Any) -> Iterator[str]:
    if not isinstance(rule, Mapping) or not isinstance(rule.get("months"), int) or rule["months"] < 1:
        yield f"{place}: has months, a whole number from 1, and conditions"
        return
    if len(rule) == 1:
        yield f"{place}: has no condition"
    for what, meant in rule.items():
        if what == "months":
            continue
        if what not in WATCHED:
            yield f"{place}.{what}: is none of {', '.join(sorted(WATCHED))}"
        elif not isinstance(meant, Mapping) or not meant or set(meant) - COMPARED:
            yield f"{place}.{what}: has ge, gt, le or lt"
        elif any(v != MEAN and _fraction(str(v)) is None for v in meant.values()):
            yield f"{place}.{what}: is compared with a number or with mean"


def lint(scheme: Scheme, tables: Mapping[str, MirrorTable]) -> list[str]:
    """What of the scheme does not fit the tables that are there."""
    try:
        table = declaration.check(Declaration(scheme.table, scheme.where, on=scheme.on, by=scheme.by), tables)
    except MeasuredError as error:
        return [str(error)]
    faults = []
    flag = table.column(scheme.exclude) if scheme.exclude else None
    if scheme.exclude and (flag is None or flag.kind != ColumnKind.FLAG):
        faults.append(f"exclude: {scheme.exclude} is no flag of {scheme.table}")
    for measure in scheme.measures:
        try:
            declaration.check(Declaration(scheme.table, num=measure.num, den=measure.den), tables)
        except MeasuredError as error:
            faults.append(f"measures.{measure.key}: {error}")
    return faults
