"""`tongjian cases` and what the night does for them, as a terminal sees it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from records.cases.factories import district
from records.cases.test_import import HEADS, ROWS, as_csv
from tongjian.cli.main import main
from tongjian.records.cases.models import Case

pytestmark = pytest.mark.django_db


def test_take_says_what_came_and_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    district()
    file = tmp_path / "工单.csv"
    file.write_bytes(as_csv(ROWS))
    assert main(["--lang", "en", "cases", "take", str(file)]) == 0
    assert capsys.readouterr().out == "3 rows: 3 new, 0 amended, 0 unchanged\n"
    file.write_bytes(as_csv([["G7", "昨天", "", *[""] * 13]], HEADS))
    assert main(["--lang", "zh", "cases", "take", str(file)]) == 1
    told = capsys.readouterr().out.splitlines()
    assert told == [
        "C2: “诉求内容”为空，每件工单都必须填写。",
        "B2: “受理时间”：昨天 不是时间，请写成 2026-03-02 09:30。",
    ]
    assert main(["cases", "take", str(tmp_path / "nothing.csv")]) == 2


def test_routes_reckon_and_types(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    district()
    file = tmp_path / "工单.csv"
    file.write_bytes(as_csv(ROWS))
    main(["cases", "take", str(file)])
    capsys.readouterr()
    assert (
        main(
            ["--lang", "en", "cases", "routes", "complaint", "--since", "2026-03-01", "--until", "2026-03-01"]
        )
        == 0
    )
    out = capsys.readouterr().out
    assert out.startswith("2 dispatched cases: the rules name a unit for 2, as dispatched 2\n")
    assert main(["--lang", "en", "cases", "reckon", "complaint", "--dry-run"]) == 0
    assert capsys.readouterr().out.startswith("2 running clocks: 0 earlier, 0 later")
    assert main(["cases", "reckon", "nothing"]) == 2
    assert main(["cases", "routes", "complaint", "--since", "x", "--until", "y"]) == 2
    capsys.readouterr()
    assert main(["--lang", "en", "cases", "types"]) == 0
    assert "complaint: sound\n" in capsys.readouterr().out


def test_the_night_erases_and_indexes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], settings: object
) -> None:
    settings.MIRROR = tmp_path / "mirror.duckdb"  # type: ignore[attr-defined]
    district()
    file = tmp_path / "工单.csv"
    file.write_bytes(as_csv(ROWS))
    main(["cases", "take", str(file)])
    past = timezone.localdate() - timedelta(days=1)
    Case.objects.filter(source_id="G1").update(retain_until=past)
    capsys.readouterr()
    main(["--lang", "en", "nightly"])
    assert "cases: 1 past retention (1 parties, 1 files, 0 keys), 0 indexed" in capsys.readouterr().out
    assert Case.objects.get(source_id="G1").text == ""
