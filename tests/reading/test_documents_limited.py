"""The child process: the same answer, bounded time and memory, errors with their codes."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest
from document_makers import docx, p, r

from tongjian.reading import limited
from tongjian.reading.documents import open_document
from tongjian.reading.errors import ReadingError
from tongjian.reading.limited import Limits, open_limited, run_limited

DATA = docx(p(r("全年新增学位900个。")), {"footer": p(r("1"))})
posix = pytest.mark.skipif(sys.platform == "win32", reason="limits of POSIX systems")


@pytest.fixture
def targets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Functions that misbehave, put where the child finds them."""
    (tmp_path / "misbehaving.py").write_text(
        "import os, socket, subprocess, sys, time\n"
        "def spins(data, name):\n    while True: pass\n"
        "def sleeps(data, name): time.sleep(60)\n"
        "def grows(data, name): return len(bytearray(4 * 1024**3))\n"
        "def dies(data, name): os._exit(0)\n"
        "def raises(data, name): raise RuntimeError\n"
        "def prints(data, name): print('noise', flush=True); return os.environ.get('SECRET'), len(data), name\n"
        "def connects(data, name): socket.create_connection(('127.0.0.1', 9), 1)\n"
        "def runs(data, name): subprocess.run(['true'])\n"
        f"def writes(data, name): os.write(os.open({str(tmp_path / 'out')!r}, 65), b'x')\n",
        encoding="utf-8",
    )
    start = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); sys.path.append(sys.argv[1]); "
    start += "import tongjian.reading.limited as m, re; m.TARGET = re.compile('.*'); m.child(sys.argv[2:])"
    monkeypatch.setattr(limited, "START", start)
    monkeypatch.setattr(limited, "_check_target", lambda target: None)


def test_the_child_opens_what_the_parent_would() -> None:
    assert open_limited(DATA, "报告.docx") == open_document(DATA, "报告.docx")


def test_errors_keep_code_and_sentences() -> None:
    with pytest.raises(ReadingError) as here:
        open_document(DATA[:300], "报告.docx")
    with pytest.raises(ReadingError) as there:
        open_limited(DATA[:300], "报告.docx")
    assert (there.value.code, there.value.en, there.value.zh) == (
        here.value.code,
        here.value.en,
        here.value.zh,
    )


@pytest.mark.parametrize(
    "target", ["os:system", "tongjian:x", "tongjian.reading.limited:_reply", "tongjian.a.b", "tongjian..a:b"]
)
def test_only_functions_of_ours_run(target: str) -> None:
    with pytest.raises(ValueError, match="not a function of tongjian"):
        run_limited(target, b"", "a")


@pytest.mark.usefixtures("targets")
def test_the_child_knows_no_environment_and_its_prints_do_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "x")
    assert run_limited("misbehaving:prints", b"abc", "名.docx") == [None, 3, "名.docx"]


@posix
@pytest.mark.usefixtures("targets")
@pytest.mark.parametrize("name", ["spins", "grows", "dies", "raises", "connects", "runs", "writes"])
def test_a_parser_that_misbehaves_is_stopped(name: str, tmp_path: Path) -> None:
    with pytest.raises(ReadingError) as caught:
        run_limited(f"misbehaving:{name}", b"", "报告.docx", Limits(cpu_seconds=1, wall_seconds=20))
    assert caught.value.code == "reading.parser_failed"
    assert ("用时过长" in caught.value.zh) == (name == "spins")
    assert ("内存" in caught.value.zh) == (name == "grows")
    out = tmp_path / "out"
    assert not out.exists() or out.stat().st_size == 0


@pytest.mark.usefixtures("targets")
def test_a_parser_that_waits_is_stopped() -> None:
    began = time.monotonic()
    with pytest.raises(ReadingError, match="took too long") as caught:
        run_limited("misbehaving:sleeps", b"", "报告.docx", Limits(wall_seconds=0.5))
    assert caught.value.code == "reading.parser_failed"
    assert time.monotonic() - began < 10
