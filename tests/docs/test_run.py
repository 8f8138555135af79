"""run.py: the door for someone who has nothing but Python."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("run", ROOT / "run.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "VENV", tmp_path)
    monkeypatch.setattr(module, "PYTHON", tmp_path / "bin/python")
    return module


def test_an_interrupted_set_up_is_begun_anew(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Python without pip stands there already; the next run makes the environment once more, and only then."""
    run.PYTHON.parent.mkdir()
    run.PYTHON.touch()
    called: list[list[str]] = []
    done = SimpleNamespace(returncode=0)
    monkeypatch.setattr(subprocess, "run", lambda command, **_how: called.append(command) or done)
    run.set_up("")
    assert called[0] == [sys.executable, "-m", "venv", str(run.VENV)]
    assert "pip" in called[1]
    called.clear()
    run.set_up("")
    assert called == []


def test_an_old_python_is_told_in_one_line(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 13))
    assert "3.11 or newer, this is 3.10.13" in run.unfit()


def test_a_missing_venv_module_is_told_in_one_line(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    told = run.unfit()
    assert "apt install python3" in told
    assert "\n" not in told
