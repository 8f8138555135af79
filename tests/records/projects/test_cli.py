"""`tongjian projects`: workbooks and packages in and out at the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from records.projects.factories import district, project, unit, workbook
from records.projects.test_sheets import PROJECTS, row, whole
from tongjian.cli.main import main
from tongjian.kernel.choices import Sensitivity
from tongjian.records.projects.models import Project

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def known() -> None:
    unit()
    district()
    district("north", "北山区")


def test_a_workbook_in_and_out_and_in_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    first.write_bytes(workbook(whole()))
    assert main(["projects", "import", str(first)]) == 0
    assert "项目：2 行，新增或变更 2" in capsys.readouterr().out
    assert main(["projects", "export", str(second)]) == 0
    assert main(["projects", "import", str(second)]) == 0
    assert "新增或变更 1" not in capsys.readouterr().out


def test_every_bad_cell_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "a.xlsx"
    file.write_bytes(workbook({"项目": [PROJECTS, row("a-1", total="很多"), row("a-1")]}))
    assert main(["projects", "import", str(file)]) == 1
    said = capsys.readouterr().err
    assert "项目!G2" in said
    assert "项目!A3" in said
    assert not Project.objects.exists()
    assert main(["projects", "import", str(tmp_path / "none.xlsx")]) == 2


def test_a_package_holds_public_projects_and_is_checked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a.json"
    assert main(["projects", "oc4ids", str(file)]) == 1
    project("p-1", sensitivity=Sensitivity.PUBLIC)
    project("p-2")
    project("p-3", sensitivity=Sensitivity.PERSONAL)
    assert main(["projects", "oc4ids", str(file)]) == 0
    assert [p["id"] for p in json.loads(file.read_text())["projects"]] == ["oc4ids-000000-p-1"]
    assert main(["projects", "oc4ids", str(file), "--internal"]) == 0
    assert len(json.loads(file.read_text())["projects"]) == 2
    assert main(["projects", "check", str(file)]) == 0
    assert main(["projects", "import", str(file)]) == 0
    package = json.loads(file.read_text())
    package["projects"][0]["title"] = ""
    file.write_text(json.dumps(package))
    capsys.readouterr()
    assert main(["projects", "check", str(file)]) == 1
    assert "/projects/0/title" in capsys.readouterr().err
    assert main(["projects", "import", str(file)]) == 1


def test_a_package_is_checked_against_a_schema_at_hand(tmp_path: Path) -> None:
    file, schema = tmp_path / "a.json", tmp_path / "s.json"
    file.write_text('{"projects": []}')
    schema.write_text('{"required": ["uri"]}')
    assert main(["projects", "check", str(file), "--schema", str(schema)]) == 1
    schema.write_text('{"required": ["projects"]}')
    assert main(["projects", "check", str(file), "--schema", str(schema)]) == 0
    file.write_text("no")
    assert main(["projects", "check", str(file)]) == 2
