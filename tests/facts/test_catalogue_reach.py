"""The shipped catalogue knows the indicators of a real report: each labelled figure's phrase links to a metric."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tongjian.facts import specs
from tongjian.facts.linking import Linker
from tongjian.facts.models import Metric
from tongjian.packs import entries

ROOT = Path(__file__).resolve().parents[2]
LABELS = Path(os.environ.get("TONGJIAN_SHARED", ROOT.parent / "shared")) / "gold" / "seed-figures.jsonl"


BODIES: dict[str, dict[str, Any]] = {e.key: e.body for e in entries("metrics")}


def collected(body: dict[str, Any]) -> tuple[specs.Collected, ...]:
    return specs.collected(body.get("collect", []))


def aliases(body: dict[str, Any]) -> list[str]:
    return list(body.get("aliases", []))


def linker() -> Linker:
    fields = ("key", "name", "name_en", "unit", "kind")
    metrics = [
        Metric(**{f: e.body[f] for f in fields}, aliases=e.body.get("aliases", []))
        for e in entries("metrics")
    ]
    return Linker.of(metrics, [e.body["name"] for e in entries("areas")])


@pytest.mark.gold
@pytest.mark.skipif(not LABELS.exists(), reason="the labelled figures are not here (TONGJIAN_SHARED)")
def test_the_figures_of_a_report_link_to_the_catalogue() -> None:
    """The rest names a group inside the phrase, which no name of a metric holds."""
    rows = [json.loads(line) for line in LABELS.read_text(encoding="utf-8").splitlines()]
    known = linker()
    found = [known.link(r["indicator"], r["unit"] or "", r["kind"]) for r in rows]
    linked = [m for m in found if m is not None]
    assert len(linked) >= 178
    assert len({m.key for m in linked}) >= 147


def behind(row: dict[str, Any], known: Linker) -> set[str]:
    """Metrics that a labelled figure can be of: by its phrase, by the label's own key, by a group or a name in it."""
    phrase, unit = row["indicator"], row["unit"] or ""
    if (linked := known.link(phrase, unit, row["kind"])) is not None:
        return {linked.key}
    if row["indicator_key"] in BODIES:
        return {row["indicator_key"]}
    groups = {(g, key) for key, b in BODIES.items() for one in collected(b) for g in one.breakdowns if g}
    named = {key for group, key in groups if group in phrase}
    ending = {k for k, b in BODIES.items() if any(phrase.endswith(n) for n in (b["name"], *aliases(b)))}
    return named or ending


@pytest.mark.gold
@pytest.mark.skipif(not LABELS.exists(), reason="the labelled figures are not here (TONGJIAN_SHARED)")
def test_each_figure_of_a_report_has_one_metric_behind_it() -> None:
    rows = [json.loads(line) for line in LABELS.read_text(encoding="utf-8").splitlines()]
    known = linker()
    found = {f"{r['id']} {r['indicator']}": behind(r, known) for r in rows}
    assert len(rows) == 189
    assert {k: keys for k, keys in found.items() if len(keys) != 1} == {}
    assert set().union(*found.values()) <= set(BODIES)


def test_the_common_names_of_monthly_indicators_link_to_one_metric() -> None:
    known = linker()
    asked = {
        ("规上工业总产值", "亿元", "level"): "industry_output",
        ("限额以上零售额增速", "%", "growth"): "retail_sales_above_quota",
        ("全社会用电量", "亿千瓦时", "level"): "electricity_consumption",
        ("实际利用外资", "万美元", "level"): "foreign_capital_used",
        ("PM10浓度", "微克/立方米", "level"): "pm10_concentration",
        ("12345诉求量", "件", "count"): "hotline_cases",
        ("各项贷款余额", "亿元", "level"): "loans",
    }
    found = {q: m.key for q in asked if (m := known.link(*q)) is not None}
    assert found == asked
