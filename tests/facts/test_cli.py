"""`tongjian template`, `submit`, `fact` on the ledger."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation
from openpyxl import load_workbook

from facts.factories import DISTRICT, fact, place, world
from facts.workbooks import GDP, GROWTH, row, workbook
from tongjian.cli.language import use
from tongjian.cli.main import main
from tongjian.facts.models import Fact

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_language() -> Iterator[None]:
    with translation.override("en"):
        yield
    use("zh")


def send(path: Path, data: bytes, *more: str) -> int:
    path.write_bytes(data)
    return main(["--lang", "en", "submit", str(path), "--org", "statistics", "--period", "2022", *more])


def test_template(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    world()
    out = tmp_path / "out.xlsx"
    assert main(["--lang", "en", "template", "statistics", "2022年1—11月", "-o", str(out)]) == 0
    assert "9 rows to fill in" in capsys.readouterr().out
    assert load_workbook(out)["填报"]["H2"].value == "2022年1—11月"
    assert main(["--lang", "en", "template", "plan_office", "2022", "-o", str(out)]) == 1
    assert main(["--lang", "en", "template", "nobody", "2022", "-o", str(out)]) == 2
    assert "collection.unknown_organisation" in capsys.readouterr().err


def test_submit_tells_every_bad_cell_then_writes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    world()
    path = tmp_path / "a.xlsx"
    assert send(path, workbook([row(value="many"), row(GROWTH, unit="亿元")])) == 1
    told = capsys.readouterr().out
    assert "填报!I2: “many” is not a number." in told
    assert "填报!G3: The unit is 亿元" in told
    assert "2 problems, nothing was written" in told
    assert Fact.objects.count() == 0
    assert send(path, workbook([GDP, GROWTH])) == 0
    assert "2 facts written" in capsys.readouterr().out
    assert send(path, path.read_bytes()) == 0
    assert "nothing new" in capsys.readouterr().out
    assert Fact.objects.count() == 2


def test_submit_tells_what_holds_a_workbook(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    world()
    fact("gdp @ 2021", "1150.0")
    assert send(tmp_path / "a.xlsx", workbook([row(value=12005000)])) == 1  # 万元 in a row of 亿元
    told = capsys.readouterr().out
    assert "[unit_slip]" in told
    assert "1 finding(s) hold it, nothing was written" in told
    assert Fact.objects.count() == 1


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--org", "nobody", "--period", "2022"], "collection.unknown_organisation"),
        (["--org", "statistics", "--period", "soon"], "collection.period_unknown"),
    ],
)
def test_submit_needs_to_know_who_and_when(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: str
) -> None:
    world()
    (tmp_path / "a.xlsx").write_bytes(workbook([GDP]))
    assert main(["--lang", "en", "submit", str(tmp_path / "a.xlsx"), *arguments]) == 2
    assert code in capsys.readouterr().err


def test_fact_shows_value_source_and_inputs(capsys: pytest.CaptureFixture[str]) -> None:
    world()
    fact("gdp[growth, constant_price] @ 2022", "4.1")
    fact("gdp[growth, constant_price, capital] @ 2022", "0.7")
    fact("gdp[growth, constant_price] @ 2022", "4.0", source="document", evidence=place("b.txt", b"b"))
    assert main(["--lang", "en", "fact", "gdp[difference, city, constant_price] @ 2022"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == (
        f"gdp[{DISTRICT}, difference, of:growth, constant_price, city] @ 2022 = 3.4 个百分点"
        "  (Actual; derived by difference)"
    )
    assert lines[1] == f"  gdp[{DISTRICT}, growth, constant_price] @ 2022 = 4.1 %  (Actual; sample.txt · 0-6)"
    assert main(["--lang", "en", "fact", "gdp[growth, constant_price] @ 2022"]) == 0
    assert capsys.readouterr().out.splitlines()[1] == "also: 4.0 %  (Published document; b.txt · 0-6)"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["gdp @ 2022"], "facts.missing"),
        (["gdp"], "refs.not_a_reference"),
        (["gdp @ 2022", "--at", "soon"], "facts.moment"),
        (["gdp @ 2022", "--at", "2023-01-03"], "facts.missing"),
    ],
)
def test_fact_says_why_not(capsys: pytest.CaptureFixture[str], arguments: list[str], code: str) -> None:
    world()
    if "--at" in arguments:
        fact("gdp @ 2022", "1200.5")  # recorded on 4 January
    assert main(["--lang", "en", "fact", *arguments]) == 2
    assert f"[{code}]" in capsys.readouterr().err


def test_fact_as_known_at_the_end_of_a_day(capsys: pytest.CaptureFixture[str]) -> None:
    world()
    fact("gdp @ 2022", "1200.5")
    assert main(["--lang", "en", "fact", "gdp @ 2022", "--at", "2023-01-04"]) == 0
    assert "= 1200.5 亿元" in capsys.readouterr().out
