"""Collection beside a fixed peer and the limit: `python bench/collection.py [--quick] [--json]`.

A large workbook checked, validated against last year's and imported; a zip of sixty wrong workbooks to one matrix and
sixty error lists; a zip of sixty clean ones imported; templates for thirty units. Goals: 2 s, 20 s, 20 s, 1 s.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from xml.parsers import expat

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "bench"))
os.environ["TONGJIAN_HOME"] = tempfile.mkdtemp(prefix="tongjian-bench-")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongjian.settings.base")

from peers import plain_forms, plain_openpyxl  # noqa: E402

NOW = datetime(2022, 12, 8, 9, tzinfo=UTC)
UNITS, LARGE, PER_UNIT = (
    60,
    30,
    3,
)  # units, metrics of the large workbook, metrics of each unit; times 22 towns


@dataclass(frozen=True)
class Row:
    what: str
    size: str
    ours_s: float
    peer_s: float
    limit_s: float
    goal_s: float
    peer: str
    limit: str


def timed(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def best(call: Callable[[], object], rounds: int = 3) -> float:
    return min(timed(call) for _ in range(rounds))


# The district of the bench: sixty bureaus with three metrics each and one with thirty, collected from 22 towns


def packs(folder: Path) -> Path:
    (folder / "organisations").mkdir()
    (folder / "metrics").mkdir()
    names = ["large", *(f"unit{n:02d}" for n in range(UNITS))]
    (folder / "organisations" / "bench.yaml").write_text("\n".join(_organisation(n) for n in names))
    count = {"large": LARGE}
    lines = [_metric(n, k) for n in names for k in range(count.get(n, PER_UNIT))]
    (folder / "metrics" / "bench.yaml").write_text("\n".join(lines))
    return folder


def _organisation(key: str) -> str:
    return (
        f"- {{key: bench_{key}, name: 测试{key}局, name_en: Bench {key}, area: tongzhou, parent: government}}"
    )


def _metric(unit: str, number: int) -> str:
    return (
        f"- {{key: bench_{unit}_{number}, name: 测试{unit}指标{number}, name_en: Bench {unit} {number}, unit: 亿元, "
        f"kind: flow, owner: bench_{unit}, theme: economy, collect: [{{measure: level, subject: towns}}]}}"
    )


def organisation(key: str) -> Any:
    from tongjian.kernel.models import Organisation

    return Organisation.objects.get(subject__key=f"bench_{key}")


def large(year: int, rows: int, salt: int) -> bytes:
    """Metrics × towns × months since January, as a department fills them in."""
    from tongjian.facts.collection.labels import COLUMNS
    from tongjian.facts.collection.lines import lines_of

    lines = lines_of(organisation("large"))
    made = [list(COLUMNS.values())]
    for n, (month, line) in enumerate((m, x) for m in range(5, 13) for x in lines):
        if n < rows:
            made.append(_line(line, f"{year}年1—{month}月", _value(n % len(lines), month, year) + salt))
    return plain_forms.write(made)


def _value(line: int, month: int, year: int) -> float:
    return round((100 + line % 7 * 10) * month * (1.05 if year == 2022 else 1), 1)


def _line(line: Any, period: str, value: object) -> list[object]:
    area = line.area.subject.label
    return [
        line.metric.key, line.metric.name, area, "", "数值", "自然口径", "亿元", period, value, "等于", "实际", "",
    ]  # fmt: skip


def filled(key: str, wrong: bool) -> bytes:
    """A unit's template with every value, one of them no number if so wished."""
    from openpyxl import load_workbook

    from tongjian.facts.collection.template import template
    from tongjian.values import Period

    book = load_workbook(io.BytesIO(template(organisation(key), Period.to_date(2022, 11), NOW)))
    sheet = book["填报"]
    for number in range(2, sheet.max_row + 1):
        if sheet.cell(number, 1).value:
            sheet.cell(number, 9).value = 100 + number
    if wrong:
        sheet["I3"] = "约一百"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


# Measures


def import_large(quick: bool) -> Row:
    from tongjian.facts.collection.actions import submit
    from tongjian.values import Period

    rows = 300 if quick else 4000
    unit = organisation("large")

    def send(data: bytes, year: int) -> None:
        done = submit(data, "large.xlsx", organisation=unit, period=Period.year(year), by=None, at=NOW)
        assert (done.state, done.facts_written) == ("accepted", rows), (done.problems[:3], done.findings[:3])

    send(large(2021, rows, 0), 2021)
    books = [large(2022, rows, salt) for salt in range(1 if quick else 3)]
    ours = min(timed(lambda b=book: send(b, 2022)) for book in books)
    return Row(
        "a large workbook checked, validated against last year's and imported",
        f"{rows} rows",
        ours,
        best(lambda: plain_openpyxl.cells(books[0])),
        best(lambda: _parsed(books[0])),
        2.0,
        "openpyxl reading the cells, nothing checked or written",
        "unpacking and scanning the XML",
    )


def _parsed(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for name in package.namelist():
            if name.endswith(".xml"):
                expat.ParserCreate().Parse(package.read(name), True)


def zip_of_wrong(units: int) -> Row:
    from tongjian.facts.collection import completeness, errorlists
    from tongjian.facts.collection.deliveries import submissions_of

    books = [filled(f"unit{n:02d}", wrong=True) for n in range(units)]
    data = _zip(books)

    def ours() -> None:
        delivery = _collect(data)
        lists = errorlists.made(submissions_of(delivery))
        errorlists.zipped(lists)
        found = completeness.matrix(completeness.rounds_of(2022), date(2022, 12, 13))
        assert (len(lists), len(found.rows) > units) == (units, True)

    return _zip_row(
        "a zip of wrong workbooks to one matrix and an error list each", units, timed(ours), books
    )


def zip_of_clean(units: int) -> Row:
    from tongjian.facts.models import Fact

    books = [filled(f"unit{n:02d}", wrong=False) for n in range(units)]
    data, before = _zip(books), Fact.objects.count()
    taken = timed(lambda: _collect(data))
    assert Fact.objects.count() - before == units * PER_UNIT * 22
    return _zip_row("a zip of clean workbooks checked and imported", units, taken, books)


def _collect(data: bytes) -> Any:
    from tongjian.facts.collection.deliveries import collect_zip
    from tongjian.values import Period

    return collect_zip(data, "bench.zip", period=Period.to_date(2022, 11), by=None, at=NOW)


def _zip(books: Sequence[bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for n, book in enumerate(books):
            archive.writestr(f"{n:02d}.xlsx", book)
    return out.getvalue()


def _zip_row(what: str, units: int, taken: float, books: Sequence[bytes]) -> Row:
    return Row(
        what,
        f"{units} workbooks of {PER_UNIT * 22} rows",
        taken,
        best(lambda: plain_forms.read_and_write(books), 1),
        best(lambda: [_parsed(b) for b in books], 1),
        20.0,
        "openpyxl reading each and writing its bare cells, nothing checked or recorded",
        "unpacking and scanning the XML",
    )


def templates(units: int) -> Row:
    from tongjian.facts.collection.template import template
    from tongjian.values import Period

    whose = [organisation(f"unit{n:02d}") for n in range(units)]
    period = Period.to_date(2022, 11)

    def ours() -> list[bytes]:
        return [template(o, period, NOW) for o in whose]

    made = ours()
    raw = [b"".join(_parts(m)) for m in made]
    rows = [["x"] * 12] * (PER_UNIT * 22)
    return Row(
        "templates with last period, lists and locks",
        f"{units} units × {PER_UNIT * 22} rows",
        best(ours),
        best(lambda: [plain_forms.write(rows) for _ in whose]),
        best(lambda: [zlib.compress(r) for r in raw]),
        1.0,
        "openpyxl writing bare cells",
        "deflating the bytes",
    )


def _parts(data: bytes) -> Iterator[bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        yield from (package.read(n) for n in package.namelist())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, ends within 10 s")
    parser.add_argument("--json", action="store_true", help="print the rows as JSON")
    arguments = parser.parse_args()
    rows = measured(arguments.quick)
    if arguments.json:
        print(json.dumps([asdict(r) for r in rows], indent=1))
        return 0
    for row in rows:
        print(f"{row.what} ({row.size})")
        print(
            f"  ours {row.ours_s:7.3f} s   peer {row.peer_s:7.3f} s   limit {row.limit_s:7.3f} s   goal {row.goal_s:.0f} s"
        )
        print(f"  peer: {row.peer}; limit: {row.limit}")
    return 0


def measured(quick: bool) -> list[Row]:
    import django

    django.setup()
    import ground

    from tongjian.facts import catalogue

    ground.ready()
    catalogue.sync(NOW, packs(Path(tempfile.mkdtemp(prefix="tongjian-packs-"))))
    units = 4 if quick else UNITS
    return [import_large(quick), zip_of_wrong(units), zip_of_clean(units), templates(3 if quick else 30)]


if __name__ == "__main__":
    sys.exit(main())
