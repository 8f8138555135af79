"""Every sentence of this floor has its Chinese, with the same parameters."""

import gettext
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from django.utils import translation
from django.utils.functional import Promise

import tongjian
from tongjian.facts import choices, refs, resolved, type_checks
from tongjian.facts.collection import problems
from tongjian.facts.collection.workbook import FAILURES

FOLDER = Path(tongjian.__file__).parent / "locale" / "zh_Hans" / "LC_MESSAGES"
TABLES = {
    "refs": refs.MESSAGES,
    "resolved": resolved.MESSAGES,
    "types": type_checks.MESSAGES,
    "problems": problems.MESSAGES,
}


def chinese() -> dict[str, str]:
    with (FOLDER / "django.mo").open("rb") as compiled:
        return dict(gettext.GNUTranslations(compiled)._catalog)  # type: ignore[attr-defined]


def english(table: Mapping[str, str | Promise]) -> list[str]:
    with translation.override("en"):
        return [str(message) for message in table.values()]


def parameters(text: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)s", text))


@pytest.mark.parametrize("name", TABLES)
def test_every_sentence_is_translated(name: str) -> None:
    known = chinese()
    for sentence in english(TABLES[name]):
        assert parameters(known[sentence]) == parameters(sentence)
        assert known[sentence] != sentence


def test_every_label_is_translated() -> None:
    known = chinese()
    for table in (
        choices.MetricKind,
        choices.Measure,
        choices.Basis,
        choices.Comparator,
        choices.PeriodKind,
        choices.Bound,
        choices.FactStatus,
        choices.FactSource,
        choices.SubmissionState,
        choices.Direction,
    ):
        with translation.override("en"):
            assert [label for label in table.labels if str(label) not in known] == []


def test_files_are_refused_in_both_languages() -> None:
    assert all(en and zh and en != zh for en, zh in FAILURES.values())


def test_every_code_of_collection_is_described_and_no_other() -> None:
    page = Path(tongjian.__file__).parents[2] / "docs" / "reference" / "collection.md"
    described = set(re.findall(r"^\| `(collection\.\w+)` \|", page.read_text(encoding="utf-8"), re.M))
    assert described == {problems.PREFIX + code for code in problems.MESSAGES} | set(FAILURES)
