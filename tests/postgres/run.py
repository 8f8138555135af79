"""Run the ledger's tests on PostgreSQL: a throw-away cluster on a free port, stopped at the end.

Where PostgreSQL is not installed this says so and ends well: the suite on SQLite has run before it.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TESTS = ["tests/kernel", "tests/facts", "tests/plans", "tests/reports"]


def binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


def as_postgres(command: list[str]) -> list[str]:
    """PostgreSQL refuses to run as root: step down to its own user there."""
    return (
        ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *command]
        if os.geteuid() == 0
        else command
    )


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def main() -> int:
    where = binaries()
    if where is None:
        print("PostgreSQL is not installed here: its tests are skipped (apt install postgresql)")
        return 0
    folder = Path(tempfile.mkdtemp(prefix="tongjian-pg-"))
    folder.chmod(0o777)
    data, port = folder / "data", free_port()
    quiet = {"check": True, "stdout": subprocess.DEVNULL}
    subprocess.run(
        as_postgres([str(where / "initdb"), "-D", str(data), "-U", "tongjian", "-A", "trust", "-E", "UTF8"]),
        **quiet,
    )  # type: ignore[call-overload]
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    subprocess.run(
        as_postgres(
            [str(where / "pg_ctl"), "-D", str(data), "-l", str(folder / "log"), "-o", options, "-w", "start"]
        ),
        **quiet,
    )  # type: ignore[call-overload]
    try:
        url = f"postgresql://tongjian@127.0.0.1:{port}/postgres"
        return subprocess.run(
            [sys.executable, "-m", "pytest", "-m", "not browser and not spark", *TESTS],
            cwd=ROOT,
            env=os.environ | {"TONGJIAN_DATABASE": url},
            check=False,
        ).returncode
    finally:
        subprocess.run(
            as_postgres([str(where / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop"]), **quiet
        )  # type: ignore[call-overload]
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
