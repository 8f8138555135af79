"""A throw-away PostgreSQL cluster on a free port, for tests and benches. Standard library only."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path


def binaries() -> Path | None:
    """Where PostgreSQL's programs lie; None: it is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


@contextmanager
def cluster(where: Path, settings: Sequence[str] = ()) -> Iterator[str]:
    """The address of a running one, as TONGJIAN_DATABASE takes it; stopped and deleted at the end."""
    folder = Path(tempfile.mkdtemp(prefix="tongjian-pg-"))
    folder.chmod(0o777)
    data, port = str(folder / "data"), _free_port()
    _run([str(where / "initdb"), "-D", data, "-U", "tongjian", "-A", "trust", "-E", "UTF8"])
    more = " ".join(f"-c {s}" for s in ("listen_addresses=127.0.0.1", "fsync=off", *settings))
    options = f"-p {port} -k {folder} {more}"
    _run([str(where / "pg_ctl"), "-D", data, "-l", str(folder / "log"), "-o", options, "-w", "start"])
    try:
        yield f"postgresql://tongjian@127.0.0.1:{port}/postgres"
    finally:
        _run([str(where / "pg_ctl"), "-D", data, "-m", "immediate", "stop"])
        shutil.rmtree(folder, ignore_errors=True)


def _run(command: list[str]) -> None:
    subprocess.run(_as_postgres(command), check=True, stdout=subprocess.DEVNULL)


def _as_postgres(command: list[str]) -> list[str]:
    """PostgreSQL refuses to run as root: step down to its own user there."""
    down = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    return [*down, *command] if os.geteuid() == 0 else command


def _free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])
