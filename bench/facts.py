"""Figures of the middle of the house beside fixed peers and the limit: `python bench/facts.py [--quick] [--json]`.

Each section measures one thing on the same data for all; a peer that is not installed says so. `--quick` takes the
smallest size and one call of each peer, not warmed, and ends within 10 s.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "bench"), str(ROOT / "src")]

import series  # noqa: E402
from measured import Measured  # noqa: E402

SECTIONS: Sequence[Callable[[bool], list[Measured]]] = (series.measure,)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="the smallest size, ends within 10 s")
    parser.add_argument("--json", action="store_true", help="print the measurements as JSON")
    arguments = parser.parse_args()
    rows = [row for section in SECTIONS for row in section(arguments.quick)]
    if arguments.json:
        print(json.dumps([asdict(r) for r in rows], indent=1, ensure_ascii=False))
        return 0
    last = ""
    for row in rows:
        if row.what != last:
            print(row.what)
            last = row.what
        print(f"  {row.size:<28} {row.engine:<18} {row.said}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
