"""Run the ledger's tests on PostgreSQL: a throw-away cluster on a free port, stopped at the end.

Where PostgreSQL is not installed this says so and ends well: the suite on SQLite has run before it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from cluster import binaries, cluster

ROOT = Path(__file__).resolve().parents[2]
TESTS = [
    "tests/kernel",
    "tests/records/cases",
    "tests/records/registers",
    "tests/records/spaces",
    "tests/facts",
    "tests/plans",
    "tests/reports",
]


def main() -> int:
    where = binaries()
    if where is None:
        print("PostgreSQL is not installed here: its tests are skipped (apt install postgresql)")
        return 0
    with cluster(where) as address:
        return subprocess.run(
            [sys.executable, "-m", "pytest", "-m", "not browser and not spark", *TESTS],
            cwd=ROOT,
            env=os.environ | {"TONGJIAN_DATABASE": address},
            check=False,
        ).returncode


if __name__ == "__main__":
    sys.exit(main())
