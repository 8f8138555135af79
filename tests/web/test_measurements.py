"""A measured number opens what was counted, as far as one may see it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse

from facts.factories import TOWNS, metric
from facts.measured.register import EVENING, Register
from tongjian.facts import queries, refs
from tongjian.facts.measured import actions
from tongjian.facts.mirror import tables
from tongjian.facts.mirror.refresh import refresh
from tongjian.facts.models import Fact
from tongjian.kernel.access import Viewer
from tongjian.kernel.models import Subject
from web.conftest import SignIn
from web.stage import Stage

Measure = Callable[..., Fact]
BODY = {"table": "works", "count": True, "where": {"floors": {"ge": 1}}, "on": "opened_on", "by": "area"}


@pytest.fixture
def measured(scene: Stage, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Measure:
    """Three works named like the towns; the plan office may open all of them, others the north's only."""
    settings.MIRROR = tmp_path / "mirror.duckdb"
    register = Register()
    named = {key: Subject.objects.get(key=key) for key in TOWNS}
    for one in named.values():
        register.put(one.pk, "north_town", "built", date(2022, 2, 3), None, "1", True, 2)

    def visible(user: Viewer) -> Any:
        rows = Subject.objects.filter(key__in=TOWNS)
        return rows if getattr(user, "is_plan_office", False) else rows.filter(key="north_town")

    def made(ref: str = "works[north_town] @ 2022-02", **more: Any) -> Fact:
        table = register.table(visible=visible, **more)
        monkeypatch.setattr(tables, "_modules", lambda: iter([SimpleNamespace(TABLES=(table,))]))
        metric("works", "在建工程", measured=BODY, unit="项", decimals=0, collect=[], derive=[])
        refresh([table], at=EVENING)
        actions.measure(at=EVENING)
        fact = queries.resolve(refs.parse(ref)).fact
        assert fact is not None
        return fact

    return made


def page(scene: Stage, signed_in: SignIn, user: str, fact: Fact) -> str:
    url = reverse("evidence:place", args=[fact.evidence_id])
    answer = signed_in(getattr(scene, user)).get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_measured_number_leads_to_its_rows(scene: Stage, signed_in: SignIn, measured: Measure) -> None:
    fact = measured()
    own = signed_in(scene.office).get(reverse("facts:fact", args=[fact.pk])).content.decode()
    assert f'href="{reverse("evidence:place", args=[fact.evidence_id])}"' in own
    html = page(scene, signed_in, "office", fact)
    assert "“工程台账”的条目数" in html
    assert "条件：“层数”不小于 1" in html
    assert all(name in html for name in ("北镇", "南镇", "东街道"))
    assert "计数时的条目" in html


def test_rows_show_as_far_as_one_may_open_them(scene: Stage, signed_in: SignIn, measured: Measure) -> None:
    html = page(scene, signed_in, "finance", measured())
    rows = html[html.index("条目清单") :]
    assert ("北镇" in rows, "南镇" in rows) == (True, False)
    assert '<span class="num">3</span>' in html  # the count is for all who may see the figure


def test_small_counts_of_persons_are_not_for_readers(
    scene: Stage, signed_in: SignIn, measured: Measure
) -> None:
    fact = measured(personal=True)
    html = page(scene, signed_in, "reader", fact)
    assert "少于 5" in html
    assert "不公开" in html
    assert signed_in(scene.reader).get(reverse("facts:fact", args=[fact.pk])).status_code == 404
    assert '<span class="num">3</span>' not in html
    assert "条目清单" not in html
    assert (
        signed_in(scene.reader).get(reverse("evidence:download", args=[fact.evidence.file_id])).status_code
        == 404
    )
    assert '<span class="num">3</span>' in page(scene, signed_in, "office", fact)


def test_without_kept_ids_the_conditions_find_the_rows(
    scene: Stage, signed_in: SignIn, measured: Measure, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tongjian.facts.measured.listing.FEW", 2)
    html = page(scene, signed_in, "office", measured())
    assert "按同样的条件；此后没有变化" in html
    assert "南镇" in html[html.index("条目清单") :]


def test_a_mirror_without_the_table_is_told(
    scene: Stage, signed_in: SignIn, measured: Measure, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.setattr("tongjian.facts.measured.listing.FEW", 2)
    fact = measured()
    refresh([Register().table("other")], at=EVENING, whole=True)
    assert "下次夜间作业" in page(scene, signed_in, "office", fact)
    Path(settings.MIRROR).unlink()
    assert "镜像尚未建立" in page(scene, signed_in, "office", fact)


def test_zero_says_that_it_is_zero(scene: Stage, signed_in: SignIn, measured: Measure) -> None:
    html = page(scene, signed_in, "office", measured("works[south_town] @ 2022-02"))
    assert "没有符合条件的条目：数值为零，不是缺失" in html


def test_rows_come_page_by_page(
    scene: Stage, signed_in: SignIn, measured: Measure, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tongjian.facts.measured.rows.PER_PAGE", 2)
    fact = measured()
    first = page(scene, signed_in, "office", fact)
    pks = sorted(Subject.objects.filter(key__in=TOWNS).values_list("pk", flat=True))
    assert f'href="?after={pks[1]}"' in first
    url = reverse("evidence:place", args=[fact.evidence_id]) + f"?after={pks[1]}"
    second = signed_in(scene.office).get(url).content.decode()
    assert str(Subject.objects.get(pk=pks[2])) in second[second.index("条目清单") :]
    assert 'href="?after=' not in second


def test_the_catalogue_says_how_it_is_counted(scene: Stage, signed_in: SignIn, measured: Measure) -> None:
    measured()
    client = signed_in(scene.reader)
    html = client.get(reverse("facts:metric", args=["works"])).content.decode()
    assert "按“开工日期”归入当期" in html
    english = client.get(
        reverse("facts:metric", args=["works"]), headers={"Accept-Language": "en"}
    ).content.decode()
    assert "dated by day of opening" in english
    assert "测算" in client.get(reverse("facts:metrics"), {"q": "works"}).content.decode()
