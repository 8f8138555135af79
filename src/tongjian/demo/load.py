"""The sample district through the doors that a user's files take: reader, importer, task list, writer.

Nothing here writes a fact, a target or a task by itself. Every step looks first whether its work is done, so that
a second run is quick and changes nothing; a changed file in HOME/demo is taken in, and only that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongjian.demo import (
    accounts,
    assessed,
    clock,
    enterprises,
    files,
    orders,
    pipes,
    public,
    services,
    steps,
    supervision,
    together,
)
from tongjian.demo.accounts import Account
from tongjian.demo.ahead import Ahead
from tongjian.demo.decade import books, intake
from tongjian.demo.ledgers import agreements, measuring, projects
from tongjian.demo.ledgers import books as register_books
from tongjian.demo.ledgers import intake as register_intake
from tongjian.facts import catalogue
from tongjian.kernel.models import Subject
from tongjian.reports import actions as reports

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class DemoResult:
    """accounts: those made now, with their passwords; empty on a later run. report: the docx just written or found."""

    report: Path
    accounts: tuple[Account, ...] = field(default=())
    workbooks: int = 0
    check_ins: int = 0


def load(
    progress: Progress,
    at: datetime,
    *,
    history: bool = True,
    full: bool = False,
    written: Ahead | None = None,
) -> DemoResult:
    """Load the sample district as of `at`. history: with ten years of simulated months; full: with about
    a million work orders of two years; written: who writes their books.

    What the sample's units send in comes by the sample's own clock (`clock`), check-ins and orders at `at`.

    Raises TongjianError naming the file that a user changed into a wrong one.
    """
    tell = _Teller(progress)
    tell(_("definitions: areas, organisations, metrics"))
    catalogue.sync(at)
    made = accounts.make()
    tell(_("sample files in %(folder)s"), folder=files.home())
    files.lay_out()
    tell(_("last year's report into plan %(year)s"), year=files.YEAR)
    plan = steps.read_plan(clock.moment(clock.PLAN_READ, at))
    tell(_("tasks handed out"))
    steps.assign_tasks(plan, clock.moment(clock.TASKS_HANDED_OUT, at))
    tell(_("ten years of simulated months"))
    if history:
        if written is not None:
            written.wait()
        books.lay_out()
        intake.take_in(at)
    tell(_("departments' workbooks"))
    submitted = steps.submit_workbooks(at)
    tell(_("registers: the items behind the figures, and the figures measured over them"))
    keep_registers(at)
    pipes.keep(clock.moment(clock.YEAR_REPORTED, at))
    services.managers()
    enterprises.keep(clock.moment(clock.YEAR_REPORTED, at), at)
    orders.keep(clock.moment(clock.YEAR_REPORTED, at), full=full)
    measuring.measure_cases(clock.moment(clock.YEAR_REPORTED, at))
    assessed.keep(clock.moment(clock.YEAR_REPORTED, at))
    services.keep(at)
    tell(_("check-ins and their verdicts"))
    reported = steps.check_in(plan, at)
    tell(_("a five-year plan's indicators, orders on red targets"))
    supervision.five_years(at)
    supervision.supervise(plan, at)
    together.keep(at)
    public.publish(plan, at)
    tell(_("report for %(year)s"), year=files.YEAR)
    return DemoResult(write_report(at), made, submitted, reported)


def keep_registers(at: datetime) -> int:
    """The registers' and the projects' workbooks in by the sample's clock, changed ones at `at`; then the figures are measured anew.

    Returns how many workbooks came in.
    """
    register_books.lay_out()
    moment = clock.moment(clock.YEAR_REPORTED, at)
    taken = register_intake.take_in(moment, at)
    projects.lay_out()
    projects.take_in(moment, at)
    agreements.lay_out()
    agreements.take_in(moment, at)
    if taken or measuring.is_wanting():
        measuring.measure_year(moment if measuring.is_wanting() else at)
    return taken


def write_report(at: datetime) -> Path:
    """Write the report from the template in HOME/demo and lay the docx beside it. Raises TemplateRefused."""
    subject = Subject.objects.get(key=settings.DISTRICT)
    template = files.template()
    report = reports.build(
        subject, files.YEAR, template.read_bytes(), by=accounts.office(), at=at, name=template.name
    )
    data = report.docx.path.read_bytes()
    if not files.report().exists() or _digest(files.report().read_bytes()) != _digest(data):
        files.report().write_bytes(data)
    return files.report()


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@dataclass
class _Teller:
    """Says each step as `3/10 …`."""

    progress: Progress
    step: int = 0
    steps: int = 10

    def __call__(self, sentence: str | Promise, **params: object) -> None:
        self.step += 1
        self.progress(f"{self.step}/{self.steps} {str(sentence) % params}")
