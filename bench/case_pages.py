"""The named lists of cases as pages, for one user and for many: `python bench/case_pages.py [--quick] [--json] [--only sqlite]`.

SQLite with a million cases and, where PostgreSQL is installed, five million in a throw-away cluster (--cases N for both).
The first half a million come in through the importer, the others are copies of them made in the database, ids, source ids and
hours of receipt moved on. A page is asked for through Django's test client, warm, eleven pages deep, three times each. Many: two processes
at once, the lists in turn: their rows read, and whole pages shown. Goals: SQLite p95 of 30 ms and 250 pages a second for many, PostgreSQL p95 of 200 ms.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import multiprocessing
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "bench"), str(ROOT / "src"), str(ROOT / "tests" / "postgres")]

from measured import Measured  # noqa: E402

COUNTS = {"sqlite": 1_000_000, "postgresql": 5_000_000}
GOALS = {"sqlite": "goal 30 ms", "postgresql": "goal 200 ms"}
IMPORTED, DEEP, ROUNDS = 500_000, 11, 3
PROCESSES, SECONDS = 2, 6.0
WHOSE = {"desk": "desk", "unit": "town", "seen": "leader"}
FOLLOWING = re.compile(r"after=([A-Za-z0-9_=%-]{8,})")


def filled(count: int) -> dict[str, Any]:
    """So many cases; the users who look at them."""
    import case_store
    import ground
    from django.db import connection

    from tongjian.records.cases.models import Assignment, Case

    ground.ready()
    units, areas, users = case_store.district()
    first = min(count, IMPORTED)
    case_store.imported(first, units, areas)
    for times in range(1, count // first):
        for model, column in ((Case, "case"), (Assignment, "assignment")):
            _copied(model, times, first, column)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return users


def _copied(model: Any, times: int, first: int, column: str) -> None:
    """Copies of the rows that were imported: keys moved on by the multiple, moments by so many minutes."""
    from django.db import connection
    from django.db.models import Max

    columns = [f.column for f in model._meta.concrete_fields]
    table = model._meta.db_table
    step = int(model.objects.filter(**_of_first(column, first)).aggregate(m=Max("pk"))["m"] or 0)
    said = {"id": f"id + {times * step}"}
    if column == "assignment":
        said["case_id"] = f"case_id + {times * first}"
    else:
        said["source_id"] = f"source_id || '-{times}'"
        shift = (
            f"opened_at + interval '{times} minutes'"
            if connection.vendor == "postgresql"
            else f"datetime(opened_at, '{times} minutes')"
        )
        said["opened_at"] = shift
    chosen = ", ".join(said.get(c, f'"{c}"') for c in columns)
    names = ", ".join(f'"{c}"' for c in columns)
    where = f"{'case_id' if column == 'assignment' else 'id'} <= {first}"
    with connection.cursor() as cursor:
        cursor.execute(f'INSERT INTO "{table}" ({names}) SELECT {chosen} FROM "{table}" WHERE {where}')


def _of_first(column: str, first: int) -> dict[str, int]:
    return {"case__lte": first} if column == "assignment" else {"pk__lte": first}


def clients(users: dict[str, Any]) -> dict[str, Any]:
    from django.test import Client

    made = {}
    for name, user in users.items():
        made[name] = Client(SERVER_NAME="127.0.0.1")
        made[name].force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return made


def addresses(client: Any, key: str) -> list[str]:
    """The first pages of a list, each from the link on the page before."""
    found = [f"/cases/?list={key}"]
    while len(found) < DEEP:
        answer = client.get(found[-1])
        assert answer.status_code == 200, found[-1]
        following = FOLLOWING.search(answer.content.decode())
        if following is None:
            break
        found.append(f"/cases/?list={key}&after={following[1]}")
    return found


def one_user(asked: Sequence[tuple[str, Any, list[str]]], size: str, vendor: str) -> list[Measured]:
    rows = []
    for key, client, urls in asked:
        taken = []
        for url in urls * ROUNDS:
            start = time.perf_counter()
            client.get(url)
            taken.append(time.perf_counter() - start)
        taken.sort()
        p95 = taken[min(len(taken) - 1, int(len(taken) * 0.95))] * 1000
        note = f"p95 {p95:.1f} ms, {GOALS[vendor]}, of {len(taken)}"
        rows.append(Measured(f"page of {key}, {vendor}", size, "ours", taken[len(taken) // 2], note=note))
    return rows


def many(what: str, calls: Sequence[Callable[[], object]], size: str) -> Measured:
    from django.db import connections

    connections.close_all()
    fork = multiprocessing.get_context("fork")
    done = fork.Queue()
    started = [fork.Process(target=_walk, args=(calls, n, done)) for n in range(PROCESSES)]
    for process in started:
        process.start()
    pages = sum(done.get() for _ in started)
    for process in started:
        process.join()
    note = f"{pages / SECONDS:,.0f} pages a second, {PROCESSES} processes for {SECONDS:g} s, no page refused"
    return Measured(what, size, "ours", SECONDS / max(pages, 1), note=note)


def _walk(calls: Sequence[Callable[[], object]], begin: int, done: Any) -> None:
    end, number = time.perf_counter() + SECONDS, 0
    while time.perf_counter() < end:
        calls[(begin * 7 + number * 5) % len(calls)]()
        number += 1
    done.put(number)


def _shown(asked: Sequence[tuple[str, Any, list[str]]]) -> list[Callable[[], object]]:
    """Whole pages as the browser gets them."""

    def get(client: Any, url: str) -> None:
        assert client.get(url).status_code == 200

    return [partial(get, client, url) for _key, client, urls in asked for url in urls]


def _queried(users: dict[str, Any]) -> list[Callable[[], object]]:
    """The rows of the same pages, before they are shown."""
    import case_store

    from tongjian.records.cases import lists

    calls: list[Callable[[], object]] = []
    for key, found in lists.LISTS.items():
        user, after = users[WHOSE[found.whose]], None
        for _page in range(DEEP):
            calls.append(partial(lists.page, user, key, at=case_store.AT, after=after))
            after = lists.page(user, key, at=case_store.AT, after=after).following
            if after is None:
                break
    return calls


def measured(count: int) -> list[Measured]:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from tongjian.records.cases import lists

    call_command("collectstatic", verbosity=0, interactive=False)
    users = filled(count)
    seen = clients(users)
    importlib.import_module("tongjian.web.wsgi")  # Python's collector as it is set where pages are served
    asked = [(k, seen[WHOSE[f.whose]], addresses(seen[WHOSE[f.whose]], k)) for k, f in lists.LISTS.items()]
    size, vendor = f"{count:,}", connection.vendor
    return [
        *one_user(asked, size, vendor),
        many(f"lists read for many, {vendor}", _queried(users), size),
        many(f"lists shown for many, {vendor}", _shown(asked), size),
    ]


# Each database in a process of its own: settings hold one


def child(name: str, count: int) -> list[Measured]:
    with tempfile.TemporaryDirectory(prefix="tongjian-bench-") as home:
        if name == "sqlite":
            return _run("", home, count)
        import cluster

        where = cluster.binaries()
        if where is None or importlib.util.find_spec("psycopg") is None:
            return [
                Measured("pages on PostgreSQL", "", "ours", None, note="PostgreSQL is not installed here")
            ]
        with cluster.cluster(where, ("shared_buffers=512MB", "max_wal_size=4GB")) as address:
            return _run(address, home, count)


def _run(address: str, home: str, count: int) -> list[Measured]:
    out = Path(home) / "rows.json"
    environment = os.environ | {
        "TONGJIAN_DATABASE": address,
        "TONGJIAN_HOME": home,
        "DJANGO_SETTINGS_MODULE": "tongjian.settings.base",
    }
    command = [sys.executable, __file__, "--child", str(out), "--cases", str(count)]
    subprocess.run(command, env=environment, check=True)
    return [Measured(**row) for row in json.loads(out.read_text(encoding="utf-8"))]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two thousand cases, SQLite only")
    parser.add_argument("--cases", type=int, help="cases in each database")
    parser.add_argument("--only", choices=list(COUNTS), help="one database alone")
    parser.add_argument("--json", action="store_true", help="print the measurements as JSON")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        arguments.child.write_text(
            json.dumps([asdict(m) for m in measured(arguments.cases)]), encoding="utf-8"
        )
        return 0
    databases = ["sqlite"] if arguments.quick else [arguments.only] if arguments.only else list(COUNTS)
    size = 2_000 if arguments.quick else arguments.cases
    rows = [row for name in databases for row in child(name, size or COUNTS[name])]
    if arguments.json:
        print(json.dumps([asdict(r) for r in rows], indent=1, ensure_ascii=False))
        return 0
    for row in rows:
        print(f"{row.what:<36} {row.size:<12} {row.said}")
    print("load of the machine: " + ", ".join(f"{n:.1f}" for n in os.getloadavg()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
