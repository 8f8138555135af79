"""Leave one document out: each labelled text read without the words of our dictionaries that only this text has.

A word of a listing or pattern counts as the text's own when none of the other texts at hand (corpus and labelled
passages) has it. It is taken out of a copy of the source, and the text read with that copy.
"""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
READ = """
import json, sys
from dataclasses import asdict
from tongjian.reading import Hints, read_text
text, name = json.load(sys.stdin)
plain = lambda v: [float(x) for x in v] if isinstance(v, tuple) else float(v)
json.dump([asdict(f) | {"value": plain(f.value)} for f in read_text(text, Hints(name=name)).figures], sys.stdout)
"""


def rows(sets: Sequence[Any], scored: Callable[..., Any], shared: Path) -> list[Any]:
    """One row for each set of labelled texts; empty without them."""
    return [scored("ours, words of each text left out", s, _found(s, shared), None, "") for s in sets]


def _found(labels: Any, shared: Path) -> list[list[Mapping[str, Any]]]:
    corpus = dict(_corpus(shared))
    words = _words()
    return [
        _read_without(_own(words, text, corpus, file), text, file)
        for text, file in zip(labels.texts, labels.files, strict=True)
    ]


def _corpus(shared: Path) -> Iterator[tuple[str, str]]:
    yield "seed", (shared / "corpus" / "seed.txt").read_text(encoding="utf-8")
    for path in sorted((shared / "corpus" / "reports").glob("*.txt")):
        yield path.stem, path.read_text(encoding="utf-8")
    for line in (shared / "corpus" / "excerpts.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield row["id"], row["text"]


def _words() -> set[str]:
    """Every run of two or more Chinese characters in a string of the reading package."""
    found: set[str] = set()
    for path in (ROOT / "src" / "tongjian" / "reading").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.update(re.findall("[一-龥]{2,}", node.value))
    return found


def _own(words: set[str], text: str, corpus: Mapping[str, str], file: str) -> list[str]:
    """The words that this text has and no other; excerpts and their longer twins count as the same text."""
    middle = text[len(text) // 2 :][:40]
    others = "\n".join(
        other for name, other in corpus.items() if middle not in other and name != Path(file).stem
    )
    return sorted((w for w in words if w in text and w not in others), key=len, reverse=True)


def _read_without(own: Sequence[str], text: str, file: str) -> list[Mapping[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        package = Path(folder) / "tongjian"
        package.mkdir()
        shutil.copy(ROOT / "src" / "tongjian" / "__init__.py", package)
        shutil.copytree(ROOT / "src" / "tongjian" / "reading", package / "reading")
        for path in (package / "reading").rglob("*.py"):
            path.write_text(_without(path.read_text(encoding="utf-8"), own), encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-c", READ],
            input=json.dumps([text, file]),
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONPATH": folder},
        )
    found: list[Mapping[str, Any]] = json.loads(done.stdout)
    return found


def _without(source: str, own: Sequence[str]) -> str:
    """The words out of listings (between blanks or quotes) and out of alternatives of patterns."""
    for word in own:
        source = re.sub(rf'(?<=[\s"]){word}(?=[\s"])(?!":)', "", source)
        source = re.sub(rf"\|{word}(?=[|)])", "", source)
        source = re.sub(rf"(?<=[(|:]){word}\|", "", source)
    return source
