"""Rows of the project library, made without chance."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from openpyxl import Workbook

from tongjian.kernel import evidence
from tongjian.kernel.choices import AreaKind, Role, SubjectKind
from tongjian.kernel.models import Area, Organisation, Place, Subject, User
from tongjian.records.projects.actions import Details, attach, register
from tongjian.records.projects.models import Project
from tongjian.values import Number

AT = datetime(2023, 3, 10, 9, tzinfo=UTC)


def district(key: str = "hedong", label: str = "河东区") -> Area:
    plate, made = Subject.objects.get_or_create(key=key, defaults={"kind": SubjectKind.AREA, "label": label})
    if made:
        Area.objects.create(subject=plate, path=f"/{key}/", kind=AreaKind.DISTRICT)
    return Area.objects.get(subject=plate)


def unit(key: str = "housing", label: str = "区住建局") -> Organisation:
    plate, made = Subject.objects.get_or_create(
        key=key, defaults={"kind": SubjectKind.ORGANISATION, "label": label}
    )
    if made:
        Organisation.objects.create(subject=plate, path=f"/government/{key}/")
    return Organisation.objects.get(subject=plate)


def user(name: str, role: Role, of: Organisation | None = None) -> User:
    return User.objects.create_user(name, password="a long password", role=role, organisation=of)


def place(text: str = "a paper of our own", name: str = "paper.txt") -> Place:
    return evidence.whole(evidence.keep(text.encode(), name, by=None, at=AT))


def details(key: str = "p-1", **more: Any) -> Details:
    given: dict[str, Any] = {
        "name": f"河东工程{key}",
        "reserved_on": date(2021, 5, 1),
        "owner": unit(),
        "area": district(),
        "planned_total": Number(8000),
    }
    return Details(key=key, **{**given, **more})


def project(key: str = "p-1", papers: Sequence[str] = (), **more: Any) -> Project:
    made = register(details(key, **more), source=place(), by=None, at=AT)
    for kind in papers:
        attach(made.pk, kind, place(f"{kind} of {key}"), by=None, at=AT)
    return made


def workbook(sheets: Mapping[str, Sequence[Sequence[object]]]) -> bytes:
    """Sheets by name; the first row of each is the headings."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    return saved(book)


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def amounts(this_month: int, year_to_date: int, **more: int) -> dict[str, Number | None]:
    parts = {"construction": year_to_date, "installation": 0, "equipment": 0, "other": 0}
    held = {"this_month": this_month, "year_to_date": year_to_date, **parts, **more}
    return {name: Number(value) for name, value in held.items()}
