"""The sample files as a user keeps them: copied once into HOME/demo, and read from there ever after."""

from __future__ import annotations

import shutil
from pathlib import Path

from django.conf import settings

SHIPPED = Path(__file__).resolve().parent / "data"
YEAR = 2022


def home() -> Path:
    """HOME/demo."""
    return Path(settings.HOME) / "demo"


def plan() -> Path:
    """Last year's report, docx."""
    return home() / f"plan-{YEAR}.docx"


def five_years() -> Path:
    """The sample table of a five-year plan's indicators, xlsx."""
    return home() / "five-year-plan-2021-sample.xlsx"


def template() -> Path:
    """The template of this year's report."""
    return home() / f"report-{YEAR}.tj.txt"


def report() -> Path:
    """Where the written report is laid."""
    return home() / f"report-{YEAR}.docx"


def assignments() -> Path:
    """The task list as the plan office filled it, xlsx."""
    return home() / f"tasks-{YEAR}.xlsx"


def workbooks() -> list[Path]:
    """The departments' workbooks, in the order of their names."""
    return sorted((home() / "workbooks").glob("*.xlsx"))


def lay_out() -> int:
    """Copy each shipped sample file that is not there yet. Returns how many; a changed copy is left alone."""
    copied = 0
    for source in sorted(SHIPPED.rglob("*")):
        target = home() / source.relative_to(SHIPPED)
        if source.suffix not in {".xlsx", ".docx", ".txt"} or target.exists():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        copied += 1
    return copied


def organisation_of(workbook: Path) -> str:
    """Whose workbook it is: `human-resources-2022-sample.xlsx` is of `human_resources`."""
    return workbook.stem.partition(f"-{YEAR}")[0].replace("-", "_")
