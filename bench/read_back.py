"""A written report read into an empty ledger: how many of the facts that it was written from come back.

`python bench/read_back.py REPORT.docx [--json] [--show]`. The ledger holds the catalogue of metrics and the directory, no fact. The
report goes through the reader and the intake as a stranger's would, every proposal accepted; its own manifest is not looked at until
it is held against what came onto the ledger: same series, same period, same number.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "bench"), str(ROOT / "src"), str(ROOT / "tests")]
FOLDER = tempfile.TemporaryDirectory(prefix="tongjian-bench-")
os.environ["TONGJIAN_HOME"] = FOLDER.name
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongjian.settings.base")

import django  # noqa: E402

django.setup()

import ground  # noqa: E402

AT = datetime(2023, 1, 10, 4, tzinfo=UTC)


@dataclass(frozen=True)
class Figure:
    """One figure of the manifest, and what came of it: back, near (another measure, basis or period), other, none."""

    ref: str
    shown: str
    end: str
    instead: str = ""


def recorded(data: bytes, name: str) -> None:
    """The report through the doors that any file takes."""
    from django.conf import settings

    from tongjian.demo import accounts
    from tongjian.facts import catalogue
    from tongjian.kernel.models import Subject
    from tongjian.plans.intake import actions, recording
    from tongjian.reading.types import Hints

    catalogue.sync(AT)
    accounts.make()
    by = accounts.office()
    subject = Subject.objects.get(key=settings.DISTRICT)
    intake = actions.start(data, name, subject=subject, hints=Hints(), by=by, at=AT)
    actions.accept_all(intake, by=by, at=AT)
    recording.record(intake, by=by, at=AT)


def held(manifest: dict[str, Any]) -> list[Figure]:
    """Each reference of the manifest once, against the ledger."""
    from tongjian.facts import refs
    from tongjian.facts.ledger import ref_of
    from tongjian.facts.models import Fact
    from tongjian.values import Period

    there: dict[str, Decimal] = {}
    near: dict[str, list[str]] = {}
    for fact in Fact.objects.select_related("series__metric", "series__subject"):
        if fact.mantissa is None:
            continue
        key = _plain(ref_of(fact.series, Period.parse(fact.period)))
        there[key] = fact.number.decimal
        near.setdefault(fact.series.metric.key, []).append(f"{key} = {fact.number}")
    found = []
    for figure in manifest["figures"].values():
        if str(figure["expression"]).startswith("target "):
            continue  # a target of last year's plan, no fact
        ref = refs.parse(str(figure["expression"]).partition("|")[0].removeprefix("name "))
        key, value = _plain(ref), Decimal(str(figure["value"]))
        if key in there:
            end = "back" if there[key] == value else "other value"
        else:
            end = "near" if near.get(ref.metric) else "none"
        found.append(
            Figure(
                str(figure["expression"]),
                str(figure["shown"]),
                end,
                "; ".join(near.get(ref.metric, []))[:200],
            )
        )
    return found


def _plain(ref: Any) -> str:
    """Without the district, which is the report's own."""
    from dataclasses import replace

    from django.conf import settings

    return str(replace(ref, subject="" if ref.subject == settings.DISTRICT else ref.subject, of=""))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("report", type=Path, help="a docx that the writer made")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--show", action="store_true", help="what did not come back, one a line")
    arguments = parser.parse_args()
    from tongjian.reading.documents.package import open_package
    from tongjian.reports.drafts.zipped import manifest_path

    data = arguments.report.read_bytes()
    package = open_package(data, arguments.report.name)
    part = package.part(manifest_path(package) or "")
    if part is None or not part.text:
        print(f"{arguments.report} carries no manifest: the writer did not make it", file=sys.stderr)
        return 2
    manifest = json.loads(part.text)
    ground.ready()
    recorded(data, arguments.report.name)
    figures = held(manifest)
    ends = Counter(f.end for f in figures)
    if arguments.json:
        print(
            json.dumps({"ends": ends, "figures": [asdict(f) for f in figures]}, ensure_ascii=False, indent=1)
        )
        return 0
    print(
        f"{ends['back']} of {len(figures)} figures came back; "
        + ", ".join(f"{n} {e}" for e, n in ends.items() if e != "back")
    )
    if arguments.show:
        for f in figures:
            if f.end != "back":
                print(f"{f.end:12} {f.ref}  {f.shown}  | {f.instead}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
