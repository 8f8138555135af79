"""Whose installation it is: the packs say it, the setting overrides it, and no code names a place."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import tongjian
from tongjian.packs import PackError, entries
from tongjian.packs.home import home

SOURCE = Path(tongjian.__file__).parent
OWN = "- {key: quarter, name: 城关区, name_en: Quarter, kind: district%s}\n"


def own(folder: Path, areas: str) -> Path:
    (folder / "areas").mkdir(parents=True)
    (folder / "areas" / "own.yaml").write_text(areas, encoding="utf-8")
    return folder


def test_the_shipped_packs_have_one_home() -> None:
    (marked,) = [e.key for e in entries("areas") if e.body.get("home")]
    assert home() == marked


def test_a_mark_in_the_districts_own_folder_goes_first(tmp_path: Path) -> None:
    assert home(own(tmp_path / "a", OWN % ", home: true")) == "quarter"
    assert home(own(tmp_path / "b", OWN % "")) == home()


def test_without_a_mark_it_is_the_only_district(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tongjian.packs.SHIPPED", tmp_path / "none")
    assert home(own(tmp_path / "a", OWN % "")) == "quarter"
    with pytest.raises(PackError, match="0 areas of the kind district"):
        home(tmp_path / "none")
    two = OWN % "" + OWN.replace("quarter", "harbour") % ""
    with pytest.raises(PackError, match=r"2 areas .*\(quarter, harbour\)"):
        home(own(tmp_path / "b", two))


def test_two_marks_are_refused(tmp_path: Path) -> None:
    marked = OWN % ", home: true"
    with pytest.raises(PackError, match="2 areas marked home"):
        home(own(tmp_path, marked + marked.replace("quarter", "harbour")))


def started(**environment: str) -> subprocess.CompletedProcess[str]:
    script = "from tongjian.settings import test; print(test.DISTRICT)"
    kept = {k: v for k, v in os.environ.items() if not k.startswith("TONGJIAN_")}
    return subprocess.run(
        [sys.executable, "-c", script],
        env=kept | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_setting_overrides_the_packs_and_what_cannot_be_meant_stops_the_start(tmp_path: Path) -> None:
    marked = OWN % ", home: true"
    one, two = own(tmp_path / "1", marked), own(tmp_path / "2", marked + marked.replace("quarter", "harbour"))
    assert started(TONGJIAN_PACKS=str(one)).stdout.strip() == "quarter"
    assert started(TONGJIAN_PACKS=str(two), TONGJIAN_DISTRICT="harbour").stdout.strip() == "harbour"
    stopped = started(TONGJIAN_PACKS=str(two))
    assert stopped.returncode == 1
    assert "TONGJIAN_DISTRICT" in stopped.stderr


def said(file: Path) -> Iterator[str]:
    """All texts of a module but its docstrings, which may give an example."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    docs = {
        id(n.body[0].value)
        for n in ast.walk(tree)
        if isinstance(n, ast.Module | ast.ClassDef | ast.FunctionDef)
        and n.body
        and isinstance(n.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.value


def test_no_code_names_a_place() -> None:
    """The sample district's own folder apart."""
    bodies = [e.body for e in entries("areas")]
    keys = re.compile("|".join(rf"\b{b['key']}\b" for b in bodies))
    names = re.compile("|".join(b["name"] for b in bodies))
    found = [
        (str(file.relative_to(SOURCE)), text)
        for file in SOURCE.rglob("*.py")
        if file.relative_to(SOURCE).parts[0] != "demo"
        for text in said(file)
        if keys.search(text) or names.search(text)
    ]
    assert found == []
