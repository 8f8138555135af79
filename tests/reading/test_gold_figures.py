"""The reader against hand-made labels outside the repository (TONGJIAN_SHARED), by the labels' own scorer."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tongjian.reading.figures import find_figures
from tongjian.reading.outline import outline
from tongjian.reading.types import Hints

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("TONGJIAN_SHARED", ROOT.parent / "shared"))
pytestmark = [
    pytest.mark.gold,
    pytest.mark.skipif(not (SHARED / "gold").is_dir(), reason="no labelled texts: set TONGJIAN_SHARED"),
]


def _plain(value: object) -> object:
    return float(value) if isinstance(value, Decimal) else str(value)


def _predict(text: str, hints: Hints) -> dict[str, Any]:
    figures = [asdict(f) for f in find_figures(text, outline(text, hints))]
    return {"text": text, "figures": figures, "commitments": [], "achievements": []}


def _scores(where: str, predicted: Path) -> dict[str, float]:
    scorer = SHARED / "tools" / "score.py"
    shown = subprocess.run(
        [sys.executable, scorer, where, predicted], capture_output=True, text=True, check=True
    )
    rows = re.findall(r"^  (\S[^\d]*?)\s+(\d\.\d+)", shown.stdout, re.M)
    return {name: float(score) for name, score in rows}


def test_seed_report(tmp_path: Path) -> None:
    text = (SHARED / "corpus" / "seed.txt").read_text(encoding="utf-8")
    out = tmp_path / "seed.json"
    out.write_text(json.dumps(_predict(text, Hints()), default=_plain), encoding="utf-8")
    scores = _scores("seed", out)
    assert scores["value + unit"] >= 0.95
    assert scores["exactness (predicted with value + unit)"] >= 0.95
    assert scores["period"] >= 0.98
    assert scores["indicator"] >= 0.85


def test_texts_of_other_places(tmp_path: Path) -> None:
    folder = SHARED / "gold" / "others"
    for line in (folder / "docs.jsonl").read_text(encoding="utf-8").splitlines():
        doc = json.loads(line)
        text = (folder / doc["file"]).read_text(encoding="utf-8")
        said = _predict(text, Hints(doc["title"], doc["area"], doc["year"]))
        (tmp_path / f"{doc['doc']}.json").write_text(json.dumps(said, default=_plain), encoding="utf-8")
    scores = _scores(str(folder), tmp_path)
    assert scores["value + unit"] >= 0.93
    assert scores["exactness (predicted with value + unit)"] >= 0.95
    assert scores["indicator"] >= 0.80
