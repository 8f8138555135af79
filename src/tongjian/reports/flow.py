"""Conditions and loops of a template: `%if`, `%else`, `%for`, `%end`, worked out before its lines are read. Knows no Django.

Each line that comes out keeps the number of the line that it was written on, so that problems are told where they are.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from tongjian.reports import numerals
from tongjian.reports.known import Known, Resolver, Unresolved
from tongjian.reports.problems import Problem
from tongjian.values import IncompatibleUnits, UnknownUnit, convert

Line = tuple[int, str]
Compare = Callable[[Decimal, Decimal], bool]
OPERATORS: Mapping[str, Compare] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
    "=": operator.eq,
}
TARGET = "target "
_WORD = re.compile(r"%(if|else|for|end)\b\s*(.*)\Z")
_LOOP = re.compile(r"([a-z][a-z0-9_]*)\s+in\s+(.+)\Z")
_COMPARED = re.compile(r"(.+?)\s(>=|<=|>|<|=)\s(.+)\Z")


@dataclass
class _Block:
    """What stands between a word and its `%end`. otherwise: behind `%else`."""

    word: str
    said: str
    line: int
    inside: list[Line | _Block] = field(default_factory=list)
    otherwise: list[Line | _Block] | None = None


def expanded(lines: Sequence[Line], resolver: Resolver, problems: list[Problem]) -> list[Line]:
    """The lines that are to be read, conditions answered and loops run. Adds to `problems`."""
    return list(_run(_parsed(lines, problems), {}, resolver, problems))


def plain(lines: Sequence[Line]) -> list[Line]:
    """The lines without those of conditions and loops."""
    return [line for line in lines if _WORD.match(line[1].rstrip()) is None]


def _parsed(lines: Sequence[Line], problems: list[Problem]) -> list[Line | _Block]:
    top: list[Line | _Block] = []
    open_blocks: list[_Block] = []
    for line in lines:
        found = _WORD.match(line[1].rstrip())
        here = _here(open_blocks, top)
        if found is None:
            here.append(line)
        elif found[1] in ("if", "for"):
            block = _Block(found[1], found[2].strip(), line[0])
            here.append(block)
            open_blocks.append(block)
        elif not open_blocks or (found[1] == "else" and not _takes_else(open_blocks[-1])):
            problems.append(Problem("template.flow_stray", line[0], {"word": f"%{found[1]}"}))
        elif found[1] == "else":
            open_blocks[-1].otherwise = []
        else:
            open_blocks.pop()
    problems += [Problem("template.flow_open", b.line, {"word": f"%{b.word}"}) for b in open_blocks]
    return top


def _here(open_blocks: Sequence[_Block], top: list[Line | _Block]) -> list[Line | _Block]:
    if not open_blocks:
        return top
    last = open_blocks[-1]
    return last.inside if last.otherwise is None else last.otherwise


def _takes_else(block: _Block) -> bool:
    return block.word == "if" and block.otherwise is None


def _run(
    parts: Sequence[Line | _Block],
    known: Mapping[str, Mapping[str, str]],
    resolver: Resolver,
    problems: list[Problem],
) -> Iterator[Line]:
    for part in parts:
        if not isinstance(part, _Block):
            yield part[0], _told(part[1], part[0], known, problems)
        elif part.word == "for":
            for name, row in _rows(part, known, resolver, problems):
                yield from _run(part.inside, {**known, name: row}, resolver, problems)
        else:
            holds = _holds(_told(part.said, part.line, known, problems), part.line, resolver, problems)
            yield from _run(part.inside if holds else part.otherwise or (), known, resolver, problems)


def _rows(
    block: _Block, known: Mapping[str, Mapping[str, str]], resolver: Resolver, problems: list[Problem]
) -> Iterator[tuple[str, Mapping[str, str]]]:
    found = _LOOP.match(_filled(block.said, known))
    try:
        rows = None if found is None else resolver.rows(found[2].strip())
    except Unresolved as error:
        problems.append(Problem(error.code, block.line, error.params))
        return
    if found is None or rows is None:
        problems.append(Problem("template.flow_loop", block.line, {"text": block.said}))
        return
    yield from ((found[1], row) for row in rows)


def _told(text: str, line: int, known: Mapping[str, Mapping[str, str]], problems: list[Problem]) -> str:
    """The text filled; what a loop's rows do not have is a problem."""
    filled = _filled(text, known)
    for name, row in known.items():
        if wrong := re.search(rf"(?<!\{{)\{{{name}(?:\.\w+)?\}}", filled):
            about = {"text": wrong[0], "known": ", ".join(f"{{{name}.{k}}}" for k in row)}
            problems.append(Problem("template.flow_field", line, about))
    return filled


def _filled(text: str, known: Mapping[str, Mapping[str, str]]) -> str:
    """`{town}` by its key, `{town.name}` by its words; a number in words is a literal."""
    for name, row in known.items():
        text = re.sub(
            rf"(?<!\{{)\{{{name}(?:\.([a-z_]+))?\}}",
            lambda found, row=row: _value(row, found[1], found[0]),  # type: ignore[misc]
            text,
        )
    return text


def _value(row: Mapping[str, str], asked: str | None, written: str) -> str:
    """What is not known stays as it is written."""
    value = row.get(asked or "key")
    if value is None:
        return written
    return value if not asked or asked in ("key", "ref") else literal(value)


def literal(text: str) -> str:
    """Words that may hold numbers, fit for a template: inside [[ ]] as a whole where they do."""
    plain = (
        text.replace("[[", "【")
        .replace("]]", "】")
        .replace("{{", "｛")
        .replace("}}", "｝")
        .replace("|", "／")
    )
    return f"[[{plain}]]" if numerals.without_source(plain, [False] * len(plain)) else plain


def _holds(said: str, line: int, resolver: Resolver, problems: list[Problem]) -> bool:
    """`REF`: there is such a fact. `REF >= 5`, `REF < target REF`: numbers, the first one's unit counts. `not …`."""
    if not said:
        return False  # {t.ref} of a target without a value
    if said.startswith("not "):
        return not _holds(said.removeprefix("not ").strip(), line, resolver, problems)
    compared = _COMPARED.match(said)
    try:
        if compared is None:
            return _there(said, resolver)
        left, right = _amount(compared[1], resolver), _amount(compared[3], resolver)
        if left is not None and right is not None:
            return OPERATORS[compared[2]](left.number, right.of(left.unit))
    except (UnknownUnit, IncompatibleUnits):
        pass
    except Unresolved as error:
        problems.append(
            Problem(error.code, line, {"ref": said, "metric": said, "detail": "", **error.params})
        )
        return False
    problems.append(Problem("template.flow_condition", line, {"text": said}))
    return False


def _there(ref: str, resolver: Resolver) -> bool:
    """Raises Unresolved for what is no reference at all."""
    try:
        _known(ref, resolver)
    except Unresolved as error:
        if error.code == "template.reference":
            raise
        return False
    return True


def _known(ref: str, resolver: Resolver) -> Known:
    ref = ref.strip()
    return resolver.target(ref.removeprefix(TARGET)) if ref.startswith(TARGET) else resolver.fact(ref)


@dataclass(frozen=True, slots=True)
class _Amount:
    """unit "": a number as typed, in whatever unit it is held against."""

    number: Decimal
    unit: str

    def of(self, unit: str) -> Decimal:
        """Raises UnknownUnit, IncompatibleUnits."""
        return (
            self.number
            if not self.unit or not unit or self.unit == unit
            else convert(self.number, self.unit, unit)
        )


def _amount(text: str, resolver: Resolver) -> _Amount | None:
    """A number as typed, or that of a fact or a target; None for a target in words. Raises Unresolved."""
    try:
        typed = Decimal(text.strip())
    except InvalidOperation:
        known = _known(text, resolver)
        return None if known.number is None else _Amount(known.number.decimal, known.unit)
    return _Amount(typed, "") if typed.is_finite() else None
