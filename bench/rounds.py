"""The gate before a signature, counted, and the section page, timed: `TONGJIAN_HOME=… python bench/rounds.py [--seed 7]`, on a home
that `tongjian demo` has filled. Everything is rolled back.

A report in sections by the units that own the figures: the ledger's facts of the year in a department's letter style, and
a sentence for each promise of the year's plan. Planted: wrong digits, indicators that changed places, last year's values, promises
whose sentence is missing. Found: the gate names it. A false alarm: the gate calls a figure of the clean draft wrong, or a promise
unanswered that was answered.
"""

from __future__ import annotations

import argparse
import os
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongjian.settings.base")

import django

django.setup()

from binding import Meant, facts_of, letter, planted, signs_of  # noqa: E402 - beside this file
from django.conf import settings  # noqa: E402
from django.db import transaction  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from tongjian.facts.models import Metric  # noqa: E402
from tongjian.kernel.models import Organisation, Subject, User  # noqa: E402
from tongjian.reports.rounds import actions, gate, promises  # noqa: E402
from tongjian.reports.rounds.gate import Hindrance, Why  # noqa: E402
from tongjian.reports.rounds.models import Edition  # noqa: E402
from tongjian.reports.rounds.promises import Promise  # noqa: E402

YEAR = 2022
Signs = dict[tuple[str, str], bool]
PLANTED = (("digit", 50), ("swapped", 20), ("stale", 10))
MISSING = 10
ROUNDS = 20


def owners() -> dict[str, Organisation]:
    return {m.key: m.owner for m in Metric.objects.select_related("owner__subject") if m.owner}


def divided(rows: Sequence[Meant]) -> dict[Organisation, list[Meant]]:
    """The figures by the unit that owns their metric; those of none are the plan office's."""
    known = owners()
    by_unit: dict[Organisation, list[Meant]] = defaultdict(list)
    office = Organisation.objects.get(subject__key="plan_office")
    for row in rows:
        by_unit[known.get(row.metric, office)].append(row)
    return by_unit


def sentence(promise: Promise) -> str:
    """What a section says of a promise, in words that name it."""
    if promise.task:
        return f"{promise.task.object}按计划推进。"
    assert promise.obligation is not None
    return f"{promise.obligation.series.metric.name}总体符合预期。"


def alone(promise: Promise, rows: Sequence[Meant]) -> bool:
    """A task that no figure of the report is about: its name shares no three letters with an indicator's."""
    if promise.task is None:
        return False
    name = promise.task.object
    runs = {name[i : i + 3] for i in range(len(name) - 2)}
    return not any(run in row.name for run in runs for row in rows)


def written(rows: Sequence[Meant], signs: Signs, left_out: set[str], at: datetime, by: User) -> Edition:
    """The report with a section for each unit; promises whose key is left out have no sentence."""
    Edition.objects.all().delete()
    subject = Subject.objects.get(key=settings.DISTRICT)
    edition = actions.start(subject, YEAR, f"关于{subject.label}{YEAR}年计划执行情况的报告", by=by, at=at)
    figures = divided(rows)
    told: dict[Organisation, list[str]] = defaultdict(list)
    office = Organisation.objects.get(subject__key="plan_office")
    for promise in promises.of_edition(edition):
        if promise.key not in left_out:
            told[promise.owner or office].append(sentence(promise))
    for unit in sorted({*figures, *told}, key=lambda u: u.order):
        typed = letter(figures.get(unit, []), signs)
        lines = [text for text, _figures in typed.paragraphs] + told.get(unit, [])
        section = actions.add_section(edition, f"{unit}工作情况", unit, at.date(), by=by, at=at)
        actions.save(section.pk, "\n".join(lines), by=by, at=at)
    return edition


def named(
    found: Sequence[Hindrance], edition: Edition, rows: Sequence[Meant], wrong: set[tuple[str, str]]
) -> int:
    """How many of the wrong figures the gate names: by the number's own key in the section that says it."""
    keys = {h.key for h in found if h.why in (Why.WRONG, Why.QUESTION)}
    items = [i for v in promises.newest_versions(edition).values() for i in v.items if i["key"] in keys]
    told = {(i["shown"].strip(), i["sentence"]) for i in items}
    hit = 0
    for row in rows:
        if (row.metric, row.measure) in wrong:
            is_named = any(shown == row.shown and row.name in sentence for shown, sentence in told)
            hit += is_named
            if not is_named:
                print(f"    missed: {row.name} {row.shown}")
    return hit


def counted(seed: int, at: datetime, by: User) -> None:
    subject = Subject.objects.get(key=settings.DISTRICT)
    chance, signs = random.Random(seed), signs_of(subject)
    rows = facts_of(subject, YEAR, chance)
    clean = written(rows, signs, set(), at, by)
    found = gate.hindrances(clean)
    whys = Counter(h.why.value for h in found)
    print(
        f"clean draft: {len(rows)} figures, {len(promises.of_edition(clean))} promises, {clean.sections.count()} sections"
    )
    print(
        f"  the gate names: wrong {whys['wrong']}, findings {whys['finding']}, promises {whys['promise']}; questions {whys['question']}"
    )
    for h in found:
        print(f"    {h.why.value}: {h.said}")
    total = hits = 0
    for kind, many in PLANTED:
        spoilt, wrong = planted(rows, kind, many, random.Random(seed))
        edition = written(spoilt, signs, set(), at, by)
        hit = named(gate.hindrances(edition), edition, spoilt, wrong)
        total, hits = total + len(wrong), hits + hit
        print(f"  planted {kind:8} {len(wrong):3}  named by the gate {hit:3}")
    known = promises.of_edition(written(rows, signs, set(), at, by))
    left = {p.key for p in chance.sample([p for p in known if alone(p, rows)], MISSING)}
    edition = written(rows, signs, left, at, by)
    open_ = {h.key for h in gate.hindrances(edition) if h.why is Why.PROMISE}
    total, hits = total + MISSING, hits + len(open_ & left)
    print(
        f"  planted promise  {MISSING:3}  named by the gate {len(open_ & left):3}, others {len(open_ - left)}"
    )
    for promise in known:
        if promise.key in left - open_:
            again = next(p for p in promises.of_edition(edition) if p.key == promise.key)
            print(f"    missed: {promise.label} ← {again.sentence}")
    print(f"  in all {hits} of {total}")


def timed(at: datetime, by: User) -> None:
    """Processor and wall time of the pages of a section that holds the whole report's text, and of a live check of it."""
    subject = Subject.objects.get(key=settings.DISTRICT)
    rows = facts_of(subject, YEAR, random.Random(1))
    edition = written(rows, signs_of(subject), set(), at, by)
    section = edition.sections.all()[0]
    text = "\n".join(v.text for v in promises.newest_versions(edition).values())
    version = actions.save(section.pk, text, by=by, at=at)
    client = Client()
    client.force_login(by, backend="django.contrib.auth.backends.ModelBackend")
    print(f"section page: {len(version.text)} characters, {len(version.items)} numbers")
    _time("page", lambda: client.get(reverse("reports:section", args=[section.pk])))
    _time("report page", lambda: client.get(reverse("reports:edition", args=[edition.pk])))
    _time("picker", lambda: client.get(reverse("reports:section_figures", args=[section.pk]), {"q": "收入"}))
    _time(
        "live check", lambda: client.post(reverse("reports:section_check", args=[section.pk]), {"text": text})
    )


def _time(name: str, act: Callable[[], HttpResponse]) -> None:
    act()
    wall, used = [], []
    for _ in range(ROUNDS):
        w, p = time.perf_counter(), time.process_time()
        assert act().status_code == 200
        wall.append(time.perf_counter() - w)
        used.append(time.process_time() - p)
    wall.sort()
    used.sort()
    print(f"  {name:12} median {used[ROUNDS // 2] * 1000:5.0f} ms of processor, {wall[ROUNDS // 2] * 1000:5.0f} ms by the clock; slowest {used[-1] * 1000:5.0f} ms")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    by, at = User.objects.get(username="planoffice"), timezone.now()
    settings.ALLOWED_HOSTS = ["*"]
    print(f"load {os.getloadavg()[0]:.1f}")
    with transaction.atomic():
        counted(arguments.seed, at, by)
        timed(at, by)
        transaction.set_rollback(True)


if __name__ == "__main__":
    main()
