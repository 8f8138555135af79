"""Holding each row of a workbook against the catalogue: entries to record, and all problems at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tongjian.facts import rules
from tongjian.facts.collection import labels
from tongjian.facts.collection.amounts import Amount, BadCell, amount, check_range, check_units
from tongjian.facts.collection.ground import Ground
from tongjian.facts.collection.ground import ground as ground
from tongjian.facts.collection.labels import Measured, bare
from tongjian.facts.collection.lines import Line
from tongjian.facts.collection.problems import PREFIX, Problem
from tongjian.facts.collection.table import Rows
from tongjian.facts.models import Metric
from tongjian.kernel.models import Area
from tongjian.values import Number, Period, PeriodError

LONGEST_REASON = 200
BEHIND = frozenset(
    {"左右", "上下", "规模", "以上", "以内", "以下"}
)  # bound words that stand after the number
# metric and subject (rows), measure, of, basis, comparator, breakdown, period kind
Identity = tuple[int, int, str, str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """One row that can go on the ledger. value: in the line's unit, or the reason why there is none."""

    row: int
    line: Line
    period: Period
    value: Number | str
    bound: str
    status: str
    words: str
    sheet: str
    cell: str
    shown: str
    note: str = ""

    @property
    def identity(self) -> Identity:
        """What names the series."""
        one = self.line
        kind = str(rules.period_kind(one.metric.kind, self.period))
        return (
            one.metric.pk,
            one.area.subject_id,
            one.measure,
            one.of,
            one.basis,
            one.comparator,
            one.breakdown,
            kind,
        )

    @property
    def place(self) -> str:
        """Where the value stands: 填报!I7."""
        return f"{self.sheet}!{self.cell}"


@dataclass(slots=True)
class Checked:
    """What a sheet holds: rows that are fine, all problems, and notes that do not stop it."""

    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)


def check(table: Rows, on: Ground) -> Checked:
    """All rows. Nothing of `entries` may be recorded unless `problems` is empty."""
    found = Checked()
    for where in table.merged():
        found.problems.append(_problem(table, where.split(":")[0], "merged", range=where))
    first: dict[tuple[Identity, Period], int] = {}
    for row in table.rows:
        entry = _Row(table, row, on, found).entry()
        if entry is None:
            continue
        twice = first.setdefault((entry.identity, entry.period), row)
        if twice != row:
            found.problems.append(_problem(table, entry.cell, "duplicate_row", first=table.number(twice)))
        found.entries.append(entry)
    return found


def _problem(table: Rows, cell: str, code: str, /, **params: object) -> Problem:
    return Problem(table.sheet.name, cell, PREFIX + code, params)


class _Row:
    """Reads one row, column by column, and goes on after a bad cell so that all are told at once."""

    def __init__(self, table: Rows, row: int, on: Ground, found: Checked) -> None:
        self.table, self.row, self.on, self.found = table, row, on, found

    def text(self, name: str) -> str:
        return self.table.cell(self.row, name).text

    def bad(self, name: str, code: str, /, **params: object) -> None:
        self.found.problems.append(_problem(self.table, self.table.reference(self.row, name), code, **params))

    def entry(self) -> Entry | None:
        line = self.line()
        period = self.period(line)
        bound = self.word("bound", self.on.catalogue.bounds, labels.BOUNDS, "eq")
        status = self.word("status", self.on.catalogue.statuses, labels.STATUSES, "actual")
        value = self.value(line)
        if line is None or period is None or bound is None or status is None or value is None:
            return None
        shown = self.text("value")
        return Entry(
            row=self.table.number(self.row),
            line=line,
            period=rules.canonical(rules.period_kind(line.metric.kind, period), period),
            value=value.number if isinstance(value, Amount) else value,
            bound=bound,
            status=status,
            words=self.printed(bound, shown) if isinstance(value, Amount) else "",
            sheet=self.table.sheet.name,
            cell=self.table.reference(self.row, "value"),
            shown=shown,
            note=self.text("note")[:LONGEST_REASON],
        )

    def printed(self, bound: str, shown: str) -> str:
        """As the department wrote it, in its own unit, the bound word as in the cell: 超100家, 3%左右."""
        unit = "" if shown.endswith("%") and self.text("unit") == "%" else self.text("unit")
        word = self.text("bound") if bound != "eq" else ""
        return f"{shown}{unit}{word}" if word in BEHIND else f"{word}{shown}{unit}"

    def word(
        self, name: str, words: Mapping[str, str], choices: Mapping[str, str], default: str
    ) -> str | None:
        """The code of a labelled column; empty means the default."""
        text = self.text(name)
        code = words.get(bare(text)) if text else default
        if code is None:
            self.bad(name, f"unknown_{name}", got=text, choices="、".join(choices))
        return code

    # Which series

    def line(self) -> Line | None:
        metric, area = self.metric(), self.area()
        measure = self.on.catalogue.measures.get(bare(self.text("measure")))
        if measure is None:
            self.bad(
                "measure", "unknown_measure", got=self.text("measure"), choices="、".join(labels.MEASURES)
            )
        basis = self.word("basis", self.on.catalogue.bases, labels.BASES, "natural")
        if metric is None or not self.owned(metric) or area is None or measure is None or basis is None:
            return None
        return self.chosen(metric, area, measure, basis)

    def metric(self) -> Metric | None:
        code, name = self.text("metric"), self.text("name")
        if not code and not name:
            self.bad("name", "metric_missing")
            return None
        return self.by_code(code, name) if code else self.by_name(name)

    def by_code(self, code: str, name: str) -> Metric | None:
        metric = self.on.catalogue.metrics.get(code.strip())
        if metric is None:
            self.bad("metric", "unknown_metric", got=code)
        elif name and metric not in self.on.catalogue.names.get(
            bare(name), [metric] if name == metric.name else []
        ):
            self.bad("name", "metric_mismatch", code=code, named=metric.name, got=name)
            return None
        return metric

    def by_name(self, name: str) -> Metric | None:
        found = self.on.catalogue.names.get(bare(name), [])
        if len(found) > 1:
            self.bad("name", "metric_not_unique", got=name, choices="、".join(m.key for m in found))
        elif not found:
            self.bad("name", self.table.unknown_name, got=name)
        return found[0] if len(found) == 1 else None

    def area(self) -> Area | None:
        area = self.on.catalogue.areas.get(bare(self.text("area")))
        if area is None:
            self.bad("area", "unknown_area", got=self.text("area"))
        return area

    def owned(self, metric: Metric) -> bool:
        if metric.key in self.on.lines:
            return True
        owner = str(metric.owner) if metric.owner else "–"
        name = "metric" if self.text("metric") else "name"
        self.bad(name, "not_owned", metric=metric.name, owner=owner, organisation=str(self.on.organisation))
        return False

    def chosen(self, metric: Metric, area: Area, measure: Measured, basis: str) -> Line | None:
        breakdown = bare(self.text("breakdown"))
        own = self.on.lines[metric.key]
        fits = [
            one
            for one in own
            if one.area.subject_id == area.subject_id
            and one.basis == basis
            and one.says(measure)
            and bare(one.breakdown) == breakdown
        ]
        if len(fits) == 1:
            return fits[0]
        if fits:
            choices = "、".join(one.label for one in fits)
            self.bad("measure", "row_not_unique", metric=metric.name, choices=choices)
        else:
            basis_label = labels.label_of(labels.BASES, basis)
            parts = [area.subject.label, self.text("breakdown"), self.text("measure") or "数值", basis_label]
            wanted = " ".join(p for p in parts if p)
            self.bad("measure", "not_collected", metric=metric.name, wanted=wanted, choices=_choices(own))
        return None

    # When

    def period(self, line: Line | None) -> Period | None:
        cell = self.table.cell(self.row, "period")
        if not cell.kind:
            return self.on.period
        try:
            period = _read_period(cell.kind, cell.text)
        except PeriodError:
            self.bad("period", "period_unknown", got=cell.text)
            return None
        if line is not None and not within(period, self.on.period, line):
            earliest = Period.month(self.on.period.start_year - 1, 1)
            last = Period(self.on.period.end, self.on.period.end)
            self.bad("period", "period_outside", got=cell.text, **{"from": str(earliest), "to": str(last)})
            return None
        return period

    # How much

    def value(self, line: Line | None) -> Amount | str | None:
        cell, note = self.table.cell(self.row, "value"), self.text("note")
        if not cell.kind:
            self.bad("value", "value_missing")
            return None
        if bare(cell.text) in labels.NOT_REPORTED_WORDS:
            if not note:
                self.bad("note", "reason_missing")
            return note[:LONGEST_REASON] or None
        return self.amount(line)

    def amount(self, line: Line | None) -> Amount | None:
        cell, given = self.table.cell(self.row, "value"), self.text("unit")
        kept = line.unit if line else given
        try:
            if line is not None:
                check_units(given, kept)
        except BadCell as error:
            self.bad("unit", error.code, **error.params)
            kept = given = "%" if cell.text.endswith("%") else "项"  # the number is still looked at
            line = None
        try:
            found = amount(cell, given or "项", kept or "项")
            if line is not None:
                check_range(found.number, line.measure, line.metric.bounds, kept)
        except BadCell as error:
            self.bad("value", error.code, **error.params)
            return None
        self.remark(cell.kind, cell.formula, cell.text)
        return found

    def remark(self, kind: str, formula: bool, shown: str) -> None:
        where = self.table.reference(self.row, "value")
        if kind == "percent":
            self.found.notes.append(_problem(self.table, where, "note_percent", got=shown))
        if formula:
            self.found.notes.append(_problem(self.table, where, "note_formula", got=shown))


def _choices(own: Sequence[Line]) -> str:
    """The collected series of a metric, a few of them, as their rows are labelled."""
    shown = []
    for line in own[:6]:
        basis = "" if line.basis == "natural" else labels.label_of(labels.BASES, line.basis)
        parts = [line.area.subject.label, line.breakdown, line.label, basis]
        shown.append(" ".join(p for p in parts if p))
    return "、".join(shown) + ("…" if len(own) > 6 else "")


def _read_period(kind: str, text: str) -> Period:
    """A date cell means its month (Excel turns 2022-11 into one); a number is a year, nothing else."""
    if kind == "date":
        return Period.parse(text[:7])
    if kind == "number" and not (text.isdigit() and len(text) == 4):
        raise PeriodError(text)
    return labels.printed_period(text)


def within(period: Period, submission: Period, line: Line) -> bool:
    """From January of the year before, for last year's base, to the end of the submission's own period.

    What counts since its start may begin earlier; of a stock only the end matters.
    """
    kind = rules.period_kind(line.metric.kind, period)
    start = rules.canonical(kind, period).start
    earliest = (submission.start_year - 1) * 12
    ends = period.end if kind != "point" else rules.canonical(kind, period).end
    return ends <= submission.end and (start >= earliest or line.basis == "since_start")
