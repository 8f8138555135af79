"""Real Word files against their text twins (the developers' texts; never part of the repository)."""

from __future__ import annotations

import difflib
import os
from pathlib import Path

import pytest

from tongjian.reading.documents import open_document

ROOT = Path(__file__).parents[2]
REPORTS = (ROOT / os.environ.get("TONGJIAN_SHARED", "../shared")).resolve() / "corpus/reports"
TWINS = sorted(path.stem for path in REPORTS.glob("*.docx"))


def bare(text: str) -> str:
    return "".join(text.split())


@pytest.mark.gold
@pytest.mark.skipif(not TWINS, reason="the developers' texts are not here (TONGJIAN_SHARED)")
@pytest.mark.parametrize("name", TWINS)
def test_a_word_file_and_its_text_agree(name: str) -> None:
    read = bare(open_document((REPORTS / f"{name}.docx").read_bytes(), name).text)
    twin = bare(open_document((REPORTS / f"{name}.txt").read_bytes(), name).text)
    likeness = 1.0 if read == twin else difflib.SequenceMatcher(None, read, twin, autojunk=False).ratio()
    assert len(twin) > 1000
    assert likeness >= 0.995
