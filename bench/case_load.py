"""Many at once on cases: users with the production server and PostgreSQL, then workers that are killed.

`python bench/case_load.py [--users 50] [--seconds 120] [--kills 50] [--json]`. Each user asks for one page every two
seconds; one request in ten takes a new case in. Then as long as it takes, workers are killed with -9 at random moments
while cases come in. At the end: no error (of the first part), every case that was confirmed is there once, none twice, each
with its events in order, and the seals over all of them hold. Ends with 1 where that is not so. In a throw-away home.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "bench"), str(ROOT / "src"), str(ROOT / "tests" / "postgres")]

from cluster import binaries, cluster  # noqa: E402
from measured import Measured  # noqa: E402

EVERY = 2.0  # seconds between two requests of a user
WORKERS = 3
PATIENCE = 20.0  # seconds for a case to come through between two kills
TOKEN = "c" * 32
PAGES = (
    "/cases/",
    "/cases/?list=newest",
    "/cases/?list=overdue",
    "/cases/?list=newest&q=路灯",
    "/cases/new/",
)


@dataclass
class Told:
    """What the users met. confirmed: numbers of the cases that the server said it took in; sent: all that were sent."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    confirmed: set[int] = field(default_factory=set)
    sent: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass(frozen=True)
class Server:
    port: int
    cookies: Sequence[str]
    master: int

    def workers(self) -> list[int]:
        """Process ids of gunicorn's workers, from the kernel's own list."""
        children = Path(f"/proc/{self.master}/task/{self.master}/children")
        return [int(pk) for pk in children.read_text().split()]


def ask(server: Server, user: int, path: str, form: dict[str, str] | None = None) -> tuple[int, float]:
    """Status and seconds of one request."""
    start = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    cookie = f"sessionid={server.cookies[user % len(server.cookies)]}; csrftoken={TOKEN}"
    heads = {"Cookie": cookie, "Host": "localhost"}
    try:
        if form is None:
            connection.request("GET", path, headers=heads)
        else:
            heads |= {"X-CSRFToken": TOKEN, "Content-Type": "application/x-www-form-urlencoded"}
            connection.request("POST", path, urlencode(form), heads)
        answer = connection.getresponse()
        answer.read()
        return answer.status, time.perf_counter() - start
    finally:
        connection.close()


def sent_in(server: Server, user: int, told: Told) -> None:
    """One new case; it counts as confirmed when the server sends on to its page."""
    with told.lock:
        told.sent += 1
        number = told.sent
    form = {
        "type": "complaint",
        "text": f"路灯不亮，编号甲{number}乙",
        "name": "王小二",
        "phone": "13800001234",
    }
    status, seconds = ask(server, user, "/cases/receive/", form)
    with told.lock:
        told.seconds.append(seconds)
        if status == 302:
            told.confirmed.add(number)
        else:
            told.errors.append(f"POST {status}")


def visiting(server: Server, user: int, until: float, told: Told) -> None:
    """One user: a page every two seconds, every tenth time a new case."""
    dice = random.Random(user)
    due = time.monotonic() + dice.random() * EVERY
    while due < until:
        time.sleep(max(0.0, due - time.monotonic()))
        due += EVERY
        try:
            if dice.random() < 0.1:
                sent_in(server, user, told)
                continue
            path = dice.choice(PAGES)
            status, seconds = ask(server, user, path.replace("路灯", "%E8%B7%AF%E7%81%AF"))
            with told.lock:
                told.seconds.append(seconds)
                if status != 200:
                    told.errors.append(f"GET {path} {status}")
        except (OSError, http.client.HTTPException) as error:
            with told.lock:
                told.errors.append(repr(error))


def many_users(server: Server, users: int, seconds: float, told: Told) -> None:
    until = time.monotonic() + seconds
    threads = [threading.Thread(target=visiting, args=(server, n, until, told)) for n in range(users)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def killing(server: Server, kills: int, told: Told) -> int:
    """Cases come in without a break while a worker is killed at a random moment, so many times. Returns the kills."""
    done, stop, dice = 0, threading.Event(), random.Random(7)

    def pour(user: int) -> None:
        while not stop.is_set():
            try:
                sent_in(server, user, told)
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)  # the worker died: the client cannot know what became of its case

    threads = [threading.Thread(target=pour, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    while done < kills:
        before, patience = len(told.confirmed), time.monotonic() + PATIENCE
        while len(told.confirmed) == before and time.monotonic() < patience:  # work goes on between two kills
            time.sleep(0.02)
        time.sleep(dice.random() * 0.4)
        alive = server.workers()
        if alive:
            os.kill(dice.choice(alive), signal.SIGKILL)
            done += 1
    stop.set()
    for thread in threads:
        thread.join()
    return done


@contextmanager
def served(users: int) -> Iterator[Server]:
    """gunicorn in the production profile over what the environment says, with so many users signed in."""
    from cluster import _free_port

    cookies, port = prepared(users), _free_port()
    command = [sys.executable, "-m", "gunicorn", "tongjian.web.wsgi", "--workers", str(WORKERS)]
    process = subprocess.Popen([*command, "--bind", f"127.0.0.1:{port}", "--log-level", "critical"])
    try:
        server = Server(port, cookies, process.pid)
        _wait(server)
        yield server
    finally:
        process.terminate()
        process.wait(30)


def _wait(server: Server) -> None:
    for _ in range(240):
        try:
            if ask(server, 0, "/cases/")[0] == 200:
                return
        except OSError:
            pass
        time.sleep(0.5)
    raise SystemExit("the server does not answer")


def prepared(users: int) -> list[str]:
    """The database with a district and users of the plan office; returns their sessions."""
    import django

    django.setup()
    from datetime import UTC, datetime

    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.management import call_command

    from tongjian.kernel.directory import sync_directory
    from tongjian.kernel.models import User

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    sync_directory(datetime.now(UTC))
    made = []
    for n in range(users):
        user = User.objects.create(username=f"load{n}", role="plan_office")
        store = SessionStore()
        store[SESSION_KEY] = str(user.pk)
        store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        store[HASH_SESSION_KEY] = user.get_session_auth_hash()
        store.create()
        made.append(str(store.session_key))
    return made


def faults(told: Told) -> list[str]:
    """What is not as it must be: lost, doubled, without its events, seals that do not hold."""
    import re
    from datetime import UTC, datetime

    from django.db.models import Count, Max

    from tongjian.kernel import seals
    from tongjian.kernel.models import Event
    from tongjian.records.cases.models import Case

    numbers = [
        int(m[1]) for t in Case.objects.values_list("text", flat=True) if (m := re.search("甲(\\d+)乙", t))
    ]
    there = set(numbers)
    found = [f"lost: {n}" for n in sorted(told.confirmed - there)]
    if len(numbers) != len(there):
        found.append(f"doubled: {len(numbers) - len(there)}")
    streams = Event.objects.filter(stream__startswith="cases.case/").values("stream")
    last = {
        r["stream"]: (r["most"], r["count"]) for r in streams.annotate(most=Max("seq"), count=Count("pk"))
    }
    for pk, seq in Case.objects.values_list("pk", "seq"):
        if last.pop(f"cases.case/{pk}", None) != (seq, seq):
            found.append(f"events of case {pk} are not its {seq}")
    found += [f"events without a case: {stream}" for stream in last]
    seals.seal(datetime.now(UTC))
    audited = seals.audit()
    found += [f"seal {b.seal.pk}: {b.code}" for b in audited.broken]
    if audited.unsealed or audited.events != Event.objects.count():
        found.append("events outside the seals")
    return found


def environment(address: str, home: str) -> None:
    os.environ |= {
        "TONGJIAN_DATABASE": address,
        "TONGJIAN_HOME": home,
        "TONGJIAN_SECRET_KEY": "load" * 16,
        "TONGJIAN_HOSTS": "localhost",
        "TONGJIAN_SSL_REDIRECT": "0",
        "DJANGO_SETTINGS_MODULE": "tongjian.settings.production",
    }


def measured(arguments: argparse.Namespace) -> tuple[list[Measured], list[str]]:
    calm, wild = Told(), Told()
    with served(arguments.users) as server:
        many_users(server, arguments.users, arguments.seconds, calm)
        wild.sent = calm.sent
        done = killing(server, arguments.kills, wild)
    wild.confirmed |= calm.confirmed
    wrong = faults(wild) + calm.errors
    times = sorted(calm.seconds)
    p95 = times[int(len(times) * 0.95)] if times else None
    load = ", ".join(f"{n:.1f}" for n in os.getloadavg())
    size = f"{arguments.users} users, {arguments.seconds:g} s"
    said = f"p95 of {len(times):,} requests, {len(calm.errors)} errors; load of the machine {load}"
    killed = f"{len(wild.confirmed) - len(calm.confirmed):,} cases confirmed meanwhile; {len(faults_of(wrong))} lost or doubled"
    return [
        Measured("many users, PostgreSQL, gunicorn", size, "ours", p95, note=said),
        Measured("workers killed with -9", f"{done} times", "ours", None, note=killed),
    ], wrong


def faults_of(wrong: Sequence[str]) -> list[str]:
    return [w for w in wrong if w.startswith(("lost", "doubled", "events", "seal"))]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--json", action="store_true", help="print the measurements as JSON")
    arguments = parser.parse_args()
    where = binaries()
    if where is None:
        print("PostgreSQL is not installed here")
        return 0
    with cluster(where, ["fsync=on"]) as address, tempfile.TemporaryDirectory() as home:
        environment(address, home)
        rows, wrong = measured(arguments)
    if arguments.json:
        print(json.dumps([asdict(r) for r in rows], indent=1, ensure_ascii=False))
    else:
        for row in rows:
            print(f"{row.what:<36} {row.size:<22} {row.said}")
    for line in wrong[:20]:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
