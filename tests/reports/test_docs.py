"""The pages on templates and codes tell of everything there is."""

from pathlib import Path

import pytest

from reports.figures import written
from tongjian.reports.options import KNOWN
from tongjian.reports.problems import MESSAGES as PROBLEMS
from tongjian.reports.trace.messages import MESSAGES as FINDINGS

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference"


def page(name: str) -> str:
    return (REFERENCE / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("option", sorted(KNOWN))
def test_every_option_is_described(option: str) -> None:
    assert f"\n| `{option}" in page("templates.md")


@pytest.mark.parametrize("code", sorted({*PROBLEMS, *FINDINGS}))
def test_every_code_is_described(code: str) -> None:
    assert f"\n| `{code}` |" in page("error-codes.md")


def test_every_key_of_the_manifest_is_described() -> None:
    manifest = written().manifest
    figure = next(iter(manifest["figures"].values()))
    text = page("manifest.md")
    assert {k for k in (*manifest, *figure, *figure["place"]) if f"`{k}`" not in text} == set()
