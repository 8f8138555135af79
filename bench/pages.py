"""How long pages take on a large ledger: `python bench/pages.py [--quick] [--json] [--facts N] [--only sqlite]`.

A made-up district (see district.py) of two million facts in a temporary SQLite file and, where PostgreSQL is installed,
in a throw-away cluster. Each page is asked for through Django's test client, warm, signed in as the plan office; p50 and
p95 of all calls of a row. Goal: p95 of 100 ms. `--quick`: six thousand facts, one call of each, SQLite only.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "bench"), str(ROOT / "src"), str(ROOT / "tests" / "postgres")]
FACTS, QUICK_FACTS = 2_000_000, 6_000
CALLS = {False: 60, True: 1}  # of each row; quick
GOAL_MS = 100.0


@dataclass(frozen=True)
class Row:
    """Milliseconds of a page's calls. cpu_ms: the middle one's in our own processor time, which other work on the
    machine hardly changes; PostgreSQL's is not in it. queries: of its first warm call.
    """

    page: str
    database: str
    facts: int
    calls: int
    p50_ms: float
    p95_ms: float
    cpu_ms: float
    queries: int
    goal_ms: float = GOAL_MS

    @property
    def said(self) -> str:
        mark = "" if self.p95_ms <= self.goal_ms else "   over the goal"
        return (
            f"  {self.page:<34} p50 {self.p50_ms:7.1f} ms   p95 {self.p95_ms:7.1f} ms   goal {self.goal_ms:.0f} ms"
            f"   processor {self.cpu_ms:6.1f} ms   {self.queries:3d} queries{mark}"
        )


# One database: makes the ledger, asks for the pages


def measured(facts: int, calls: int) -> list[Row]:
    import django

    django.setup()
    import district
    import ground
    from django.db import connection

    ground.ready()
    start = time.perf_counter()
    made = district.make(facts, date.today())
    print(
        f"{connection.vendor}: {made.facts:,} facts of {made.series:,} series and {made.metrics} metrics,"
        f" made in {time.perf_counter() - start:.0f} s",
        file=sys.stderr,
    )
    client = signed_in()
    importlib.import_module("tongjian.web.wsgi")  # Python's collector as it is set where pages are served
    return [
        timed(client, page, urls, made.facts, connection.vendor, calls) for page, urls in pages(made).items()
    ]


def signed_in() -> Any:
    """The plan office, whose last visit was a month ago."""
    from django.test import Client

    from tongjian.kernel.models import User
    from tongjian.web.accounts.views import PREVIOUS

    client = Client(SERVER_NAME="127.0.0.1")
    user = User.objects.get(username="office")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session[PREVIOUS] = (datetime.now().astimezone() - timedelta(days=30)).isoformat()
    session.save()
    return client


def pages(made: Any) -> Mapping[str, Sequence[str]]:
    """A row's name → the addresses that its calls take in turn."""
    from tongjian.facts.models import Metric, Series

    shown = Metric.objects.filter(pk__in=Series.objects.values("metric"))
    metrics = list(shown.order_by("order", "key"))
    derived = max(metrics, key=lambda m: len(m.derive))
    flow, stock, ratio = (next(m for m in metrics if m.kind == k) for k in ("flow", "stock", "ratio"))
    town = Series.objects.filter(metric=flow, measure="level").order_by("-pk").first()
    assert town is not None
    year, month = divmod(made.newest, 12)
    day = date(year, month + 1, 1) - timedelta(days=300)
    return {
        "cockpit": ["/"],
        f"cockpit as known on {day}": [f"/?at={day}"],
        "metric pages, 20 in turn": [f"/metrics/{m.key}/" for m in metrics[:: max(1, len(metrics) // 20)]],
        "metric, most derived series": [f"/metrics/{derived.key}/"],
        "metric, an amount": [f"/metrics/{flow.key}/"],
        "metric, a stock": [f"/metrics/{stock.key}/"],
        "metric, a ratio": [f"/metrics/{ratio.key}/"],
        "metric, a town's series": [f"/metrics/{flow.key}/?series={town.pk}"],
        f"metric as known on {day}": [f"/metrics/{flow.key}/?at={day}"],
        "metric, all periods": [f"/metrics/{flow.key}/?rows=all"],
        "list of metrics": ["/metrics/"],
        "compare towns": [f"/analysis/compare/?metric={flow.key}"],
        "bulletin": ["/analysis/bulletin/"],
        "plan": [f"/plans/{_plan()}/"],
    }


def _plan() -> int:
    from tongjian.plans.models import PlanYear

    return int(PlanYear.objects.order_by("-year").values_list("pk", flat=True)[0])


def timed(client: Any, page: str, urls: Sequence[str], facts: int, database: str, calls: int) -> Row:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for url in urls:  # warm
        answer = client.get(url)
        assert answer.status_code == 200, (url, answer.status_code)
    with CaptureQueriesContext(connection) as asked:
        client.get(urls[0])
        queries = len(asked)
    taken, worked = [], []
    for number in range(max(calls, len(urls))):
        start, began = time.perf_counter(), time.process_time()
        client.get(urls[number % len(urls)])
        taken.append((time.perf_counter() - start) * 1000)
        worked.append((time.process_time() - began) * 1000)
    taken.sort()
    p50, p95 = taken[len(taken) // 2], taken[min(len(taken) - 1, int(len(taken) * 0.95))]
    return Row(page, database, facts, len(taken), p50, p95, statistics.median(worked), queries)


# All databases, each in a process of its own: settings hold one


@contextmanager
def database(name: str) -> Iterator[str | None]:
    """The address for TONGJIAN_DATABASE; None where it is not installed."""
    if name == "sqlite":
        yield ""
        return
    import cluster

    where = cluster.binaries()
    if where is None or importlib.util.find_spec("psycopg") is None:
        yield None
        return
    # As a small server is set up: 128 MB of shared buffers is for the smallest machine.
    with cluster.cluster(where, ("shared_buffers=512MB", "max_wal_size=4GB")) as address:
        yield address


def child(name: str, facts: int, calls: int) -> list[Row] | None:
    """None: not installed."""
    with database(name) as address, tempfile.TemporaryDirectory(prefix="tongjian-bench-") as home:
        if address is None:
            return None
        out = Path(home) / "rows.json"
        environment = os.environ | {
            "TONGJIAN_DATABASE": address,
            "TONGJIAN_HOME": home,
            "DJANGO_SETTINGS_MODULE": "tongjian.settings.base",
        }
        command = [
            sys.executable,
            __file__,
            "--child",
            str(out),
            "--facts",
            str(facts),
            "--calls",
            str(calls),
        ]
        subprocess.run(command, env=environment, check=True)
        return [Row(**row) for row in json.loads(out.read_text(encoding="utf-8"))]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="six thousand facts, SQLite only")
    parser.add_argument("--json", action="store_true", help="print the rows as JSON")
    parser.add_argument("--facts", type=int, help="how many facts, about")
    parser.add_argument("--calls", type=int, help="calls of each page")
    parser.add_argument("--only", choices=["sqlite", "postgresql"], help="one database")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    facts = arguments.facts or (QUICK_FACTS if arguments.quick else FACTS)
    calls = arguments.calls or CALLS[arguments.quick]
    if arguments.child:
        rows = measured(facts, calls)
        arguments.child.write_text(json.dumps([asdict(r) for r in rows]), encoding="utf-8")
        return 0
    names = (
        [arguments.only] if arguments.only else ["sqlite"] if arguments.quick else ["sqlite", "postgresql"]
    )
    found = {name: child(name, facts, calls) for name in names}
    if arguments.json:
        print(json.dumps([asdict(r) for rows in found.values() for r in rows or ()], indent=1))
        return 0
    for name, some in found.items():
        if some is None:
            print(f"{name} is not installed here (apt install postgresql)")
            continue
        print(f"pages at {some[0].facts:,} facts on {name}")
        for row in some:
            print(row.said)
    return 0


if __name__ == "__main__":
    sys.exit(main())
