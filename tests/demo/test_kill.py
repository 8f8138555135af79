"""kill −9 in the middle of an import leaves the ledger as it was, and the file can be sent again."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tongjian.demo import files

WORKBOOK = Path(files.__file__).parent / "data" / "workbooks" / "statistics-2022-sample.xlsx"
SCRIPT = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.db import connection
from tongjian.facts import catalogue
from tongjian.facts.collection.actions import submit
from tongjian.kernel.models import Organisation
from tongjian.values import Period

at = datetime(2022, 12, 1, tzinfo=UTC)
catalogue.sync(at)
left = int(sys.argv[2])

def dying(execute, sql, params, many, context):
    global left
    result = execute(sql, params, many, context)
    if sql.startswith("INSERT INTO") and "facts_fact" in sql:
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
    return result

with connection.execute_wrapper(dying):
    done = submit(Path(sys.argv[1]).read_bytes(), "s.xlsx", organisation=Organisation.objects.get(subject__key="statistics"), period=Period.parse("2022"), by=None, at=at)
print(done.state, done.facts_written)
"""


def send(home: Path, killed_at: int) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k != "TONGJIAN_DATABASE"}
    environment |= {"TONGJIAN_HOME": str(home), "DJANGO_SETTINGS_MODULE": "tongjian.settings.base"}
    return subprocess.run(
        [sys.executable, "-c", SCRIPT, str(WORKBOOK), str(killed_at)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def counts(home: Path) -> dict[str, int]:
    with sqlite3.connect(home / "tongjian.sqlite3") as database:
        tables = ("facts_fact", "facts_series", "facts_submission", "kernel_place", "kernel_event")
        return {t: database.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in tables}


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
@pytest.mark.slow
def test_a_killed_import_leaves_the_ledger_as_it_was(tmp_path: Path) -> None:
    killed = send(tmp_path, 1)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    after = counts(tmp_path)
    assert after["facts_fact"] == after["facts_submission"] == after["kernel_place"] == 0
    again = send(tmp_path, 0)
    assert again.stdout.startswith("accepted"), again.stdout + again.stderr
    assert counts(tmp_path)["facts_fact"] == int(again.stdout.split()[1]) > 20
