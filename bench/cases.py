"""Cases: what the engine, the assessment and its peers take: `python bench/cases.py [--quick] [--full] [--json]`.

Three parts, each one run by itself in a throw-away home: the assessment over the mirror (case_mirror.py, 10 M cases; --quick
0.1 M, without PostgreSQL; --full also 100 M) beside hand-written SQL and the plain scan; and the store (case_store.py, --cases
of them; --quick 2,000): import, lists, search, near-duplicates, receipt, export, clocks. Then suggestions of units (case_routing.py).
`--part mirror`, `--part store` or `--part routing`: one alone.
Several users at once: bench/case_load.py.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "bench"), str(ROOT / "src"), str(ROOT / "tests")]
FOLDER = tempfile.TemporaryDirectory(prefix="tongjian-bench-")
os.environ["TONGJIAN_HOME"] = FOLDER.name
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongjian.settings.base")

import django  # noqa: E402

django.setup()

import case_mirror  # noqa: E402
import case_routing  # noqa: E402
import case_store  # noqa: E402
import ground  # noqa: E402
from measured import Measured  # noqa: E402


def assessment(arguments: argparse.Namespace) -> Iterator[Measured]:
    from tongjian.facts.assessment.scheme import KIND, parse
    from tongjian.packs import entries
    from tongjian.records.cases import mirror

    scheme = parse(next(e.body for e in entries(KIND) if e.key == "district_monthly"))
    counts = [100_000] if arguments.quick else [10_000_000]
    counts += [100_000_000] if arguments.full else []
    pg = not (arguments.no_postgres or arguments.quick)
    yield from case_mirror.measure(scheme, mirror.tables()[0], counts, Path(FOLDER.name), pg)


def parts(arguments: argparse.Namespace) -> Iterator[Measured]:
    ground.ready()
    if arguments.part in (None, "mirror"):
        yield from assessment(arguments)
    if arguments.part in (None, "store"):
        yield from case_store.measure(2_000 if arguments.quick else arguments.cases)
    if arguments.part in (None, "routing"):
        yield from case_routing.measure(2_000 if arguments.quick else 20_000)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes")
    parser.add_argument("--full", action="store_true", help="100 M cases in the mirror as well")
    parser.add_argument("--cases", type=int, default=200_000, help="cases in the store")
    parser.add_argument("--part", choices=["mirror", "store", "routing"], help="one part alone")
    parser.add_argument("--no-postgres", action="store_true", help="leave out the peer on PostgreSQL")
    parser.add_argument("--json", action="store_true", help="print the measurements as JSON")
    arguments = parser.parse_args()
    rows = list(parts(arguments))
    if arguments.json:
        print(json.dumps([asdict(r) for r in rows], indent=1, ensure_ascii=False))
        return 0
    for row in rows:
        print(f"{row.what:<40} {row.size:<22} {row.engine:<26} {row.said}")
    print("load of the machine: " + ", ".join(f"{n:.1f}" for n in os.getloadavg()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
