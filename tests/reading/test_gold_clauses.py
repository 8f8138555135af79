"""The bar of clauses against hand-made labels (the developers' texts; never part of the repository)."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from tongjian.reading.clauses import find_achievements, find_commitments
from tongjian.reading.outline import outline
from tongjian.reading.types import Hints

ROOT = Path(__file__).parents[2]
SHARED = (ROOT / os.environ.get("TONGJIAN_SHARED", "../shared")).resolve()
SCORE = SHARED / "tools/score.py"
pytestmark = [
    pytest.mark.gold,
    pytest.mark.skipif(not SCORE.exists(), reason="the developers' texts are not here (TONGJIAN_SHARED)"),
]


def predict(source: Path, target: Path) -> None:
    text = source.read_bytes().decode("utf-8")
    tree = outline(text, Hints())
    rows = {
        "text": text,
        "commitments": [asdict(row) for row in find_commitments(text, tree)],
        "achievements": [asdict(row) for row in find_achievements(text, tree)],
    }
    target.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")


def measured(labels: str, predicted: Path) -> dict[str, float]:
    """F1 by kind of clause, and the share that is whole."""
    said = subprocess.run(
        [sys.executable, str(SCORE), labels, str(predicted)], capture_output=True, text=True, check=True
    ).stdout
    found = {k: float(v) for k, v in re.findall(r"^(commitments|achievements)\s+F1\s+([\d.]+)", said, re.M)}
    return found | {f"whole {k}": float(v) for k, v in re.findall(r"whole (\w+)\s+([\d.]+)  \(", said)}


def test_seed(tmp_path: Path) -> None:
    predict(SHARED / "corpus/seed.txt", tmp_path / "seed.json")
    got = measured("seed", tmp_path / "seed.json")
    assert got["commitments"] >= 0.84
    assert got["achievements"] >= 0.79
    assert got["whole commitments"] >= 0.80
    assert got["whole achievements"] >= 0.78


def test_another_place(tmp_path: Path) -> None:
    for name in ("laishui_gwr_2020", "laishui_gwr_2021"):
        predict(SHARED / f"gold/others/passages/{name}.txt", tmp_path / f"{name}.json")
    got = measured(str(SHARED / "gold/others"), tmp_path)
    assert got["commitments"] >= 0.82
    assert got["achievements"] >= 0.80
