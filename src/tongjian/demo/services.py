"""模拟管家、走访与全程代办: what account managers did for the sample enterprises, through the doors that a user's files and clicks take.

Made by arithmetic alone and marked as simulated; dated before the day of the load, so that visits fall due and clocks run
when somebody looks. See data/enterprises.yaml.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tongjian.demo import accounts, enterprises, files
from tongjian.demo.steps import DemoRefused
from tongjian.kernel import calendars
from tongjian.kernel.models import Organisation, Subject, User
from tongjian.records.cases import actions as cases
from tongjian.records.cases.actions import Intake
from tongjian.records.cases.models import Case, Contact
from tongjian.records.cases.packages import actions, contacts, measures, sheets, visit_sheets
from tongjian.records.cases.packages.models import ServicePackage

VISITS = "模拟走访.csv"
AGENCY, SOURCE = "agent_service", "demo_agency"
REPLY = "审批件已取得并送达企业。"


def keep(at: datetime) -> None:
    """Visits by workbook, contacts, policies, confirmations, agents' cases. A second run changes nothing."""
    by = accounts.office()
    _take_visits(by, at)
    packages = {p.enterprise.label: p for p in ServicePackage.objects.select_related("enterprise", "unit")}
    rows = [packages[name] for n in range(enterprises.count()) if (name := enterprises.name(n)) in packages]
    _contacts(rows, by, at)
    _policies(rows, by, at)
    for n, row in enumerate(rows[: enterprises.meant()["confirmed"]]):
        if row.confirmed_at is None:
            words = ("服务及时", "问题解决较快", "希望多推送政策")[n % 3]
            actions.confirm(row.pk, score=(5, 5, 4, 3)[n % 4], words=words, by=by, at=at)
    _agency(rows, by, at)


def _take_visits(by: User, at: datetime) -> None:
    path = files.home() / VISITS
    if not path.exists():
        path.write_bytes(_visits(at))
    try:
        visit_sheets.take(path.read_bytes(), VISITS, by=by, at=at)
    except sheets.PackagesRefused as refused:
        raise DemoRefused(
            "demo.workbook_refused",
            _("The workbook %(file)s was refused; nothing of it was written.\n%(problems)s"),
            {"file": path, "problems": "\n".join(str(p) for p in refused.problems)},
        ) from refused


def _visits(at: datetime) -> bytes:
    """Each enterprise's last visits, a little more or less than its grade's time apart."""
    out, found = io.StringIO(), enterprises.meant()["found"]
    writer = csv.writer(out)
    writer.writerow(visit_sheets.HEADS)
    known = {p.enterprise.label: p for p in ServicePackage.objects.select_related("enterprise", "manager")}
    for n in range(enterprises.count()):
        row = known[enterprises.name(n)]
        manager = row.manager.username if row.manager else ""
        for k, on in enumerate(enterprises.visited(n, at)):
            writer.writerow(
                (enterprises.name(n), on.isoformat(), f"（模拟）{found[(n + k) % len(found)]}", manager)
            )
    return out.getvalue().encode("utf-8-sig")


def _contacts(rows: list[ServicePackage], by: User, at: datetime) -> None:
    known = set(Contact.objects.values_list("package", flat=True))
    meant = enterprises.meant()
    for n, row in enumerate(rows):
        if n % meant["contacts_every"] == 0 and row.pk not in known:
            surname = meant["surnames"][(n * 7) % len(meant["surnames"])]
            contacts.keep(row.pk, f"{surname}样本", f"139{n:08d}", by=by, at=at)


def _policies(rows: list[ServicePackage], by: User, at: datetime) -> None:
    """一企一策: one measure done, one to come."""
    day = timezone.localtime(at).date()
    for n, (words, first, second) in enumerate(enterprises.meant()["policies"]):
        row = rows[n * 4]
        if row.policy:
            continue
        paper = f"（模拟）会议纪要：{row.enterprise}\n{words}。\n"
        actions.settle_policy(row.pk, words, file=(paper.encode(), f"模拟纪要-{n + 1}.txt"), by=by, at=at)
        done = measures.add(row.pk, first, unit=row.unit, due_on=day - timedelta(days=20), by=by, at=at)
        measures.finish(row.pk, done.pk, on=day - timedelta(days=24), words="已完成", by=by, at=at)
        due = day + timedelta(days=30 * n - 15)
        measures.add(row.pk, second, unit=row.unit, due_on=due, by=by, at=at)


def _agency(rows: list[ServicePackage], by: User, at: datetime) -> None:
    known = set(Case.objects.filter(source=SOURCE).values_list("source_id", flat=True))
    for n, told in enumerate(enterprises.meant()["agents"], 1):
        if f"DB{n}" not in known:
            _handled(rows[told[0] % len(rows)], f"DB{n}", told, by, at)


def _handled(row: ServicePackage, number: str, told: list[Any], by: User, at: datetime) -> None:
    """One approval from its receipt through the steps told of, a fair share of the days between them."""
    _firm, matter, approval, tier, days, steps = told
    taken = steps.split()
    moments = _moments(at, int(days), len(taken) + 2)
    case = cases.receive(
        Intake(
            type=AGENCY,
            text=f"（模拟）{row.enterprise}：{approval}全程代办",
            title=f"（模拟）{approval}",
            channel="visit",
            subject=row.enterprise_id,
            attrs={"matter": matter, "approval": approval, "windows": 2},
            source=SOURCE,
            source_id=number,
            simulated=True,
        ),
        by=by,
        at=moments[0],
    )
    agent = row.manager or by
    payload: Mapping[str, Any] = {"lead": row.unit_id, "tier": tier}
    cases.perform(case.pk, "assign", payload, by=by, at=moments[1])
    for step, moment in zip(taken, moments[2:], strict=True):
        who = by if step in {"confirm", "close"} else agent
        cases.perform(case.pk, step, _said(step, moment), by=who, at=moment)


def _said(step: str, moment: datetime) -> Mapping[str, Any]:
    """What each step asks for."""
    told: Mapping[str, Mapping[str, Any]] = {
        "ask_firm": {"reason": "补充法定代表人授权书原件", "until": moment + timedelta(days=10)},
        "window_returns": {"reason": "平面图缺比例尺"},
        "finish": {"outcome": "approved", "reply": REPLY},
        "confirm": {"reached": True, "solved": True, "score": 5},
    }
    return told.get(step, {})


def _moments(at: datetime, days: int, count: int) -> list[datetime]:
    """So many moments over the last working days before the load, in order, the first three on the first day."""
    today, calendar = timezone.localtime(at).date(), calendars.current()
    first = today
    while calendar.working_days(first, today) <= days:
        first -= timedelta(days=1)
    first = calendar.next_working(first)
    begin, span, rest = _ten(first), max((today - first).days - 1, 1), count - 2
    later = [_ten(calendar.next_working(first + timedelta(days=span * k // rest))) for k in range(1, rest)]
    early = [begin, begin + timedelta(minutes=30), begin + timedelta(hours=4)][:count]
    return [*early, *(min(m + timedelta(hours=5, minutes=k), at) for k, m in enumerate(later))]


def _ten(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(10)))


def managers() -> None:
    """管家: an account for each unit that serves a sample enterprise; nobody signs in with it until a password is set."""
    units = {o.pk: o for o in Organisation.objects.select_related("subject")}
    there = set(User.objects.filter(username__startswith="manager-").values_list("username", flat=True))
    for n, unit in enumerate(enterprises.units()):
        subject: Subject = units[unit].subject
        name = enterprises.manager(n)
        if name not in there:
            surname = enterprises.meant()["surnames"][n % len(enterprises.meant()["surnames"])]
            accounts.manager(name, f"{surname}示例", subject.key)
